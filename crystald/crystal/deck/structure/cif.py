"""Decks and outputs as what a CIF says: with the operations of their group where these are sure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crystald.crystal.deck.geometry.checked import checked_form
from crystald.crystal.deck.geometry.layers import layer_symbol
from crystald.crystal.deck.geometry.operations import reference_operations
from crystald.crystal.deck.geometry.rods import rod_symbol
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.structure.setting import (
    Setting,
    group_number,
    is_origin_open,
    setting_of,
)
from crystald.crystal.deck.text.geometry_words import EDITS
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.text.values import SystemInput, system_input
from crystald.crystal.structures.print_cif import VACUUM_ANG, CifCrystal, boxed
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def cif_of_deck(
    deck: DeckText,
    fort34: str | None = None,
    *,
    symmetry: bool = True,
    vacuum_ang: float = VACUUM_ANG,
) -> CifCrystal:
    """Say what a deck stands for as a CIF does.

    A crystal without edits keeps its group, setting and asymmetric unit; everything else is all
    atoms of the cell that is computed. A layer group with screw axes or glide planes is taken at
    the origin that our own decks have, a rod group of which no output was seen as our own decks
    have it, and a note says so.

    Parameters
    ----------
    deck
        A d12 deck.
    fort34
        Text of fort.34, for decks that begin with EXTERNAL.
    symmetry
        Whether to keep the group.
    vacuum_ang
        Between images along open directions.

    Raises
    ------
    DeckError
        As `structure_of`.
    """
    structure = structure_of(deck, fort34, assume_origin=True)
    system = system_input(deck)
    edits = any(e.keyword in EDITS for e in deck.geometry.entries if e is not system.entry)
    if system.system != "CRYSTAL" or edits or not symmetry:
        return replace(boxed(structure, vacuum_ang), notes=_notes(system))
    setting = setting_of(system)
    return CifCrystal(
        setting.parameters,
        tuple(atom.number for atom in system.atoms),
        tuple(atom.position for atom in system.atoms),
        _operations(setting.rotations, setting.translations),
        setting.number,
        _symbol(setting),
    )


def _notes(system: SystemInput) -> tuple[str, ...]:
    if system.dimension is None or not is_origin_open(system):
        return ()
    group = group_number(system)
    if system.system == "POLYMER":
        note = (
            f"no output was seen that shows CRYSTAL's operations of rod group {rod_symbol(group)} "
            f"(number {group}): those of rod_groups: full are taken"
        )
        return (note,)
    note = (
        f"CRYSTAL's origin of layer group {layer_symbol(group)} (number {group}), which has screw "
        "axes or glide planes, could not be verified: that of layer_groups: full is taken"
    )
    return (note,)


def _symbol(setting: Setting) -> str:
    import gemmi

    named = [str(one.xhm()) for one in gemmi.spacegroup_table() if one.hall == setting.hall]
    return named[0] if named else _reference_symbol(setting.number)


def _operations(rotations: NDArray[Any], translations: NDArray[Any]) -> tuple[str, ...]:
    import gemmi
    import numpy as np

    found = []
    for rotation, translation in zip(rotations, translations, strict=True):
        operation = gemmi.Op()
        operation.rot = np.rint(rotation * gemmi.Op.DEN).astype(int).tolist()
        operation.tran = np.rint(translation * gemmi.Op.DEN).astype(int).tolist()
        found.append(operation.wrap().triplet())
    return tuple(found)


def cif_of_structure(
    structure: Structure, *, symmetry: bool = True, vacuum_ang: float = VACUUM_ANG
) -> CifCrystal:
    """Say what a structure is as a CIF does: in the standard setting of its group, or all atoms.

    The symmetry of a crystal is looked for; what is found is expanded again and compared, and
    where that fails all atoms are given.
    """
    if structure.periodicity != 3 or not symmetry or 0 in structure.numbers:
        return boxed(structure, vacuum_ang)
    try:
        form = checked_form(structure)
    except DeckError:
        return boxed(structure, vacuum_ang)
    return CifCrystal(
        form.parameters,
        tuple(atom.number for atom in form.atoms),
        tuple((atom.x, atom.y, atom.z) for atom in form.atoms),
        _operations(*reference_operations(form.group)),
        form.group,
        _reference_symbol(form.group),
    )


def _reference_symbol(group: int) -> str:
    import gemmi

    table = gemmi.spacegroup_table()
    return next(str(s.xhm()) for s in table if s.number == group and s.is_reference_setting())
