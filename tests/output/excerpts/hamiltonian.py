"""Hamiltonian, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 KOHN-SHAM HAMILTONIAN
 (EXCHANGE)[CORRELATION] FUNCTIONAL:(HSE06 SR/GGA)[PERDEW-BURKE-ERNZERHOF]
 OMEGA (SHORT-RANGE)[LONG-RANGE]:(    0.1100)[    0.0000]
 HYBRID EXCHANGE - PERCENTAGE OF FOCK EXCHANGE    25.0000
 NON-LOCAL WEIGHTING FACTOR [CORRELATION] =        0.8100
 INFORMATION **** VDWD3_INPUT **** PERFORM DISPERSION CORRECTION DFT-D3 IN THE ZERO DAMPING SCHEME
 NEW DEFAULT: LEVEL SHIFTER 6 0
 SIZE OF GRID=      71400
 ANGULAR INTEGRATION - INTERVALS (ACCURACY LEVEL [N. POINTS] UPPER LIMIT):
  1(  4[  86]   0.2)  2(  8[ 194]   0.5)  3( 12[ 350]   0.9)  4( 16[ 974]   3.5)
  5( 12[ 350]9999.0)
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT INT_CALC    TELAPSE        0.04 TCPU        0.02
"""
FACTS: dict[str, Any] = {
    "hamiltonian": "kohn-sham",
    "exchange_functional": "HSE06 SR/GGA",
    "omega_short_range": 0.11,
    "fock_exchange": 25.0,
    "nonlocal_correlation_weight": 0.81,
    "dispersion_scheme": "DFT-D3(ZERO)",
    "default_level_shift": 0.6,
    "grid_points": 71400,
    "grid_angular_points": 974,
}
