"""Expand a geometry block again, by other tables than those that made it, and compare.

The operations come from gemmi's table of reference settings (origin choice 2, hexagonal axes,
unique axis b), not from spglib. A deck is written only when what it stands for is the crystal
that came in: same cell, same count, same element on every site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.geometry.block import PERIODICITY, Geometry
from crystald.crystal.deck.geometry.cells import full_cell
from crystald.crystal.deck.geometry.operations import operations_of_block
from crystald.crystal.deck.geometry.orbits import differences
from crystald.crystal.deck.geometry.parameters import lattice_of
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crystald.crystal.deck.geometry.form import StandardForm

SAME_SITE_ANG = 1e-3
"""Images of one atom that are nearer than this are one site; CRYSTAL would keep both above it."""

DIGITS = 9
"""Decimals in which images on a special position agree, but for what rounding leaves."""

AT_ONCE = 500_000
"""Distances computed at once: large cells in little memory."""

SAME_ATOM_ANG = 5e-2
"""How far a site may be from the atom of the input: idealising moves atoms by less."""


def lattice_of_block(geometry: Geometry) -> NDArray[Any]:
    """Build the conventional lattice (rows, Å); vectors along open directions are 1 Å long.

    Raises
    ------
    DeckError
        The cell is impossible, or stands in ``fort.34``.
    """
    if geometry.kind == "EXTERNAL":
        raise DeckError("the geometry stands in fort.34", "Read it from there.")
    periodicity = PERIODICITY[geometry.kind]
    on_r = bool(geometry.flags[1])
    return lattice_of(full_cell(geometry.group, geometry.cell, periodicity, rhombohedral=on_r))


def expand(geometry: Geometry) -> Structure:
    """Build the conventional cell that a geometry block stands for.

    Raises
    ------
    DeckError
        The cell is impossible.
    """
    import numpy as np

    lattice = lattice_of_block(geometry)
    periodicity = PERIODICITY[geometry.kind]
    rotations, translations = operations_of_block(geometry)
    numbers: list[int] = []
    sites: list[NDArray[Any]] = []
    for atom in geometry.atoms:
        images = rotations @ np.array([atom.x, atom.y, atom.z]) + translations
        distinct = _distinct(images, lattice, periodicity)
        numbers += [atom.number] * len(distinct)
        sites += list(distinct)
    positions = np.array(sites) @ lattice
    lattice[periodicity:] = 0.0
    return Structure(
        cell_ang=_rows(lattice),
        numbers=tuple(numbers),
        positions_ang=tuple((float(p[0]), float(p[1]), float(p[2])) for p in positions),
        periodicity=periodicity,
    )


def frame_of(structure: Structure) -> NDArray[Any]:
    """Give the lattice of a structure (rows, Å) with vectors of 1 Å along open directions."""
    import numpy as np

    frame = np.eye(3)
    if structure.periodicity:
        frame[: structure.periodicity] = structure.cell_ang[: structure.periodicity]
    return frame


def _distinct(images: NDArray[Any], lattice: NDArray[Any], periodicity: int) -> NDArray[Any]:
    """Keep the first of the images that are one site; most of these agree in all their digits."""
    import numpy as np

    wrapped = images.copy()
    wrapped[:, :periodicity] -= np.floor(wrapped[:, :periodicity])
    firsts: dict[tuple[float, ...], int] = {}
    for at, site in enumerate(map(tuple, wrapped.round(DIGITS).tolist())):
        firsts.setdefault(site, at)
    few = wrapped[list(firsts.values())]
    delta = differences(few[:, None, :] - few[None, :, :], periodicity)
    distance = np.linalg.norm(delta @ lattice, axis=2)
    return np.asarray(few[sorted({*np.argmax(distance < SAME_SITE_ANG, axis=1).tolist()})])


def check_regeneration(
    structure: Structure, form: StandardForm, tolerance_ang: float = SAME_ATOM_ANG
) -> Structure:
    """Refuse a geometry block that does not stand for the structure that came in.

    Parameters
    ----------
    structure
        The input.
    form
        What was made of it.
    tolerance_ang
        How far a site may be from its atom.

    Returns
    -------
    built
        The conventional cell that the block stands for.

    Raises
    ------
    DeckError
        Cell, count or a site differs.
    """
    import numpy as np

    built = expand(form.geometry)
    there = frame_of(built)
    here = np.linalg.inv(np.array(form.rotation)).T @ frame_of(structure)
    _same_metric(there, here, tolerance_ang)
    _same_counts(structure, built)
    sites = np.array(built.positions_ang) @ np.linalg.inv(there)
    cell = (sites, np.array(built.numbers), there)
    met = np.zeros(len(sites), dtype=bool)
    for positions, number in _mapped(structure, form):
        met |= _met(positions, number, cell, built.periodicity, tolerance_ang)
    if not met.all():
        raise _mismatch(f"{int((~met).sum())} of its sites are empty in the input")
    return built


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
    lattice = frame_of(built)
    sites = np.array(built.positions_ang) @ np.linalg.inv(lattice)
    cell = (sites, np.array(built.numbers), lattice)
    of_element: dict[int, list[tuple[float, float, float]]] = {}
    for fraction, number in zip(fractions, numbers, strict=True):
        of_element.setdefault(number, []).append(fraction)
    for number, some in of_element.items():
        _met(np.array(some), number, cell, built.periodicity, SAME_SITE_ANG)


def _same_metric(there: NDArray[Any], here: NDArray[Any], tolerance_ang: float) -> None:
    import numpy as np

    lengths = np.sqrt(np.abs(np.diag(here @ here.T)))
    allowed = tolerance_ang * np.add.outer(lengths, lengths)
    if (np.abs(there @ there.T - here @ here.T) > allowed).any():
        raise _mismatch("its cell differs")


def _same_counts(structure: Structure, built: Structure) -> None:
    import numpy as np

    volumes = [abs(np.linalg.det(frame_of(one))) for one in (built, structure)]
    ratio = volumes[0] / volumes[1]
    here, there = Counter(structure.numbers), Counter(built.numbers)
    if here.keys() != there.keys() or any(
        abs(there[number] / (here[number] * ratio) - 1) > 1e-2 for number in here
    ):
        raise _mismatch(
            f"it holds {sum(there.values())} atoms where "
            f"{sum(here.values()) * ratio:.2f} belong ({dict(there)} against {dict(here)})"
        )


def _mapped(structure: Structure, form: StandardForm) -> Iterator[tuple[NDArray[Any], int]]:
    """Carry the atoms of each element, and their copies in the standard cell, into that cell."""
    import numpy as np

    rotation = np.array(form.rotation)
    ranges = [range(-2, 3) if axis < structure.periodicity else (0,) for axis in range(3)]
    steps = np.array(list(product(*ranges))) @ rotation.T
    steps[:, : structure.periodicity] -= np.floor(steps[:, : structure.periodicity] + 1e-6)
    shifts = np.unique(np.round(steps, 6), axis=0) + np.array(form.shift)
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(frame_of(structure))
    numbers = np.array(structure.numbers)
    for number in np.unique(numbers):
        moved = fractions[numbers == number] @ rotation.T
        yield (moved[:, None, :] + shifts[None, :, :]).reshape(-1, 3), int(number)


def _met(
    positions: NDArray[Any],
    number: int,
    cell: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    periodicity: int,
    tolerance_ang: float,
) -> NDArray[Any]:
    """Find the sites of a cell (fractions, numbers, lattice) that atoms of one element lie on."""
    import numpy as np

    sites, kinds, lattice = cell
    met = np.zeros(len(sites), dtype=bool)
    alike = np.flatnonzero(kinds == number)
    for some in np.array_split(positions, 1 + len(positions) * len(alike) // AT_ONCE):
        delta = differences(sites[alike][None, :, :] - some[:, None, :], periodicity)
        near = np.linalg.norm(delta @ lattice, axis=2) < tolerance_ang
        if not near.any(axis=1).all():
            lost = some[~near.any(axis=1)][0].round(4)
            raise _mismatch(f"no site for the atom of number {number} at {lost}")
        met[alike] |= near.any(axis=0)
    return met


def _mismatch(what: str) -> DeckError:
    return DeckError(
        f"the deck would stand for another crystal: {what}",
        "Please report this structure; as a way round, give it in its standard setting.",
    )


def _rows(lattice: NDArray[Any]) -> Any:
    return tuple((float(r[0]), float(r[1]), float(r[2])) for r in lattice)
