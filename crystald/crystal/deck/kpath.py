"""The path of a band structure through the Brillouin zone, in CRYSTAL's integers.

seekpath finds the points for the primitive cell *as CRYSTAL printed it*, so the coordinates refer
to the program's own reciprocal vectors. Points at simple fractions are exact. Points whose place
depends on the cell's proportions (rhombohedral, body-centred tetragonal, face- and body-centred
orthorhombic, centred monoclinic lattices) are met to within `INEXACT` by the smallest common
denominator up to `ISS_MAX` that does so; ``path: exact`` leaves them out instead. The labels are
ours: CRYSTAL's letters mean other points in some lattices.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import Any, Final

from crystald.crystal.deck.d3 import Integers, Segment
from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.errors import DeckError

DENOMINATOR_MAX: Final = 24
"""Largest denominator of a point that counts as exact."""

ISS_MAX: Final = 1000
INEXACT: Final = 6e-4
"""Largest error of a coordinate that is not exact; half a step of the finest denominator."""

Vector = tuple[float, float, float]


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
    left_out
        Names of points that the path leaves out.
    lattice_only
        Whether the lattice alone decided, because the atoms repeat within the cell.
    """

    iss: int
    segments: tuple[Segment, ...]
    length_inv_ang: float
    inexact: tuple[str, ...] = ()
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
    exact: bool = False,
) -> KPath:
    """Find the path of a crystal.

    Parameters
    ----------
    lattice_ang
        Primitive vectors as rows, as the program printed them.
    fractions
        Atoms in terms of these vectors.
    numbers
        Their atomic numbers.
    exact
        Leave out points that have no exact integers.

    Raises
    ------
    DeckError
        No path can be found.
    """
    import numpy as np

    found, lattice_only = _seek(lattice_ang, fractions, numbers)
    points = {name: tuple(map(float, k)) for name, k in found["point_coords"].items()}
    path = [(str(a), str(b)) for a, b in found["path"]]
    simple = {name: _simple(k) for name, k in points.items()}
    left_out = (
        tuple(sorted(n for pair in path for n in set(pair) if not simple[n])) if exact else ()
    )
    path = [pair for pair in path if not set(pair) & set(left_out)]
    if not path:
        raise DeckError("no segment of the path has exact ends", "Set path to all.")
    used = {name: points[name] for pair in path for name in pair}
    iss = _common(used, simple)
    whole = {name: _integers(k, iss) for name, k in used.items()}
    reciprocal = 2 * np.pi * np.linalg.inv(np.array(lattice_ang)).T
    length = sum(float(np.linalg.norm(_step(whole, p, iss) @ reciprocal)) for p in path)
    return KPath(
        iss=iss,
        segments=tuple(Segment(whole[a], whole[b], (a, b)) for a, b in path),
        length_inv_ang=length,
        inexact=tuple(sorted(name for name in used if not simple[name])),
        left_out=tuple(dict.fromkeys(left_out)),
        lattice_only=lattice_only,
    )


def _seek(
    lattice: tuple[Vector, ...], fractions: tuple[Vector, ...], numbers: tuple[int, ...]
) -> tuple[Any, bool]:
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
            return seekpath.get_path_orig_cell((lattice, fractions, numbers), symprec=1e-4), False
    except SupercellWarning:
        with announcements_ignored():
            warnings.simplefilter("ignore", EdgeCaseWarning)
            alone = (lattice, ((0.0, 0.0, 0.0),), (1,))
            return seekpath.get_path_orig_cell(alone, symprec=1e-4), True
    except (SymmetryDetectionError, ValueError) as error:
        raise DeckError(
            f"no path through the Brillouin zone can be found ({error})",
            "Look at the geometry that the parent step printed.",
        ) from error


def _simple(k: tuple[float, ...]) -> bool:
    return all(
        abs(Fraction(x).limit_denominator(DENOMINATOR_MAX) - x) < 1e-5 for x in map(float, k)
    )


def _common(points: dict[str, tuple[float, ...]], simple: dict[str, bool]) -> int:
    """Find the denominator: exact for simple points, as good as asked for the others."""
    exact = lcm(
        *(
            Fraction(x).limit_denominator(DENOMINATOR_MAX).denominator
            for name, k in points.items()
            if simple[name]
            for x in k
        )
    )
    if all(simple[name] for name in points):
        return exact
    return min(
        range(exact, max(ISS_MAX, exact) + 1, exact),
        key=lambda iss: (max(_error(points, iss), INEXACT), iss),
    )


def _error(points: dict[str, tuple[float, ...]], iss: int) -> float:
    return max(abs(round(x * iss) / iss - x) for k in points.values() for x in k)


def _integers(k: tuple[float, ...], iss: int) -> Integers:
    return (round(k[0] * iss), round(k[1] * iss), round(k[2] * iss))


def _step(points: dict[str, Integers], pair: tuple[str, str], iss: int) -> Any:
    import numpy as np

    return (np.array(points[pair[1]]) - np.array(points[pair[0]])) / iss
