"""Read a crystal out of a CIF: one ordered structure, or a refusal that says what to do.

The operations come from the CIF's own list, else from its Hall symbol, else from its
Hermann-Mauguin symbol with the cell deciding between hexagonal and rhombohedral axes. Special
positions are made exact under these operations, so that 0.3333 is a third.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any, Final, cast

from crystald.crystal.deck.geometry.parameters import lattice_of
from crystald.crystal.structures.cif_document import block_of, text_of
from crystald.crystal.structures.cif_formula import formula_notes
from crystald.crystal.structures.cif_group import UNNAMED, ClaimedGroup, claimed_group
from crystald.crystal.structures.cif_magnetic import moment_notes
from crystald.crystal.structures.cif_sites import Site, read_sites
from crystald.crystal.structures.soundness import ATOMS_MAX, LENGTH_ANG
from crystald.errors import DeckError, InputError
from crystald.models import Structure

if TYPE_CHECKING:
    import gemmi
    from numpy.typing import NDArray

SAME_ATOM_ANG: Final = 0.1
"""Images of one site nearer than this are one atom on a special position, written rounded."""

_CELL = tuple(f"_cell_length_{x}" for x in "abc") + tuple(
    f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")
)


@dataclass(frozen=True)
class CifContent:
    """What a file holds, before its symmetry is looked for.

    Attributes
    ----------
    structure
        All atoms of the cell.
    labels
        Their names in the file.
    claim
        The symmetry that a CIF names, None for other files.
    notes
        What a person should know, one sentence each.
    source
        The kind of file.
    """

    structure: Structure
    labels: tuple[str, ...]
    claim: ClaimedGroup | None
    notes: tuple[str, ...]
    source: str = "cif"


def parse_cif(data: bytes, file: str, index: str | None = None) -> CifContent:
    """Read a CIF.

    Parameters
    ----------
    data
        The file's content.
    file
        What it is called in errors.
    index
        Which of several structures, counted from 0; None when there is one.

    Raises
    ------
    InputError
        It is no CIF, or not of one ordered crystal; the file and the tag are named.
    """
    block = block_of(text_of(data, file), file, index)
    parameters = _cell(block, file)
    sites, notes = read_sites(block, file)
    claim = claimed_group(block, parameters, file)
    structure, labels = _expanded(sites, claim, parameters, file)
    notes += [*formula_notes(block, structure.numbers), *moment_notes(block)]
    return CifContent(structure, labels, claim, tuple(notes))


def group_notes(claim: ClaimedGroup, group: int, symbol: str) -> list[str]:
    """Compare the space group that a CIF names with the one that was found."""
    if UNNAMED in claim.notes:
        return [f"{UNNAMED}, and have space group {group} ({symbol}): is any atom missing?"]
    notes = list(claim.notes)
    if claim.number is not None and claim.number != group:
        more = "more" if group > claim.number else "another"
        notes.append(
            f"the CIF names space group {claim.number}, its atoms have {more} symmetry: "
            f"{group} ({symbol}), which is written unless symmetry is cif or p1"
        )
    return notes


def _cell(block: gemmi.cif.Block, file: str) -> tuple[float, ...]:
    values = tuple(_cell_value(block, tag, file) for tag in _CELL)
    for tag, value in zip(_CELL[:3], values[:3], strict=True):
        if not LENGTH_ANG[0] <= value <= LENGTH_ANG[1]:
            raise InputError(f"{file}: {tag} is {value:g} Å", "No crystal has such an edge.")
    for tag, value in zip(_CELL[3:], values[3:], strict=True):
        if not 10 <= value <= 170:
            raise InputError(f"{file}: {tag} is {value:g} degrees", "No crystal has such an angle.")
    try:
        lattice_of(values)
    except DeckError as error:
        raise InputError(f"{file}: {error.message}", "Correct the angles of the cell.") from error
    return values


def _cell_value(block: gemmi.cif.Block, tag: str, file: str) -> float:
    import gemmi

    text = cast("str | None", block.find_value(tag))
    if text is None or text in ("?", "."):
        raise InputError(f"{file}: {tag} is missing", "Complete the cell in the CIF.")
    value = float(gemmi.cif.as_number(text))
    if isnan(value):
        raise InputError(f"{file}: {tag} is {text!r}, not a number", "Correct it in the CIF.")
    return value


def _expanded(
    sites: tuple[Site, ...], claim: ClaimedGroup, parameters: tuple[float, ...], file: str
) -> tuple[Structure, tuple[str, ...]]:
    import numpy as np

    lattice = lattice_of(parameters)
    numbers: list[int] = []
    positions: list[NDArray[Any]] = []
    labels: list[str] = []
    for site in sites:
        images = _images(site, claim, lattice, file)
        numbers += [site.number] * len(images)
        labels += [site.label] * len(images)
        positions += list(images)
        if len(numbers) > ATOMS_MAX:
            raise InputError(f"{file}: more than {ATOMS_MAX} atoms in the cell", "Is it a crystal?")
    fractions = np.array(positions)
    cartesian = fractions @ lattice
    rows = [tuple(float(x) for x in row) for row in lattice]
    structure = Structure(
        cell_ang=(rows[0], rows[1], rows[2]),  # type: ignore[arg-type]
        numbers=tuple(numbers),
        positions_ang=tuple((float(p[0]), float(p[1]), float(p[2])) for p in cartesian),
        operations=claim.triplets,
    )
    return structure, tuple(labels)


def _images(site: Site, claim: ClaimedGroup, lattice: NDArray[Any], file: str) -> NDArray[Any]:
    """Put a site exactly on its special position and give its distinct images."""
    import numpy as np

    raw = claim.rotations @ np.array(site.fractions) + claim.translations
    away = raw - np.array(site.fractions)
    away -= np.rint(away)
    stays = np.linalg.norm(away @ lattice, axis=1) < SAME_ATOM_ANG
    exact = np.array(site.fractions) + away[stays].mean(axis=0)
    images = claim.rotations @ exact + claim.translations
    images -= np.floor(images)
    delta = images[:, None, :] - images[None, :, :]
    same = np.linalg.norm((delta - np.rint(delta)) @ lattice, axis=2) < 1e-4
    distinct: NDArray[Any] = images[sorted({*np.argmax(same, axis=1).tolist()})]
    if len(distinct) * int(stays.sum()) != len(images):
        raise InputError(
            f"{file}: images of {site.label} lie on top of each other, but not on one place",
            "Correct its coordinates; a disordered atom must be resolved first.",
        )
    return distinct
