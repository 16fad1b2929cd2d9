"""K points, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 SHRINKING FACTOR(GILAT NET)    8  NUMBER OF K POINTS(GILAT NET)     29
 *** K POINTS COORDINATES (OBLIQUE COORDINATES IN UNITS OF IS =  8)
   1-R(  0  0  0)   2-C(  1  0  0)   3-C(  2  0  0)   4-C(  3  0  0)
   5-R(  4  0  0)

"""
FACTS: dict[str, Any] = {
    "gilat_points": 29,
    "k_point_unit": 8,
    "k_point_list.4": {"number": 5, "real": True, "indices": [4, 0, 0]},
}
