"""What a run says against its own deck, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from crystald.errors import DeckError
from crystald.steps.checks.parent import same_level
from crystald.steps.checks.remark import Evidence, Remark, fact, fact_line

if TYPE_CHECKING:
    from crystald.crystal.deck.geometry.block import Geometry
    from crystald.crystal.output.values import Output

SPIKE_HA: Final = 0.01
"""An optimisation goes down; a point above the one before by more went wrong (per cell)."""

ALIASES: Final = {"DEF2-MSVP": "SOLDEF2MSVP"}
"""Names that the program echoes for those of decks, without their hyphens."""


def flat_surface(evidence: Evidence) -> Iterator[Remark]:
    """Check: an optimisation that stops because nothing changes did not meet its criteria."""
    output = evidence.output
    if output.opt_points is not None and fact(output, "flat_surface"):
        text = "the optimisation stopped on a flat surface"
        yield Remark(text, fact_line(output, "flat_surface"))


def first_point(evidence: Evidence) -> Iterator[Remark]:
    """Check: an optimisation that ends where it began may have had nothing to do, or wrong gradients."""
    output, parent = evidence.output, evidence.parent
    if parent is not None and same_level(evidence.deck, evidence.parent_deck):
        return  # it began at the end of another one
    if output.opt_converged and output.opt_points is not None and output.opt_points <= 1:
        text = "the optimisation ended at its first point"
        yield Remark(text, output.lines.get("opt_end"))


def energy_spike(evidence: Evidence) -> Iterator[Remark]:
    """Check: the accepted points of an optimisation go down."""
    points = fact(evidence.output, "optimisation_points") or ()
    energies = [(point.energy_ha, point) for point in points if point.energy_ha is not None]
    for (before, _), (now, point) in pairwise(energies):
        if now - before > SPIKE_HA:
            text = f"the energy rose by {now - before:.3f} Ha at point {point.point}"
            yield Remark(text, point.line)
            return


def symmetry(evidence: Evidence) -> Iterator[Remark]:
    """Check: the operators are as many as the deck's group has: none were lost on the way."""
    deck, output = evidence.deck, evidence.output
    if deck is None or output.n_symmetry_operators is None:
        return
    wanted = _operators(deck.geometry)
    if wanted is not None and output.n_symmetry_operators < wanted:
        text = f"the deck's group has {wanted} operators, {output.n_symmetry_operators} are printed"
        yield Remark(text, output.lines.get("symmetry_operators"))


def _operators(geometry: Geometry) -> int | None:
    """Count the operators of a block without centrings, None where its group is not known here."""
    from crystald.crystal.deck.geometry.operations import centrings_of, operations_of_block

    try:
        return len(operations_of_block(geometry)[0]) // centrings_of(geometry)
    except DeckError:
        return None


def dispersion(evidence: Evidence) -> Iterator[Remark]:
    """Check: a deck with D3 prints its energy."""
    from crystald.crystal.deck.functionals import functional_of_keyword

    deck, output = evidence.deck, evidence.output
    found = functional_of_keyword(deck.hamiltonian.functional) if deck else None
    if deck is None or found is None or output.energy_scf_ha is None:
        return
    if output.opt_points is not None:
        return  # an optimisation prints it to SCFOUT.LOG
    if deck.hamiltonian.functional.endswith("-D3") and output.dispersion_ha is None:
        text = f"{deck.hamiltonian.functional} was asked for, no D3 energy is printed"
        yield Remark(text, output.lines.get("energy_scf"))


def basis_echo(evidence: Evidence) -> Iterator[Remark]:
    """Check: the basis set that the program loaded is the one that was asked for."""
    deck, output = evidence.deck, evidence.output
    if deck is None or not output.basis_name:
        return
    asked = deck.basis if isinstance(deck.basis, str) else "the deck's own"
    if _plain(output.basis_name) != _plain(asked):
        text = f"basis set {asked} was asked for, {output.basis_name} was loaded"
        yield Remark(text, output.lines.get("basis"))


def unverified(evidence: Evidence) -> Iterator[Remark]:
    """Check: functional and basis set are known to be in the version of the program that ran."""
    from crystald.crystal.deck.basis import BASIS_SETS
    from crystald.crystal.deck.functional_table import FUNCTIONALS
    from crystald.crystal.deck.functionals import functional_of_keyword
    from crystald.crystal.deck.versions import VERSIONS

    deck = evidence.deck
    printed = (evidence.output.version or "").split()[:1]
    version = next((v for v in VERSIONS if printed == [str(v)]), None)
    if deck is None or version is None:
        return
    found = functional_of_keyword(deck.hamiltonian.functional)
    rows: list[tuple[str, Any]] = [(found[0], FUNCTIONALS[found[0]])] if found else []
    if isinstance(deck.basis, str) and deck.basis in BASIS_SETS:
        rows.append((deck.basis, BASIS_SETS[deck.basis]))
    for name, row in rows:
        if row.known(version) != "yes":
            yield Remark(f"{name} is not verified for CRYSTAL{version}")


def _plain(name: str) -> str:
    name = ALIASES.get(name.upper(), name)
    return "".join(letter for letter in name.upper() if letter.isalnum()).removeprefix("SOL")


def settings_echo(evidence: Evidence) -> Iterator[Remark]:
    """Check: spin, k mesh and convergence are those of the deck, as the program repeats them."""
    deck, output = evidence.deck, evidence.output
    if deck is None:
        return
    rows: list[tuple[str, object, object, int | None]] = [
        ("spin", deck.hamiltonian.spin, output.spin_polarised, output.lines.get("spin")),
        ("TOLDEE", deck.scf.toldee, _size(output, "toldee"), fact_line(output, "toldee")),
        ("TOLINTEG", deck.scf.tolinteg, _size(output, "tolinteg"), fact_line(output, "tolinteg")),
    ]
    if output.dimensionality == 3 and output.shrink is not None and deck.scf.shrink is not None:
        asked = tuple(deck.scf.shrink.factors)
        rows.append(("SHRINK", asked, tuple(output.shrink), output.lines.get("shrink")))
    for name, wish, echo, line in rows:
        if echo is not None and echo != wish:
            yield Remark(f"{name} {_said(wish)} was asked for, {_said(echo)} is printed", line)


def _size(output: Output, name: str) -> object:
    """Give powers of ten without their signs."""
    value = fact(output, name)
    if isinstance(value, tuple):
        return tuple(abs(one) for one in value)
    return abs(value) if isinstance(value, int) else None


def _said(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()
