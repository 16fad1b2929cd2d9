"""Lattices and their six parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.geometry.cells import Parameters
from crystald.errors import DeckError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def parameters_of(lattice: NDArray[Any]) -> Parameters:
    """Measure lattice vectors (rows): a, b, c in the unit of the rows, angles in degrees."""
    import numpy as np

    a, b, c = (float(np.linalg.norm(row)) for row in lattice)
    cosines = (
        lattice[1] @ lattice[2] / (b * c),
        lattice[0] @ lattice[2] / (a * c),
        lattice[0] @ lattice[1] / (a * b),
    )
    alpha, beta, gamma = (float(np.degrees(np.arccos(np.clip(v, -1, 1)))) for v in cosines)
    return (a, b, c, alpha, beta, gamma)


def lattice_of(parameters: tuple[float, ...]) -> NDArray[Any]:
    """Build lattice vectors (rows, Å) from the six parameters: a along x, b in the xy plane.

    Raises
    ------
    DeckError
        No cell has these angles.
    """
    import numpy as np

    a, b, c = parameters[:3]
    ca, cb, cg = np.cos(np.radians(parameters[3:]))
    sg = np.sin(np.radians(parameters[5]))
    y = (ca - cb * cg) / sg
    if 1 - cb**2 - y**2 <= 0:
        raise DeckError(f"no cell has the angles {', '.join(f'{x:g}' for x in parameters[3:])}")
    rows = [[a, 0, 0], [b * cg, b * sg, 0], [c * cb, c * y, c * np.sqrt(1 - cb**2 - y**2)]]
    return np.array(rows)
