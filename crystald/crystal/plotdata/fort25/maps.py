"""Maps of fort.25: a density or a potential on a grid in a plane."""

from __future__ import annotations

from dataclasses import dataclass

from crystald.crystal.plotdata.fort25.records import PER_LINE, Record
from crystald.errors import ParseError
from crystald.models import Cell, Vector


@dataclass(frozen=True)
class PlaneMap:
    """Values on a parallelogram.

    Attributes
    ----------
    line
        Where its record begins.
    open_shell
        Whether charge and spin have maps of their own, in this order.
    corners_ang
        A, B and C: the grid goes from A to B and from B to C.
    steps_ang
        Between grid points along AB and along BC.
    values
        By rows along AB, shape (points along BC, points along AB): ``values[j][i]`` belongs to
        A + i AB / (n − 1) + j BC / (m − 1). In atomic units.
    numbers, positions_ang, cell_ang
        The atoms and the lattice that the record tells.
    dimensionality
        3 crystal, 2 slab, 1 polymer, 0 molecule.
    """

    line: int
    open_shell: bool
    corners_ang: Cell
    steps_ang: tuple[float, float]
    values: tuple[tuple[float, ...], ...]
    numbers: tuple[int, ...]
    positions_ang: tuple[Vector, ...]
    cell_ang: Cell
    dimensionality: int

    def place_ang(self, i: int, j: int) -> Vector:
        """Give the place of a grid point: i along AB, j along BC."""
        a, b, c = self.corners_ang
        s, t = i / max(1, len(self.values[0]) - 1), j / max(1, len(self.values) - 1)
        x, y, z = (a[k] + s * (b[k] - a[k]) + t * (c[k] - b[k]) for k in range(3))
        return x, y, z


def map_of(record: Record) -> PlaneMap:
    """Make a map of its record.

    Raises
    ------
    ParseError
        Its atoms or its lattice are no numbers.
    """
    count, dimensionality = record.integers
    where = record.line + 3 + -(-record.rows * record.columns // PER_LINE)
    lines = list(enumerate(record.after, where))
    atoms = [_atom(text, line) for line, text in lines[:count]]
    first, second, third = (_lattice_vector(text, line) for line, text in lines[count:])
    a, b, c = (record.second[i : i + 3] for i in (0, 3, 6))
    return PlaneMap(
        line=record.line,
        open_shell=record.open_shell,
        corners_ang=(_vector(a), _vector(b), _vector(c)),
        steps_ang=record.head[:2],
        values=tuple(record.points()),
        numbers=tuple(number for number, _ in atoms),
        positions_ang=tuple(place for _, place in atoms),
        cell_ang=(first, second, third),
        dimensionality=dimensionality,
    )


def _atom(text: str, line: int) -> tuple[int, Vector]:
    try:
        return int(text[:4]), _vector(tuple(float(word) for word in text.split()[2:]))
    except ValueError as error:
        raise ParseError(f"line {line}: {text.strip()[:60]!r} is not an atom") from error


def _lattice_vector(text: str, line: int) -> Vector:
    try:
        return _vector(tuple(float(word) for word in text.split()))
    except ValueError as error:
        raise ParseError(f"line {line}: {text.strip()[:60]!r} is not a lattice vector") from error


def _vector(values: tuple[float, ...]) -> Vector:
    x, y, z = values
    return x, y, z
