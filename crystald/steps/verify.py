"""A finished step is checked: of itself, against its deck, and against its parents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from crystald.crystal.output import Output, read_output
from crystald.crystal.output.blocks.k_points import K_POINTS
from crystald.crystal.output.blocks.optimisation import OPTIMISATION
from crystald.crystal.output.blocks.populations import POPULATIONS
from crystald.crystal.output.facts import Facts
from crystald.crystal.output.verdict import SCF_LOG
from crystald.errors import DeckError, ParseError
from crystald.models import StepReading, VerdictKind
from crystald.steps.base import OpenFile
from crystald.steps.checks.remark import Evidence, quoted
from crystald.steps.checks.table import Action, check_step
from crystald.steps.reading.left import DECK, OUTPUT, Left

if TYPE_CHECKING:
    from crystald.crystal.deck.d3 import BandDeck
    from crystald.crystal.deck.d12 import Deck
    from crystald.crystal.plotdata.values import Bands, Dos

T = TypeVar("T")

GIVERS = ("geometry", "wavefunction", "frequencies")
"""The needs of which one gives what a step is compared with."""

COMPARED: Final = (OPTIMISATION, POPULATIONS, K_POINTS)
"""What is read of a parent beside its frame: checks ask for no other facts. The first block tells
what holds no longer of those of the others."""

OF_LAST_SCF = ("atomic_charges", "atomic_spins", "summed_spin")


def verify(
    reading: StepReading,
    open_file: OpenFile,
    parents: Mapping[str, OpenFile],
    actions: Mapping[str, Action] | None = None,
) -> StepReading:
    """Mark what is suspect in a step that ended well; another one stays as it is.

    Parameters
    ----------
    reading
        As its step type read it.
    open_file
        Gives the files that the attempt left, and its deck.
    parents
        By need (``geometry``, ``wavefunction``): gives the published files of that calculation by
        suffix (``out``, ``d12``).
    actions
        What checks do where it is not as in their table.
    """
    if reading.verdict.kind is not VerdictKind.OK:
        return reading
    checked = check_step(evidence_of(open_file, parents), actions)
    if not checked.all:
        return reading
    blocks = quoted(checked.blocks, open_file(OUTPUT) or ())
    warnings = quoted(checked.warnings, open_file(OUTPUT) or ())
    return replace(
        reading,
        marks=(*reading.marks, *(remark.sentence() for remark in (*blocks, *warnings))),
        blocks=tuple(remark.sentence() for remark in blocks),
    )


def evidence_of(open_file: OpenFile, parents: Mapping[str, OpenFile]) -> Evidence:
    """Gather what the checks ask for; what is not there or not ours is None."""
    left = Left.of(open_file)
    deck = _text(left(DECK))
    parent = next((parents[need] for need in GIVERS if need in parents), None)
    return Evidence(
        output=_with_log(left.output(), left(SCF_LOG)),
        deck=_deck(deck),
        parent=_output(parent("out"), parent(SCF_LOG)) if parent else None,
        parent_deck=_deck(_text(parent("d12"))) if parent else None,
        bands=_bands(left),
        dos=_dos(left),
        band_deck=_band_deck(deck),
    )


def _text(lines: Iterable[str] | None) -> str:
    return "".join(f"{line.rstrip()}\n" for line in lines or ())


def _output(lines: Iterable[str] | None, log: Iterable[str] | None) -> Output | None:
    return None if lines is None else _with_log(read_output(lines, blocks=COMPARED), log)


def _with_log(output: Output, log: Iterable[str] | None) -> Output:
    """Add the charges and spins of the last SCF of an optimisation, which stand in SCFOUT.LOG.

    Their lines are of that file, and are not quoted.
    """
    if output.opt_points is None or log is None:
        return output
    told = read_output(log, blocks=COMPARED).facts
    more = {name: told[name]._replace(line=0) for name in OF_LAST_SCF if name in told}
    return replace(output, facts=Facts(more | output.facts))


def _ours(parse: Callable[[str], T], text: str) -> T | None:
    """Parse a deck that is one of ours; None for another one."""
    try:
        return parse(text)
    except DeckError:
        return None


def _deck(text: str) -> Deck | None:
    from crystald.crystal.deck.d12 import parse_d12

    return _ours(parse_d12, text) if text.strip() else None


def _band_deck(text: str) -> BandDeck | None:
    from crystald.crystal.deck.d3 import parse_band

    return _ours(parse_band, text) if text.strip() else None


def _bands(left: Left) -> Bands | None:
    from crystald.crystal.plotdata.band_dat import read_band_dat

    return _whole(read_band_dat, left, "BAND.DAT")


def _dos(left: Left) -> Dos | None:
    from crystald.crystal.plotdata.doss_dat import read_doss_dat

    return _whole(read_doss_dat, left, "DOSS.DAT")


def _whole(read: Callable[[Iterable[str]], T], left: Left, name: str) -> T | None:
    """Read a file that is there and whole; the step's own reading told otherwise already."""
    try:
        return left.read(name, read)
    except ParseError:
        return None
