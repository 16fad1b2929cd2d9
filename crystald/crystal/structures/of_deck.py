"""The structure of a deck that a person submits."""

from __future__ import annotations

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.structure.setting import group_number
from crystald.crystal.deck.text.geometry_words import EDITS
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.values import system_input
from crystald.crystal.structures.soundness import refuse_unsound
from crystald.crystal.structures.values import StructureReading
from crystald.errors import DeckError, InputError


def deck_text(data: bytes, file: str) -> str:
    """Decode a deck, its line endings kept.

    Raises
    ------
    InputError
        It is empty, or no text.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{file}: it holds bytes that are no text", "Save it as ASCII.") from None
    if not text.strip():
        raise InputError(f"{file}: the file is empty", "Save the deck again.")
    return text


def read_deck_structure(text: str, file: str, fort34: str | None = None) -> StructureReading:
    """Find the structure that a deck computes, its edits applied.

    Parameters
    ----------
    text
        Of the deck.
    file
        What it is called in errors.
    fort34
        The geometry file beside it, for EXTERNAL.

    Raises
    ------
    InputError
        Its geometry is not complete, or known only to the program.
    """
    try:
        deck = read_d12(text)
        system = system_input(deck)
        structure = structure_of(deck, fort34)
        edited = any(e.keyword in EDITS for e in deck.geometry.entries if e is not system.entry)
        plain = system.system == "CRYSTAL" and not edited
        group = group_number(system) if plain else None
    except DeckError as error:
        raise InputError(f"{file}: {error.message}", error.hint) from error
    if 0 in map(element_of, structure.numbers):
        raise InputError(f"{file}: it has atoms of no element", "Submit a deck without ghosts.")
    refuse_unsound(structure, file, ())
    return StructureReading(structure, group, None, (), "d12")
