"""The k mesh of a printed cell under its printed operators."""

from __future__ import annotations

from math import ceil
from typing import Final

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.kmesh import LEAST
from crystald.crystal.deck.next.symmetry import frame_of, printed_operators
from crystald.crystal.output.values import Output
from crystald.errors import DeckError

SAME: Final = 1e-3


def mesh_of(output: Output, length_ang: float) -> Shrink | None:
    """Choose the mesh of the last geometry, as :func:`crystald.crystal.deck.kmesh.kmesh` does.

    Parameters
    ----------
    output
        With its operators, in terms of the primitive vectors.
    length_ang
        Length that a factor times the spacing of the lattice planes must reach.

    Returns
    -------
    Shrink or None
        None for a molecule.

    Raises
    ------
    DeckError
        No lattice or no operators were printed.
    """
    import numpy as np

    printed = output.geometry
    if printed is None:
        raise DeckError("the output prints no geometry", "Set kmesh to three numbers.")
    periodic = printed.dimensionality
    if periodic == 0:
        return None
    reciprocal = np.linalg.inv(frame_of(printed)).T
    lengths = [float(np.linalg.norm(row)) for row in reciprocal]
    wanted = [max(LEAST, ceil(length_ang * length - 1e-9)) for length in lengths]
    wanted[periodic:] = [1] * (3 - periodic)
    classes = _classes([one.rotation for one in printed_operators(output)])
    shared = [max(wanted[i] for i in members) for members in classes]
    if _is_hexagonal(reciprocal, classes):
        shared[:2] = [3 * ceil(shared[0] / 3)] * 2
    return Shrink((shared[0], shared[1], shared[2]), 2 * max(shared))


def _classes(rotations: list[tuple[float, ...]]) -> list[set[int]]:
    """Find, for each vector, the vectors that operations mix it with."""
    classes = [{0}, {1}, {2}]
    for rotation in rotations:
        for place, value in enumerate(rotation):
            if abs(value) > 0.5:
                union = classes[place // 3] | classes[place % 3]
                for member in union:
                    classes[member] = union
    return classes


def _is_hexagonal(reciprocal: object, classes: list[set[int]]) -> bool:
    import numpy as np

    first, second, _ = np.array(reciprocal)
    a, b = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    angle = abs(float(first @ second) / (a * b))
    return classes[0] == {0, 1} and abs(a - b) < SAME * a and abs(angle - 0.5) < SAME
