"""The shortest bond of a structure, measured against the covalent radii of its atoms."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

Bond = tuple[float, int, int, float]
"""Distance over sum of radii, both atoms from 0, the distance in Å."""

AT_ONCE: Final = 200_000
"""Distances computed at once: large cells in little memory."""

ALIKE: Final = 9
"""Decimals to which bonds agree that symmetry makes alike; of these the first atoms are told."""

STEPS_MAX: Final = 10
"""Most cells that are looked at to either side; flatter ones than half an ångström are garbage."""


def shortest_bond(structure: Structure) -> Bond | None:
    """Find the pair of atoms that is shortest against its radii; an atom and its image are one too.

    Returns
    -------
    Bond or None
        None where no two atoms are nearer than the sum of their radii.
    """
    import numpy as np
    from ase.data import covalent_radii

    real = [at for at, number in enumerate(structure.numbers) if number > 0]  # ghosts are none
    if not real:
        return None
    positions = np.array(structure.positions_ang)[real]
    radii = covalent_radii[[structure.numbers[at] for at in real]]
    vectors = np.array(structure.cell_ang)[: structure.periodicity]
    lattice = _lattice(vectors, 2 * float(radii.max()))
    parts = 1 + len(real) ** 2 * len(lattice.images) // AT_ONCE
    share, one, other, distance_ang = min(
        (
            _nearest(some, positions, radii, lattice)
            for some in np.array_split(np.arange(len(real)), min(parts, len(real)))
        ),
        key=lambda bond: (round(bond[0], ALIKE), bond[1:3]),
    )
    return (share, real[one], real[other], distance_ang) if share < 1 else None


class _Lattice(NamedTuple):
    """Vectors along the periodic directions (rows, Å), how to get fractions of them, and images.

    The images are the sums of vectors within reach of atoms at most half a cell apart; none at all
    comes first.
    """

    vectors: NDArray[Any]
    inverse: NDArray[Any]
    images: NDArray[Any]

    def distances(self, away: NDArray[Any]) -> NDArray[Any]:
        """Measure vectors between atoms, (n, m, 3), to all images of the second: (n, m, images)."""
        import numpy as np

        nearest = away - np.rint(away @ self.inverse) @ self.vectors
        return np.asarray(np.linalg.norm(nearest[:, :, None, :] + self.images, axis=-1))


def _lattice(vectors: NDArray[Any], reach_ang: float) -> _Lattice:
    import numpy as np

    inverse = np.linalg.pinv(vectors)
    most = np.floor(reach_ang * np.linalg.norm(inverse, axis=0) + 0.5)
    ranges = (range(-n, n + 1) for n in np.minimum(most, STEPS_MAX).astype(int).tolist())
    steps = sorted(product(*ranges), key=any)
    return _Lattice(vectors, inverse, np.array(steps, dtype=float) @ vectors)


def _nearest(
    some: NDArray[Any], positions: NDArray[Any], radii: NDArray[Any], lattice: _Lattice
) -> Bond:
    """Find the shortest bond of consecutive atoms with themselves and those behind them."""
    import numpy as np

    start, own = int(some[0]), np.arange(len(some))
    distances = lattice.distances(positions[None, start:] - positions[some, None])
    distances[own, own, 0] = np.inf  # an atom is no pair with itself
    share = distances / (radii[some, None] + radii[None, start:])[:, :, None]
    at = np.unravel_index(np.argmin(share.round(ALIKE)), share.shape)
    return float(share[at]), start + int(at[0]), start + int(at[1]), float(distances[at])
