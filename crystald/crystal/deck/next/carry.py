"""Carry a deck to its next geometry: everything below it stays, line by line."""

from __future__ import annotations

from typing import Final, Literal

from crystald.crystal.deck.next.geometry import RESHAPING, ROUND_RESHAPING, NextGeometry
from crystald.crystal.deck.text.edit import with_system, with_title, without_entry
from crystald.crystal.deck.text.tree import DeckText, Entry, Kind
from crystald.crystal.deck.text.values import system_of
from crystald.errors import DeckError

Purpose = Literal["SP", "OPT", "FREQ"]

CALCULATIONS: Final = (
    "OPTGEOM", "PREOPTGEOM", "FREQCALC", "ELASTCON", "ELAPIEZO", "PIEZOCON", "PHOTOELA", "EOS",
    "QHA", "ANHARM", "CPHF", "CPKS",
)  # fmt: skip
"""Blocks that say what is computed."""

STOPS: Final = ("TESTGEOM", "TESTRUN", "TESTPDIM", "TESTBS", "STOP", "SCELPHONO")
"""Words that end a run early, or belong to a calculation."""

OF_A_START: Final = ("GUESSP", "RESTART")
"""Words of the SCF that read a file of another run."""


def carried(deck: DeckText, geometry: NextGeometry, purpose: Purpose, title: str) -> DeckText:
    """Write the next deck.

    Parameters
    ----------
    deck
        The deck of the run.
    geometry
        What it ended at.
    purpose
        What is computed next: an OPT keeps OPTGEOM; every other block of a calculation goes.
    title
        The new first line.

    Raises
    ------
    DeckError
        It holds what another geometry would make wrong.
    """
    if deck.scf.get("FIXINDEX") is not None:
        raise DeckError(
            "FIXINDEX holds a second geometry, which is not followed", "Take FIXINDEX out."
        )
    for entry in reversed([e for e in _entries(deck) if _goes(deck, e, geometry, purpose)]):
        deck = without_entry(deck, entry)
    if purpose == "OPT":
        deck = _without_restart(deck)
    return with_title(with_system(deck, geometry.lines), title)


def _entries(deck: DeckText) -> list[Entry]:
    """List the entries of all three parts, in the order of lines."""
    return [entry for section in deck.sections for entry in section.entries]


def _goes(deck: DeckText, entry: Entry, geometry: NextGeometry, purpose: Purpose) -> bool:
    if entry is system_of(deck) or entry.kind in (Kind.ELEMENT, Kind.COMMENT, Kind.BLANK):
        return False
    word = entry.keyword
    if word == "OPTGEOM":
        return purpose != "OPT"
    if entry in deck.geometry.entries and geometry.reshaped:
        return word in CALCULATIONS or word in STOPS or word in (*RESHAPING, *ROUND_RESHAPING)
    if entry in deck.scf.entries and word in OF_A_START:
        return True
    return word in CALCULATIONS or word in STOPS


def _without_restart(deck: DeckText) -> DeckText:
    """Begin an optimisation afresh: its points so far are in the geometry."""
    while block := deck.find("geometry/OPTGEOM"):
        found = [e for e in block.entries if e.keyword in ("RESTART", "HESSOPT")]
        if not found:
            break
        deck = without_entry(deck, found[0])
    return deck
