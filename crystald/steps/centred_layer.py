"""The conventional cell of a centred layer whose output prints the primitive cell alone."""

from __future__ import annotations

from dataclasses import replace
from math import cos, hypot, radians, sin
from typing import TYPE_CHECKING, Final

from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.geometry.operations import centrings_of

if TYPE_CHECKING:
    from crystald.crystal.output.values import PrintedAtom, PrintedGeometry

Pair = tuple[float, float]

_CHANGES: Final = (((1, 1), (-1, 1)), ((1, -1), (1, 1)))
"""Conventional vectors in terms of the primitive ones: a is their sum, or their difference."""


def with_conventional_cell(printed: PrintedGeometry, before: Geometry) -> PrintedGeometry:
    """Complete what was printed of a centred layer; anything else is left as it is.

    Sum and difference of the primitive vectors are the conventional ones. Which is a, is told by
    the deck's own cell; what comes out is checked against the group by whoever uses it.

    Parameters
    ----------
    printed
        The geometry of the output.
    before
        The geometry block of its deck.
    """
    parameters = printed.primitive_parameters
    if (
        before.kind != "SLAB"
        or centrings_of(before) == 1
        or printed.crystallographic_parameters is not None
        or parameters is None
    ):
        return printed
    gamma = radians(parameters[5])
    vectors = (parameters[0], 0.0), (parameters[1] * cos(gamma), parameters[1] * sin(gamma))
    cells = [tuple(_combined(row, vectors) for row in change) for change in _CHANGES]
    lengths = [tuple(hypot(*vector) for vector in cell) for cell in cells]
    away = [sum(abs(x - y) for x, y in zip(one, before.cell, strict=True)) for one in lengths]
    chosen = away.index(min(away))
    (a, b), change = lengths[chosen], _CHANGES[chosen]
    atoms = tuple(_on_conventional(atom, change) for atom in printed.atoms)
    cell = (a, b, parameters[2], 90.0, 90.0, 90.0)
    return replace(printed, crystallographic_parameters=cell, crystallographic_atoms=atoms)


def _combined(row: tuple[int, int], vectors: tuple[Pair, Pair]) -> Pair:
    (x, y), (u, v) = vectors
    return row[0] * x + row[1] * u, row[0] * y + row[1] * v


def _on_conventional(
    atom: PrintedAtom, change: tuple[tuple[int, int], tuple[int, int]]
) -> PrintedAtom:
    (p, q), (r, s) = change
    return replace(atom, x=(s * atom.x - r * atom.y) / 2, y=(p * atom.y - q * atom.x) / 2)
