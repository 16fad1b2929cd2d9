"""Expand a geometry block again, by other tables than those that made it, and compare.

The operations come from gemmi's table of reference settings (origin choice 2, hexagonal axes,
unique axis b), not from spglib. A deck is written only when what it stands for is the crystal
that came in: same cell, same count, same element on every site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.geometry.cells import full_cell
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crystald.crystal.deck.geometry.crystal import StandardCrystal

SAME_SITE_ANG = 1e-3
"""Images of one atom that are nearer than this are one site; CRYSTAL would keep both above it."""

SAME_ATOM_ANG = 5e-2
"""How far a site may be from the atom of the input: idealising moves atoms by less."""


@cache
def reference_operations(group: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the operations of a space group in its reference setting, centrings included.

    Returns
    -------
    rotations : (n, 3, 3) array
    translations : (n, 3) array
        Fractions of the conventional cell.
    """
    import gemmi
    import numpy as np

    setting = next(
        one
        for one in gemmi.spacegroup_table()
        if one.number == group and one.is_reference_setting()
    )
    operations = list(setting.operations())
    denominator = gemmi.Op.DEN
    rotations = np.array([one.rot for one in operations]) / denominator
    translations = np.array([one.tran for one in operations]) / denominator
    return rotations, translations


def expand(geometry: Geometry) -> Structure:
    """Build the conventional cell that a geometry block stands for.

    Raises
    ------
    DeckError
        The cell is impossible.
    """
    import numpy as np

    lattice = lattice_of(full_cell(geometry.group, geometry.cell))
    rotations, translations = reference_operations(geometry.group)
    numbers: list[int] = []
    sites: list[NDArray[Any]] = []
    for atom in geometry.atoms:
        images = rotations @ np.array([atom.x, atom.y, atom.z]) + translations
        distinct = _distinct(images, lattice)
        numbers += [atom.number] * len(distinct)
        sites += list(distinct)
    positions = np.array(sites) @ lattice
    return Structure(
        cell_ang=_rows(lattice),
        numbers=tuple(numbers),
        positions_ang=tuple((float(p[0]), float(p[1]), float(p[2])) for p in positions),
    )


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


def _distinct(images: NDArray[Any], lattice: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    delta = images[:, None, :] - images[None, :, :]
    distance = np.linalg.norm((delta - np.rint(delta)) @ lattice, axis=2)
    first = np.argmax(distance < SAME_SITE_ANG, axis=1)
    kept = images[np.unique(first)]
    return np.asarray(kept - np.floor(kept))


def check_regeneration(
    structure: Structure, crystal: StandardCrystal, tolerance_ang: float = SAME_ATOM_ANG
) -> None:
    """Refuse a geometry block that does not stand for the crystal that came in.

    Parameters
    ----------
    structure
        The input.
    crystal
        What was made of it.
    tolerance_ang
        How far a site may be from its atom.

    Raises
    ------
    DeckError
        Cell, count or a site differs.
    """
    import numpy as np

    built = expand(crystal.geometry)
    there = np.array(built.cell_ang)
    here = np.linalg.inv(np.array(crystal.rotation)).T @ np.array(structure.cell_ang)
    _same_metric(there, here, tolerance_ang)
    _same_counts(structure, built)
    sites = np.array(built.positions_ang) @ np.linalg.inv(there)
    kinds = np.array(built.numbers)
    met = np.zeros(len(sites), dtype=bool)
    for position, number in _mapped(structure, crystal):
        met |= _met(position, number, (sites, kinds, there), tolerance_ang)
    if not met.all():
        raise _mismatch(f"{int((~met).sum())} of its sites are empty in the input")


def check_printed(
    geometry: Geometry,
    numbers: tuple[int, ...],
    fractions: tuple[tuple[float, float, float], ...],
    atoms_in_cell: int,
) -> None:
    """Refuse a geometry block that does not stand for the atoms that an output printed.

    Parameters
    ----------
    geometry
        The block made of the printed asymmetric unit.
    numbers, fractions
        Printed atoms, in fractions of the conventional cell.
    atoms_in_cell
        Atoms that the conventional cell must hold.

    Raises
    ------
    DeckError
        The count or a site differs.
    """
    import numpy as np

    built = expand(geometry)
    if len(built.numbers) != atoms_in_cell:
        raise _mismatch(f"it holds {len(built.numbers)} atoms where {atoms_in_cell} belong")
    lattice = np.array(built.cell_ang)
    sites = (np.array(built.positions_ang) @ np.linalg.inv(lattice), np.array(built.numbers))
    for fraction, number in zip(fractions, numbers, strict=True):
        _met(np.array(fraction), number, (*sites, lattice), SAME_SITE_ANG)


def _same_metric(there: NDArray[Any], here: NDArray[Any], tolerance_ang: float) -> None:
    import numpy as np

    lengths = np.sqrt(np.abs(np.diag(here @ here.T)))
    allowed = tolerance_ang * np.add.outer(lengths, lengths)
    if (np.abs(there @ there.T - here @ here.T) > allowed).any():
        raise _mismatch("its cell differs")


def _same_counts(structure: Structure, built: Structure) -> None:
    import numpy as np

    volumes = [abs(np.linalg.det(np.array(one.cell_ang))) for one in (built, structure)]
    ratio = volumes[0] / volumes[1]
    here, there = Counter(structure.numbers), Counter(built.numbers)
    if here.keys() != there.keys() or any(
        abs(there[number] / (here[number] * ratio) - 1) > 1e-2 for number in here
    ):
        raise _mismatch(
            f"it holds {sum(there.values())} atoms where "
            f"{sum(here.values()) * ratio:.2f} belong ({dict(there)} against {dict(here)})"
        )


def _mapped(structure: Structure, crystal: StandardCrystal) -> Iterator[tuple[NDArray[Any], int]]:
    """Carry every atom of the input, and its copies in the standard cell, into that cell."""
    import numpy as np

    rotation = np.array(crystal.rotation)
    steps = np.array(list(product(range(-2, 3), repeat=3))) @ rotation.T
    shifts = np.unique(np.round(steps - np.floor(steps + 1e-6), 6), axis=0)
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(np.array(structure.cell_ang))
    for fraction, number in zip(fractions, structure.numbers, strict=True):
        for shift in shifts:
            yield rotation @ fraction + np.array(crystal.shift) + shift, number


def _met(
    position: NDArray[Any],
    number: int,
    built: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    tolerance_ang: float,
) -> NDArray[Any]:
    """Find the sites (fractions, numbers, lattice) that an atom lies on."""
    import numpy as np

    sites, kinds, lattice = built
    delta = sites - position
    distance = np.linalg.norm((delta - np.rint(delta)) @ lattice, axis=1)
    near = np.asarray((distance < tolerance_ang) & (kinds == number))
    if not near.any():
        raise _mismatch(f"no site for the atom of number {number} at {position.round(4)}")
    return near


def _mismatch(what: str) -> DeckError:
    return DeckError(
        f"the deck would stand for another crystal: {what}",
        "Please report this structure; as a way round, give it in its standard setting.",
    )


def _rows(lattice: NDArray[Any]) -> Any:
    return tuple((float(r[0]), float(r[1]), float(r[2])) for r in lattice)
