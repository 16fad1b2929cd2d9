"""Reading fort.34: lattice, symmetry operators and atoms, all Cartesian, in Å."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from crystald.crystal.geometry_files.values import Fort34, Operator
from crystald.errors import ParseError
from crystald.models import Cell, Vector

OPERATORS_MAX, ATOMS_MAX = 192, 1_000_000
LENGTH_MAX_ANG = 1e5
ORTHOGONAL = 1e-3
TORN = "The file is torn or not a fort.34: take the geometry from the output instead."

_HEAD = re.compile(r"\s*([0-3])\s+([1-7])\s+([1-9])(?=\s|$)(.*)")
_ENERGY = re.compile(r"\bE\s*(-?\d+\.\d+(?:[ED][-+]\d+)?)")
_FLOAT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[EDed][-+]?\d{1,3})?")


class _Lines:
    """The lines of a file, one after another, with their numbers."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.number = 0

    def next(self, what: str) -> str:
        """Give the next line; the error names what was expected there."""
        self.number += 1
        for line in self._lines:
            return line.rstrip("\n")
        raise ParseError(f"line {self.number}: the file ends before {what}", TORN)

    def rest(self) -> str | None:
        """Give the next line that is not empty, None at the end."""
        for line in self._lines:
            self.number += 1
            if line.strip():
                return line
        return None

    def error(self, text: str, what: str) -> ParseError:
        return ParseError(f"line {self.number}: {text.strip()[:60]!r} is not {what}", TORN)


def looks_like_fort34(line: str) -> bool:
    """Tell whether a first line could be one: ``3   5   6`` with perhaps an energy behind it."""
    found = _HEAD.fullmatch(line.rstrip("\n"))
    return found is not None and (not found[4].strip() or _ENERGY.search(found[4]) is not None)


def read_fort34(lines: Iterable[str]) -> Fort34:
    """Read fort.34, an optcNNN or optaNNN file.

    The layout is that of real files of CRYSTAL14 to 23: dimension, centring and crystal type,
    perhaps an energy; three lattice vectors; number of operators; three rows and a translation for
    each; number of atoms; ``NAT x y z``; group and number of operators, sometimes missing.

    Raises
    ------
    ParseError
        The file is cut, holds what is no number, an operator that is no rotation, or a lattice
        without volume.
    """
    source = _Lines(lines)
    head = source.next("the dimension")
    found = _HEAD.fullmatch(head)
    if found is None or not looks_like_fort34(head):
        raise source.error(head, "dimension, centring and crystal type such as 3 1 1")
    energy = _ENERGY.search(found[4])
    cell = _rows(source, "a lattice vector")
    if not abs(_volume(cell)) > 1e-6:
        raise ParseError(f"line {source.number}: the lattice vectors have no volume", TORN)
    operators = _operators(source)
    numbers, positions = _atoms(source)
    return Fort34(
        dimensionality=int(found[1]),
        centring=int(found[2]),
        crystal_type=int(found[3]),
        cell_ang=cell,
        operators=operators,
        numbers=numbers,
        positions_ang=positions,
        group=_group(source, len(operators)),
        energy_ha=float(energy[1].replace("D", "E")) if energy else None,
    )


def _operators(source: _Lines) -> tuple[Operator, ...]:
    count = _count(source, "the number of symmetry operators", OPERATORS_MAX)
    found = []
    for _ in range(count):
        rotation = _rows(source, "a row of a symmetry operator")
        if not _orthogonal(rotation):
            raise ParseError(f"line {source.number}: the rows above are no rotation", TORN)
        found.append(Operator(rotation, _vector(source, "the translation of an operator")))
    return tuple(found)


def _atoms(source: _Lines) -> tuple[tuple[int, ...], tuple[Vector, ...]]:
    count = _count(source, "the number of atoms", ATOMS_MAX)
    numbers, positions = [], []
    for _ in range(count):
        text = source.next("an atom")
        number, _, rest = text.strip().partition(" ")
        if not number.isdecimal() or len(number) > 4:
            raise source.error(text, "an atom")
        numbers.append(int(number))
        positions.append(_three(source, rest, "an atom"))
    return tuple(numbers), tuple(positions)


def _group(source: _Lines, operators: int) -> int | None:
    text = source.rest()
    if text is None:
        return None
    words = text.split()
    if len(words) < 2 or not all(word.isdecimal() and len(word) < 5 for word in words[:2]):
        raise source.error(text, f"a group and {operators} operators")
    return int(words[0])


def _count(source: _Lines, what: str, most: int) -> int:
    text = source.next(what)
    word = (text.split() or [""])[0]
    if not word.isdecimal() or not 1 <= int(word[:9]) <= most:
        raise source.error(text, f"{what} (1 to {most})")
    return int(word)


def _rows(source: _Lines, what: str) -> Cell:
    return _vector(source, what), _vector(source, what), _vector(source, what)


def _vector(source: _Lines, what: str) -> Vector:
    return _three(source, source.next(what), what)


def _three(source: _Lines, text: str, what: str) -> Vector:
    found = [match.group() for match in _FLOAT.finditer(text)]
    if len(found) != 3 or _FLOAT.sub("", text).strip():
        raise source.error(text, what)
    x, y, z = (float(word.upper().replace("D", "E")) for word in found)
    if not max(abs(x), abs(y), abs(z)) <= LENGTH_MAX_ANG:
        raise source.error(text, f"{what} of possible size")
    return x, y, z


def _volume(cell: Cell) -> float:
    (a, b, c), (d, e, f), (g, h, i) = cell
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _orthogonal(rows: Cell) -> bool:
    return all(
        abs(math.fsum(x * y for x, y in zip(rows[i], rows[j], strict=True)) - (i == j)) < ORTHOGONAL
        for i in range(3)
        for j in range(i, 3)
    )
