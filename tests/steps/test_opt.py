"""OPT decks from a material: level, mesh, spin, refusals."""

from __future__ import annotations

import pytest

from crystald.crystal.deck.d12 import parse_d12
from crystald.errors import ConfigError, DeckError
from crystald.models import Structure
from crystald.steps.base import DeckRequest
from crystald.steps.table import STEP_TYPES

OPT = STEP_TYPES["OPT"]


def deck_of(request):
    return parse_d12(OPT.deck(request).text)


def test_the_standard_level(request_of) -> None:
    deck = deck_of(request_of("MgO", "OPT", basis="POB-TZVP-REV2"))
    assert deck.title == "MgO OPT PBE-D3 POB-TZVP-REV2"
    assert (deck.hamiltonian.functional, deck.hamiltonian.grid) == ("PBE-D3", "XLGRID")
    assert deck.hamiltonian.spin is False
    assert deck.scf.tolinteg == (7, 7, 7, 7, 14)
    assert deck.scf.shrink.factors == (13, 13, 13)
    assert deck.scf.smear_ha is None
    assert deck.optimisation is not None
    assert (deck.optimisation.toldeg, deck.optimisation.toldex) == (0.0001, 0.0004)
    assert deck.optimisation.maxcycle == deck.scf.maxcycle == 200


def test_a_metal_gets_a_finer_mesh_spin_and_smearing(request_of) -> None:
    prepared = OPT.deck(request_of("iron", "OPT"))
    deck = parse_d12(prepared.text)
    assert deck.scf.shrink.factors == (30, 30, 30)
    assert deck.scf.shrink.gilat == 60
    assert deck.scf.smear_ha == 0.005
    assert deck.hamiltonian.spin is True
    assert any("spin-polarised without a starting guess" in note for note in prepared.notes)


def test_functionals_of_the_kinetic_energy_density_get_a_finer_grid(request_of) -> None:
    assert deck_of(request_of("MgO", "OPT", functional="M06")).hamiltonian.grid == "XXLGRID"


def test_choices_reach_the_deck(request_of) -> None:
    request = request_of(
        "MgO", "OPT", functional="PBEsol", dispersion="none", grid="XXLGRID", kmesh=(6, 6, 6),
        tolinteg=(8, 8, 8, 8, 16), spin=True, conducting=True, smear_ha=0.002, optimise="CELLONLY",
    )  # fmt: skip
    deck = deck_of(request)
    assert (deck.hamiltonian.functional, deck.hamiltonian.grid) == ("PBESOLXC", "XXLGRID")
    assert deck.hamiltonian.spin is True
    assert (deck.scf.shrink.factors, deck.scf.smear_ha) == ((6, 6, 6), 0.002)
    assert deck.scf.tolinteg == (8, 8, 8, 8, 16)
    assert deck.optimisation is not None
    assert deck.optimisation.kind == "CELLONLY"


def test_composite_methods_bring_their_basis_and_no_grid(request_of) -> None:
    request = request_of("MgO", "OPT", functional="PBEH3C", dispersion="none", basis="def2-msvp")
    deck = deck_of(request)
    assert (deck.basis, deck.hamiltonian.grid) == ("def2-mSVP", None)


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        (
            "MgO",
            {"basis": "POB-DZVP", "kmesh": (8, 8, 6)},
            "mixes the reciprocal vectors 1 and 2 and 3",
        ),
        ("rutile", {"kmesh": (8, 6, 6)}, "mixes the reciprocal vectors 1 and 2"),
    ],
)
def test_decks_that_cannot_be_right_are_refused(request_of, name, changes, said) -> None:
    with pytest.raises(DeckError, match=said):
        OPT.deck(request_of(name, "OPT", **changes))


def test_an_element_that_the_basis_lacks_is_named(plan) -> None:
    cell = ((4.0, 0.0, 0.0), (0.0, 4.0, 0.0), (0.0, 0.0, 4.0))
    krypton = Structure(cell, (36,), ((0.0, 0.0, 0.0),))
    settings = {**plan.steps[0].settings, "basis": "POB-TZVP-REV2"}
    with pytest.raises(DeckError, match="POB-TZVP-REV2 has no functions for Kr") as error:
        OPT.deck(DeckRequest("Kr", "OPT", settings, krypton))
    assert "STO-3G" in error.value.hint


def test_an_odd_number_of_electrons_needs_spin(plan) -> None:
    cell = ((4.0, 0.0, 0.0), (0.0, 4.0, 0.0), (0.0, 0.0, 4.0))
    sodium = Structure(cell, (11,), ((0.0, 0.0, 0.0),))
    request = DeckRequest("Na", "OPT", plan.steps[0].settings, sodium)
    assert deck_of(request).hamiltonian.spin is True
    with pytest.raises(DeckError, match="11 electrons"):
        OPT.deck(DeckRequest("Na", "OPT", {**plan.steps[0].settings, "spin": False}, sodium))


def test_a_step_without_any_structure_is_refused(plan) -> None:
    with pytest.raises(DeckError, match="no structure"):
        OPT.deck(DeckRequest("x", "OPT", plan.steps[0].settings))


@pytest.mark.parametrize("step", ["OPT", "SP", "BAND", "DOSS"])
def test_every_setting_checks_to_itself_and_strangers_are_named(step) -> None:
    kind = STEP_TYPES[step]
    filled = kind.check_settings({}, "step X")
    assert kind.check_settings(filled, "step X") == filled
    with pytest.raises(ConfigError, match="step X: unknown key 'colour'") as error:
        kind.check_settings({"colour": 1}, "step X")
    assert all(key in error.value.hint for key in filled)
    for key in filled:
        with pytest.raises(ConfigError, match=f"step X: {key}") as error:
            kind.check_settings({key: {"a": 1}}, "step X")
        assert error.value.hint.startswith("Allowed: ")


def test_a_large_cell_with_a_hybrid_gets_tighter_criteria(plan, material) -> None:
    mgo = material("MgO")
    cell = tuple(tuple(2 * x for x in row) for row in mgo.cell_ang)
    a = mgo.cell_ang[0][0]
    shifts = [(i * a, j * a, k * a) for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    positions = [
        tuple(x + s for x, s in zip(p, shift, strict=True))
        for shift in shifts
        for p in mgo.positions_ang
    ]
    positions[0] = tuple(x + 0.3 for x in positions[0])  # no smaller cell any more
    large = Structure(cell, mgo.numbers * 8, tuple(positions))
    settings = {**plan.steps[0].settings, "functional": "HSE06"}
    request = DeckRequest("large", "OPT", settings, large)
    assert deck_of(request).scf.tolinteg == (7, 7, 7, 9, 30)
