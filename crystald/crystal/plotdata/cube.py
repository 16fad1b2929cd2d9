"""Cube files: DENS_CUBE.DAT, SPIN_CUBE.DAT and POT_CUBE.DAT, Gaussian's format in bohr."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

from crystald.crystal.plotdata.tables import TORN, need_numbers
from crystald.errors import ParseError
from crystald.models import Cell, Vector

POINTS_MAX = 200_000_000

_QUANTITIES = (("charge density", "density"), ("spin", "spin"), ("potential", "potential"))


@dataclass(frozen=True)
class Cube:
    """Values on a grid in space.

    Attributes
    ----------
    title
        The first line: what it is and the title of the run.
    quantity
        ``density``, ``spin``, ``potential`` by the title, None when it does not tell.
    shape
        Points along the three axes.
    origin_bohr, steps_bohr
        Of the grid. CRYSTAL's grids hold both ends of the cell: n steps are one less than points,
        and an integral over a cell must leave the last plane of each periodic axis out.
    numbers, positions_bohr
        The atoms.
    values
        In atomic units, the third axis fastest; length the product of `shape`.
    """

    title: str
    quantity: str | None
    shape: tuple[int, int, int]
    origin_bohr: Vector
    steps_bohr: Cell
    numbers: tuple[int, ...]
    positions_bohr: tuple[Vector, ...]
    values: array[float]

    def value(self, i: int, j: int, k: int) -> float:
        """Give the value at a grid point."""
        _, second, third = self.shape
        return self.values[(i * second + j) * third + k]


def read_cube(lines: Iterable[str]) -> Cube:
    """Read a cube file.

    Raises
    ------
    ParseError
        It is cut, holds what is no number, or more or fewer values than its grid has points.
    """
    source = _numbered(lines)
    title = next(source, (1, ""))[1]
    next(source, None)  # a comment, in which CRYSTAL writes the cell
    count, *origin = _row(source, 4, "atoms and origin")
    axes = [_row(source, 4, "an axis of the grid") for _ in range(3)]
    shape = _shape([row[0] for row in axes])
    if count != int(count) or not 0 <= count < 1e6:
        raise ParseError(f"line 3: {count:g} atoms", TORN)
    atoms = [_row(source, 5, "an atom") for _ in range(int(count))]
    first, second, third = (_vector(row[1:]) for row in axes)
    return Cube(
        title=title.strip(),
        quantity=_quantity(title),
        shape=shape,
        origin_bohr=_vector(origin),
        steps_bohr=(first, second, third),
        numbers=tuple(int(row[0]) for row in atoms),
        positions_bohr=tuple(_vector(row[2:]) for row in atoms),
        values=_values(source, prod(shape)),
    )


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((number, line.rstrip("\n")) for number, line in enumerate(lines, 1))


def _row(source: Iterator[tuple[int, str]], count: int, what: str) -> list[float]:
    number, text = next(source, (0, ""))
    if number == 0:
        raise ParseError(f"the file ends before the line of {what}", TORN)
    return need_numbers(text, number, count)


def _shape(counts: list[float]) -> tuple[int, int, int]:
    one, two, three = (int(count) for count in counts)
    if any(count != int(count) for count in counts) or min(one, two, three) < 1:
        raise ParseError(f"lines 4 to 6: a grid of {counts} points", TORN)
    if one * two * three > POINTS_MAX:
        raise ParseError(f"lines 4 to 6: a grid of {one} x {two} x {three} points")
    return one, two, three


def _values(source: Iterator[tuple[int, str]], count: int) -> array[float]:
    values, number = array("d"), 0
    for number, text in source:
        if text.strip():
            values.extend(need_numbers(text, number))
        if len(values) > count:
            break
    if len(values) != count:
        more = "more than" if len(values) > count else "only"
        found = count if len(values) > count else len(values)
        raise ParseError(f"line {number}: {more} {found} values on a grid of {count} points", TORN)
    return values


def _vector(row: list[float]) -> Vector:
    x, y, z = row
    return x, y, z


def _quantity(title: str) -> str | None:
    low = title.lower()
    return next((name for word, name in _QUANTITIES if low.strip().startswith(word)), None)
