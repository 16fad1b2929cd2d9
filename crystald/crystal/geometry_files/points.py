"""The points of an optimisation: optcNNN (cell and atoms) and optaNNN (atoms) files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crystald.crystal.geometry_files.read_fort34 import read_fort34
from crystald.crystal.geometry_files.values import Fort34
from crystald.errors import ParseError

_NAME = re.compile(r"opt[ac](\d{3,})")


@dataclass(frozen=True)
class Point:
    """A point whose file is whole."""

    number: int
    name: str
    geometry: Fort34


def point_number(name: str) -> int | None:
    """Tell the number of a point by its file's name (``optc012``), None for another file."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def last_point(
    names: Iterable[str], open_file: Callable[[str], Iterable[str] | None]
) -> Point | None:
    """Find the last point whose file is whole; a killed program tears the one it was writing.

    Parameters
    ----------
    names
        Of the files there; others than points are passed over.
    open_file
        Gives the lines of a file, None when it has gone.
    """
    numbered = [(number, name) for name in names if (number := point_number(name)) is not None]
    for number, name in sorted(numbered, reverse=True):
        geometry = _whole(open_file(name))
        if geometry is not None:
            return Point(number, name, geometry)
    return None


def _whole(lines: Iterable[str] | None) -> Fort34 | None:
    try:
        geometry = read_fort34(lines or ())
    except ParseError:
        return None
    return geometry if geometry.group is not None else None  # the last line ends every point
