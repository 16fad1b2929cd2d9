"""Symmetry, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 CRYSTAL FAMILY                       :  CUBIC
 CRYSTAL CLASS  (GROTH - 1921)        :  CUBIC HEXAKISOCTAHEDRAL
 PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    14.500000 - DENSITY  4.500 g/cm^3
 ****    2 SYMMOPS - TRANSLATORS IN FRACTIONAL UNITS
 **** MATRICES AND TRANSLATORS IN THE CRYSTALLOGRAPHIC REFERENCE FRAME
   V INV                    ROTATION MATRICES                   TRANSLATORS
   1   1  1.00  0.00  0.00  0.00  1.00  0.00  0.00  0.00  1.00  0.00  0.00  0.00
   2   2 -1.00  0.00  0.00  0.00 -1.00  0.00  0.00  0.00  1.00  0.50  0.00  0.50

 SYMMETRY ALLOWED INTERNAL DEGREE(S) OF FREEDOM:   5
"""
FACTS: dict[str, Any] = {
    "crystal_family": "cubic",
    "crystal_class": "cubic hexakisoctahedral",
    "centring_code": "5/0",
    "density": 4.5,
    "operators.1.translation": [0.5, 0.0, 0.5],
    "internal_degrees_of_freedom": 5,
}
