"""Settings that exclude each other are refused, with a reason and a cure."""

from __future__ import annotations

import msgspec
import pytest

from crystald.crystal.deck.d12 import Deck
from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.errors import ConfigError, DeckError
from crystald.steps.checking import check_settings
from crystald.steps.level.buffers import asked_buffers
from crystald.steps.level.conflicts import CONFLICTS, check_level
from crystald.steps.level.layers import layered
from crystald.steps.level.make import make_level
from crystald.steps.level.profiles import profile_settings
from crystald.steps.level.settings import LevelSettings
from crystald.steps.level.spins import orbits_of
from crystald.steps.opt import OptSettings
from crystald.steps.table import STEP_TYPES

MGO = Geometry(225, (4.2112,), (DeckAtom(12, 0, 0, 0), DeckAtom(8, 0.5, 0.5, 0.5)))
RUTILE = Geometry(136, (4.594, 2.9586), (DeckAtom(26, 0, 0, 0), DeckAtom(8, 0.3053, 0.3053, 0)))
WATER = Geometry(1, (), (DeckAtom(8, 0, 0, 0), DeckAtom(1, 0, 0.76, 0.59)), "MOLECULE")
GRAPHENE = Geometry(80, (2.46,), (DeckAtom(6, 1 / 3, 2 / 3, 0),), "SLAB")


def checked(**asked: object) -> LevelSettings:
    found = check_settings(asked, LevelSettings, "step OPT")
    check_level(found, "step OPT")
    return found


def level(geometry=MGO, numbers=(12, 8), **asked: object):
    return make_level(checked(**asked), geometry, numbers)


@pytest.mark.parametrize(
    ("asked", "said", "cure"),
    [
        ({"functional": "HSESOL3C", "dispersion": "D3"}, "its own corrections", "SOLDEF2MSVP"),
        (
            {"functional": "PBEH3C", "basis": "MINIX"},
            "defined with the basis set def2-mSVP",
            "mSVP",
        ),
        ({"functional": "HF3C", "basis": "external:mine"}, "basis set MINIX", "MINIX"),
        ({"functional": "SCAN", "dispersion": "D3"}, "no D3 parameters", "PW1PW"),
        ({"functional": "MPW1PW91", "dispersion": "D3"}, "no D3 parameters", "PW1PW"),
        ({"functional": "HF", "dispersion": "D3"}, "no D3 parameters", "none"),
        ({"spinlock": [2]}, "spinlock cannot be", "two whole numbers"),
        ({"spinlock": [2, 0]}, "must hold for some cycles", "from 1"),
        ({"spinlock": [2, 200], "scf_maxcycle": 200}, "after its release", "scf_maxcycle"),
        ({"spinlock": [2, 20], "spin": False}, "spin is false", "spin to true"),
        ({"atomspin": [[1, 1]], "spin": False}, "spin is false", "spin to true"),
        ({"atomspin": [[1, 1]], "functional": "RHF"}, "RHF is none", "UHF"),
        ({"atomspin": [[1, 2]]}, "atomspin cannot be", "1, 0 or -1"),
        ({"atomspin": [[1, 1], [1, -1]]}, "names an atom twice", "one spin"),
        ({"functional": "UHF", "spin": False}, "exclude each other", "spin to true"),
        ({"tolinteg": [7, 7, 7, 9, 8]}, "tolinteg cannot be", "not smaller than the fourth"),
        ({"tolinteg": [7, 7, 7, 7]}, "tolinteg cannot be", "five whole numbers"),
        ({"kmesh": [8, 8, 0]}, "kmesh cannot be", "1 to 60"),
        ({"levshift": [6, 1]}, "no effect while DIIS", "NODIIS"),
        ({"levshift": [5, 20], "acceleration": "NODIIS"}, "levshift cannot be", "lock"),
        ({"broyden": [0.1, 50, 2], "acceleration": "DIIS"}, "belongs to BROYDEN", "BROYDEN"),
        ({"broyden": [0, 50, 2], "acceleration": "BROYDEN"}, "broyden cannot be", "weight"),
        ({"histdiis": 20, "acceleration": "ANDERSON"}, "belongs to DIIS", "histdiis to none"),
        ({"functional": "R2SCAN", "version": 17}, "R2SCAN is not in CRYSTAL17", "later version"),
        ({"basis": "POB-TZVP-REV2", "version": 17}, "not in CRYSTAL17", "later version"),
        ({"functional": "R2SCAN", "version": 22}, "not verified for CRYSTAL22", "unverified"),
        ({"functional": "PBE03C"}, "PBE03C is not verified for CRYSTAL23", "unverified"),
        ({"grid": "HUGEGRID", "version": 17}, "HUGEGRID is not verified for CRYSTAL17", "unver"),
        ({"functional": "HF", "grid": "XLGRID"}, "no density to integrate", "grid to auto"),
        ({"conducting": False, "smear_ha": 0.01}, "belongs to a conductor", "conducting to true"),
        ({"basis": "MINIS"}, "MINIS is not verified", "unverified"),
    ],
)
def test_settings_that_exclude_each_other(asked, said, cure) -> None:
    with pytest.raises(ConfigError) as error:
        checked(**asked)
    assert said in error.value.message
    assert error.value.message.startswith("step OPT: ")
    assert cure in error.value.hint


@pytest.mark.parametrize(
    ("asked", "geometry", "numbers", "said", "cure"),
    [
        ({"kmesh": [8, 8, 8]}, WATER, (8, 1, 1), "a molecule has no k points", "kmesh"),
        ({"kmesh": [8, 8, 8]}, GRAPHENE, (6, 6), "2 periodic directions", "8 8 1"),
        ({"kmesh": [8, 6, 1]}, GRAPHENE, (6, 6), "mixes the reciprocal vectors 1 and 2", "8"),
        ({"conducting": True}, WATER, (8, 1, 1), "a molecule does not conduct", "smear_ha out"),
        ({"atomspin": [[4, 1]]}, WATER, (8, 1, 1), "atom 4", "primitive cell"),
        ({"spin": False}, MGO, (11, 8), "19 electrons", "spin to auto"),
        ({"functional": "RHF"}, MGO, (11, 8), "19 electrons", "UHF"),
        ({"spinlock": [1, 5]}, MGO, (12, 8), "20 electrons cannot differ by 1", "2 or 0"),
        ({"atomspin": [[9, 1]]}, MGO, (12, 8), "atom 9", "primitive cell"),
        ({"atomspin": [[1, 1], [2, -1]]}, RUTILE, (26, 26, 8, 8, 8, 8), "its equal", "inequiv"),
        ({"functional": "HF3C", "spin": True}, MGO, (12, 8), "HF3C with UHF", "unverified"),
        ({"functional": "HSE3C"}, MGO, (82, 8), "def2-mSVP has no functions for Pb", "cover"),
    ],
)
def test_what_only_the_material_shows(asked, geometry, numbers, said, cure) -> None:
    with pytest.raises(DeckError) as error:
        level(geometry, numbers, **asked)
    assert said in error.value.message
    assert cure in error.value.hint


@pytest.mark.parametrize(
    ("geometry", "numbers", "factors"),
    [(WATER, (8, 1, 1), None), (GRAPHENE, (6, 6), (15, 15, 1)), (MGO, (12, 8), (13, 13, 13))],
)
def test_the_mesh_follows_the_periodic_directions(geometry, numbers, factors) -> None:
    mesh = level(geometry, numbers).scf.shrink
    assert (mesh and mesh.factors) == factors


def test_hybrids_in_slabs_and_large_cells_get_tighter_pseudo_overlap() -> None:
    assert level(GRAPHENE, (6, 6), functional="HSE06").scf.tolinteg == (7, 7, 7, 9, 30)
    assert level(GRAPHENE, (6, 6), functional="PBE").scf.tolinteg == (7, 7, 7, 7, 14)
    assert level(MGO, (12, 8), functional="HSE06").scf.tolinteg == (7, 7, 7, 7, 14)


@pytest.mark.parametrize(
    ("cell", "group", "factors"),
    [
        ((4.2112,), 225, (10, 10, 10)),  # 42 Å
        ((4.594, 2.9586), 136, (15, 15, 15)),  # 9 and 15: one factor, the largest
        ((3.0, 4.0, 20.0, 90, 90, 90), 1, (15, 12, 3)),
        ((90.0,), 225, (12, 12, 12)),  # no factor fits
    ],
)
def test_the_mesh_of_the_predecessor(cell, group, factors) -> None:
    geometry = Geometry(group, cell, MGO.atoms)
    mesh = level(geometry, kmesh="predecessor").scf.shrink
    assert mesh is not None
    assert mesh.factors == factors
    assert mesh.gilat == 2 * max(factors)


def test_a_start_for_spins_switches_spin_on() -> None:
    made = level(RUTILE, (26, 26, 8, 8, 8, 8), atomspin=[[1, 1], [2, 1]])
    assert made.hamiltonian.spin
    assert made.notes == ()
    assert "may end without any" in level(RUTILE, (26, 26, 8, 8, 8, 8)).notes[0]
    assert orbits_of(RUTILE) == (0, 0, 1, 1, 1, 1)
    assert orbits_of(MGO) == (0, 1)


def test_what_is_asked_for_in_vain_is_told() -> None:
    (grid,) = level(functional="R2SCAN", dispersion="none", grid="XLGRID").notes
    assert grid == "r2SCAN depends on the kinetic energy density: XXLGRID or finer"
    parent = level(acceleration="ANDERSON")
    deck = Deck("x", MGO, parent.basis, parent.hamiltonian, parent.scf)
    asked = checked(broyden=[0.0001, 50, 2], histdiis=20)
    assert make_level(asked, MGO, (12, 8), deck).notes == (
        "broyden has no effect: the cycles converge by ANDERSON (acceleration)",
        "histdiis has no effect: the cycles converge by ANDERSON (acceleration)",
    )
    with pytest.raises(ConfigError, match="fragment names an atom twice"):
        STEP_TYPES["OPT"].check_settings({"fragment": [2, 2]}, "step OPT")
    sodium = Geometry(1, (), (DeckAtom(11, 0, 0, 0), DeckAtom(11, 0, 0, 3.1)), "MOLECULE")
    assert level(sodium, (11, 11)).scf.smear_ha is None


@pytest.mark.parametrize("asked", [{}, {"conducting": "auto"}])
def test_a_width_that_is_asked_for_smears_whatever_the_material_looks_like(asked) -> None:
    made = level(smear_ha=0.02, **asked)
    assert made.scf.smear_ha == 0.02
    assert made.scf.shrink == level(conducting=True).scf.shrink
    assert made.notes == ("smear_ha 0.02 is asked for: the material is computed as a metal",)
    after = Deck("x", MGO, *(getattr(level(), x) for x in ("basis", "hamiltonian", "scf")))
    assert make_level(checked(smear_ha=0.005), MGO, (12, 8), after).scf.smear_ha == 0.005
    assert level(smear_ha=0, **asked).scf.smear_ha is None
    water = Geometry(1, (), (DeckAtom(8, 0, 0, 0),), "MOLECULE")
    with pytest.raises(DeckError, match="no bands"):
        level(water, (8,), smear_ha=0.02)


@pytest.mark.parametrize("profile", ["standard", "predecessor", "phonon"])
@pytest.mark.parametrize(
    "asked",
    [*({"functional": name} for name in FUNCTIONALS), {"acceleration": "BROYDEN"}, {"smear_ha": 0.005}],
    ids=str,
)  # fmt: skip
def test_no_default_of_a_profile_is_a_conflict_with_what_is_asked_for(asked, profile) -> None:
    kind = STEP_TYPES["OPT"]
    below = profile_settings(profile, "OPT", starts=True)
    given = {**asked, "unverified": True}
    found = kind.check_settings(layered(kind.starts_with, below, given), "step OPT")
    made = make_level(msgspec.convert(found, OptSettings), MGO, (12, 8))
    row = FUNCTIONALS[found["functional"].upper()]
    assert made.hamiltonian.functional in (row.keyword, row.d3)
    assert made.basis == row.basis or row.basis is None
    if "smear_ha" in asked:
        assert made.scf.smear_ha == 0.005


def test_what_a_functional_does_without_is_told_and_what_is_asked_for_is_refused() -> None:
    kind = STEP_TYPES["OPT"]
    found = kind.check_settings(layered(kind.starts_with, {"functional": "HSESOL3C"}), "step OPT")
    made = make_level(msgspec.convert(found, OptSettings), MGO, (12, 8))
    assert made.notes[:2] == (
        "HSESOL3C brings its basis set, SOLDEF2MSVP",
        "HSESOL3C carries its own corrections: no D3 is added",
    )
    asked = {"functional": "HSESOL3C", "dispersion": "D3"}
    with pytest.raises(ConfigError, match="its own corrections"):
        kind.check_settings(layered(kind.starts_with, asked), "step OPT")


def test_a_functional_that_stays_in_the_basis_set_of_a_composite_method_is_told() -> None:
    made = level(functional="HSESOL3C")
    parent = Deck("x", MGO, made.basis, made.hamiltonian, made.scf)
    for asked, told in (
        ({"functional": "HSE06"}, True),
        ({"functional": "HSE06", "basis": "POB-TZVP-REV2"}, False),
        ({"functional": "PBESOL03C"}, False),
        ({}, False),
    ):
        notes = make_level(LevelSettings(**asked), MGO, (12, 8), parent).notes
        assert any(note.startswith("HSE06 stays in SOLDEF2MSVP") for note in notes) is told


def test_what_is_unverified_is_marked() -> None:
    made = level(functional="PBE03C", dispersion="none", unverified=True)
    assert made.basis == "def2-mSVP"
    assert made.notes == (
        "PBE03C brings its basis set, def2-mSVP",
        "unverified: PBE03C in CRYSTAL23",
    )


@pytest.mark.parametrize(
    ("asked", "grid", "after_hugegrid"),
    [
        ({"functional": "PBE"}, "XLGRID", "HUGEGRID"),
        ({"functional": "R2SCAN"}, "XXLGRID", "HUGEGRID"),
        ({"functional": "PBE", "grid": "DEFAULT"}, None, None),
        ({"functional": "PBEH3C"}, None, None),
        ({"functional": "PBEH3C", "grid": "XXLGRID"}, "XXLGRID", "XXLGRID"),
        ({"functional": "HSESOL3C"}, "XLGRID", "HUGEGRID"),
        ({"functional": "HF"}, None, None),
    ],
)
def test_grids_are_asked_for_inherited_or_those_of_the_functional(
    asked, grid, after_hugegrid
) -> None:
    assert level(**asked).hamiltonian.grid == grid
    made = level(functional="PBE", grid="HUGEGRID")
    parent = Deck("x", MGO, made.basis, made.hamiltonian, made.scf)
    after = make_level(checked(**asked), MGO, (12, 8), parent)
    assert after.hamiltonian.grid == after_hugegrid


def test_what_is_inherited_has_run_already_and_is_named_only() -> None:
    parent = level(functional="PBE03C", dispersion="none", unverified=True)
    deck = Deck("x", MGO, parent.basis, parent.hamiltonian, parent.scf)
    made = make_level(LevelSettings(), MGO, (12, 8), deck)
    assert made.notes == ("unverified: PBE03C in CRYSTAL23",)
    with pytest.raises(DeckError, match="not verified"):
        make_level(LevelSettings(functional="PBE03C", dispersion="none"), MGO, (12, 8), deck)


def test_buffers_are_the_largest_that_an_output_asks_for() -> None:
    output = (
        " WARNING **** EXCBUF **** EXCH. BIPO BUFFER TOO SMALL - TO AVOID I/O SET EXCHSIZE =    916110\n"
        " WARNING **** EXCBUF **** EXCH. BIPO BUFFER TOO SMALL - TO AVOID I/O SET EXCHSIZE =    816110\n"
        " WARNING **** GENPOG **** COULOMB BIPO BUFFER TOO SMALL - TO AVOID I/O SET BIPOSIZE =     7766600\n"
    )
    assert asked_buffers(output) == {"exchsize": 916110, "biposize": 7766600}
    assert asked_buffers("SET BIPOSIZE = 5") == {}


def test_every_conflict_is_silent_on_the_standard_profile() -> None:
    for step in ("OPT", "SP"):
        kind = STEP_TYPES[step]
        settings = kind.check_settings(kind.starts_with or {}, step)
        assert settings["functional"] in ("PBE", "HSE06")
    assert len(CONFLICTS) == len(set(CONFLICTS))
