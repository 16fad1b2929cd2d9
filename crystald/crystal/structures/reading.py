"""One structure out of a file of any kind that is known, with everything doubtful told."""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.geometry.checked import checked_form, is_searched
from crystald.crystal.deck.geometry.crystal import group_within
from crystald.crystal.deck.geometry.form import StandardForm
from crystald.crystal.deck.geometry.operations import centrings_of, reference_operations
from crystald.crystal.deck.geometry.slab import layer_within
from crystald.crystal.deck.geometry.standardise import SYMPREC_ANG
from crystald.crystal.structures.ase_formats import read_with_ase
from crystald.crystal.structures.cif import CifContent, group_notes, parse_cif
from crystald.crystal.structures.cif_group import ClaimedGroup
from crystald.crystal.structures.dimension import as_dimensionality, vacuum_note
from crystald.crystal.structures.gui import is_fort34, structure_of_fort34
from crystald.crystal.structures.names import split_index
from crystald.crystal.structures.soundness import refuse_unsound
from crystald.crystal.structures.values import Dimensionality, StructureReading
from crystald.errors import DeckError, InputError
from crystald.models import Structure

LOOSER_ANG: Final = 0.05
"""Atoms that were rounded or relaxed without symmetry are about as far from their places."""

LOOSER_ATOMS_MAX: Final = 500


def read_structure(
    data: bytes, name: str, file: str, *, dimensionality: Dimensionality = "auto"
) -> StructureReading:
    """Read the structure of a file.

    Parameters
    ----------
    data
        The file's content.
    name
        Its name; ``…@3`` at the end chooses one of several structures (of formats that ASE reads).
    file
        What it is called in errors.
    dimensionality
        What it is computed as; ``auto``: as periodic as the file says.

    Raises
    ------
    InputError
        It is of no known kind, or not of one ordered structure that can be computed.
    """
    content = _content(data, name, file)
    structure = as_dimensionality(content.structure, dimensionality, file)
    labels = content.labels if structure is content.structure else ()
    refuse_unsound(structure, file, labels)
    claimed = content.claim.number if content.claim else None
    if not is_searched(structure):
        large = f"{len(structure.numbers)} atoms are too many to look for their symmetry"
        return StructureReading(structure, None, claimed, (*content.notes, large), content.source)
    try:
        form = checked_form(structure)
    except DeckError as error:
        raise InputError(f"{file}: {error.message}", error.hint) from error
    notes = [*content.notes, *vacuum_note(structure)]
    if structure.periodicity == 2:
        notes += _looser_layer(structure)
    if structure.periodicity < 3:
        return StructureReading(structure, None, None, tuple(notes), content.source)
    if content.claim is None or content.claim.number in (None, 1):
        notes += _looser(structure, form)
    if content.claim is not None:
        _refuse_less(content.claim, form, file)
        notes = [*group_notes(content.claim, form.group, form.symbol), *notes]
    return StructureReading(structure, form.group, claimed, tuple(notes), content.source)


def _refuse_less(claim: ClaimedGroup, form: StandardForm, file: str) -> None:
    """Refuse atoms that lack operations of the group that their file names."""
    own = len(reference_operations(form.group)[0]) // centrings_of(form.geometry)
    named = len({tuple(map(float, rotation.ravel())) for rotation in claim.rotations})
    if own % named:
        raise InputError(
            f"{file}: the space group that it names has {named} rotations, its cell and atoms have "
            f"{own} (group {form.group}, {form.symbol})",
            "Correct the lengths of the cell, or name the lower space group.",
        )


def _content(data: bytes, name: str, file: str) -> CifContent:
    base, chosen = split_index(name)
    if base.lower().endswith((".cif", ".mcif")):
        return parse_cif(data, file, chosen)
    if not data.strip():
        raise InputError(f"{file}: the file is empty", "Save the structure again.")
    if b"\0" not in data[:1000] and is_fort34(text := data.decode("utf-8", "replace")):
        structure, notes = structure_of_fort34(text, file)
        return CifContent(structure, (), None, notes, "fort34")
    structure, source, notes = read_with_ase(data, base, file, chosen)
    return CifContent(structure, (), None, (*_notes(structure), *notes), source)


def _looser(structure: Structure, form: StandardForm) -> list[str]:
    """Tell more symmetry that the atoms nearly have, where the file names none."""
    if len(structure.numbers) > LOOSER_ATOMS_MAX:
        return []
    try:
        group, symbol, operations = group_within(structure, LOOSER_ANG)
    except DeckError:
        return []
    own = len(reference_operations(form.group)[0]) // centrings_of(form.geometry)
    if operations <= own:
        return []
    return [f"within {LOOSER_ANG} Å its atoms have more symmetry, space group {group} ({symbol})"]


def _looser_layer(structure: Structure) -> list[str]:
    """Tell more symmetry that the atoms of a slab nearly have."""
    if len(structure.numbers) > LOOSER_ATOMS_MAX:
        return []
    try:
        (symbol, most), (_, own) = (
            layer_within(structure, tolerance) for tolerance in (LOOSER_ANG, SYMPREC_ANG)
        )
    except DeckError:
        return []
    if most <= own:
        return []
    return [f"within {LOOSER_ANG} Å its atoms have more symmetry, layer group {symbol}"]


def _notes(structure: Structure) -> tuple[str, ...]:
    return ("the file has no lattice: computed as a molecule",) if not structure.periodicity else ()
