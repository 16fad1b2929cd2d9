"""Structures as ASE atoms, and back: the form in which people take them along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crystald.models import Structure, Vector

if TYPE_CHECKING:
    from ase import Atoms


def to_atoms(structure: Structure) -> Atoms:
    """Give a structure as ``ase.Atoms``: cell and positions in Å, periodic as it is."""
    from ase import Atoms

    return Atoms(
        numbers=structure.numbers,
        positions=structure.positions_ang,
        cell=structure.cell_ang,
        pbc=[axis < structure.periodicity for axis in range(3)],
    )


def from_atoms(atoms: Atoms) -> Structure:
    """Take a structure out of ``ase.Atoms``; periodic directions must come first.

    Raises
    ------
    ValueError
        A direction without periodicity stands before a periodic one.
    """
    periodic = [bool(flag) for flag in atoms.pbc]
    if periodic != sorted(periodic, reverse=True):
        raise ValueError("periodic directions must come before the others")
    first, second, third = (_vector(row) for row in atoms.cell.array.tolist())
    return Structure(
        (first, second, third),
        tuple(int(number) for number in atoms.numbers),
        tuple(_vector(row) for row in atoms.positions.tolist()),
        sum(periodic),
    )


def _vector(row: list[float]) -> Vector:
    x, y, z = row
    return (x, y, z)
