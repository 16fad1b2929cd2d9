"""RESTART of an optimisation: its deck goes on from its OPTINFO.DAT.

The geometry of the deck stays untouched: OPTINFO.DAT holds the points since. Only criteria of
convergence and limits may change; at another level the points would not belong together. That
CRYSTAL goes on after an OPT that had converged is practice, seen in none of our outputs.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.next.carry import carried
from crystald.crystal.deck.next.geometry import NextGeometry, next_geometry
from crystald.crystal.deck.next.ghosts import with_ghosts_named
from crystald.crystal.deck.text.edit import without
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.versions import Version
from crystald.crystal.geometry_files.print_fort34 import print_fort34
from crystald.crystal.output.values import Output
from crystald.models import StagedFile
from crystald.steps.base import DeckRequest, Parent, PreparedDeck
from crystald.steps.files import HANDOVERS
from crystald.steps.restart.before import left_by, run_before, titled
from crystald.steps.restart.cut_short import CutShort, Resumed, against_restart
from crystald.steps.restart.left import Remains, is_external, linted, with_files, with_guess_of

FLAT_BOHR: Final = 1e-4
"""A trust radius up to this means that the last point is flat: the same point would be found again."""

SEAM: Final = "a fresh start classifies integrals anew: energies may jump by 1e-5 to 1e-3 Ha there"

POINTS: Final = HANDOVERS["optimisation"]

_CURE: Final = "Set restart to false: it then begins afresh at the last geometry."


def opt_to_go_on(request: DeckRequest, version: Version) -> tuple[DeckText, Parent]:
    """Read the deck of the OPT before; see `run_before`."""
    return run_before(request, "geometry", POINTS, version, _CURE)


def going_on(deck: DeckText, parent: Parent, request: DeckRequest, *, guess: bool) -> PreparedDeck:
    """Write the deck that goes on, with the points so far and the wavefunction of the last."""
    deck, takes = _restarted(deck, left_by(parent, "geometry"), guess=guess)
    return PreparedDeck(titled(deck, parent, request).print(), tuple(takes))


def _restarted(
    deck: DeckText, left: Remains, *, guess: bool = True
) -> tuple[DeckText, list[StagedFile]]:
    """Put RESTART into a deck, with the Hessian and the wavefunction where they are there."""
    for word in (POINTS, HANDOVERS["hessian of an optimisation"]):
        deck = without(deck, f"{word.place}/{word.keyword}")
    deck, takes = with_files(deck, left, ("optimisation", "hessian of an optimisation"))
    deck, more = with_guess_of(deck, left, guess=guess)
    return deck, takes + more


def resume_optimisation(deck: DeckText, run: CutShort) -> Resumed:
    """Go on with an optimisation that was cut short.

    Raises
    ------
    DeckError
        Neither a file nor the output tells a point.
    """
    from crystald.crystal.output import read_output

    output = with_ghosts_named(read_output(run.output.splitlines()))
    against = against_restart(run, deck, POINTS) or _flat(output)
    if against is not None:
        return Resumed(_afresh(deck, run, output, against), restart=False)
    new, takes = _restarted(deck, run.whole)
    fort34 = run.fort34 if is_external(deck) else None
    note = f"it goes on from {POINTS.written}"
    return Resumed(linted(new, takes, fort34, (note,)), restart=True)


def _flat(output: Output) -> str | None:
    trust = output.facts.get("trust_radius")
    if "flat_surface" in output.facts or (trust and float(str(trust.value)) <= FLAT_BOHR):
        return "its last point is flat"
    return None


def _afresh(deck: DeckText, run: CutShort, output: Output, why: str) -> PreparedDeck:
    """Begin again from the last point: that of the files, or that of the output if it is later."""
    geometry, whence = _last_point(deck, run, output)
    title = deck.title.text if deck.title is not None else "optimisation"
    new = carried(deck, geometry, "OPT", title)
    takes: list[StagedFile] = []
    if geometry.same_form:
        new, takes = with_guess_of(new, run.whole)
    return linted(new, takes, geometry.fort34, (f"it begins again from {whence}: {why}", SEAM))


def _last_point(deck: DeckText, run: CutShort, output: Output) -> tuple[NextGeometry, str]:
    printed = output.opt_points or 0
    if run.point is not None and run.point.number > printed:
        text = print_fort34(run.point.geometry)
        geometry = NextGeometry(("EXTERNAL",), same_form=False, reshaped=True, fort34=text)
        return geometry, f"the file {run.point.name}"
    whence = f"point {printed} of the output" if printed else "the output's geometry"
    return next_geometry(deck, output), whence
