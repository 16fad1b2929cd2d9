"""The k mesh: one factor for each class of primitive reciprocal vectors.

A mesh must map onto itself under the point group, or the program stops (ANISOTROPIC SHRINKING
FACTOR). Vectors that some operation mixes therefore share a factor, the largest that one of them
wants; the anisotropic form is used only where classes differ.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.geometry.cells import full_cell
from crystald.crystal.deck.geometry.regenerate import lattice_of, reference_operations
from crystald.errors import DeckError

if TYPE_CHECKING:
    from numpy.typing import NDArray

INSULATOR_ANG: Final = 30.0
METAL_ANG: Final = 60.0
LEAST: Final = 2

_PRIMITIVE: Final[dict[str, tuple[tuple[float, float, float], ...]]] = {
    "P": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "A": ((1, 0, 0), (0, 0.5, -0.5), (0, 0.5, 0.5)),
    "C": ((0.5, -0.5, 0), (0.5, 0.5, 0), (0, 0, 1)),
    "F": ((0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)),
    "I": ((-0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0.5, 0.5, -0.5)),
    "R": ((2 / 3, 1 / 3, 1 / 3), (-1 / 3, 1 / 3, 1 / 3), (-1 / 3, -2 / 3, 1 / 3)),
}
"""Centring -> primitive vectors in terms of the conventional ones, as the program prints them."""


def primitive_lattice(geometry: Geometry) -> NDArray[Any]:
    """Build the primitive vectors (rows, Å) that CRYSTAL works with."""
    import numpy as np

    conventional = lattice_of(full_cell(geometry.group, geometry.cell))
    return np.asarray(_centring(geometry.group) @ conventional)


def _centring(group: int) -> NDArray[Any]:
    import gemmi
    import numpy as np

    letter = gemmi.find_spacegroup_by_number(group).hm[0]
    return np.array(_PRIMITIVE[letter])


def kmesh(geometry: Geometry, length_ang: float, *, thirds: bool = True) -> Shrink:
    """Choose the mesh of a crystal; the Gilat net is twice as fine.

    Parameters
    ----------
    geometry
        The geometry block.
    length_ang
        Length that a factor times the spacing of the lattice planes must reach: `INSULATOR_ANG`
        or `METAL_ANG`.
    thirds
        Make the factors in the plane of a hexagonal net multiples of three, so that K is met.
    """
    import numpy as np

    reciprocal = np.linalg.inv(primitive_lattice(geometry)).T
    wanted = [max(LEAST, ceil(length_ang * float(np.linalg.norm(b)) - 1e-9)) for b in reciprocal]
    shared = [max(wanted[i] for i in members) for members in _classes(geometry.group)]
    if thirds and _is_hexagonal(geometry.group):
        shared = [3 * ceil(shared[0] / 3), 3 * ceil(shared[1] / 3), shared[2]]
    return Shrink((shared[0], shared[1], shared[2]), 2 * max(shared))


def check_mesh(group: int, factors: tuple[int, int, int]) -> None:
    """Refuse factors that the point group does not allow.

    Raises
    ------
    DeckError
        Reciprocal vectors that operations mix have unlike factors.
    """
    for members in _classes(group):
        if len({factors[i] for i in members}) > 1:
            together = " and ".join(str(i + 1) for i in sorted(members))
            most = max(factors[i] for i in members)
            raise DeckError(
                f"kmesh {' '.join(map(str, factors))}: symmetry (space group {group}) mixes the "
                f"reciprocal vectors {together}",
                f"Give them the same factor, for example {most}.",
            )


def _is_hexagonal(group: int) -> bool:
    import gemmi

    return 143 <= group <= 194 and gemmi.find_spacegroup_by_number(group).hm[0] == "P"


def _classes(group: int) -> list[set[int]]:
    """Find, for each reciprocal vector, the vectors that operations mix it with."""
    import numpy as np

    centring = _centring(group)
    rotations, _ = reference_operations(group)
    back = np.linalg.inv(centring.T)
    classes = [{0}, {1}, {2}]
    for rotation in rotations:
        primitive = np.rint(back @ rotation @ centring.T)
        for i, j in np.argwhere(np.abs(primitive) > 0.5):
            union = classes[i] | classes[j]
            for member in union:
                classes[member] = union
    return classes
