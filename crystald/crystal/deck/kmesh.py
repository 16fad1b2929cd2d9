"""The k mesh: one factor for each class of primitive reciprocal vectors.

A mesh must map onto itself under the point group, or the program stops (ANISOTROPIC SHRINKING
FACTOR). Vectors that some operation mixes therefore share a factor, the largest that one of them
wants; the anisotropic form is used only where classes differ. Along open directions of slabs and
polymers the factor is 1; a molecule has no mesh.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.geometry.block import GROUPS, PERIODICITY, Geometry
from crystald.crystal.deck.geometry.cells import RHOMBOHEDRAL
from crystald.crystal.deck.geometry.operations import lattice_letter, operations_of_block
from crystald.crystal.deck.geometry.regenerate import lattice_of_block
from crystald.errors import DeckError

if TYPE_CHECKING:
    from numpy.typing import NDArray

INSULATOR_ANG: Final = 30.0
METAL_ANG: Final = 60.0
LEAST: Final = 2

NET: Final = 2e-3
"""How far lengths (of one) and cosines of a hexagonal net may be off: a cell without symmetry."""

_PRIMITIVE: Final[dict[str, tuple[tuple[float, float, float], ...]]] = {
    "P": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "A": ((1, 0, 0), (0, 0.5, -0.5), (0, 0.5, 0.5)),
    "C": ((0.5, 0.5, 0), (-0.5, 0.5, 0), (0, 0, 1)),
    "F": ((0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)),
    "I": ((-0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0.5, 0.5, -0.5)),
    "R": ((2 / 3, 1 / 3, 1 / 3), (-1 / 3, 1 / 3, 1 / 3), (-1 / 3, -2 / 3, 1 / 3)),
}
"""Centring -> primitive vectors in terms of the conventional ones, as the program prints them."""


def primitive_lattice(geometry: Geometry) -> NDArray[Any]:
    """Build the primitive vectors (rows, Å) that CRYSTAL works with; open ones are 1 Å long."""
    import numpy as np

    return np.asarray(_centring(geometry) @ lattice_of_block(geometry))


def _centring(geometry: Geometry) -> NDArray[Any]:
    import numpy as np

    on_r = geometry.flags[1] and geometry.group in RHOMBOHEDRAL
    letter = "P" if on_r else lattice_letter(geometry.kind, geometry.group)
    return np.array(_PRIMITIVE[letter])


def kmesh(geometry: Geometry, length_ang: float, *, thirds: bool = True) -> Shrink | None:
    """Choose the mesh of a geometry block; the Gilat net is twice as fine.

    Parameters
    ----------
    geometry
        The geometry block.
    length_ang
        Length that a factor times the spacing of the lattice planes must reach: `INSULATOR_ANG`
        or `METAL_ANG`.
    thirds
        Make the factors in the plane of a hexagonal net multiples of three, so that K is met.

    Returns
    -------
    shrink
        None for a molecule.

    Raises
    ------
    DeckError
        The geometry stands in ``fort.34``.
    """
    import numpy as np

    if geometry.kind == "MOLECULE":
        return None
    reciprocal = np.linalg.inv(primitive_lattice(geometry)).T
    periodic = PERIODICITY[geometry.kind]
    wanted = [max(LEAST, ceil(length_ang * float(np.linalg.norm(b)) - 1e-9)) for b in reciprocal]
    wanted[periodic:] = [1] * (3 - periodic)
    shared = [max(wanted[i] for i in members) for members in _classes(geometry)]
    if thirds:
        net = _hexagonal_net(geometry)
        shared = [3 * ceil(n / 3) if axis in net else n for axis, n in enumerate(shared)]
    return Shrink((shared[0], shared[1], shared[2]), 2 * max(shared))


def check_mesh(geometry: Geometry, factors: tuple[int, int, int]) -> None:
    """Refuse factors that the point group does not allow.

    Raises
    ------
    DeckError
        A mesh of a molecule, a factor other than 1 along an open direction, or unlike factors of
        reciprocal vectors that operations mix.
    """
    told = f"kmesh {' '.join(map(str, factors))}"
    if geometry.kind == "MOLECULE":
        raise DeckError(f"{told}: a molecule has no k points", "Leave kmesh out.")
    periodic = PERIODICITY[geometry.kind]
    if any(factor != 1 for factor in factors[periodic:]):
        cure = " ".join(map(str, (*factors[:periodic], *([1] * (3 - periodic)))))
        raise DeckError(
            f"{told}: a {geometry.kind.lower()} has {periodic} periodic directions",
            f"Give 1 along the others: {cure}.",
        )
    for members in _classes(geometry):
        if len({factors[i] for i in members}) > 1:
            together = " and ".join(str(i + 1) for i in sorted(members))
            most = max(factors[i] for i in members)
            raise DeckError(
                f"{told}: symmetry ({GROUPS[geometry.kind][0]} {geometry.group}) mixes the "
                f"reciprocal vectors {together}",
                f"Give them the same factor, for example {most}.",
            )


def _hexagonal_net(geometry: Geometry) -> tuple[int, ...]:
    """Find the primitive vectors that span a hexagonal net, whatever the group; none without one.

    The third vector of a crystal stands on them.
    """
    import numpy as np

    lattice = primitive_lattice(geometry)
    lengths = np.linalg.norm(lattice, axis=1)
    cosines = (lattice @ lattice.T) / np.outer(lengths, lengths)
    pairs = {3: ((0, 1), (0, 2), (1, 2)), 2: ((0, 1),)}.get(PERIODICITY[geometry.kind], ())
    for i, j in pairs:
        k = 3 - i - j
        upright = max(abs(cosines[i, k]), abs(cosines[j, k])) < NET
        if (
            upright
            and abs(abs(cosines[i, j]) - 0.5) < NET
            and abs(lengths[i] / lengths[j] - 1) < NET
        ):
            return (i, j)
    return ()


def _classes(geometry: Geometry) -> list[set[int]]:
    """Find, for each reciprocal vector, the vectors that operations mix it with."""
    import numpy as np

    centring = _centring(geometry)
    rotations, _ = operations_of_block(geometry)
    primitive = np.linalg.inv(centring.T) @ rotations @ centring.T
    classes = [{0}, {1}, {2}]
    for i, j in np.argwhere((np.abs(primitive) > 0.5).any(axis=0)).tolist():
        union = classes[i] | classes[j]
        for member in union:
            classes[member] = union
    return classes


def primitive_vectors(letter: str) -> NDArray[Any]:
    """Give the primitive vectors (rows) of a lattice P, A, C, F, I or R, in conventional ones."""
    import numpy as np

    return np.array(_PRIMITIVE[letter], dtype=float)
