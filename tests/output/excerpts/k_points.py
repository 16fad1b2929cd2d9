"""K points, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 SHRINKING FACTOR(GILAT NET)    8  NUMBER OF K POINTS(GILAT NET)     29
 *** K POINTS COORDINATES (OBLIQUE COORDINATES IN UNITS OF IS =  8)
   1-R(  0  0  0)   2-C(  1  0  0)   3-C(  2  0  0)   4-C(  3  0  0)
   5-R(  4  0  0)

 POINTS IN THE IBZ                   2 POINTS(GILAT NET)              1250
 SHRINK FACTORS(MONK.)        18 18 12 SHRINK FACTOR(GILAT)             36
 POINTS IN THE IBZ                 260 SHRINKING FACTORS               8  8  8
"""
FACTS: dict[str, Any] = {
    "gilat_points": 29,
    "newk_k_points": 2,
    "newk_gilat_points": 1250,
    "newk_shrink": [18, 18, 12],
    "newk_gilat_net": 36,
    "k_point_unit": 8,
    "k_point_list.4": {"number": 5, "real": True, "indices": [4, 0, 0]},
}
