"""Hyperpolarisabilities, in both forms of their numbers."""

from __future__ import annotations

from typing import Any

TEXT = """\
 FIRST HYPERPOLARIZABILITY (BETA) AND SECOND ELECTRIC SUSCEPTIBILITY (CHI(2))
 TENSORS (INDEPENDENT COMPONENTS)

  COMPONENT      BETA                        CHI(2)       d(MKS)       d(cgs)
 *******************************************************************************

     XXX    1.5000E-20  ( -2.5000E-04)   3.5000E-22   3.4000E-22   8.0000E-24
     XXZ    5.1250E+02  (  5.1125E+02)   1.0125E+01   9.7500E+00   2.3000E-01
     ZZZ       -0.2500  (     -0.5000)      -0.1250       0.0000       0.0000
 *******************************************************************************
 SECOND HYPERPOLARIZABILITY (GAMMA) AND THIRD ELECTRIC SUSCEPTIBILITY (CHI(3))
 TENSORS

  COMPONENT      GAMMA                       CHI(3)       g(MKS)       g(cgs)
 *******************************************************************************

     XXXX   -3.5000E+05 (  -3.5250E+05)  -2.2500E+03  -2.1500E+01  -1.5500E+01
     XXYY      157.2500(      157.1250)       2.6250       0.0250       0.0175
     ZZZZ   ***********(  -1.0000E+00)   1.5000E+00   0.0000E+00   0.0000E+00

 *******************************************************************************
 SECOND HYPERPOLARIZABILITY (GAMMA) IS RELATED TO THIRD ELECTRIC
         SUSCEPTIBILITY (CHI(3)) AS FOLLOWS:
"""
FACTS: dict[str, Any] = {
    "hyperpolarisability_beta": [
        {"component": "XXX", "value": 1.5e-20, "susceptibility": 3.5e-22},
        {"component": "XXZ", "value": 512.5, "susceptibility": 10.125},
        {"component": "ZZZ", "value": -0.25, "susceptibility": -0.125},
    ],
    "hyperpolarisability_gamma": [
        {"component": "XXXX", "value": -350000.0, "susceptibility": -2250.0},
        {"component": "XXYY", "value": 157.25, "susceptibility": 2.625},
        {"component": "ZZZZ", "value": None, "susceptibility": 1.5},
    ],
}
