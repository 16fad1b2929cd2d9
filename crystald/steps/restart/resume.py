"""A run that was cut short goes on: RESTART where that is safe, else it begins again."""

from __future__ import annotations

from crystald.crystal.deck.text.reader import read_d12
from crystald.errors import DeckError
from crystald.steps.restart.cut_short import CutShort, Resumed
from crystald.steps.restart.frequencies import resume_frequencies
from crystald.steps.restart.optimisation import resume_optimisation


def resume(run: CutShort) -> Resumed:
    """Make the deck with which an optimisation or frequencies go on.

    Raises
    ------
    DeckError
        Its deck has neither OPTGEOM nor FREQCALC, or neither a file nor the output tells a point.
    """
    deck = read_d12(run.deck)
    if deck.find("geometry/FREQCALC") is not None:
        return resume_frequencies(deck, run)
    if deck.find("geometry/OPTGEOM") is not None:
        return resume_optimisation(deck, run)
    raise DeckError(
        "the deck has no OPTGEOM and no FREQCALC: there is nothing to restart",
        "Run it again as it is.",
    )
