"""The k mesh as the predecessor chose it: by the lengths of the conventional cell.

Kept for calculations that are to compare with old ones; it is finer than needed for small cells.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.geometry.block import PERIODICITY, Geometry
from crystald.crystal.deck.geometry.cells import full_cell
from crystald.errors import DeckError

FACTORS: Final = (*range(2, 11), 12, 15, 16, 18, 20, 24, 30, 36, 40, 45, 48, 60)
LENGTH_ANG: Final = (40.0, 80.0)
"""A factor times the length of the cell lies between these."""

ELSE: Final = 12
"""The factor where none of the list fits."""


def predecessor_kmesh(geometry: Geometry) -> Shrink | None:
    """Choose the first factor of the list that brings each length to between 40 and 80 Å.

    In crystals with symmetry all directions get the largest of the three. A molecule has none.

    Raises
    ------
    DeckError
        The lattice stands in a file.
    """
    if geometry.kind == "EXTERNAL":
        raise DeckError(
            "the lattice stands in fort.34: no k mesh can be chosen", "Set kmesh to three factors."
        )
    if not (periodic := PERIODICITY[geometry.kind]):
        return None
    rhombohedral = bool(geometry.flags[1])
    cell = full_cell(geometry.group, geometry.cell, periodic, rhombohedral=rhombohedral)
    factors = [_factor(length) for length in cell[:periodic]]
    if periodic == 3 and geometry.group > 1:
        factors = [max(factors)] * 3
    one, two, three = (*factors, 1, 1)[:3]
    return Shrink((one, two, three), 2 * max(factors))


def _factor(length_ang: float) -> int:
    low, high = LENGTH_ANG
    return next((k for k in FACTORS if low < k * length_ang < high), ELSE)
