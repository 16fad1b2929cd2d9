"""Steps after a deck that is not of our own form: it is carried line by line, with what is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.next.carry import Purpose, carried
from crystald.crystal.deck.next.geometry import NextGeometry, next_geometry
from crystald.crystal.deck.next.ghosts import with_ghosts_named
from crystald.crystal.deck.records import title_line
from crystald.crystal.deck.text.edit import inserted
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.output.values import Output, PrintedGeometry
from crystald.errors import DeckError
from crystald.models import StagedFile
from crystald.steps.base import DeckRequest, Parent, PreparedDeck
from crystald.steps.files import HANDOVERS, WAVEFUNCTION
from crystald.steps.geometry import Start, start_of
from crystald.steps.guess import printed_version
from crystald.steps.level.choices import INHERIT
from crystald.steps.level.settings import STANDARD
from crystald.steps.people.level import with_level
from crystald.steps.people.subject import Subject

REPEATED: Final = "the deck is the one that the output repeats at its top"

_STEP: Final = re.compile(r"[A-Z]+\d*")
"""The second word of our own titles, which gives way to the next step."""

_LEVEL: Final = frozenset(STANDARD)


@dataclass(frozen=True)
class PeoplesDeck:
    """A parent whose deck is carried.

    Attributes
    ----------
    parent
        The calculation.
    deck
        Its deck.
    output
        Its output, read.
    geometry
        What it ended at.
    """

    parent: Parent
    deck: DeckText
    output: Output
    geometry: NextGeometry
    notes: tuple[str, ...] = field(default=())

    @property
    def printed(self) -> PrintedGeometry:
        """The last geometry."""
        assert self.output.geometry is not None  # noqa: S101 - `next_geometry` has seen it
        return self.output.geometry


def begin(request: DeckRequest) -> Start | PeoplesDeck:
    """Find what a step starts from: a material, a deck of our own form, or one of anybody's.

    Raises
    ------
    DeckError
        There is nothing to start from, or no correct geometry can be made of it.
    """
    parent = request.parents.get("geometry")
    if parent is None:
        return start_of(request)
    if not _is_ours(parent.deck):
        return peoples_deck(parent)
    try:
        return start_of(request)
    except DeckError as refusal:
        try:  # its geometry left the form of the deck, and may keep its symmetry as EXTERNAL
            return peoples_deck(parent)
        except DeckError:
            raise refusal from None


def _is_ours(text: str) -> bool:
    try:
        return parse_d12(text).geometry.kind != "EXTERNAL"
    except DeckError:
        return False


def peoples_deck(parent: Parent) -> PeoplesDeck:
    """Read deck and output of a parent, and find its last geometry.

    Without a deck it is the one that the output repeats at its top, else one made of what it tells.

    Raises
    ------
    DeckError
        As `next_geometry`; or the output alone does not tell the deck for certain.
    """
    from crystald.crystal.deck.next.echoed import deck_of
    from crystald.crystal.deck.next.repeated import repeated_deck
    from crystald.crystal.output import read_output

    output = read_output(parent.output.splitlines())
    text, notes = parent.deck, tuple[str, ...]()
    if not text.strip():
        repeated = repeated_deck(parent.output)
        text, notes = deck_of(output) if repeated is None else (repeated, (REPEATED,))
    deck, output = read_d12(text), with_ghosts_named(output)
    try:
        geometry = next_geometry(deck, output, parent.fort34)
    except DeckError as error:
        raise DeckError(f"{parent.step}: {error.message}", error.hint) from error
    return PeoplesDeck(parent, deck, output, geometry, notes)


def asked_of(settings: msgspec.Struct) -> dict[str, Any]:
    """Give what settings say of the level themselves; what they inherit stands in the deck."""
    values = msgspec.structs.asdict(settings)
    return {key: values[key] for key in _LEVEL & values.keys() if values[key] != INHERIT}


def carry(
    start: PeoplesDeck,
    request: DeckRequest,
    purpose: Purpose,
    settings: msgspec.Struct,
    asked: Mapping[str, Any],
) -> tuple[Subject, PreparedDeck]:
    """Carry the deck to its next geometry, with what is asked of the level.

    Returns
    -------
    Subject
        The deck, for the blocks that the step puts in.
    PreparedDeck
        What is staged and told; its text is empty.

    Raises
    ------
    DeckError
        What is asked cannot be written into this deck.
    """
    title = _title(request, start.deck)
    deck = carried(start.deck, start.geometry, purpose, title)
    numbers = tuple(element_of(atom.number) for atom in start.printed.atoms)
    before = Subject(deck, start.output, numbers, start.geometry.fort34)
    after = with_level(before, settings, asked, start.parent.output)
    guessed, takes = _with_guess(start, after, before, settings)
    fort34 = guessed.fort34
    writes = (("fort.34", fort34),) if fort34 is not None else ()
    notes = (*start.notes, *start.geometry.notes, *after.notes)
    return guessed, PreparedDeck("", takes, notes, writes)


def _title(request: DeckRequest, deck: DeckText) -> str:
    words = deck.title.text.split() if deck.title is not None else []
    if words[:1] == [request.material] and _STEP.fullmatch("".join(words[1:2])):
        words = words[2:]
    return title_line(" ".join((request.material, request.step, *words)))


def _with_guess(
    start: PeoplesDeck, after: Subject, before: Subject, settings: msgspec.Struct
) -> tuple[Subject, tuple[StagedFile, ...]]:
    """Take the parent's wavefunction as first guess where nothing that it depends on changed."""
    fits = (
        getattr(settings, "guess", "auto") == "auto"
        and WAVEFUNCTION in start.parent.leaves
        and start.geometry.same_form
        and after.state == before.state
        and printed_version(start.output) in (None, getattr(settings, "version", None))
    )
    if not fits:
        return after, ()
    guess = HANDOVERS["guess"]
    take = StagedFile(f"geometry:{WAVEFUNCTION}", guess.read)
    return after.with_deck(inserted(after.deck, "scf", [guess.keyword])), (take,)
