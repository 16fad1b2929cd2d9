"""A run that was cut short, and how it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.geometry_files.points import Point
from crystald.steps.base import PreparedDeck
from crystald.steps.files import Handover, suffix_of
from crystald.steps.restart.left import ATTEMPT, Remains, is_external


@dataclass(frozen=True)
class LeftBehind:
    """A file that an attempt left: its bytes, and when it was last written (seconds)."""

    size: int
    written_s: float


@dataclass(frozen=True)
class CutShort:
    """A run that did not end.

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
        The last point of an optimisation whose file (optcNNN, optaNNN) is whole.
    fort34
        The geometry file that the deck was given, for EXTERNAL: not the one that the run wrote.
    """

    deck: str
    output: str
    left: Mapping[str, LeftBehind]
    started_s: float | None = None
    point: Point | None = None
    fort34: str | None = None

    @property
    def whole(self) -> Remains:
        """The files with something in them."""
        names = (name for name, file in self.left.items() if file.size > 0)
        return Remains(ATTEMPT, frozenset(map(suffix_of, names)))


@dataclass(frozen=True)
class Resumed:
    """How a run goes on.

    Attributes
    ----------
    prepared
        The deck with its files.
    restart
        Whether the program's own RESTART goes on; otherwise it begins again.
    """

    prepared: PreparedDeck
    restart: bool


def against_restart(run: CutShort, deck: DeckText, points: Handover) -> str | None:
    """Say why RESTART is not safe, as far as files tell; None where it is.

    Parameters
    ----------
    points
        The file that holds what is done.
    """
    info = run.left.get(points.written)
    if info is None or not info.size:
        return f"{points.written} is not there, or empty"
    if run.started_s is not None and info.written_s <= run.started_s:
        return f"{points.written} is older than the run"
    if is_external(deck) and run.fort34 is None:
        return "the geometry file that its deck was given is not there"
    return None
