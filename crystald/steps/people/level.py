"""What a plan asks of the level, written into a deck of anybody's: one editor for each setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from crystald.crystal.deck.blocks.explicit import ExplicitBasis
from crystald.crystal.deck.blocks.hamiltonian import Hamiltonian
from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.electrons import element_of, looks_metallic
from crystald.crystal.deck.functionals import find_functional, functional_keyword
from crystald.crystal.deck.geometry.block import EXTERNAL
from crystald.crystal.deck.kmesh import INSULATOR_ANG, METAL_ANG
from crystald.crystal.deck.next.geometry import external_text, renumbered
from crystald.crystal.deck.next.hamiltonian import (
    functional_in,
    grid_lines,
    with_basis,
    with_grid,
    with_hamiltonian,
)
from crystald.crystal.deck.next.mesh import mesh_of
from crystald.crystal.deck.records import plain
from crystald.crystal.deck.text.edit import with_value, without
from crystald.crystal.deck.text.settings import scf_of
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.text.values import basis_name, hamiltonian_of
from crystald.errors import DeckError
from crystald.steps.level.basis import basis_of
from crystald.steps.level.buffers import asked_buffers
from crystald.steps.level.conflicts import check_basis_of
from crystald.steps.level.inheritance import kept_basis
from crystald.steps.level.settings import STANDARD, LevelSettings
from crystald.steps.level.spins import spin_of
from crystald.steps.people.scf import EDITORS
from crystald.steps.people.subject import Subject


def with_level(
    subject: Subject, settings: msgspec.Struct, asked: Mapping[str, Any], printed: str
) -> Subject:
    """Write what is asked into the deck, and nothing else.

    Parameters
    ----------
    subject
        The carried deck.
    settings
        All settings of the step.
    asked
        Those of the level that are not inherited.
    printed
        The parent's output, for the buffers that it asks for.

    Raises
    ------
    DeckError
        A functional or a basis set that the deck cannot get, a mesh that cannot be chosen.
    """
    subject = _with_method(subject, settings, asked)
    for name, value in {**asked_buffers(printed), **asked}.items():
        if name in EDITORS:
            subject = EDITORS[name](subject, value, asked)
    if {"conducting", "smear_ha"} & asked.keys():
        subject = _smear(subject, asked)
    if "kmesh" in asked:
        subject = _kmesh(subject, asked["kmesh"])
    return subject


def _with_method(subject: Subject, settings: msgspec.Struct, asked: Mapping[str, Any]) -> Subject:
    """Change functional, dispersion, grid, spin, basis set."""
    if {"functional", "dispersion", "spin"} & asked.keys():
        subject = _hamiltonian(subject, asked)
    elif "grid" in asked:
        subject = subject.with_deck(with_grid(subject.deck, _grid(asked["grid"], subject.deck)))
    wish = asked.get("basis") or _forced_basis(asked)
    if wish is None and "functional" in asked:
        row = find_functional(asked["functional"])
        kept = kept_basis(asked["functional"], row, basis_name(subject.deck))
        subject = replace(subject, notes=(*subject.notes, *kept))
    if wish is None or str(wish).upper() == (basis_name(subject.deck) or "").upper():
        return subject
    if not isinstance(settings, LevelSettings):
        return subject
    return _basis(subject, wish, settings)


def _forced_basis(asked: Mapping[str, Any]) -> str | None:
    return find_functional(asked["functional"]).basis if "functional" in asked else None


def _hamiltonian(subject: Subject, asked: Mapping[str, Any]) -> Subject:
    told, found = hamiltonian_of(subject.deck), functional_in(subject.deck)
    if found is None and "functional" not in asked:
        raise DeckError(
            "the deck's Hamiltonian is none that crystald knows by one name",
            "Set functional too, or leave dispersion and spin as the deck has them.",
        )
    name = str(asked.get("functional") or (found[0] if found else "")).upper()
    row = find_functional(name)
    d3 = asked.get("dispersion", "D3" if told.dispersion and row.d3 else "none") == "D3"
    notes = subject.notes
    if told.dispersion and not d3 and "dispersion" not in asked and row.is_dft and not row.basis:
        notes += (f"{name} has no D3 parameters: no dispersion is added",)
    spin, said = _spin(subject, asked, name, inherited=told.spin)
    grid = None if "grid" in asked or not row.grid else grid_lines(subject.deck)
    block = Hamiltonian(
        functional_keyword(name, dispersion=d3),
        _grid(asked.get("grid", "DEFAULT"), subject.deck, name) if row.grid else None,
        spin,
    )
    deck = with_hamiltonian(subject.deck, block, grid)
    return replace(subject, deck=deck, notes=(*notes, *said))


def _spin(
    subject: Subject, asked: Mapping[str, Any], name: str, *, inherited: bool
) -> tuple[bool, tuple[str, ...]]:
    scf = scf_of(subject.deck)
    values = {
        "spin": asked.get("spin", inherited),
        "spinlock": asked.get("spinlock", scf.spinlock or "none"),
        "atomspin": asked.get("atomspin", scf.atomspin or "none"),
        "scf_maxcycle": asked.get("scf_maxcycle", scf.maxcycle or STANDARD["scf_maxcycle"]),
    }
    row = find_functional(name)
    return spin_of(values, row, EXTERNAL, subject.numbers, electrons=subject.electrons)


def _grid(wish: str, deck: DeckText, name: str | None = None) -> str | None:
    if wish == "DEFAULT":
        return None
    if wish != "auto":
        return wish
    found = functional_in(deck)
    known = name or (found[0] if found else None)
    return "XXLGRID" if known and find_functional(known).meta else "XLGRID"


def _basis(subject: Subject, wish: object, settings: LevelSettings) -> Subject:
    _refuse_others_electrons(subject.deck)
    basis, _ = basis_of(wish, settings, subject.numbers)
    found = functional_in(subject.deck)
    if found is not None:
        check_basis_of(found[0], basis if isinstance(basis, str) else "one of its own")
    numbering = {number: number for number in subject.numbers}
    if isinstance(basis, ExplicitBasis):
        numbering |= {element_of(e.number): e.number for e in basis.elements}
    deck = renumbered(with_basis(subject.deck, basis), numbering)
    fort34 = subject.fort34
    if fort34 is not None:
        fort34 = external_text(subject.output, fort34, numbering)
    return replace(subject, deck=deck, fort34=fort34)


def _refuse_others_electrons(deck: DeckText) -> None:
    """Refuse another basis set where electrons were given to the shells of this one."""
    words = ("CHEMOD", "CHARGED") if basis_name(deck) is None else ("CHEMOD",)
    if word := next((word for word in words if deck.basis.get(word) is not None), None):
        raise DeckError(
            f"{word}: the electrons of the cell are those of the shells of the deck's basis set",
            "Leave basis out (and take no functional that brings its own), or write the deck by "
            "hand.",
        )


def _smear(subject: Subject, asked: Mapping[str, Any]) -> Subject:
    """Smear a metal: by `conducting`, else where the deck does or a width is asked for."""
    metal = asked.get("conducting", subject.metal or "smear_ha" in asked)
    if metal == "auto":
        metal = "smear_ha" in asked or looks_metallic(subject.numbers)
    told = scf_of(subject.deck).smear_ha
    width = asked.get("smear_ha", told or STANDARD["smear_ha"])
    if not metal or not width:
        return subject.with_deck(without(subject.deck, "scf/SMEAR"))
    return subject.with_deck(with_value(subject.deck, "scf/SMEAR", plain(float(width), 1)))


def _kmesh(subject: Subject, wish: Any) -> Subject:
    if wish == "predecessor":
        raise DeckError(
            "kmesh predecessor: this deck is carried as it is", "Set kmesh to three numbers."
        )
    if isinstance(wish, str):
        mesh = mesh_of(subject.output, METAL_ANG if subject.metal else INSULATOR_ANG)
    else:
        mesh = Shrink((wish[0], wish[1], wish[2]), 2 * max(wish))
    if mesh is None:
        return subject.with_deck(without(subject.deck, "scf/SHRINK"))
    return subject.with_deck(with_value(subject.deck, "scf/SHRINK", *mesh.records()))
