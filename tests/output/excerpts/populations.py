"""Populations, as the programs print them."""

from __future__ import annotations

from typing import Any

from output.excerpts.sizes import SIZES

TEXT = (
    SIZES
    + """\
 TOTAL ATOMIC CHARGES:
  11.2500000   8.7500000
 SUMMED SPIN DENSITY           0.00000000
 TOTAL ATOMIC SPINS  :
   1.5000000  -1.5000000
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT MOQGAD      TELAPSE        0.24 TCPU        0.21

     ALPHA+BETA ELECTRONS
 MULLIKEN POPULATION ANALYSIS - NO. OF ELECTRONS   20.000000

  ATOM    Z CHARGE  A.O. POPULATION

   1 MG  12 11.250  2.000  1.950  1.850  1.850  1.850   .550  0.300  0.300
                    0.600
   2 O    8  8.750  2.000  1.850  1.600  1.600  1.700

  ATOM    Z CHARGE  SHELL POPULATION

   1 MG  12 11.250  2.000  7.500  1.750
   2 O    8  8.750  2.000  6.750

 OVERLAP POPULATION CONDENSED TO ATOMS FOR FIRST   6 NEIGHBORS

 ATOM A   1 MG   ATOM B     CELL      R(AB)/AU R(AB)/ANG    OVPOP(AB)
                  2 O    ( -1  0  0)     3.950     2.090     0.080
                  1 MG   (-10-10 10)     5.650     2.990    -0.003

 ATOM A   2 O    ATOM B     CELL      R(AB)/AU R(AB)/ANG    OVPOP(AB)
                  1 MG   (  1  0  0)     3.950     2.090     0.080
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT PPAN        TELAPSE        0.24 TCPU        0.21
     ALPHA-BETA ELECTRONS
 MULLIKEN POPULATION ANALYSIS - NO. OF ELECTRONS    0.000000

  ATOM    Z CHARGE  A.O. POPULATION

   1 MG  12  1.500  0.000  0.000  0.000  0.000  0.000  0.500  0.500  0.500
                   -0.000
   2 O    8 -1.500 -0.000 -0.500 -0.500 -0.500 -0.000

"""
)
FACTS: dict[str, Any] = {
    "atomic_charges": [11.25, 8.75],
    "atomic_spins": [1.5, -1.5],
    "mulliken_charges": [11.25, 8.75],
    "mulliken_spins": [1.5, -1.5],
    "mulliken_orbital_populations.0.parts": [
        *(2.0, 1.95, 1.85, 1.85, 1.85, 0.55, 0.3, 0.3, 0.6),
    ],
    "mulliken_shell_populations.1.parts": [2.0, 6.75],
    "mulliken_orbital_populations_spin.1.parts": [0.0, -0.5, -0.5, -0.5, 0.0],
    "overlap_populations.1.cell": [-10, -10, 10],
    "overlap_populations.2.atom": 2,
}
