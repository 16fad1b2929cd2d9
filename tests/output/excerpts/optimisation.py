"""Optimisation, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 COORDINATE AND CELL OPTIMIZATION - POINT    1
 TOTAL ENERGY(DFT)(AU)(  9) -2.7500000000001E+02 DE-2.8E-11 tester 3.0E-12
 MAX GRADIENT      0.020000  THRESHOLD              0.000450 CONVERGED NO
 RMS GRADIENT      0.010000  THRESHOLD              0.000300 CONVERGED NO
 GRADIENT NORM     0.040000  GRADIENT THRESHOLD     0.500000
 INITIAL TRUST RADIUS    0.5000000000E+00
 COORDINATE AND CELL OPTIMIZATION - POINT    2
 TOTAL ENERGY(DFT)(AU)( 10) -2.7500100000001E+02     DE (AU)   -1.000E-03
 ENERGY CHANGE > 0: STEP REJECTED. RETRYING WITH A NEW STEP
 UPDATED TRUST RADIUS     0.250E+00
 GRADIENT NORM     0.000400  GRADIENT THRESHOLD     0.500000
 MAX GRADIENT      0.000200  THRESHOLD              0.000450 CONVERGED YES
 RMS GRADIENT      0.000100  THRESHOLD              0.000300 CONVERGED YES
 MAX DISPLAC.      0.001000  THRESHOLD              0.001800 CONVERGED YES
 RMS DISPLAC.      0.001500  THRESHOLD              0.001200 CONVERGED NO
 CONVERGENCE TESTS SATISFIED AFTER   2 ENERGY AND GRADIENT CALCULATIONS
"""
FACTS: dict[str, Any] = {
    "optimisation_points.0.energy_ha": -275.00000000001,
    "optimisation_points.0.de_ha": None,
    "optimisation_points.0.trust_radius": 0.5,
    "optimisation_points.1.energy_ha": -275.00100000001,
    "optimisation_points.1.de_ha": -0.001,
    "optimisation_points.1.rejected": 1,
    "optimisation_points.1.rms_displacement": {
        "value": 0.0015,
        "threshold": 0.0012,
        "satisfied": False,
    },
    "max_gradient": 0.0002,
    "trust_radius": 0.25,
    "optimisation_calculations": 2,
}
