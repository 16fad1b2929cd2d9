"""Every level of theory that settings allow is a deck that an independent reader takes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_standin.reading import deck as standin
from crystald.crystal.deck.basis import BASIS_SETS
from crystald.crystal.deck.blocks.hamiltonian import GRIDS
from crystald.crystal.deck.blocks.scf import ACCELERATIONS
from crystald.crystal.deck.d12 import Deck, parse_d12, print_d12
from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.lint.linter import errors_of, lint
from crystald.errors import ConfigError
from crystald.steps.checking import check_settings
from crystald.steps.level.conflicts import check_level
from crystald.steps.level.make import make_level
from crystald.steps.level.settings import LevelSettings

MGO = Geometry(225, (4.2112,), (DeckAtom(12, 0, 0, 0), DeckAtom(8, 0.5, 0.5, 0.5)))


def deck_of(**asked: object) -> Deck:
    level_settings = check_settings(asked, LevelSettings, "step SP")
    check_level(level_settings, "step SP")
    level = make_level(level_settings, MGO, (12, 8))
    return Deck("MgO", MGO, level.basis, level.hamiltonian, level.scf)


@pytest.mark.parametrize("name", FUNCTIONALS)
@pytest.mark.parametrize("dispersion", ["none", "D3"])
def test_every_functional_is_written_as_the_program_reads_it(name, dispersion) -> None:
    row = FUNCTIONALS[name]
    basis = row.basis or "POB-TZVP-REV2"
    asked = {"functional": name, "dispersion": dispersion, "basis": basis, "unverified": True}
    if dispersion == "D3" and row.d3 is None:
        with pytest.raises(ConfigError, match="dispersion D3 cannot be added"):
            deck_of(**asked)
        return
    deck = deck_of(**asked)
    text = print_d12(deck)
    assert parse_d12(text) == deck
    assert errors_of(lint(text, "d12")) == ()
    read = standin.read(text)
    assert read.hamiltonian.d3 is (dispersion == "D3" or row.family == "3C" or name[-2:] == "3C")
    assert read.hamiltonian.label == ("DFT" if row.is_dft else "HF")
    assert read.hamiltonian.spin is (name == "UHF")


@pytest.mark.parametrize("name", BASIS_SETS)
def test_every_built_in_basis_set_is_known_to_the_reader(name) -> None:
    functional = {"SOLDEF2MSVP": "HSESOL3C", "def2-mSVP": "HSE3C", "mTZVP": "B973C",
                  "MINIX": "HF3C", "SOLMINIX": "HFSOL3C"}.get(name, "PBE")  # fmt: skip
    deck = deck_of(functional=functional, basis=name, dispersion="none", unverified=True)
    assert standin.read(print_d12(deck)).basis.name == name.upper()
    assert errors_of(lint(print_d12(deck), "d12")) == ()


@st.composite
def levels(draw) -> dict[str, object]:
    """Settings without conflicts."""
    name = draw(st.sampled_from(list(FUNCTIONALS)))
    row = FUNCTIONALS[name]
    spin = draw(st.booleans()) if row.spin is None else row.spin
    maxcycle = draw(st.integers(60, 2000))
    way = draw(st.sampled_from(("auto", *ACCELERATIONS)))
    four = draw(st.tuples(*[st.integers(4, 20)] * 4))
    return {
        "functional": name,
        "dispersion": draw(st.sampled_from(("none", "D3"))) if row.d3 else "none",
        "basis": row.basis or draw(st.sampled_from(("STO-3G", "POB-TZVP", "POB-DZVP-REV2"))),
        "grid": draw(st.sampled_from(("auto", *GRIDS))) if row.is_dft else "auto",
        "spin": spin,
        "spinlock": draw(st.sampled_from(("none", [0, 5], [2, 20]))) if spin else "none",
        "atomspin": draw(st.sampled_from(("none", [[1, 1], [2, -1]]))) if spin else "none",
        "tolinteg": [*four, draw(st.integers(four[3], 60))],
        "toldee": draw(st.integers(5, 14)),
        "kmesh": draw(st.sampled_from(("auto", "predecessor", [6, 6, 6]))),
        "conducting": (conducting := draw(st.booleans())),
        "smear_ha": draw(st.floats(0, 0.1)) if conducting else 0,
        "scf_maxcycle": maxcycle,
        "fmixing": draw(st.integers(0, 99)),
        "acceleration": way,
        "histdiis": draw(st.sampled_from(("none", 100))) if way in ("auto", "DIIS") else "none",
        "broyden": draw(st.sampled_from(("auto", [0.01, 60, 4]))) if way == "BROYDEN" else "auto",
        "levshift": draw(st.sampled_from(("none", [6, 1]))) if way == "NODIIS" else "none",
        "scfdir": draw(st.booleans()),
        "biposize": draw(st.sampled_from(("auto", "none", 7766600))),
        "exchsize": draw(st.sampled_from(("auto", "none", 916110))),
        "ppan": draw(st.booleans()),
        "unverified": True,
    }


@given(levels())
@settings(max_examples=40, derandomize=True, deadline=None)
def test_settings_become_a_deck_that_reads_back_and_passes_an_independent_reader(asked) -> None:
    deck = deck_of(**asked)
    text = print_d12(deck)
    assert parse_d12(text) == deck
    assert errors_of(lint(text, "d12")) == ()
    read = standin.read(text)
    assert read.scf.tolinteg == deck.scf.tolinteg
    assert read.scf.toldee == deck.scf.toldee
    assert read.scf.max_cycles == asked["scf_maxcycle"]
    assert read.scf.shrink == deck.scf.shrink.factors
    assert read.scf.smear is (asked["conducting"] and asked["smear_ha"] > 0)
    assert read.scf.spin_lock == tuple(deck.scf.spinlock or ())
    assert read.scf.atom_spins == deck.scf.atomspin
    assert read.scf.mulliken is asked["ppan"]
    assert read.hamiltonian.spin is deck.hamiltonian.spin


@given(levels())
@settings(max_examples=40, derandomize=True, deadline=None)
def test_a_step_that_asks_for_nothing_has_the_level_of_its_parent(asked) -> None:
    parent = deck_of(**asked)
    level = make_level(LevelSettings(), MGO, (12, 8), parent)
    assert (level.basis, level.hamiltonian, level.scf) == (
        parent.basis, parent.hamiltonian, parent.scf,
    )  # fmt: skip
