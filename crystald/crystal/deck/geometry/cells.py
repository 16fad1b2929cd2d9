"""Minimal cells: the parameters that CRYSTAL wants for a group in its standard setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crystald.errors import DeckError

Parameters = tuple[float, float, float, float, float, float]
"""a, b, c in ångström; alpha, beta, gamma in degrees."""

OPEN_ANG: Final = 1.0
"""Length of the vectors along open directions: fractions along them are ångström."""

_LIMITS: Final[dict[int, tuple[tuple[int, tuple[int, ...]], ...]]] = {
    3: ((2, (0, 1, 2, 3, 4, 5)), (15, (0, 1, 2, 4)), (74, (0, 1, 2)), (194, (0, 2)), (230, (0,))),
    2: ((7, (0, 1, 5)), (48, (0, 1)), (80, (0,))),
    1: ((99, (0,)),),
    0: ((47, ()),),
}
"""Periodicity -> the last group of a lattice, and which of the six parameters it needs."""

_HEXAGONAL: Final = {3: range(143, 195), 2: range(65, 81)}


def _positions(group: int, periodicity: int, *, rhombohedral: bool) -> tuple[int, ...]:
    """Tell which of the six parameters the program reads for a group (manual, geometry input)."""
    if rhombohedral and group in RHOMBOHEDRAL:
        return (0, 3)
    return next(positions for last, positions in _LIMITS[periodicity] if group <= last)


RHOMBOHEDRAL: Final = (146, 148, 155, 160, 161, 166, 167)
"""Space groups that may stand on rhombohedral axes."""


def minimal_count(group: int, periodicity: int = 3, *, rhombohedral: bool = False) -> int:
    """Count the parameters of the minimal cell.

    Examples
    --------
    >>> [minimal_count(group) for group in (2, 14, 62, 166, 225)]
    [6, 4, 3, 2, 1]
    >>> [minimal_count(group, 2) for group in (7, 8, 80)]
    [3, 2, 1]
    """
    return len(_positions(group, periodicity, rhombohedral=rhombohedral))


def minimal_cell(
    group: int,
    parameters: Sequence[float],
    periodicity: int = 3,
    *,
    rhombohedral: bool = False,
) -> tuple[float, ...]:
    """Choose the minimal cell out of all six parameters of the cell that the deck is in."""
    chosen = _positions(group, periodicity, rhombohedral=rhombohedral)
    return tuple(parameters[position] for position in chosen)


def full_cell(
    group: int, minimal: Sequence[float], periodicity: int = 3, *, rhombohedral: bool = False
) -> Parameters:
    """Complete a minimal cell; vectors along open directions are `OPEN_ANG` long.

    Parameters
    ----------
    group
        As CRYSTAL counts them.
    minimal
        What the deck says.
    periodicity
        3 crystal, 2 slab, 1 polymer, 0 molecule.
    rhombohedral
        Whether a rhombohedral group stands on rhombohedral axes (a, alpha).

    Raises
    ------
    DeckError
        The count of parameters is not that of the group.
    """
    positions = _positions(group, periodicity, rhombohedral=rhombohedral)
    if len(minimal) != len(positions):
        name = {3: "space", 2: "layer", 1: "rod", 0: "point"}[periodicity]
        raise DeckError(
            f"{name} group {group} wants {len(positions)} cell parameters, not {len(minimal)}"
        )
    a = minimal[0] if minimal else OPEN_ANG
    lengths = [a if axis < periodicity else OPEN_ANG for axis in range(3)]
    hexagonal = group in _HEXAGONAL.get(periodicity, ()) and not (
        rhombohedral and group in RHOMBOHEDRAL
    )
    cell = [*lengths, 90.0, 90.0, 120.0 if hexagonal else 90.0]
    for position, value in zip(positions, minimal, strict=True):
        cell[position] = value
    if positions == (0, 3):
        cell[4] = cell[5] = cell[3]
    return (cell[0], cell[1], cell[2], cell[3], cell[4], cell[5])
