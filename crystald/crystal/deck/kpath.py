"""The path of a band structure through the Brillouin zone, in CRYSTAL's integers.

For a crystal seekpath finds the points for the primitive cell *as CRYSTAL printed it*, so the
coordinates refer to the program's own reciprocal vectors; slabs follow `kplane`, polymers run from
GAMMA to X. Points at simple fractions are exact. Points whose place depends on the cell's
proportions (rhombohedral, body-centred tetragonal, face- and body-centred orthorhombic, centred
monoclinic and rectangular lattices) are met to within `INEXACT` by the smallest common denominator
up to `ISS_MAX` that does so; ``path: exact`` leaves them out instead. The labels are ours:
CRYSTAL's letters mean other points in some lattices.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import ceil, lcm
from typing import Any, Final

from crystald.crystal.deck.d3 import Integers, Segment
from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.crystal.deck.kplane import plane_points
from crystald.errors import DeckError

DENOMINATOR_MAX: Final = 24
"""Largest denominator of a point that counts as exact."""

ISS_MAX: Final = 1200
INEXACT: Final = 5e-4
"""Largest error of a coordinate that is not exact; `ISS_MAX` always gets below it."""

TOLERANCE_ANG: Final = 1e-4
"""Outputs print places to 12 digits."""

_GAMMA: Final = {"G": "GAMMA", "Γ": "GAMMA"}

Vector = tuple[float, float, float]
Cell = tuple[tuple[Vector, ...], tuple[Vector, ...], tuple[int, ...]]
Points = dict[str, tuple[float, ...]]
Route = list[tuple[str, str]]


@dataclass(frozen=True)
class KPath:
    """A path.

    Attributes
    ----------
    iss
        Common denominator of the points.
    segments
        In units of 1/iss, with the names of their ends.
    length_inv_ang
        Length of the whole path, Å⁻¹ (with the factor 2π).
    inexact
        Names of points that are met only approximately.
    error
        How far, at most, in units of a reciprocal vector.
    left_out
        Names of points that the path leaves out.
    lattice_only
        Whether the lattice alone decided, because the atoms repeat within the cell.
    """

    iss: int
    segments: tuple[Segment, ...]
    length_inv_ang: float
    inexact: tuple[str, ...] = ()
    error: float = 0.0
    left_out: tuple[str, ...] = ()
    lattice_only: bool = False

    def points(self, density: float, most: int) -> int:
        """Count the k points for a density per Å⁻¹; never fewer than 10 on a segment's average."""
        least = 10 * len(self.segments)
        return min(most, max(least, ceil(self.length_inv_ang * density)))


def find_path(
    lattice_ang: tuple[Vector, ...],
    fractions: tuple[Vector, ...],
    numbers: tuple[int, ...],
    *,
    periodicity: int = 3,
    exact: bool = False,
    route: Sequence[tuple[str, str]] | None = None,
    tolerance_ang: float = TOLERANCE_ANG,
) -> KPath:
    """Find the path of a crystal, a slab or a polymer.

    Parameters
    ----------
    lattice_ang
        Primitive vectors as rows, as the program printed them.
    fractions
        Atoms in terms of these vectors; Å along directions without periodicity.
    numbers
        Their atomic numbers.
    periodicity
        3, 2 (along the first two vectors), or 1 (along the first).
    exact
        Leave out points that have no exact integers.
    route
        Lines between points, by their names, instead of the usual ones; None for these.
    tolerance_ang
        How far atoms may be from the places that symmetry gives them.

    Raises
    ------
    DeckError
        No path can be found; a molecule has none; a name of the route is unknown.
    """
    lattice_only = False
    if periodicity == 3:
        points, usual, lattice_only = _crystal(lattice_ang, fractions, numbers, tolerance_ang)
    elif periodicity == 2:
        points, usual = plane_points(lattice_ang, fractions, numbers, tolerance_ang)
    elif periodicity == 1:
        points, usual = {"GAMMA": (0.0, 0.0, 0.0), "X": (0.5, 0.0, 0.0)}, [("GAMMA", "X")]
    else:
        raise DeckError(
            "a molecule has no bands", "Leave BAND out; its levels are in the output of the SP."
        )
    chosen = usual if route is None else _known(route, points)
    return _assemble(points, chosen, lattice_ang, exact=exact, lattice_only=lattice_only)


def read_route(text: str) -> Route:
    """Read a route: names with ``-`` between, ``|`` where it jumps; G is GAMMA.

    Examples
    --------
    >>> read_route("GAMMA-X-M|R-X")
    [('GAMMA', 'X'), ('X', 'M'), ('R', 'X')]

    Raises
    ------
    DeckError
        A part has no line, or a line no length.
    """
    found: Route = []
    for part in text.split("|"):
        names = [_GAMMA.get(word.strip(), word.strip()) for word in part.split("-")]
        found += pairwise(names)
        if len(names) < 2 or not all(names) or any(a == b for a, b in pairwise(names)):
            raise DeckError(f"{text!r} is no path", "Write names of points such as GAMMA-X-M|R-X.")
    return found


def _known(route: Sequence[tuple[str, str]], points: Points) -> Route:
    unknown = sorted({name for pair in route for name in pair} - points.keys())
    if unknown:
        raise DeckError(
            f"the zone of this lattice has no point {', '.join(unknown)}",
            f"Its points are {', '.join(sorted(points))}.",
        )
    return list(route)


def _assemble(
    points: Points,
    route: Route,
    lattice_ang: tuple[Vector, ...],
    *,
    exact: bool,
    lattice_only: bool,
) -> KPath:
    """Put a path into whole numbers."""
    simple = {name: _simple(k) for name, k in points.items()}
    left_out = {n for pair in route for n in pair if not simple[n]} if exact else set()
    route = [pair for pair in route if not set(pair) & left_out]
    if not route:
        raise DeckError("no segment of the path has exact ends", "Set path to all.")
    used = {name: points[name] for pair in route for name in pair}
    iss = _common(used, simple)
    whole = {name: _integers(k, iss) for name, k in used.items()}
    return KPath(
        iss=iss,
        segments=tuple(Segment(whole[a], whole[b], (a, b)) for a, b in route),
        length_inv_ang=_length(whole, route, iss, lattice_ang),
        inexact=tuple(sorted(name for name in used if not simple[name])),
        error=_error({name: k for name, k in used.items() if not simple[name]}, iss),
        left_out=tuple(sorted(left_out)),
        lattice_only=lattice_only,
    )


def _length(
    whole: dict[str, Integers], route: Route, iss: int, lattice_ang: tuple[Vector, ...]
) -> float:
    import numpy as np

    reciprocal = 2 * np.pi * np.linalg.inv(np.array(lattice_ang)).T
    steps = [(np.array(whole[b]) - np.array(whole[a])) / iss for a, b in route]
    return sum(float(np.linalg.norm(step @ reciprocal)) for step in steps)


def _crystal(
    lattice_ang: tuple[Vector, ...],
    fractions: tuple[Vector, ...],
    numbers: tuple[int, ...],
    tolerance_ang: float,
) -> tuple[Points, Route, bool]:
    found, lattice_only = _seek((lattice_ang, fractions, numbers), tolerance_ang)
    points = {_name(name): tuple(map(float, k)) for name, k in found["point_coords"].items()}
    return points, [(_name(a), _name(b)) for a, b in found["path"]], lattice_only


def _name(theirs: str) -> str:
    """Name a point; people read G as GAMMA, and one lattice (tI2) has another point of that name."""
    return "G_1" if theirs == "G" else str(theirs)


def _seek(cell: Cell, tolerance_ang: float) -> tuple[Any, bool]:
    """Ask seekpath; tell whether the atoms had to be set aside.

    Where the atoms repeat within the cell, seekpath would answer for the smaller cell, whose
    points are copies of GAMMA and of others here: the lattice alone decides then.
    """
    import seekpath
    from seekpath import SupercellWarning
    from seekpath.hpkot import EdgeCaseWarning, SymmetryDetectionError

    try:
        with announcements_ignored():
            warnings.simplefilter("ignore", EdgeCaseWarning)  # either path is right there
            warnings.simplefilter("error", SupercellWarning)
            return seekpath.get_path_orig_cell(cell, symprec=tolerance_ang), False
    except SupercellWarning:
        with announcements_ignored():
            warnings.simplefilter("ignore", EdgeCaseWarning)
            alone = (cell[0], ((0.0, 0.0, 0.0),), (1,))
            return seekpath.get_path_orig_cell(alone, symprec=tolerance_ang), True
    except (SymmetryDetectionError, ValueError) as error:
        raise DeckError(
            f"no path through the Brillouin zone can be found ({error})",
            "Look at the geometry that the parent step printed.",
        ) from error


@lru_cache(maxsize=256)
def _fraction(x: float) -> Fraction:
    """Find the simple fraction that is nearest; most coordinates are the same few."""
    return Fraction(x).limit_denominator(DENOMINATOR_MAX)


def _simple(k: tuple[float, ...]) -> bool:
    return all(abs(_fraction(x) - x) < 1e-5 for x in map(float, k))


def _common(points: Points, simple: dict[str, bool]) -> int:
    """Find the denominator: exact for simple points, as good as asked for the others."""
    exact = lcm(
        *(_fraction(float(x)).denominator for name, k in points.items() if simple[name] for x in k)
    )
    rough = {name: k for name, k in points.items() if not simple[name]}
    if not rough:
        return exact
    choices = range(exact, max(ISS_MAX, exact) + 1, exact)
    return next(
        (iss for iss in choices if _error(rough, iss) < INEXACT),
        min(choices, key=lambda iss: _error(rough, iss)),
    )


def _error(points: Points, iss: int) -> float:
    return max((abs(round(x * iss) / iss - x) for k in points.values() for x in k), default=0.0)


def _integers(k: tuple[float, ...], iss: int) -> Integers:
    return (round(k[0] * iss), round(k[1] * iss), round(k[2] * iss))
