"""The k points of the SCF, of the Gilat net, and of the nets that NEWK makes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.rows import skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_POINT = re.compile(r"(\d+)-([RC])\( *(-?\d+) *(-?\d+) *(-?\d+)\)")
_NEWK_POINTS = re.compile(r" *POINTS IN THE IBZ *(\d{1,9}) POINTS\(GILAT NET\) *(\d{1,9})\s*$")
_NEWK_NET = re.compile(
    r" *SHRINK FACTORS\(MONK\.\) *(\d{1,9}) +(\d{1,9}) +(\d{1,9}) SHRINK FACTOR\(GILAT\) *(\d{1,9})\s*$"
)
_UNIT = re.compile(r"IN UNITS OF (?:IS *= *(\d+)|SHRINK FAC)")


@dataclass(frozen=True)
class KPoint:
    """A k point in units of 1/IS along each reciprocal vector; real or complex."""

    number: int
    real: bool
    indices: tuple[int, int, int]


def read_points(line: str, lines: Lines, out: Output) -> None:
    """Read the list below `` *** K POINTS COORDINATES (OBLIQUE COORDINATES IN UNITS OF IS =  8)``.

    ``   1-R(  0  0  0)   2-C(  1  0  0)   3-C(  2  0  0)   4-C(  3  0  0)``. Units: of each vector
    its own shrinking factor, where the line says ``IN UNITS OF SHRINK FAC.``.
    """
    if "K POINTS COORDINATES" not in line or not (unit := _UNIT.search(line)):
        return
    number = lines.number
    points: list[KPoint] = []
    while (found := _POINT.findall(skip_noise(lines))) and len(points) < ROWS_MAX:
        for index, kind, i, j, k in found:
            points.append(KPoint(int(index), kind == "R", (int(i), int(j), int(k))))
    lines.back()
    told = out.scratch.get("newk points") or out.n_k_points or len(points)
    if points and points[-1].number == len(points) == told:
        out.facts.put("k_point_list", tuple(points), number)
        out.facts.put("k_point_unit", int(unit[1]) if unit[1] else None, number)


def read_gilat(line: str, lines: Lines, out: Output) -> None:
    """Read `` SHRINKING FACTOR(GILAT NET)    8  NUMBER OF K POINTS(GILAT NET)     29``."""
    values = floats(line.partition("POINTS(GILAT NET)")[2])
    if values:
        out.facts.put("gilat_points", int(values[0]), lines.number)


def read_newk(line: str, lines: Lines, out: Output) -> None:
    """Read `` POINTS IN THE IBZ                 195 POINTS(GILAT NET)              1240`` of NEWK.

    Below it `` SHRINK FACTORS(MONK.)        18 18 18 SHRINK FACTOR(GILAT)             36``.
    """
    if found := _NEWK_POINTS.match(line):
        out.scratch["newk points"] = int(found[1])
        out.facts.put("newk_k_points", int(found[1]), lines.number)
        out.facts.put("newk_gilat_points", int(found[2]), lines.number)
    elif found := _NEWK_NET.match(line):
        out.facts.put("newk_shrink", tuple(map(int, found.groups()[:3])), lines.number)
        out.facts.put("newk_gilat_net", int(found[4]), lines.number)


K_POINTS: Final = Block(
    "k points",
    lambda: {
        "***": (read_points,),
        "SHRINKING": (read_gilat,),
        **dict.fromkeys(("POINTS", "SHRINK"), (read_newk,)),
    },
    (
        Property("k_point_list", "1/IS", "k points in the irreducible zone, by reciprocal vectors"),
        Property("k_point_unit", "", "IS of the list; absent where each vector has its own factor"),
        Property("gilat_points", "", "k points of the Gilat net"),
        Property("newk_k_points", "", "k points of NEWK's net in the irreducible zone"),
        Property("newk_shrink", "", "factors of NEWK's Monkhorst-Pack net"),
        Property("newk_gilat_net", "", "shrinking factor of NEWK's Gilat net"),
        Property("newk_gilat_points", "", "k points of NEWK's Gilat net"),
    ),
)
