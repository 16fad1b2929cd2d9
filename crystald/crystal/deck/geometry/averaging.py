"""Atoms moved to where a group of operations has them: the mean of their images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.orbits import differences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]

IMAGES: Final = 4.0
"""Images of atoms that are off their places, about elements that are, too, are so far off."""


def averaged(
    cell: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    operations: Operations,
    periodicity: int,
    tolerance_ang: float,
) -> NDArray[Any] | None:
    """Average every atom over its images.

    Parameters
    ----------
    cell
        Positions (fractions; ångström along open directions), numbers, and the lattice (rows, Å).
    operations
        Of a group, on these axes.
    periodicity
        Periodic directions.
    tolerance_ang
        How far an atom may be from its symmetric place.

    Returns
    -------
    positions : (n, 3) array or None
        None where an atom is farther away, or an operation carries two atoms to one.
    """
    import numpy as np

    positions, _, lattice = cell
    total = np.zeros_like(positions)
    for rotation, translation in zip(*operations, strict=True):
        images = positions @ rotation.T + translation
        met = partners(images, cell, periodicity, IMAGES * tolerance_ang)
        if met is None:
            return None
        away = differences(images - positions[met], periodicity)
        total[met] += positions[met] + away
    ideal = np.asarray(total / len(operations[0]))
    away = np.linalg.norm((ideal - positions) @ lattice, axis=1)
    return ideal if away.max() < tolerance_ang else None


def partners(
    images: NDArray[Any],
    cell: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    periodicity: int,
    tolerance_ang: float,
) -> NDArray[Any] | None:
    """Find the atom of its element on which each image lies; None where one has none of its own."""
    import numpy as np

    positions, numbers, lattice = cell
    met = np.empty(len(positions), dtype=int)
    kinds, counts = np.unique(numbers, return_counts=True)
    for number in kinds[np.argsort(counts)]:  # the rarest refuse at the least cost
        alike = np.flatnonzero(numbers == number)
        delta = differences(images[alike][:, None, :] - positions[alike][None, :, :], periodicity)
        distances = np.linalg.norm(delta @ lattice, axis=2)
        if distances.min(axis=1).max() > tolerance_ang:
            return None
        met[alike] = alike[distances.argmin(axis=1)]
    return met if len(np.unique(met)) == len(met) else None
