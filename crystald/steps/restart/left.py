"""The files that a run left to go on from, and the words of a deck that read them.

The deck stays as it was run, geometry and all: the files belong to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.lint.linter import refuse_bad
from crystald.crystal.deck.text.edit import inserted, without
from crystald.crystal.deck.text.tree import DeckText
from crystald.models import StagedFile
from crystald.steps.base import PreparedDeck
from crystald.steps.files import HANDOVERS, Handover, suffix_of

ATTEMPT: Final = "attempt"
"""The need of a file that the attempt itself left: roles are ``attempt:<suffix>``."""

GUESS: Final = HANDOVERS["guess"]
GEOMETRY: Final = HANDOVERS["geometry"]


@dataclass(frozen=True)
class Remains:
    """Files that a run left, with something in them.

    Attributes
    ----------
    need
        How the roles of staged files begin: the need of a step, or `ATTEMPT`.
    suffixes
        Our suffixes of them (``f9``, ``OPTINFO.DAT``).
    """

    need: str
    suffixes: frozenset[str]

    def has(self, name: str) -> bool:
        """Tell whether a file is there, by the program's name for it."""
        return suffix_of(name) in self.suffixes

    def take(self, handover: Handover) -> StagedFile:
        """Stage a file in under the name that the program reads."""
        return StagedFile(f"{self.need}:{suffix_of(handover.written)}", handover.read)


def with_files(
    deck: DeckText, left: Remains, purposes: Iterable[str]
) -> tuple[DeckText, list[StagedFile]]:
    """Put in what reads files of a run, each where its file is there.

    Parameters
    ----------
    purposes
        Keys of ``HANDOVERS``.
    """
    takes = []
    for handover in (HANDOVERS[purpose] for purpose in purposes):
        if not left.has(handover.written):
            continue
        if deck.find(f"{handover.place}/{handover.keyword}") is None:
            deck = inserted(deck, handover.place, [handover.keyword])
        takes.append(left.take(handover))
    return deck, takes


def with_guess_of(
    deck: DeckText, left: Remains, *, guess: bool = True
) -> tuple[DeckText, list[StagedFile]]:
    """Start from the wavefunction that a run left; that of a first SCF that died is empty."""
    deck = without(deck, f"{GUESS.place}/{GUESS.keyword}")
    return with_files(deck, left, ("guess",)) if guess else (deck, [])


def is_external(deck: DeckText) -> bool:
    """Tell whether the geometry stands in a file beside the deck."""
    return deck.find(f"{GEOMETRY.place}/{GEOMETRY.keyword}") is not None


def linted(
    deck: DeckText, takes: list[StagedFile], fort34: str | None, notes: tuple[str, ...]
) -> PreparedDeck:
    """Finish a deck that goes on; what the linter warns of is among the notes.

    Raises
    ------
    DeckError
        The linter finds it wrong.
    """
    text = deck.print()
    writes = ((GEOMETRY.read, fort34),) if fort34 is not None else ()
    staged = {take.name for take in takes} | {name for name, _ in writes}
    warnings = refuse_bad(text, "d12", staged, fort34, "the deck to go on with")
    return PreparedDeck(text, tuple(takes), (*notes, *warnings), writes)
