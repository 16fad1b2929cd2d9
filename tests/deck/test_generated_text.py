"""Every deck that crystald writes is understood by its reader of people's decks and passes the linter."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from crystal_standin.reading import deck as standin
from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.lint.linter import lint
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.text import values
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.settings import optimisation_of, scf_of
from crystald.crystal.deck.text.tree import DeckText, Kind
from crystald.crystal.structures.reading import read_structure
from crystald.models import Structure
from crystald.steps.base import DeckRequest
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES

CRYSTALS = Path(__file__).parents[2] / "clients" / "crystalctl" / "demo_data"
NAMES = sorted(path.stem for path in CRYSTALS.glob("*.cif"))


@cache
def structure(name: str) -> Structure:
    return read_structure((CRYSTALS / f"{name}.cif").read_bytes(), f"{name}.cif", name).structure


def made(name: str, step: str, **settings: object) -> str:
    kind = STEP_TYPES[step]
    checked = kind.check_settings({**(kind.starts_with or {}), **settings}, step)
    return prepare(kind, DeckRequest(name, step, checked, structure(name))).text


def understood(text: str) -> DeckText:
    deck = read_d12(text)
    assert deck.print() == text
    assert all(e.kind is not Kind.UNKNOWN and not e.missing for _, e in deck.walk())
    assert deck.trailing == ()
    assert [one for one in lint(text, "d12", ()) if one.severity == "error"] == []
    return deck


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("step", ["OPT", "SP"])
def test_a_deck_stands_for_the_structure_it_was_made_of(name: str, step: str) -> None:
    text = made(name, step)
    found, given = structure_of(understood(text)), structure(name)
    times = len(given.numbers) / len(found.numbers)
    assert times == int(times) >= 1
    assert sorted(given.numbers) == sorted(found.numbers * int(times))
    assert standin.read(text).group == values.system_input(read_d12(text)).group
    assert (optimisation_of(read_d12(text)) is not None) == (step == "OPT")


SETTINGS: list[dict[str, object]] = [
    {"spin": True}, {"spin": True, "spinlock": [0, 5]}, {"smear_ha": 0.01, "conducting": True}, {"toldee": 9},
    {"kmesh": [6, 6, 6]}, {"fmixing": 60}, {"optimise": "CELLONLY"}, {"fragment": [1]},
    {"tolinteg": [8, 8, 8, 8, 16]}, {"grid": "XXLGRID"}, {"scf_maxcycle": 50}, {"maxtradius": 0.25},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS, ids="-".join)
def test_every_setting_is_read_back_out_of_the_deck(settings: dict[str, object]) -> None:
    deck = understood(made("MgO", "OPT", **settings))
    scf, opt = scf_of(deck), optimisation_of(deck)
    told = {
        "spin": True if values.hamiltonian_of(deck).spin else "off",
        "spinlock": list(scf.spinlock or ()),
        "smear_ha": scf.smear_ha,
        "conducting": scf.smear_ha is not None,
        "toldee": scf.toldee,
        "kmesh": list(scf.shrink.factors),
        "fmixing": scf.fmixing,
        "optimise": opt.kind,
        "fragment": list(opt.fragment or ()),
        "tolinteg": list(scf.tolinteg),
        "grid": values.hamiltonian_of(deck).grid,
        "scf_maxcycle": scf.maxcycle,
        "maxtradius": deck.find("geometry/OPTGEOM/MAXTRADIUS") and 0.25,
    }
    assert {key: told[key] for key in settings} == settings


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_every_functional_is_read_back_out_of_the_deck(name: str) -> None:
    row = FUNCTIONALS[name]
    basis = row.basis or "POB-TZVP-REV2"
    settings = {"functional": name, "basis": basis, "dispersion": "none", "unverified": True}
    text = made("MgO", "SP", **settings)
    deck = understood(text)
    found = values.hamiltonian_of(deck)
    words = [found.functional, f"{found.exchange}/{found.correlation}", found.theory]
    if row.keyword == "HF":
        assert found.theory == ("UHF" if row.spin else "RHF")
    else:
        assert row.keyword.upper() in [word.upper() for word in words if word]
    assert values.basis_name(deck) == basis
