"""Maps and grids of the properties program: how many points, and between which values."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_EXTREMES = re.compile(
    r" +(\S.{0,60}?) +- VALMIN +(-?\d*\.\d+E[-+]\d+) +VALMAX +(-?\d*\.\d+E[-+]\d+)\s*$"
)
_GRID = re.compile(r"GRID IS +(\d+)\*(\d+)\*(\d+)\s*$")


@dataclass(frozen=True)
class MapRange:
    """Lowest and highest value of a map, in atomic units; what it is of, as printed."""

    quantity: str
    lowest: float
    highest: float


class Maps:
    """Readers that gather the maps of a run."""

    def __init__(self) -> None:
        self.ranges: deque[MapRange] = deque(maxlen=ROWS_MAX)

    def read_range(self, line: str, lines: Lines, out: Output) -> None:
        """Read ``    ALPHA+BETA ELECTRONS DENSITY - VALMIN  2.8095E-03 VALMAX  1.9553E+02``.

        Of two components ``    X-COMP MAGNETIZATION     m_x - VALMIN -4.6202E-17 VALMAX  9.2052E-17``.
        """
        if "VALMIN" not in line or not (found := _EXTREMES.match(line.rstrip())):
            return
        quantity = " ".join(found[1].split())
        self.ranges.append(MapRange(quantity, float(found[2]), float(found[3])))
        out.facts.put("map_ranges", self.ranges, lines.number)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        words = ("ALPHA+BETA", "ALPHA-BETA", "PARTICLE-NUMBER", "X-COMP", "Y-COMP", "Z-COMP")
        return {
            **dict.fromkeys(words, (self.read_range,)),
            "N.": (read_points,),
            "3D": (read_grid,),
        }


def read_points(line: str, lines: Lines, out: Output) -> None:
    """Read `` N. OF POINTS IN THE GRID :               2500``."""
    _, found, number = line.partition("POINTS IN THE GRID :")
    if found and (values := floats(number)):
        out.facts.put("map_points", int(values[0]), lines.number)


def read_grid(line: str, lines: Lines, out: Output) -> None:
    """Read `` 3D DENSITY, GRID IS 100*100*646``."""
    if found := _GRID.search(line.rstrip()):
        grid = (int(found[1]), int(found[2]), int(found[3]))
        out.facts.put("grid_of_cube", grid, lines.number)


MAPS: Final = Block(
    "maps",
    lambda: Maps().readers(),
    (
        Property("map_points", "", "points of a map"),
        Property("map_ranges", "a.u.", "lowest and highest value of each map"),
        Property("grid_of_cube", "", "points of a grid in space, by its axes"),
    ),
)
