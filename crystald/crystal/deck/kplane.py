"""Paths through the Brillouin zone of a slab, by the five plane lattices.

What counts is the point group that the atoms leave in the plane (an operation that also turns the
slab over acts on k as its part in the plane), together with k -> -k. A square cell whose atoms
keep only a mirror is rectangular here. Axes of the lattice are found from the operations, so that
any setting of the cell gives the same points.

Points, in terms of the reciprocal vectors of the axes A and B:

=============  =============================================================================
oblique        X (1/2, 0), Y (0, 1/2), C (1/2, 1/2); A, B reduced, their angle at most 90°
rectangular    X (1/2, 0), S (1/2, 1/2), Y (0, 1/2); A < B
centred        S (1/2, 1/2), Y (0, 1), SIGMA_0 (x, 0), C_0 (1 - x, 1), x = (1 + A²/B²) / 2, A < B
square         X (1/2, 0), M (1/2, 1/2)
hexagonal      M (1/2, 0), K (1/3, 1/3); the angle of A and B is 120°
=============  =============================================================================
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.errors import DeckError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Vector = tuple[float, float, float]
Plane = dict[str, tuple[float, float]]

_FIXED: Final[dict[str, tuple[Plane, str]]] = {
    "oblique": ({"X": (0.5, 0), "Y": (0, 0.5), "C": (0.5, 0.5)}, "GAMMA X C Y GAMMA C"),
    "rectangular": ({"X": (0.5, 0), "Y": (0, 0.5), "S": (0.5, 0.5)}, "GAMMA X S Y GAMMA S"),
    "square": ({"X": (0.5, 0), "M": (0.5, 0.5)}, "GAMMA X M GAMMA"),
    "hexagonal": ({"M": (0.5, 0), "K": (1 / 3, 1 / 3)}, "GAMMA M K GAMMA"),
}
"""Lattice -> its points and the path through them."""

_CENTRED: Final = "GAMMA S SIGMA_0 GAMMA Y C_0"


def plane_points(
    lattice_ang: tuple[Vector, ...],
    fractions: tuple[Vector, ...],
    numbers: tuple[int, ...],
    tolerance_ang: float,
) -> tuple[dict[str, tuple[float, ...]], list[tuple[str, str]]]:
    """Give the points of a slab and the path through them.

    Parameters
    ----------
    lattice_ang
        Vectors as rows; the first two are those of the plane.
    fractions
        Atoms: fractional along the first two, Å along the normal.
    numbers
        Their atomic numbers.
    tolerance_ang
        How far atoms may be from the places that symmetry gives them.

    Returns
    -------
    points, route
        Coordinates on the reciprocal vectors of the cell, the third always zero; pairs of names.

    Raises
    ------
    DeckError
        No symmetry can be found.
    """
    import numpy as np

    cell = np.array(lattice_ang)[:2, :2]
    lattice, axes = plane_lattice(cell, _operations(lattice_ang, fractions, numbers, tolerance_ang))
    if lattice == "centred":
        lengths = np.linalg.norm(axes @ cell, axis=1)
        x = (1 + (lengths[0] / lengths[1]) ** 2) / 2
        points: Plane = {"S": (0.5, 0.5), "Y": (0, 1), "SIGMA_0": (x, 0), "C_0": (1 - x, 1)}
        path = _CENTRED
    else:
        points, path = _FIXED[lattice]
    back = np.linalg.inv(axes).T
    found = {name: (*(np.array(k) @ back).tolist(), 0.0) for name, k in points.items()}
    found["GAMMA"] = (0.0, 0.0, 0.0)
    names = path.split()
    pairs = pairwise(names)  # those that coincide in this cell give no line
    return found, [(a, b) for a, b in pairs if not np.allclose(found[a], found[b], atol=1e-6)]


def _operations(
    lattice_ang: tuple[Vector, ...],
    fractions: tuple[Vector, ...],
    numbers: tuple[int, ...],
    tolerance_ang: float,
) -> list[NDArray[Any]]:
    """Find the point group in the plane: rotations of fractional coordinates, 2 x 2."""
    import numpy as np
    import spglib

    rows = np.array(lattice_ang)
    heights = np.array([x[2] for x in fractions])
    third = 3 * float(np.linalg.norm(rows[:2], axis=1).max()) + float(np.ptp(heights)) + 20
    cell = np.zeros((3, 3))
    cell[:2, :2], cell[2, 2] = rows[:2, :2], third
    places = np.array([(x[0], x[1], x[2] / third) for x in fractions])
    with announcements_ignored():
        found = spglib.get_symmetry((cell, places, numbers), symprec=tolerance_ang)
    if found is None:
        raise DeckError(
            "no path through the Brillouin zone of the slab can be found",
            "Look at the geometry that the parent step printed.",
        )
    flat = [w[:2, :2] for w in found["rotations"] if not (w[:2, 2].any() or w[2, :2].any())]
    return [sign * w for w in flat for sign in (1, -1)]


def plane_lattice(
    cell_ang: NDArray[Any], operations: list[NDArray[Any]]
) -> tuple[str, NDArray[Any]]:
    """Name the lattice that a point group keeps, and find its axes.

    Parameters
    ----------
    cell_ang
        The two vectors as rows, (2, 2).
    operations
        Rotations of fractional coordinates, with their opposites.

    Returns
    -------
    name, axes
        Whole numbers: the axes as rows, in terms of the vectors of the cell.
    """
    import numpy as np

    turns = {int(np.trace(w)) for w in operations if round(float(np.linalg.det(w))) == 1}
    mirror = next((w for w in operations if round(float(np.linalg.det(w))) == -1), None)
    if turns & {1, -1}:
        return "hexagonal", _reduced(cell_ang, obtuse=True)
    if 0 in turns:
        return "square", _reduced(cell_ang, obtuse=False)
    if mirror is None:
        return "oblique", _reduced(cell_ang, obtuse=False)
    axes = np.array(sorted((_kept(mirror), _kept(-mirror)), key=lambda axis: _rank(axis, cell_ang)))
    primitive = abs(round(float(np.linalg.det(axes)))) == 1
    return "rectangular" if primitive else "centred", axes


def _norm(axis: NDArray[Any], cell_ang: NDArray[Any]) -> float:
    import numpy as np

    return float(np.linalg.norm(axis @ cell_ang))


def _rank(axis: NDArray[Any], cell_ang: NDArray[Any]) -> tuple[float, float]:
    """Put the shorter axis first; of equal ones that along the first vector of the cell."""
    return round(_norm(axis, cell_ang), 5), -abs(float(axis @ cell_ang @ cell_ang[0]))


def _kept(mirror: NDArray[Any]) -> NDArray[Any]:
    """Find the shortest whole vector that a mirror keeps; its first number is positive."""
    import numpy as np

    columns = (mirror + np.eye(2, dtype=int)).T  # what W + 1 makes of any vector, W keeps
    vector = max(columns.tolist(), key=lambda v: abs(v[0]) + abs(v[1]))
    whole: NDArray[Any] = np.array(vector) // np.gcd.reduce(np.abs(vector))
    return -whole if (whole[0], whole[1]) < (0, 0) else whole


def _reduced(cell_ang: NDArray[Any], *, obtuse: bool) -> NDArray[Any]:
    """Reduce a cell after Lagrange; the second axis then points to the side that is asked for."""
    import numpy as np

    axes = np.eye(2, dtype=int)
    while True:
        if _norm(axes[0], cell_ang) > _norm(axes[1], cell_ang) + 1e-9:
            axes = axes[::-1].copy()
        one, two = axes @ cell_ang
        share = float(one @ two / (one @ one))
        if abs(share) < 0.5 + 1e-6:  # half a step either way is as good: keep what was given
            break
        axes[1] -= round(share) * axes[0]
    one, two = axes @ cell_ang
    if (float(one @ two) < -1e-6) != obtuse and abs(float(one @ two)) > 1e-6:
        axes[1] *= -1
    return axes
