"""A step against the one whose geometry or wavefunction it took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from crystald.steps.checks.remark import Evidence, Remark, fact, fact_line

if TYPE_CHECKING:
    from crystald.crystal.deck.d12 import Deck
    from crystald.crystal.output.values import Output

ENERGY_HA: Final = 1e-5
"""Largest difference of the energies of an OPT and an SP at equal settings, per cell."""

WITH_ALL: Final = "OPT END"
"""The kind of the energy that an optimisation ends with: it includes every correction."""

SPIN: Final = 0.05
"""Largest difference of the summed spins, electrons."""

LARGE_SPIN: Final = 0.3
"""Smaller spins of atoms may change their sign."""


def same_level(one: Deck | None, other: Deck | None) -> bool:
    """Tell whether two decks differ in nothing that an energy depends on.

    How tightly and from which guess the SCF converges does not count; unknown is not the same.
    """
    if one is None or other is None:
        return False
    free: dict[str, Any] = {"toldee": 0, "maxcycle": 0, "fmixing": None, "guessp": False}
    scfs = [replace(deck.scf, ppan=False, **free) for deck in (one, other)]
    return (one.basis, one.hamiltonian, scfs[0]) == (other.basis, other.hamiltonian, scfs[1])


def sizes(evidence: Evidence) -> Iterator[Remark]:
    """Check: atoms, operators and group are the parent's; electrons and orbitals at the same basis set."""
    parent, child = evidence.parent, evidence.output
    if parent is None:
        return
    rows: list[tuple[str, str, object, object]] = [
        ("atoms", "atoms", parent.n_atoms, child.n_atoms),
        ("symmetry operators", "symmetry_operators",
         parent.n_symmetry_operators, child.n_symmetry_operators),
        ("group", "space_group", parent.space_group_symbol, child.space_group_symbol),
    ]  # fmt: skip
    if _same_basis(evidence):
        rows += [
            ("electrons", "electrons", parent.n_electrons, child.n_electrons),
            ("atomic orbitals", "ao", parent.n_ao, child.n_ao),
        ]
    for what, name, was, now in rows:
        if was is not None and now is not None and was != now:
            yield Remark(
                f"{_said(was, what)} before, {_said(now, what)} now", child.lines.get(name)
            )


def _said(value: object, what: str) -> str:
    return f"{what} {value}" if isinstance(value, str) else f"{value:g} {what}"


def _same_basis(evidence: Evidence) -> bool:
    one, other = evidence.deck, evidence.parent_deck
    return one is not None and other is not None and one.basis == other.basis


def energy(evidence: Evidence) -> Iterator[Remark]:
    """Check: the energy at the parent's geometry is the parent's, if the level is the same."""
    parent, child = evidence.parent, evidence.output
    if parent is None or not same_level(evidence.deck, evidence.parent_deck):
        return
    if child.opt_points is not None or parent.energy_ha is None or child.energy_ha is None:
        return  # an optimisation goes on from the parent's geometry
    kinds = {parent.energy_kind, child.energy_kind} - {WITH_ALL, None}
    if len(kinds) > 1:
        text = f"energy {parent.energy_kind} before, {child.energy_kind} now"
        yield Remark(text, child.lines.get("energy"))
    elif abs(change := _change(parent, child)) > ENERGY_HA:
        text = f"the energy at the same geometry and level differs by {change:.1e} Ha"
        yield Remark(text, child.lines.get("energy"))


def _change(parent: Output, child: Output) -> float:
    """Compare energies, of smeared levels those at T = 0: an optimisation prints no other ones."""
    energies = (parent.energy_t0_ha, child.energy_t0_ha)
    if None in energies or {parent.energy_kind, child.energy_kind} != {"SCF"}:
        energies = (parent.energy_ha, child.energy_ha)
    was, now = energies
    return 0.0 if was is None or now is None else now - was


def became_conducting(evidence: Evidence) -> Iterator[Remark]:
    """Check: an insulator's child insulates."""
    parent, child = evidence.parent, evidence.output
    if parent is None or child.conducting is not True:
        return
    first = parent.states_first_point
    states = first if parent.conducting is None and first is not None else parent
    if states.conducting is False:
        where = "" if states is parent else " at the first point"
        yield Remark(f"an insulator before{where}, a conductor now", child.lines.get("conducting"))


def spin_of_parent(evidence: Evidence) -> Iterator[Remark]:
    """Check: the summed spin is the parent's: another one is another state."""
    parent, child = evidence.parent, evidence.output
    if parent is None or parent.spin_polarised is not True or child.spin_polarised is not True:
        return
    was, now = _spin(parent), _spin(child)
    if was is not None and now is not None and abs(now - was) > SPIN:
        text = f"summed spin {was:.3f} before, {now:.3f} now"
        yield Remark(text, fact_line(child, "summed_spin"))


def spin_flips(evidence: Evidence) -> Iterator[Remark]:
    """Check: no atom's spin turns round, unless all of them do, which is the same state."""
    parent, child = evidence.parent, evidence.output
    if parent is None:
        return
    was, now = fact(parent, "atomic_spins") or (), fact(child, "atomic_spins") or ()
    pairs = [(a, b) for a, b in zip(was, now, strict=False) if max(abs(a), abs(b)) >= LARGE_SPIN]
    flips = [number for number, (a, b) in enumerate(pairs) if a * b < 0]
    if len(was) != len(now) or not flips or len(flips) == len(pairs):
        return
    atoms = [str(i + 1) for i, (a, b) in enumerate(zip(was, now, strict=True)) if _flipped(a, b)]
    more = " …" if len(atoms) > 6 else ""
    text = f"the spins of atoms {', '.join(atoms[:6])}{more} have turned round"
    yield Remark(text, fact_line(child, "atomic_spins"))


def _flipped(was: float, now: float) -> bool:
    return was * now < 0 and max(abs(was), abs(now)) >= LARGE_SPIN


def _spin(output: Output) -> float | None:
    for name in ("summed_spin", "mulliken_electrons_spin"):
        if isinstance(value := fact(output, name), float | int):
            return float(value)
    return None
