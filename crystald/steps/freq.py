"""FREQ: vibrational frequencies at the point and at the level of theory of an OPT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

import msgspec

from crystald.crystal.deck.blocks.frequencies import frequency_lines
from crystald.crystal.deck.blocks.modes import anharm_lines
from crystald.crystal.deck.d12 import Deck, print_d12
from crystald.crystal.deck.text.edit import inserted
from crystald.crystal.deck.text.settings import scf_of
from crystald.errors import DeckError
from crystald.models import LeftFile, StepReading, Verdict, VerdictKind
from crystald.steps.base import DeckRequest, OpenFile, PreparedDeck
from crystald.steps.checking import check_settings
from crystald.steps.files import FREQ_LEAVES
from crystald.steps.frequencies.anharm import anharm_conflicts, anharm_of, is_anharm
from crystald.steps.frequencies.block import frequencies_of
from crystald.steps.frequencies.conflicts import check_freq, unverified_words
from crystald.steps.frequencies.doubts import doubts_of_ours, doubts_of_peoples
from crystald.steps.frequencies.restart import restart_conflicts
from crystald.steps.frequencies.settings import FreqSettings, with_template
from crystald.steps.guess import with_guess
from crystald.steps.level.buffers import with_buffers
from crystald.steps.level.make import make_level
from crystald.steps.level.settings import LevelSettings
from crystald.steps.numbering import as_printed
from crystald.steps.people.carry import PeoplesDeck, begin, carry
from crystald.steps.reading.left import DECK, Left
from crystald.steps.restart.frequencies import NEED, frequencies_going_on
from crystald.steps.titles import title_of

_NEEDS: Final = {"geometry": ("OPT",)}
RESTART_NEEDS: Final = {NEED: ("FREQ",)}
"""What a FREQ with ``restart`` needs instead."""


class FreqStep:
    """The step type FREQ."""

    type: str = "FREQ"
    program: Literal["crystal", "properties"] = "crystal"
    deck_suffix: Literal["d12", "d3"] = "d12"
    needs: Mapping[str, tuple[str, ...]] = _NEEDS
    starts_with: Mapping[str, object] | None = None
    leaves: tuple[LeftFile, ...] = FREQ_LEAVES

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check settings; see :class:`FreqSettings`."""
        checked = check_settings(with_template(settings), FreqSettings, where)
        check_freq(checked, where, anharm_conflicts, restart_conflicts)
        return msgspec.to_builtins(checked)  # type: ignore[no-any-return]

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck, at the last geometry of an OPT, or that of the FREQ that goes on."""
        settings = msgspec.convert(dict(request.settings), FreqSettings)
        if settings.restart:
            return frequencies_going_on(request, settings)
        start = begin(request)
        told = _refuse_conductor(request) if settings.intensities and request.parents else ()
        if start.printed is not None:
            told += as_printed(start.printed.atoms, _named(settings), "the step before")
        if isinstance(start, PeoplesDeck):
            carried_deck = _carried(start, request, settings)
            return replace(carried_deck, notes=(*carried_deck.notes, *told))
        if start.parent is None or start.printed is None:
            raise DeckError(f"{request.step} of {request.material} has no OPT to start from")
        toldee = max(settings.toldee, start.parent.scf.toldee)
        asked = LevelSettings(toldee=toldee, version=settings.version)
        level = make_level(asked, start.geometry, start.numbers, start.parent)
        scf, takes = with_guess(level, start, request, settings.guess, settings.version)
        scf = with_buffers(scf, asked, request)
        anharm = anharm_of(settings, start.printed)
        deck = replace(
            Deck(
                title_of(request, level.name), level.geometry, level.basis, level.hamiltonian, scf
            ),
            frequencies=None if anharm else frequencies_of(settings, start.printed),
            anharm=anharm,
        )
        doubts = (*_unverified(settings), *doubts_of_ours(start, _displaced(settings)))
        notes = (*start.notes, *level.notes, *doubts, *told)
        return PreparedDeck(print_d12(deck), takes, notes)

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left: one without frequencies has not done its work."""
        from crystald.steps.reading.step import read_scf_step

        left = Left.of(open_file)
        reading = read_scf_step(left, optimisation=False, leaves=self.leaves)
        return _with_frequencies(reading, left)


def _named(settings: FreqSettings) -> tuple[int, ...]:
    """Name the atoms of a FREQ; they count as in the output that it follows."""
    masses = () if isinstance(settings.isotopes, str) else settings.isotopes
    moved = _displaced(settings)
    alone = () if isinstance(settings.anharm, str) else (settings.anharm,)
    return (*(atom for atom, _ in masses), *moved, *alone)


def _displaced(settings: FreqSettings) -> tuple[int, ...]:
    return () if isinstance(settings.fragment, str) else settings.fragment


def _unverified(settings: FreqSettings) -> tuple[str, ...]:
    return tuple(
        f"unverified: {word} in CRYSTAL{settings.version}" for word in unverified_words(settings)
    )


def _refuse_conductor(request: DeckRequest) -> tuple[str, ...]:
    """Refuse intensities of a metal; where only the first point conducted, that is a note.

    Unless it was smeared: then it was meant to be one, and so it is where nothing is printed.
    """
    from crystald.crystal.output import read_output

    parent = request.parents["geometry"]
    output = read_output(parent.output.splitlines(), blocks=())
    first = output.states_first_point
    began = output.conducting is None and first is not None and first.conducting is True
    smeared = output.conducting is None and "SMEAR" in parent.deck.split()
    if smeared and (first is None or first.conducting is None):
        raise DeckError(
            f"{parent.step} was smeared like a conductor, which has no infrared intensities, and "
            "does not print whether it is one",
            "Set intensities to false, or take an insulator's optimisation without smearing.",
        )
    if output.conducting or (began and smeared):
        raise DeckError(
            f"{parent.step} found a conductor: it has no infrared intensities",
            "Set intensities to false.",
        )
    if not began:
        return ()
    told = "conducted at its first point, and does not print what it is at its last"
    return (f"{parent.step} {told}: a conductor has no infrared intensities",)


def _carried(start: PeoplesDeck, request: DeckRequest, settings: FreqSettings) -> PreparedDeck:
    """Write the deck after an OPT of anybody's: only TOLDEE is tightened."""
    own = scf_of(start.deck)
    asked = {"toldee": max(settings.toldee, own.toldee or 0)}
    made, prepared = carry(start, request, "FREQ", settings, asked)
    anharm = anharm_of(settings, start.printed)
    block = (
        anharm_lines(anharm) if anharm else frequency_lines(frequencies_of(settings, start.printed))
    )
    deck = inserted(made.deck, "geometry", block)
    notes = doubts_of_peoples(start, _displaced(settings))
    notes = (*prepared.notes, *_unverified(settings), *notes)
    return replace(prepared, text=deck.print(), notes=notes)


def _with_frequencies(reading: StepReading, left: Left) -> StepReading:
    found = left.output().frequencies_cm1
    # a restart from FREQINFO.DAT prints frequencies and no energy
    resumed = reading.verdict.fault == "no-energy" and bool(found)
    verdict = Verdict(VerdictKind.OK) if resumed else reading.verdict
    if verdict.kind is VerdictKind.OK and not found and not is_anharm(left(DECK)):
        verdict = Verdict(VerdictKind.FAULT, "no-frequencies")
    return replace(reading, verdict=verdict)
