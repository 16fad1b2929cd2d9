"""Neighbours, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 NEIGHBORS OF THE NON-EQUIVALENT ATOMS

 N = NUMBER OF NEIGHBORS AT DISTANCE R
    ATOM  N     R/ANG      R/AU   NEIGHBORS (ATOM LABELS AND CELL INDICES)
   1 NI   6     2.0500     3.8500    3 O    0 0 0    3 O    0 0-1    4 O    0 0 0
                                     4 O   -1 0 0    4 O    0-1 0    4 O   -1-1 0
   1 NI  12     2.9500     5.5500    2 NI   0 0 0    2 NI  -1 0 0    2 NI   0-1 0

   2 NI   6     2.0000     3.8000    4 O    0 0 0    4 O    0 0 1    3 O    0 0 0


"""
FACTS: dict[str, Any] = {
    "neighbours.1.neighbours": 12,
    "neighbours.2.atom": 2,
    "neighbours.0.neighbour": "O",
    "shortest_distance": 2.0,
}
