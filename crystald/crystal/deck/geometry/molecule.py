"""From a molecule to its asymmetric unit in the one point group whose setting is known: C2v.

Two mirror planes at right angles make it: any molecule that has two (C2v itself, D2h, Td, benzene,
a linear one) is turned so that they become xz and yz.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.averaging import averaged, partners
from crystald.crystal.deck.geometry.form import StandardForm
from crystald.crystal.deck.geometry.operations import point_operations
from crystald.crystal.deck.geometry.orbits import asymmetric_unit, find_orbits
from crystald.crystal.deck.geometry.parameters import parameters_of
from crystald.crystal.deck.geometry.plain import without_symmetry
from crystald.crystal.deck.geometry.points import SYMBOLS
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

C2V: Final = 15

LOOSE: Final = 3.0
"""Planes are looked for within so many tolerances; the atoms are averaged over what is written."""

RIGHT_ANGLE: Final = 0.02
"""Cosine of the angle between planes at right angles, at most: they are made exact."""


def standard_molecule(structure: Structure, symprec_ang: float) -> StandardForm:
    """Turn a molecule with two mirror planes at right angles into C2v, else write all its atoms.

    Of several ways the one with the fewest atoms to write is taken, then the one nearest to the
    axes of the input.
    """
    import numpy as np

    numbers = np.array(structure.numbers)
    positions = np.array(structure.positions_ang)
    middle = positions.mean(axis=0)
    best: StandardForm | None = None
    for axes in _frames(positions - middle, numbers, symprec_ang):
        form = _form((positions, numbers), axes, middle, symprec_ang)
        if form and (best is None or len(form.atoms) < len(best.atoms)):
            best = form
    return best or without_symmetry(structure)


def _form(
    atoms: tuple[NDArray[Any], NDArray[Any]],
    axes: NDArray[Any],
    middle: NDArray[Any],
    symprec_ang: float,
) -> StandardForm | None:
    """Write a molecule on axes (rows); None where they are not those of its planes."""
    import numpy as np

    operations = point_operations(C2V)
    positions, numbers = atoms
    centre = middle @ axes.T
    turned = positions @ axes.T
    centre[2] = (turned[:, 2].max() + turned[:, 2].min()) / 2  # free along the twofold axis
    cell = (turned - centre, numbers, np.eye(3))
    ideal = averaged(cell, operations, 0, symprec_ang)
    if ideal is None:
        return None
    orbits = find_orbits(ideal, numbers, operations, 0)
    return StandardForm(
        group=C2V,
        symbol=SYMBOLS[C2V],
        parameters=parameters_of(np.eye(3)),
        atoms=asymmetric_unit(ideal, numbers, orbits, operations, 0),
        atoms_in_cell=len(numbers),
        atoms_in_primitive=len(numbers),
        rotation=tuple((float(r[0]), float(r[1]), float(r[2])) for r in axes),
        shift=(-float(centre[0]), -float(centre[1]), -float(centre[2])),
        kind="MOLECULE",
    )


def _frames(
    positions: NDArray[Any], numbers: NDArray[Any], symprec_ang: float
) -> list[NDArray[Any]]:
    """List axes whose x and y are normal to mirror planes, those nearest to the input's first."""
    import numpy as np

    normals = _mirrors(positions, numbers, symprec_ang)
    frames = []
    for one, other in combinations(normals, 2):
        if abs(one @ other) < RIGHT_ANGLE:
            x, y = one, other - (one @ other) * one
            y /= np.linalg.norm(y)
            frames += [_right_handed(x, y), _right_handed(y, x)]
    return sorted(frames, key=lambda axes: -float(round(np.trace(axes), 6)))


def _right_handed(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Make axes of two normals, each the way round that is nearer to the input's axis."""
    import numpy as np

    x = x if x[0] >= 0 else -x
    y = y if y[1] >= 0 else -y
    return np.array([x, y, np.cross(x, y)])


def _mirrors(
    positions: NDArray[Any], numbers: NDArray[Any], symprec_ang: float
) -> list[NDArray[Any]]:
    """Find the normals of mirror planes through the middle, each once."""
    import numpy as np

    cell = (positions, numbers, np.eye(3))
    found: list[NDArray[Any]] = []
    for normal in _candidates(positions, numbers, symprec_ang):
        if any(abs(normal @ other) > 1 - RIGHT_ANGLE**2 for other in found):
            continue
        images = positions - 2 * np.outer(positions @ normal, normal)
        if partners(images, cell, 0, LOOSE * symprec_ang) is not None:
            found.append(normal)
    return found


def _candidates(
    positions: NDArray[Any], numbers: NDArray[Any], symprec_ang: float
) -> list[NDArray[Any]]:
    """List normals that may be those of mirror planes.

    An atom is carried to another one, which gives the normal, or lies in the plane; then so does a
    second atom off the line through the first, or is carried to another one.
    """
    import numpy as np

    radii = np.linalg.norm(positions, axis=1)
    far = 10 * symprec_ang
    if radii.max() < far:
        return []
    first = _rarest(numbers, radii > far)
    line = positions[first] / radii[first]
    off = np.linalg.norm(np.cross(positions, line), axis=1)
    if off.max() < far:
        aside = np.cross(line, np.eye(3)[int(np.argmin(np.abs(line)))])
        aside /= np.linalg.norm(aside)
        return [line, aside, np.cross(line, aside)]
    second = _rarest(numbers, off > far)
    normals = [np.cross(positions[first], positions[second])]
    for atom in (first, second):
        alike = (numbers == numbers[atom]) & (np.abs(radii - radii[atom]) < far)
        normals += [positions[atom] - positions[other] for other in np.flatnonzero(alike)]
    return [n / np.linalg.norm(n) for n in normals if np.linalg.norm(n) > far / 10]


def _rarest(numbers: NDArray[Any], among: NDArray[Any]) -> int:
    """Choose an atom of the element of which there are fewest."""
    import numpy as np

    kinds, counts = np.unique(numbers[among], return_counts=True)
    return int(np.flatnonzero(among & (numbers == kinds[np.argmin(counts)]))[0])
