"""The run before, of whose deck a step with ``restart`` is made."""

from __future__ import annotations

from crystald.crystal.deck.records import title_line
from crystald.crystal.deck.text.edit import with_title
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.versions import Version
from crystald.errors import DeckError
from crystald.steps.base import DeckRequest, Parent
from crystald.steps.files import Handover
from crystald.steps.guess import printed_version
from crystald.steps.restart.left import Remains, is_external


def run_before(
    request: DeckRequest, need: str, points: Handover, version: Version, cure: str
) -> tuple[DeckText, Parent]:
    """Read the deck that goes on.

    Parameters
    ----------
    need
        Of the step, that the run before meets.
    points
        The file that holds what is done, and the block that reads it.
    cure
        What helps where it cannot.

    Raises
    ------
    DeckError
        There is none, it left no such file, the geometry file that it began with is not there
        (an OPT overwrites its own), or another version of the program ran it.
    """
    block = points.place.rpartition("/")[2]
    parent = request.parents.get(need)
    if parent is None:
        kind = request.step.rstrip("0123456789")
        raise DeckError(f"{request.step} of {request.material} has no {kind} to go on from", cure)
    if not left_by(parent, need).has(points.written):
        raise DeckError(f"{parent.step} left no {points.written}", cure)
    deck = read_d12(parent.deck)
    if deck.find(points.place) is None:
        raise DeckError(f"the deck of {parent.step} has no {block}", cure)
    if is_external(deck) and (block == "OPTGEOM" or not parent.fort34):
        lost = "was overwritten" if block == "OPTGEOM" else "is gone"
        raise DeckError(f"the geometry file that {parent.step} began with {lost}", cure)
    ran = _version_of(parent)
    if ran not in (None, version):
        raise DeckError(f"{parent.step} ran in CRYSTAL{ran}, not in CRYSTAL{version}", cure)
    return deck, parent


def left_by(parent: Parent, need: str) -> Remains:
    """Give the files that a parent left."""
    return Remains(need, parent.leaves)


def titled(deck: DeckText, parent: Parent, request: DeckRequest) -> DeckText:
    """Say in the title whose run goes on."""
    return with_title(deck, title_line(f"{request.material} {request.step} {parent.step} goes on"))


def _version_of(parent: Parent) -> int | None:
    from crystald.crystal.output import read_output

    return printed_version(read_output(parent.output.splitlines(), blocks=()))
