"""RESTART of frequencies: their deck goes on with the displacements that are done.

FREQINFO.DAT holds the forces of the displacements, fort.13 the density of the point that is
displaced, fort.20 (written as fort.9) the first guess of each SCF; intensities by Berry phases
want fort.28 too, those by Wannier functions fort.80. Real restarts of CRYSTAL22 read these.
Whatever decides what is displaced, and how its forces are computed, stays as it was; what is made
of the forces afterwards may change. That is also how one set of displacements gives
thermodynamic functions of other temperatures or isotopes, bands and densities of phonons.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.text.edit import inserted, without
from crystald.crystal.deck.text.settings import frequencies_of as frequencies_in
from crystald.crystal.deck.text.tree import DeckText
from crystald.errors import DeckError
from crystald.models import StagedFile
from crystald.steps.base import DeckRequest, PreparedDeck
from crystald.steps.files import HANDOVERS
from crystald.steps.frequencies.settings import FreqSettings
from crystald.steps.restart.afterwards import opened, with_wishes
from crystald.steps.restart.before import left_by, run_before, titled
from crystald.steps.restart.cut_short import CutShort, Resumed, against_restart
from crystald.steps.restart.left import GEOMETRY, GUESS, Remains, is_external, linted, with_guess_of

NEED: Final = "frequencies"
"""The need of a FREQ that goes on: the FREQ before."""

POINTS: Final = HANDOVERS["frequencies"]
_BLOCK: Final = POINTS.place
_CURE: Final = "Set restart to false: all displacements are then computed."
_GUESSED: Final = "fort.20"
"""The first guess that a run was given: it serves where its own wavefunction is lost."""


def frequencies_going_on(request: DeckRequest, settings: FreqSettings) -> PreparedDeck:
    """Write the deck of the FREQ before with RESTART, and what is made of its forces now.

    Raises
    ------
    DeckError
        There is no such deck, or it did not leave what a restart reads.
    """
    deck, parent = run_before(request, NEED, POINTS, settings.version, _CURE)
    left = left_by(parent, NEED)
    if against := _lacking(deck, left):
        raise DeckError(f"{parent.step}: {against}", _CURE)
    deck = with_wishes(deck, settings, parent)
    deck, takes = _restarted(deck, left, guess=settings.guess == "auto")
    writes = ((GEOMETRY.read, parent.fort34),) if is_external(deck) and parent.fort34 else ()
    note = f"it goes on with the displacements of {parent.step}, in its deck and at its level"
    return PreparedDeck(titled(deck, parent, request).print(), tuple(takes), (note,), writes)


def resume_frequencies(deck: DeckText, run: CutShort) -> Resumed:
    """Go on with frequencies that were cut short; without their files they begin again."""
    left = run.whole
    fort34 = run.fort34 if is_external(deck) else None
    against = against_restart(run, deck, POINTS) or _lacking(deck, left)
    if against is None:
        new, takes = _restarted(deck, left)
        note = f"it goes on from {POINTS.written}"
        return Resumed(linted(new, takes, fort34, (note,)), restart=True)
    new, takes = with_guess_of(without(deck, f"{_BLOCK}/{POINTS.keyword}"), left)
    note = f"it begins again with the first displacement: {against}"
    return Resumed(linted(new, takes, fort34, (note,)), restart=False)


def _purposes(deck: DeckText) -> tuple[str, ...]:
    """Name what a restart of a deck cannot do without."""
    block = frequencies_in(deck)
    found = ("frequencies", "density of frequencies")
    if block is None or not block.intensities or block.method == "INTCPHF":
        return found
    return (
        *found,
        "Wannier functions" if block.method == "INTLOC" else "phases of frequencies",
    )


def _lacking(deck: DeckText, left: Remains) -> str | None:
    """Say why the displacements cannot go on; None where they can."""
    for word, why in _NEVER.items():
        if deck.find(f"{_BLOCK}/{word}") is not None:
            return f"{word} {why}"
    files = [HANDOVERS[purpose].written for purpose in _purposes(deck)]
    lacking = [name for name in files if not left.has(name)]
    return f"it left no {lacking[0]}, which a restart reads" if lacking else None


_NEVER: Final = {
    "PREOPTGEOM": "found a geometry that is not in the deck",
    "MULTITASK": "keeps its displacements in folders that are not saved",
}
"""Words of FREQCALC with which a restart is not safe."""


def _restarted(
    deck: DeckText, left: Remains, *, guess: bool = True
) -> tuple[DeckText, list[StagedFile]]:
    """Put RESTART into FREQCALC, with the files that it reads; fort.20 is one of them."""
    takes = [left.take(HANDOVERS[purpose]) for purpose in _purposes(deck)]
    deck = without(deck, f"{_BLOCK}/{POINTS.keyword}")
    deck = opened(deck, [POINTS.keyword])
    deck, first = with_guess_of(deck, left, guess=guess)
    if not first and (left.has(GUESS.written) or left.has(_GUESSED)):
        own = left.has(GUESS.written)
        role = "f9" if own else "f20"
        first = [StagedFile(f"{left.need}:{role}", GUESS.read)]
        if guess:
            deck = inserted(deck, GUESS.place, [GUESS.keyword])
    return deck, takes + first
