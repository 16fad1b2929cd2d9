"""Forces, as the programs print them."""

from __future__ import annotations

from typing import Any

from output.excerpts.sizes import SIZES

TEXT = (
    SIZES
    + """\
 CARTESIAN FORCES IN HARTREE/BOHR (ANALYTICAL)
   ATOM                     X                   Y                   Z
   1  12            -4.500000000000E-01-3.000000000000E-01 -2.000000000000E-01
   2   8             4.500000000000E-01 3.000000000000E-01  2.000000000000E-01

 RESULTANT FORCE     1.000000000000E-13  2.000000000000E-14 -3.000000000000E-14
"""
)
FACTS: dict[str, Any] = {
    "forces.0": {"atom": 1, "number": 12, "x": -0.45, "y": -0.3, "z": -0.2},
    "max_force": 0.45,
    "resultant_force": [1e-13, 2e-14, -3e-14],
}
