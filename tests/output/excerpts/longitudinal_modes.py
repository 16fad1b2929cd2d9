"""Longitudinal modes, as the programs print them: all of them split, so numbered from 1."""

from __future__ import annotations

from typing import Any

TEXT = """\
    MODES         EIGV          FREQUENCIES    IRREP IR INTENS       SHIFTS
             (HARTREE**2)   (CM**-1)     (THZ)       (KM/MOL)  (CM**-1)   (THZ)
    1-   1    0.1750E-10      0.9250    0.0275 (A2 )      0.0    0.925   0.0275
    2-   3    0.1725E-05    287.2500    8.6125 (E  )      3.5    1.500   0.0450
    4-   4    0.3150E-04   1230.2500   36.8750 (E  )     96.0   -3.250  -0.0975

"""
FACTS: dict[str, Any] = {
    "longitudinal_modes.1": {
        "first": 2,
        "last": 3,
        "eigenvalue_ha2": 1.725e-6,
        "frequency_cm1": 287.25,
        "frequency_thz": 8.6125,
        "irrep": "E",
        "ir_intensity": 3.5,
        "shift_cm1": 1.5,
        "shift_thz": 0.045,
    },
    "longitudinal_modes.2.shift_cm1": -3.25,
}
