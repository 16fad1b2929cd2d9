"""Functionals and basis sets: what may go together."""

from __future__ import annotations

import pytest

from crystald.crystal.deck.basis import BASIS_SETS, check_coverage, find_basis
from crystald.crystal.deck.electrons import looks_metallic, spin_wanted
from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.functionals import (
    find_functional,
    functional_keyword,
    functional_of_keyword,
)
from crystald.errors import DeckError


def test_every_keyword_reads_back_as_its_functional() -> None:
    for name, row in FUNCTIONALS.items():
        plain = "HF" if name in ("RHF", "UHF") else name
        assert functional_of_keyword(row.keyword) == (plain, False)
        if row.d3:
            assert functional_of_keyword(row.d3) == (name, True)


def test_composite_methods_name_a_basis_set_that_exists_and_take_no_dispersion() -> None:
    composites = {name: row for name, row in FUNCTIONALS.items() if row.basis}
    of_dft = {"PBEH3C", "HSE3C", "B973C", "PBESOL03C", "HSESOL3C", "PBE03C"}
    assert set(composites) == of_dft | {"HF3C", "HFSOL3C"}
    for name, row in composites.items():
        assert row.basis in BASIS_SETS
        with pytest.raises(DeckError, match="its own corrections"):
            functional_keyword(name, dispersion=True)


def test_unknown_names_say_what_is_allowed() -> None:
    with pytest.raises(DeckError) as error:
        find_functional("PBE1")
    assert "PBESOL" in error.value.hint
    with pytest.raises(DeckError) as error:
        find_basis("cc-pVDZ")
    assert "POB-TZVP-REV2" in error.value.hint
    assert find_basis("sol-def2-msvp") == find_basis("soldef2msvp") == "SOLDEF2MSVP"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("HSEsol-3c", "HSESOL3C"),
        ("B97-3C", "B973C"),
        ("PBEsol0-3c", "PBESOL03C"),
        ("HF-3c", "HF3C"),
    ],
)
def test_a_composite_method_is_found_as_papers_spell_it(said: str, meant: str) -> None:
    assert find_functional(said) is FUNCTIONALS[meant]


def test_a_name_with_its_dispersion_is_told_how_to_say_it() -> None:
    with pytest.raises(DeckError) as refused:
        find_functional("HSE06-D3")
    assert refused.value.hint == (
        "Dispersion is a setting of its own: functional HSE06, dispersion D3."
    )


def test_an_element_without_functions_is_named_with_what_would_do() -> None:
    check_coverage("POB-TZVP-REV2", (12, 8, 78))
    with pytest.raises(DeckError, match="POB-TZVP-REV2 has no functions for Kr") as error:
        check_coverage("POB-TZVP-REV2", (36, 8))
    assert "STO-6G" in error.value.hint
    with pytest.raises(DeckError) as error:
        check_coverage("POB-TZVP-REV2", (94,))
    assert "No basis set" in error.value.hint


@pytest.mark.parametrize(
    ("numbers", "spin"),
    [((12, 8), False), ((11,), True), ((26, 26), True), ((30, 8), False), ((64, 7), True)],
)
def test_spin_follows_electrons_and_shells(numbers, spin) -> None:
    assert spin_wanted(numbers) is spin


@pytest.mark.parametrize(
    ("numbers", "metal"), [((26,), True), ((13, 28), True), ((12, 8), False), ((14,), False)]
)
def test_metals_hold_metals_only(numbers, metal) -> None:
    assert looks_metallic(numbers) is metal
