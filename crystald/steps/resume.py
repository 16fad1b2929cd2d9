"""An optimisation that was cut short goes on: RESTART where that is safe, else from its last point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.lint.linter import refuse_bad
from crystald.crystal.deck.next.carry import carried
from crystald.crystal.deck.next.geometry import NextGeometry, next_geometry
from crystald.crystal.deck.text.edit import inserted, without
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.geometry_files.points import Point
from crystald.crystal.geometry_files.print_fort34 import print_fort34
from crystald.crystal.output.values import Output
from crystald.errors import DeckError
from crystald.models import StagedFile
from crystald.steps.base import PreparedDeck
from crystald.steps.files import HANDOVERS, WAVEFUNCTION

ATTEMPT: Final = "attempt"
"""The need of a file that the attempt itself left: roles are ``attempt:<suffix>``."""

FLAT_BOHR: Final = 1e-4
"""A trust radius up to this means that the last point is flat: the same point would be found again."""

SEAM: Final = "a fresh start classifies integrals anew: energies may jump by 1e-5 to 1e-3 Ha there"

_OPTINFO: Final = HANDOVERS["optimisation"]
_HESSIAN: Final = HANDOVERS["hessian of an optimisation"]
_GUESS: Final = HANDOVERS["guess"]
_GEOMETRY: Final = "geometry/EXTERNAL"


@dataclass(frozen=True)
class LeftBehind:
    """A file that an attempt left: its bytes, and when it was last written (seconds)."""

    size: int
    written_s: float


@dataclass(frozen=True)
class CutShort:
    """An optimisation that did not end.

    Attributes
    ----------
    deck
        As it was run.
    output
        What was printed, as far as it goes.
    left
        Files by the program's names (``OPTINFO.DAT``, ``fort.9``).
    started_s
        When the attempt began; None where nobody knows.
    point
        The last point whose file (optcNNN, optaNNN) is whole.
    fort34
        The geometry file that the deck was given, for EXTERNAL: not the one that the run wrote.
    """

    deck: str
    output: str
    left: Mapping[str, LeftBehind]
    started_s: float | None = None
    point: Point | None = None
    fort34: str | None = None

    def has(self, name: str) -> bool:
        """Tell whether a file is there with something in it."""
        return name in self.left and self.left[name].size > 0


@dataclass(frozen=True)
class Resumed:
    """How an optimisation goes on.

    Attributes
    ----------
    prepared
        The deck with its files.
    restart
        Whether the program's own RESTART goes on; otherwise it is a new optimisation.
    """

    prepared: PreparedDeck
    restart: bool


def resume(run: CutShort) -> Resumed:
    """Make the deck with which an optimisation goes on.

    Raises
    ------
    DeckError
        Its deck has no OPTGEOM, or neither a file nor the output tells a point.
    """
    from crystald.crystal.output import read_output

    deck = read_d12(run.deck)
    if deck.find("geometry/OPTGEOM") is None:
        raise DeckError("the deck has no OPTGEOM: it optimises nothing", "Run it again as it is.")
    output = read_output(run.output.splitlines())
    against = _against_restart(run, output, deck)
    if against is None:
        return Resumed(_restarted(deck, run), restart=True)
    return Resumed(_afresh(deck, run, output, against), restart=False)


def _against_restart(run: CutShort, output: Output, deck: DeckText) -> str | None:
    """Say why RESTART is not safe; None where it is."""
    info = run.left.get(_OPTINFO.written)
    if info is None or not info.size:
        return f"{_OPTINFO.written} is not there, or empty"
    if run.started_s is not None and info.written_s <= run.started_s:
        return f"{_OPTINFO.written} is older than the run"
    if deck.find(_GEOMETRY) is not None and run.fort34 is None:
        return "the geometry file that its deck was given is not there"
    trust = output.facts.get("trust_radius")
    if "flat_surface" in output.facts or (trust and float(str(trust.value)) <= FLAT_BOHR):
        return "its last point is flat"
    return None


def _restarted(deck: DeckText, run: CutShort) -> PreparedDeck:
    """Write the original deck with RESTART: geometry and all other lines as they are."""
    takes = [StagedFile(f"{ATTEMPT}:{_OPTINFO.written}", _OPTINFO.read)]
    words = [_OPTINFO.keyword]
    if run.has(_HESSIAN.written):
        takes.append(StagedFile(f"{ATTEMPT}:{_HESSIAN.written}", _HESSIAN.read))
        words.append(_HESSIAN.keyword)
    for word in words:
        if deck.find(f"{_OPTINFO.place}/{word}") is None:
            deck = inserted(deck, _OPTINFO.place, [word])
    deck, guess = _guessed(deck, run)
    takes += guess
    text = deck.print()
    external = deck.find(_GEOMETRY) is not None and run.fort34 is not None
    writes = (("fort.34", run.fort34),) if external and run.fort34 is not None else ()
    staged = {take.name for take in takes} | {name for name, _ in writes}
    warnings = refuse_bad(text, "d12", staged, run.fort34, "the deck to go on with")
    return PreparedDeck(text, tuple(takes), ("it goes on from OPTINFO.DAT", *warnings), writes)


def _guessed(deck: DeckText, run: CutShort) -> tuple[DeckText, list[StagedFile]]:
    """Start from the wavefunction that the attempt left; that of a first SCF that died is empty."""
    deck = without(deck, f"{_GUESS.place}/{_GUESS.keyword}")
    if not run.has(_GUESS.written):
        return deck, []
    take = StagedFile(f"{ATTEMPT}:{WAVEFUNCTION}", _GUESS.read)
    return inserted(deck, _GUESS.place, [_GUESS.keyword]), [take]


def _afresh(deck: DeckText, run: CutShort, output: Output, why: str) -> PreparedDeck:
    """Begin again from the last point: that of the files, or that of the output if it is later."""
    printed = output.opt_points or 0
    if run.point is not None and run.point.number > printed:
        text = print_fort34(run.point.geometry)
        geometry = NextGeometry(("EXTERNAL",), same_form=False, reshaped=True, fort34=text)
        whence = f"the file {run.point.name}"
    else:
        geometry = next_geometry(deck, output)
        whence = f"point {printed} of the output" if printed else "the output's geometry"
    title = deck.title.text if deck.title is not None else "optimisation"
    new = carried(deck, geometry, "OPT", title)
    takes: list[StagedFile] = []
    if geometry.same_form:
        new, takes = _guessed(new, run)
    writes = (("fort.34", geometry.fort34),) if geometry.fort34 is not None else ()
    text = new.print()
    staged = {take.name for take in takes} | {name for name, _ in writes}
    warnings = refuse_bad(text, "d12", staged, geometry.fort34, "the deck to go on with")
    notes = (f"it begins again from {whence}: {why}", SEAM, *warnings)
    return PreparedDeck(text, tuple(takes), notes, writes)
