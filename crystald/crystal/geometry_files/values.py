"""What fort.34 holds, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from crystald.models import Cell, Vector


@dataclass(frozen=True)
class Operator:
    """A symmetry operator in Cartesian axes: x' = `rotation` x + `translation_ang`.

    Attributes
    ----------
    rotation
        An orthogonal matrix, by rows.
    translation_ang
        In Å.
    """

    rotation: Cell
    translation_ang: Vector


IDENTITY = Operator(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), (0.0, 0.0, 0.0))


@dataclass(frozen=True)
class Fort34:
    """A geometry as fort.34 holds it.

    Attributes
    ----------
    dimensionality
        3 crystal, 2 slab, 1 polymer, 0 molecule.
    centring, crystal_type
        The second and third number of the first line.
    cell_ang
        Lattice vectors as rows, the primitive cell; formal ones (500 Å) where it is not periodic.
    operators
        Without the translations of the lattice.
    numbers
        Conventional atomic numbers as written (200 + Z with an effective core potential).
    positions_ang
        Cartesian. CRYSTAL writes every atom of the cell; files of other hands may hold one atom of
        each orbit (see :mod:`crystald.crystal.geometry_files.whole_cell`).
    group
        The number in the last line: 0 where the program did not know it, None without such a line.
    energy_ha
        The energy behind the first line's numbers, None without.
    """

    dimensionality: int
    centring: int
    crystal_type: int
    cell_ang: Cell
    operators: tuple[Operator, ...]
    numbers: tuple[int, ...]
    positions_ang: tuple[Vector, ...]
    group: int | None = None
    energy_ha: float | None = None
