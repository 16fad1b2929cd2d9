"""Neighbours of the atoms, shell by shell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.rows import is_blank, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_SHELL = re.compile(
    r" +(\d{1,6}) ([A-Z][A-Z]?)\d* +(\d{1,4}) +(\d*\.\d+) +(\d*\.\d+) +(\d{1,6}) ([A-Z][A-Z]?)"
)
_MORE = re.compile(r" {20,}\d{1,6} [A-Z]")

_TITLE = re.compile(r" +(?:N = NUMBER OF NEIGHBORS|ATOM +N +R/ANG)")


@dataclass(frozen=True)
class NeighbourShell:
    """Neighbours of an atom at one distance; `neighbour` is the element of the first of them."""

    atom: int
    symbol: str
    neighbours: int
    distance_ang: float
    neighbour: str


def read_neighbours(line: str, lines: Lines, out: Output) -> None:
    """Read the table below `` NEIGHBORS OF THE NON-EQUIVALENT ATOMS``.

    Rows ``   1 NI   6     2.0820     3.9344    3 O    0 0 0    3 O    0 0-1    4 O    0 0 0``, a
    blank line behind each atom, two behind the last.
    """
    if "OF THE NON-EQUIVALENT ATOMS" not in line:
        return
    number = lines.number
    shells = _shells(lines)
    if shells:
        out.facts.put_passing("neighbours", tuple(shells), number)
        shortest = min(one.distance_ang for one in shells)
        out.facts.put_passing("shortest_distance", shortest, number)


def _shells(lines: Lines) -> list[NeighbourShell]:
    shells: list[NeighbourShell] = []
    blanks = 0
    while len(shells) < ROWS_MAX and blanks < 2:
        row = skip_noise(lines)
        if found := _SHELL.match(row):
            symbol, count = found[2].title(), int(found[3])
            one = NeighbourShell(int(found[1]), symbol, count, float(found[4]), found[7].title())
            shells.append(one)
        elif not is_blank(row) and not _MORE.match(row) and not _TITLE.match(row):
            break
        blanks = blanks + 1 if is_blank(row) and shells else 0
    lines.back()
    return shells


NEIGHBOURS: Final = Block(
    "neighbours",
    lambda: {"NEIGHBORS": (read_neighbours,)},
    (
        Property("neighbours", "Å", "shells of neighbours of the non-equivalent atoms"),
        Property("shortest_distance", "Å", "shortest distance of the table"),
    ),
)
