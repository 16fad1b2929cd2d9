"""OPT → SP → BAND and DOSS: decks of one step made of what the step before it printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystald.crystal.deck.d3 import parse_band, parse_doss
from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.deck.geometry.regenerate import expand
from crystald.crystal.output import read_output
from crystald.errors import ConfigError, DeckError
from crystald.models import StagedFile
from crystald.steps.table import STEP_TYPES

NAMES = ("MgO", "corundum")
GUESS = "SCF GUESS FROM A PREVIOUS RUN DENSITY MATRIX"


@pytest.mark.parametrize("name", NAMES)
def test_every_program_accepts_its_deck(chain, name) -> None:
    for step, ran in chain(name).items():
        assert "EEEEEEEEEE TERMINATION" in ran.output, step
        assert "ERROR ****" not in ran.output, step


@pytest.mark.parametrize("name", NAMES)
def test_the_single_point_stands_at_the_last_geometry(chain, name) -> None:
    ran = chain(name)
    opt, sp = (parse_d12(ran[step].prepared.text) for step in ("OPT", "SP"))
    assert sp.optimisation is None
    assert sp.geometry.group == opt.geometry.group
    assert sp.geometry.cell != opt.geometry.cell
    assert len(sp.geometry.atoms) == len(opt.geometry.atoms)
    assert len(expand(sp.geometry).numbers) == len(expand(opt.geometry).numbers)
    before, after = (read_output(ran[step].output.splitlines()) for step in ("OPT", "SP"))
    assert after.geometry.primitive_parameters == pytest.approx(
        before.geometry.primitive_parameters, abs=1e-6
    )
    assert after.n_symmetry_operators == before.n_symmetry_operators


@pytest.mark.parametrize("name", NAMES)
def test_the_single_point_inherits_all_but_the_functional(chain, name) -> None:
    opt, sp = (parse_d12(chain(name)[step].prepared.text) for step in ("OPT", "SP"))
    assert sp.hamiltonian == replace(opt.hamiltonian, functional="HSE06-D3")
    assert sp.basis == opt.basis
    assert sp.scf == replace(opt.scf, guessp=True)


def test_the_wavefunction_goes_on_as_fort_20_and_is_used(chain) -> None:
    sp = chain("MgO")["SP"]
    assert sp.prepared.takes == (StagedFile("geometry:f9", "fort.20"),)
    assert GUESS in sp.output


@pytest.mark.parametrize(
    "changes", [{"guess": "never"}, {"basis": "STO-6G"}, {"spin": True}], ids=str
)
def test_no_guess_when_it_is_not_wanted_or_does_not_fit(chain, request_of, changes) -> None:
    parents = {"geometry": chain("MgO")["OPT"].parent("OPT")}
    prepared = STEP_TYPES["SP"].deck(
        request_of("MgO", "SP", parents, **{"basis": "inherit", **changes})
    )
    assert prepared.takes == ()
    assert "GUESSP" not in prepared.text


def test_no_guess_without_a_wavefunction(chain, request_of) -> None:
    parent = replace(chain("MgO")["OPT"].parent("OPT"), leaves=frozenset())
    prepared = STEP_TYPES["SP"].deck(request_of("MgO", "SP", {"geometry": parent}))
    assert prepared.takes == ()


def test_a_composite_method_brings_its_own_basis(chain, request_of) -> None:
    parents = {"geometry": chain("MgO")["OPT"].parent("OPT")}
    settings = {"functional": "PBEH3C", "dispersion": "inherit", "basis": "inherit"}
    deck = parse_d12(STEP_TYPES["SP"].deck(request_of("MgO", "SP", parents, **settings)).text)
    assert (deck.hamiltonian.functional, deck.basis) == ("PBEH3C", "def2-mSVP")


def test_dispersion_that_a_functional_lacks_is_dropped_with_a_note(chain, request_of) -> None:
    parents = {"geometry": chain("MgO")["OPT"].parent("OPT")}
    request = request_of("MgO", "SP", parents, functional="PBESOL0", dispersion="inherit")
    prepared = STEP_TYPES["SP"].deck(request)
    assert parse_d12(prepared.text).hamiltonian.functional == "PBESOL0"
    assert any("no D3 parameters" in note for note in prepared.notes)


def test_a_second_optimisation_starts_where_the_first_ended(chain, request_of) -> None:
    opt = chain("corundum")["OPT"]
    parents = {"geometry": opt.parent("OPT")}
    first = parse_d12(opt.prepared.text)
    second = parse_d12(STEP_TYPES["OPT"].deck(request_of("corundum", "OPT", parents)).text)
    assert second.optimisation == first.optimisation
    assert second.geometry != first.geometry
    assert second.scf.guessp


def test_an_output_without_geometry_or_with_another_is_refused(chain, request_of) -> None:
    parent = chain("MgO")["OPT"].parent("OPT")
    for spoiled, said in (
        (replace(parent, output=""), "holds no geometry"),
        (replace(parent, deck=parent.deck.replace("\n8 0.0", "\n9 0.0")), "or other elements"),
        (
            replace(parent, deck=parent.deck.replace("\n225\n", "\n221\n")),
            "not that of space group 221",
        ),
        (replace(parent, deck="x\nSLAB\n"), "OPT: line 3: .* of SLAB belongs here"),
    ):
        assert spoiled != parent
        with pytest.raises(DeckError, match=said):
            STEP_TYPES["SP"].deck(request_of("MgO", "SP", {"geometry": spoiled}))


@pytest.mark.parametrize("name", NAMES)
def test_bands_span_all_orbitals_and_the_program_echoes_the_path(chain, name) -> None:
    ran = chain(name)
    deck = parse_band(ran["BAND"].prepared.text)
    output = read_output(ran["SP"].output.splitlines())
    assert deck.bands == (1, output.n_ao)
    assert ran["BAND"].prepared.takes == (StagedFile("wavefunction:f9", "fort.9"),)
    lines = [line for line in ran["BAND"].output.splitlines() if line.startswith(" LINE ")]
    assert len(lines) == len(deck.segments)
    for line, segment in zip(lines, deck.segments, strict=True):
        first, last = line.partition("(")[2].partition(")")[0].split(":")
        for text, ends in ((first, segment.start), (last, segment.end)):
            numbers = [float(text[i : i + 5]) for i in range(0, 15, 5)]
            assert numbers == pytest.approx([k / deck.iss for k in ends], abs=6e-3)
    assert (ran["BAND"].directory / "BAND.DAT").stat().st_size > 0


def test_bands_beyond_the_orbitals_are_refused(chain, request_of) -> None:
    parents = {"wavefunction": chain("MgO")["SP"].parent("SP")}
    with pytest.raises(DeckError, match="bands 1 to 999"):
        STEP_TYPES["BAND"].deck(request_of("MgO", "BAND", parents, bands=(1, 999)))


def test_rhombohedral_paths_exact_or_close(chain, request_of) -> None:
    parents = {"wavefunction": chain("corundum")["SP"].parent("SP")}
    whole = STEP_TYPES["BAND"].deck(request_of("corundum", "BAND", parents))
    exact = STEP_TYPES["BAND"].deck(request_of("corundum", "BAND", parents, path="exact"))
    assert any("met to within" in note for note in whole.notes)
    assert any("left out" in note for note in exact.notes)
    assert parse_band(exact.text).iss == 2


@pytest.mark.parametrize("name", NAMES)
def test_densities_on_a_finer_mesh_in_a_window_around_the_zero(chain, name) -> None:
    ran = chain(name)
    deck = parse_doss(ran["DOSS"].prepared.text)
    output = read_output(ran["SP"].output.splitlines())
    assert deck.shrink.factors == tuple(2 * n for n in output.shrink)
    assert deck.points == 2000
    assert deck.window_ha is not None
    zero = output.vbm_ha if output.vbm_ha is not None else output.fermi_ha
    assert deck.window_ha[0] < zero < deck.window_ha[1]
    assert (ran["DOSS"].directory / "DOSS.DAT").stat().st_size > 0


@pytest.mark.parametrize("name", NAMES)
def test_projections_by_element_and_shell_cover_all_orbitals_once(chain, request_of, name) -> None:
    ran = chain(name)
    deck = parse_doss(ran["DOSS"].prepared.text)
    output = read_output(ran["SP"].output.splitlines())
    shells = [member for p in deck.projections if not p.of_atoms for member in p.members]
    atoms = [member for p in deck.projections if p.of_atoms for member in p.members]
    assert sorted(shells) == list(range(1, output.n_ao + 1))
    assert sorted(atoms) == list(range(1, len(output.geometry.atoms) + 1))
    assert all(" " in p.label for p in deck.projections if not p.of_atoms)
    parents = {"wavefunction": ran["SP"].parent("SP")}
    for wish, count in (("total", 0), ("element", 2)):
        made = STEP_TYPES["DOSS"].deck(request_of(name, "DOSS", parents, projections=wish))
        assert len(parse_doss(made.text).projections) == count


def test_projections_by_shell_by_atom_or_as_listed(chain, request_of) -> None:
    parents = {"wavefunction": chain("corundum")["SP"].parent("SP")}

    def labels(wish):
        made = STEP_TYPES["DOSS"].deck(request_of("corundum", "DOSS", parents, projections=wish))
        return [(p.label, p.of_atoms) for p in parse_doss(made.text).projections]

    assert all(" " in label and not of_atoms for label, of_atoms in labels("shell"))
    assert labels("atom")[0] == ("Al1", True)
    assert len(labels("atom")) == 10
    assert labels([{"label": "apex", "orbitals": [1, 2]}]) == [("apex", False)]
    with pytest.raises(DeckError, match="atom 11, there are 10"):
        labels([{"label": "none", "atoms": [11]}])
    with pytest.raises(ConfigError, match="either atoms or orbitals"):
        labels([{"label": "both", "atoms": [1], "orbitals": [1]}])


def test_a_formatted_wavefunction_is_staged_as_fort_98_and_converted(chain, request_of) -> None:
    parent = replace(chain("MgO")["SP"].parent("SP"), leaves=frozenset({"f98"}))
    for step in ("BAND", "DOSS"):
        made = STEP_TYPES[step].deck(request_of("MgO", step, {"wavefunction": parent}))
        assert made.text.startswith("RDFMWF\n")
        assert made.takes == (StagedFile("wavefunction:f98", "fort.98"),)
        assert any("fort.98" in note for note in made.notes)


def test_a_range_of_bands_instead_of_energies(chain, request_of) -> None:
    parents = {"wavefunction": chain("MgO")["SP"].parent("SP")}
    made = STEP_TYPES["DOSS"].deck(request_of("MgO", "DOSS", parents, bands=(3, 8)))
    assert parse_doss(made.text).bands == (3, 8)
    whole = STEP_TYPES["DOSS"].deck(request_of("MgO", "DOSS", parents, bands="all"))
    assert parse_doss(whole.text).bands[0] == 1


@pytest.mark.parametrize("step", ["BAND", "DOSS"])
def test_properties_need_a_wavefunction_and_its_output(chain, request_of, step) -> None:
    sp = chain("MgO")["SP"].parent("SP")
    for parents, said in (
        ({}, "no wavefunction to read"),
        ({"wavefunction": replace(sp, leaves=frozenset())}, "left no wavefunction"),
        ({"wavefunction": replace(sp, output="")}, "does not print"),
    ):
        with pytest.raises(DeckError, match=said):
            STEP_TYPES[step].deck(request_of("MgO", step, parents))


@pytest.mark.parametrize(("printed", "fits"), [("CRYSTAL23", True), ("CRYSTAL17", False)])
def test_no_guess_from_another_version_of_the_program(chain, request_of, printed, fits) -> None:
    opt = chain("MgO")["OPT"].parent("OPT")
    output = opt.output.replace("STAND-IN", printed, 1)
    parents = {"geometry": replace(opt, output=output)}
    assert STEP_TYPES["SP"].deck(request_of("MgO", "SP", parents)).text.count("GUESSP") == fits
