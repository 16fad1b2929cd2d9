"""Operations of a layer against those of CRYSTAL's 80 groups: which group, on which cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.layers import SYMBOLS, is_symmorphic
from crystald.crystal.deck.geometry.operations import layer_operations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]

ORIGINS: Final = (0.0, 0.25, 0.5, 0.75)
STEPS: Final = 24
"""Translations of operations are multiples of 1/24."""

Key = frozenset[tuple[int, ...]]


@dataclass(frozen=True)
class Fit:
    """A layer group that operations are, on a cell.

    Attributes
    ----------
    group
        CRYSTAL's number.
    basis
        Columns: the vectors of its cell in terms of the old ones.
    origin
        Its origin in old coordinates.
    operations
        In the new coordinates, centrings included.
    lattice_points
        The old lattice vectors in new coordinates, to fill a larger cell.
    """

    group: int
    basis: NDArray[Any]
    origin: NDArray[Any]
    operations: Operations
    lattice_points: tuple[tuple[float, float, float], ...]

    @property
    def symmorphic(self) -> bool:
        """Whether the group's symbol fixes every operation."""
        return is_symmorphic(self.group)


def fit_layer(
    operations: Operations, *, origins: bool = False, way: NDArray[Any] | None = None
) -> Fit | None:
    """Find the group and the cell, nearest to the old one, on which operations are CRYSTAL's.

    Parameters
    ----------
    operations
        Rotations and translations with nothing along z.
    origins
        Whether the origin may be moved, by quarters.
    way : (3, 3) array or None
        From coordinates of the input to the old ones: the cell is then the one nearest to that of
        the input, with its upper side up.
    """
    import numpy as np

    moves = list(product(ORIGINS, repeat=2)) if origins else [(0.0, 0.0)]
    for basis in _bases() if way is None else sorted(_bases(), key=_far_from(way)):
        changed = _on_basis(operations, basis)
        if changed is None:
            continue
        for x, y in moves:
            new = np.array([x, y, 0.0])
            shifted = changed[1] + changed[0] @ new - new
            if group := _groups().get(_key(changed[0], shifted)):
                points = (
                    np.linalg.inv(basis) @ np.array([[i, j, 0] for i in (0, 1) for j in (0, 1)]).T
                )
                return Fit(
                    group,
                    basis,
                    basis @ new,
                    (changed[0], shifted - np.floor(shifted + 1e-9)),
                    tuple((float(p[0]), float(p[1]), float(p[2])) for p in points.T),
                )
    return None


def symmorphic_part(operations: Operations) -> tuple[Operations, NDArray[Any]]:
    """Take the operations that leave a point in its place, the point where they are most.

    Lattice translations and centrings stay.

    Returns
    -------
    operations
        With the point as origin.
    point : (3,) array
        In the coordinates of the input.
    """
    import numpy as np

    rotations, translations = operations
    best: tuple[int, NDArray[Any], NDArray[Any]] | None = None
    for x, y in product(np.arange(8) / 8, repeat=2):
        point = np.array([x, y, 0.0])
        moved = translations + rotations @ point - point
        stays = (np.abs(moved - np.rint(moved)) < 1e-3).all(axis=1)
        count = len(np.unique(rotations[stays].reshape(-1, 9), axis=0))
        if best is None or count > best[0]:
            best = (count, stays, point)
    assert best is not None  # noqa: S101 - the origin itself is a candidate
    _, stays, point = best
    kept = np.unique(rotations[stays], axis=0)
    centrings = translations[(rotations == np.eye(3)).all(axis=(1, 2))]
    pairs = [(r, t) for r in kept for t in centrings]
    return (np.array([r for r, _ in pairs]), np.array([t for _, t in pairs])), point


@cache
def _bases() -> tuple[NDArray[Any], ...]:
    """List the cells to try: nearest to the old one first, the right-handed ones."""
    import numpy as np

    found = []
    for unit in (1.0, 0.5):
        for entries in product((0, 1, -1), repeat=4):
            plane = np.array(entries).reshape(2, 2) * unit
            size = float(np.linalg.det(plane))
            if abs(size) < 0.4 or (unit < 1 and not np.all(plane)):
                continue
            basis = np.eye(3)
            basis[:2, :2], basis[2, 2] = plane, np.sign(size)
            found.append(basis)
    return tuple(sorted(found, key=_farness))


def _farness(basis: NDArray[Any]) -> tuple[float, ...]:
    import numpy as np

    away = np.abs(basis - np.eye(3))
    return (abs(np.log(abs(float(np.linalg.det(basis))))), float(away.sum()), *away.ravel())


def _far_from(way: NDArray[Any]) -> Callable[[NDArray[Any]], tuple[float, ...]]:
    """Rank cells by what becomes of the axes of the input, the upper side before all."""
    import numpy as np

    def far(basis: NDArray[Any]) -> tuple[float, ...]:
        whole = np.linalg.inv(basis) @ way
        away = float(np.abs(whole[:2, :2] - np.eye(2)).sum())
        return (_farness(basis)[0], float(whole[2, 2] < 0), round(away, 6), *_farness(basis))

    return far


def _on_basis(operations: Operations, basis: NDArray[Any]) -> Operations | None:
    """Write operations on another cell; None where it is no cell of theirs."""
    import numpy as np

    back = np.linalg.inv(basis)
    if not _are_translations(basis, operations):
        return None
    rotations = back @ operations[0] @ basis
    if np.abs(rotations - np.rint(rotations)).max() > 1e-6:
        return None
    points = np.array([back @ (i, j, 0) for i in (0, 1) for j in (0, 1)])
    points = np.unique(np.round(points - np.floor(points + 1e-6), 6), axis=0)
    translations = (operations[1] @ back.T)[:, None, :] + points[None, :, :]
    spread = np.repeat(np.rint(rotations), len(points), axis=0)
    return _without_doubles(spread, translations.reshape(-1, 3))


def _are_translations(basis: NDArray[Any], operations: Operations) -> bool:
    """Tell whether the vectors of a cell are lattice translations or centrings."""
    import numpy as np

    centrings = operations[1][(operations[0] == np.eye(3)).all(axis=(1, 2))]
    away = basis.T[:2, None, :2] - centrings[None, :, :2]
    return bool((np.abs(away - np.rint(away)) < 1e-6).all(axis=2).any(axis=1).all())


def _without_doubles(rotations: NDArray[Any], translations: NDArray[Any]) -> Operations:
    import numpy as np

    codes = np.hstack([rotations.reshape(-1, 9), _steps(translations)])
    _, first = np.unique(codes, axis=0, return_index=True)
    return rotations[first], translations[first]


def _steps(translations: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return np.asarray(np.rint(translations * STEPS).astype(int) % STEPS)


def _key(rotations: NDArray[Any], translations: NDArray[Any]) -> Key:
    import numpy as np

    codes = np.hstack([np.rint(rotations.reshape(-1, 9)).astype(int), _steps(translations)])
    return frozenset(map(tuple, codes.tolist()))


@cache
def _groups() -> dict[Key, int]:
    return {_key(*layer_operations(group)): group for group in range(1, len(SYMBOLS) + 1)}
