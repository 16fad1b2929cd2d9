"""RESTART of an optimisation: the deck of the OPT before, which goes on from its OPTINFO.DAT.

The geometry of the deck stays untouched: OPTINFO.DAT holds the points since. Only criteria of
convergence and limits may change; at another level the points would not belong together. That
CRYSTAL goes on after an OPT that had converged is practice, seen in none of our outputs.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.records import title_line
from crystald.crystal.deck.text.edit import inserted, with_title, without
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.versions import Version
from crystald.errors import DeckError
from crystald.models import StagedFile
from crystald.steps.base import DeckRequest, Parent, PreparedDeck
from crystald.steps.files import HANDOVERS, WAVEFUNCTION
from crystald.steps.guess import printed_version

_POINTS: Final = HANDOVERS["optimisation"]
_GUESS: Final = HANDOVERS["guess"]
_CURE: Final = "Set restart to false: it then begins afresh at the last geometry."


def to_go_on(request: DeckRequest, version: Version) -> tuple[DeckText, Parent]:
    """Read the deck that goes on.

    Raises
    ------
    DeckError
        There is none, it left no OPTINFO.DAT, its geometry stands in fort.34, or another version
        of the program ran it.
    """
    parent = request.parents.get("geometry")
    if parent is None:
        raise DeckError(f"{request.step} of {request.material} has no OPT to go on from", _CURE)
    if _POINTS.written not in parent.leaves:
        raise DeckError(f"{parent.step} left no {_POINTS.written}", _CURE)
    deck = read_d12(parent.deck)
    if deck.find(_POINTS.place) is None or deck.geometry.get("EXTERNAL") is not None:
        raise DeckError(f"the deck of {parent.step} has no OPTGEOM, or is EXTERNAL", _CURE)
    ran = _version_of(parent)
    if ran not in (None, version):
        raise DeckError(f"{parent.step} ran in CRYSTAL{ran}, not in CRYSTAL{version}", _CURE)
    return deck, parent


def _version_of(parent: Parent) -> int | None:
    from crystald.crystal.output import read_output

    return printed_version(read_output(parent.output.splitlines()))


def going_on(deck: DeckText, parent: Parent, request: DeckRequest, *, guess: bool) -> PreparedDeck:
    """Write the deck that goes on, with the points so far and the wavefunction of the last."""
    takes = [StagedFile(f"geometry:{_POINTS.written}", _POINTS.read)]
    deck = without(without(deck, f"{_POINTS.place}/RESTART"), f"{_GUESS.place}/GUESSP")
    deck = inserted(deck, _POINTS.place, [_POINTS.keyword])
    if guess and WAVEFUNCTION in parent.leaves:
        deck = inserted(deck, _GUESS.place, [_GUESS.keyword])
        takes.append(StagedFile(f"geometry:{WAVEFUNCTION}", _GUESS.read))
    title = title_line(f"{request.material} {request.step} {parent.step} goes on")
    return PreparedDeck(with_title(deck, title).print(), tuple(takes))
