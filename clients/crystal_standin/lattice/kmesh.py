"""Monkhorst-Pack and Gilat nets: k points in the irreducible part, and their weights."""

from __future__ import annotations

import dataclasses

import numpy as np

from crystal_standin.events import RefusalError
from crystal_standin.lattice.groups import Floats, Ints
from crystal_standin.lattice.structure import Crystal


@dataclasses.dataclass(frozen=True, slots=True)
class Mesh:
    """A net of k points.

    Attributes
    ----------
    shrink : tuple of 3 int
        Subdivisions along the reciprocal vectors.
    indices : (k, 3) int
        The irreducible points in units of 1/shrink.
    weights : (k,) float
        Their share of the net; the sum is one.
    """

    shrink: tuple[int, int, int]
    indices: Ints
    weights: Floats

    @property
    def points(self) -> Floats:
        """Fractional coordinates on the reciprocal vectors, (k, 3)."""
        return np.asarray(self.indices / np.array(self.shrink, dtype=float), dtype=np.float64)

    @property
    def real(self) -> list[bool]:
        """Which points are their own opposite (real eigenvectors)."""
        doubled = 2 * self.indices % np.array(self.shrink)
        return [bool(np.all(row == 0)) for row in doubled]


def reciprocal_rotations(crystal: Crystal) -> Floats:
    """Return the point group on reciprocal axes, time reversal included, (m, 3, 3)."""
    direct = np.unique(crystal.rotations, axis=0)
    inverse = np.round(np.linalg.inv(direct), 9) + 0.0
    both = np.concatenate([inverse.transpose(0, 2, 1), -inverse.transpose(0, 2, 1)])
    return np.unique(both, axis=0)


def check_shrink(crystal: Crystal, shrink: tuple[int, int, int]) -> None:
    """Refuse factors that the point group does not keep.

    Raises
    ------
    RefusalError
        Equivalent reciprocal vectors have different factors.
    """
    factors = np.array(along_periodic(crystal, shrink), dtype=float)
    scaled = reciprocal_rotations(crystal) * factors[None, :, None] / factors[None, None, :]
    periodic = slice(0, crystal.group.dimension)
    scaled = scaled[:, periodic, periodic]
    if np.abs(scaled - np.rint(scaled)).max(initial=0.0) > 1e-9:
        text = "ANISOTROPIC SHRINKING FACTOR NOT CONSISTENT WITH SYMMETRY"
        raise RefusalError("SHRINK", text, f"factors {shrink} on equivalent reciprocal vectors")


def along_periodic(crystal: Crystal, shrink: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the factors with 1 along open directions, whatever the deck says there."""
    first, second, third = (
        factor if axis < crystal.group.dimension else 1 for axis, factor in enumerate(shrink)
    )
    return first, second, third


def irreducible(crystal: Crystal, shrink: tuple[int, int, int]) -> Mesh:
    """Return the irreducible points of a net, the first index running fastest."""
    shrink = along_periodic(crystal, shrink)
    sizes = np.array(shrink)
    third, second, first = np.mgrid[0 : sizes[2], 0 : sizes[1], 0 : sizes[0]].reshape(3, -1)
    grid = np.stack([first, second, third], axis=1)
    place = np.array([1, sizes[0], sizes[0] * sizes[1]])
    lowest = grid @ place
    for rotation in reciprocal_rotations(crystal):
        scaled = rotation * sizes[:, None] / sizes[None, :]
        images = grid @ np.rint(scaled).astype(np.int64).T % sizes
        lowest = np.minimum(lowest, images @ place)
    kept, counts = np.unique(lowest, return_counts=True)
    return Mesh(shrink, grid[kept], counts / len(grid))
