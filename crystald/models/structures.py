"""Structures and decks that come from people."""

from __future__ import annotations

from dataclasses import dataclass

Vector = tuple[float, float, float]
Cell = tuple[Vector, Vector, Vector]


@dataclass(frozen=True)
class Structure:
    """Atoms in a cell, as ASE would hold them.

    Attributes
    ----------
    cell_ang
        Lattice vectors as rows; directions without periodicity hold a zero row.
    numbers
        Atomic numbers, one per atom of the cell.
    positions_ang
        Cartesian positions.
    periodicity
        3 crystal, 2 slab, 1 polymer, 0 molecule (periodic directions come first).
    operations
        The symmetry that the file of a crystal names, in fractions of the cell: ``x,y,z`` and so
        on; empty where it names none.
    """

    cell_ang: Cell
    numbers: tuple[int, ...]
    positions_ang: tuple[Vector, ...]
    periodicity: int = 3
    operations: tuple[str, ...] = ()


@dataclass(frozen=True)
class GivenDeck:
    """A deck that a person submitted, and the geometry file beside it where EXTERNAL reads one."""

    text: str
    fort34: str | None = None
