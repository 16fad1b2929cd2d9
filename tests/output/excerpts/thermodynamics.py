"""Thermodynamics, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 VIBRATIONAL TEMPERATURES (K) [MODE NUMBER;IRREP]

 TO MODES
   284.5 [   4;Ag ]   345.5 [   5;Eu ]   345.5 [   6;Eu ]   374.5 [   7;Ag ]
  1392.5 [   8;Eg ]

 EL            :    -275.000000000001   -7483.000000000001     -722000.00000001
 E0            :       0.024500000001       0.666500000001          64.22000001

 AT (T =  298.15 K, P =   0.10132500E+00 MPA):

                          AU/CELL             EV/CELL                 KJ/MOL
 ET            :       0.005300000001       0.144300000001          13.93000001
 PV            :                  NaN                  NaN                  NaN
 TS            :       0.008500000001       0.233900000001          22.56000001
 ET+PV-TS      :      -0.003200000001      -0.089500000001          -8.63000001
 EL+E0+ET+PV-TS:    -274.978700000001   -7482.000000000001     -721000.00000001

 OTHER THERMODYNAMIC FUNCTIONS:

                      mHARTREE/(CELL*K)     mEV/(CELL*K)              J/(MOL*K)
 ENTROPY       :       0.028800000001       0.784500000001          75.69000001
 HEAT CAPACITY :       0.038800000001       1.058200000001         102.10000001
"""
FACTS: dict[str, Any] = {
    "vibrational_temperatures": [284.5, 345.5, 345.5, 374.5, 1392.5],
    "electronic_energy": -275.000000000001,
    "zero_point_energy": 0.024500000001,
    "temperature": 298.15,
    "pressure": 0.101325,
    "thermal_energy": 0.005300000001,
    "gibbs_free_energy": -274.978700000001,
    "entropy": 75.69000001,
    "heat_capacity": 102.10000001,
    "thermodynamics.0.pv_ha": None,
}
