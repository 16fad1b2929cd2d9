"""Printed geometries of our own, in the form that the readers' docstrings quote; and reading them."""

from __future__ import annotations

from crystald.crystal.output import Output, read_output

GEOMETRY = """\
 GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    3
 (NON PERIODIC DIRECTION: LATTICE PARAMETER FORMALLY SET TO 500)
 *******************************************************************************
 LATTICE PARAMETERS (ANGSTROMS AND DEGREES) - BOHR = 0.5291772083 ANGSTROM
 PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    16.000000 - DENSITY  3.58 g/cm^3
         A              B              C           ALPHA      BETA       GAMMA
     2.82842712     2.82842712     2.82842712    60.000000  60.000000  60.000000
 *******************************************************************************
 ATOMS IN THE ASYMMETRIC UNIT    2 - ATOMS IN THE UNIT CELL:    2
     ATOM              X/A                 Y/B                 Z/C
 *******************************************************************************
   1 T  12 MG    0.000000000000E+00  0.000000000000E+00  0.000000000000E+00
   2 F 208 O    -5.000000000000E-01-5.000000000000E-01 -5.000000000000E-01

 TRANSFORMATION MATRIX PRIMITIVE-CRYSTALLOGRAPHIC CELL
 CRYSTALLOGRAPHIC CELL (VOLUME=         64.00000000)
         A              B              C           ALPHA      BETA       GAMMA
     4.00000000     4.00000000     4.00000000    90.000000  90.000000  90.000000
 COORDINATES IN THE CRYSTALLOGRAPHIC CELL
     ATOM              X/A                 Y/B                 Z/C
 *******************************************************************************
   1 T  12 MG    0.000000000000E+00  0.000000000000E+00  0.000000000000E+00
   2 F 208 O     5.000000000000E-01  5.000000000000E-01  5.000000000000E-01

 NUMBER OF SYMMETRY OPERATORS         :   48
 SPACE GROUP (CENTROSYMMETRIC)        :  F M 3 M
 DIRECT LATTICE VECTORS CARTESIAN COMPONENTS (ANGSTROM)
          X                    Y                    Z
   0.000000000000E+00   0.200000000000E+01   0.200000000000E+01
   0.200000000000E+01   0.000000000000E+00   0.200000000000E+01
   0.200000000000E+01   0.200000000000E+01   0.000000000000E+00
"""
SLAB = """\
 GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    2
 LATTICE PARAMETERS (ANGSTROMS AND DEGREES) - BOHR = 0.5291772083 ANGSTROM
 PRIMITIVE CELL
         A              B              C           ALPHA      BETA       GAMMA
     2.46000000     2.46000000   500.00000000    90.000000  90.000000 120.000000
 *******************************************************************************
 ATOMS IN THE ASYMMETRIC UNIT    1 - ATOMS IN THE UNIT CELL:    2
     ATOM              X/A                 Y/B             Z(ANGSTROM)
 *******************************************************************************
   1 T   6 C    -3.333333333333E-01  3.333333333333E-01  0.000000000000E+00
   2 F   6 C     3.333333333333E-01 -3.333333333333E-01  0.000000000000E+00
"""


def read(text: str) -> Output:
    return read_output(text.splitlines())
