"""Minimal cells: the parameters that CRYSTAL wants for a space group in its standard setting."""

from __future__ import annotations

from collections.abc import Sequence

from crystald.errors import DeckError

Parameters = tuple[float, float, float, float, float, float]
"""a, b, c in ångström; alpha, beta, gamma in degrees."""


def _positions(group: int) -> tuple[int, ...]:
    """Tell which of the six parameters the program reads for a group (manual, geometry input)."""
    limits = ((2, (0, 1, 2, 3, 4, 5)), (15, (0, 1, 2, 4)), (74, (0, 1, 2)), (194, (0, 2)))
    return next((positions for last, positions in limits if group <= last), (0,))


def minimal_count(group: int) -> int:
    """Count the parameters of the minimal cell.

    Examples
    --------
    >>> [minimal_count(group) for group in (2, 14, 62, 166, 225)]
    [6, 4, 3, 2, 1]
    """
    return len(_positions(group))


def minimal_cell(group: int, parameters: Sequence[float]) -> tuple[float, ...]:
    """Choose the minimal cell out of all six parameters of the standard setting."""
    return tuple(parameters[position] for position in _positions(group))


def full_cell(group: int, minimal: Sequence[float]) -> Parameters:
    """Complete a minimal cell (rhombohedral groups on hexagonal axes).

    Raises
    ------
    DeckError
        The count of parameters is not that of the group.
    """
    positions = _positions(group)
    if len(minimal) != len(positions):
        raise DeckError(
            f"space group {group} wants {len(positions)} cell parameters, not {len(minimal)}"
        )
    a = minimal[0]
    cell = [a, a, a, 90.0, 90.0, 120.0 if 143 <= group <= 194 else 90.0]
    for position, value in zip(positions, minimal, strict=True):
        cell[position] = value
    return (cell[0], cell[1], cell[2], cell[3], cell[4], cell[5])
