"""Energy contributions, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 ::: DIPOLE MOMENT ALONG NON PERIODIC DIRECTIONS:
 ::: A.U.     (X) -1.00000E-01   (Y) -1.00000E-01   (Z) -9.00000E-02
 ::: DEBYE         4.50000E-01        3.50000E-01        2.50000E-01

 +++ ENERGIES IN A.U. +++
 ::: EXT EL-POLE : L =  0                         -1.0000000000000E+00
 ::: TOTAL E-E                                     7.5500000000001E+01
 ::: TOTAL E-N + N-E                              -3.1150000000001E+02
 ::: TOTAL N-N                                    -2.4500000000001E+01
 ::: KINETIC ENERGY                                1.1050000000001E+02
 ::: PSEUDO TOTAL   ENERGY                        -1.0050000000001E+02
 ::: VIRIAL COEFFICIENT                            1.0450000000001E+00
 ENERGY           (E)   -7.509136126501E+01
 FREE ENERGY      (F)   -7.510000000001E+01
 ELECTRON ENTROPY (S)    2.500000000001E-03
 NUMERICALLY INTEGRATED DENSITY      7.5000000001      6.4999999998
 EXCHANGE ENERGY: -0.650000000001E+02  CORRELATION ENERGY: -0.350000000001E+01
"""
FACTS: dict[str, Any] = {
    "dipole_moment": [0.45, 0.35, 0.25],
    "electron_electron_energy": 75.500000000001,
    "electron_nuclear_energy": -311.50000000001,
    "nuclear_nuclear_energy": -24.500000000001,
    "kinetic_energy": 110.50000000001,
    "pseudo_total_energy": -100.50000000001,
    "virial_coefficient": 1.0450000000001,
    "electronic_free_energy": -75.10000000001,
    "electronic_entropy": 0.002500000000001,
    "integrated_density": 13.9999999999,
    "exchange_energy": -65.0000000001,
    "correlation_energy": -3.50000000001,
}
