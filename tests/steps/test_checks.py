"""Checks of steps: each on what it must say and where it must be silent; real pairs; the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from stepchecks import DECK, WHOLE, deck, said

from crystald.crystal.deck.d3 import BandDeck, Segment
from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.output import Output, PrintedAtom, PrintedGeometry
from crystald.crystal.output.blocks.analysis import PathLine, Projection
from crystald.crystal.output.blocks.k_points import KPoint
from crystald.crystal.output.facts import Facts
from crystald.crystal.output.free_motions import imaginary_modes
from crystald.crystal.output.values import States
from crystald.crystal.plotdata.values import Bands, Dos
from crystald.steps.checks.modes import lowest_eigenvalue
from crystald.steps.checks.parent import same_level
from crystald.steps.checks.plots import integral
from crystald.steps.checks.remark import Evidence, Remark, quoted
from crystald.steps.checks.settings import ChecksSettings
from crystald.steps.checks.table import CHECKS, NAMES, check_step

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
TOOLS = "crystal-code-tools_CRYSTALpytools/examples"
A17 = "aiidaplugins_aiida-crystal17/aiida_crystal17/tests/raw_files/crystal"
OLD = "Spica-Vir_CRYSTALpytools-dev/old_examples_tutorial/data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data here")


@dataclass(frozen=True)
class Point:
    point: int
    line: int
    energy_ha: float | None


def told(**facts: object) -> Output:
    """Give an output with facts, as blocks tell them."""
    output = replace(WHOLE, facts=Facts())
    for name, value in facts.items():
        output.facts.put(name, value, 7)
    return output


def test_a_step_like_its_parent_is_silent() -> None:
    evidence = Evidence(WHOLE, deck(), WHOLE, deck())
    assert check_step(evidence).all == ()
    assert check_step(Evidence(Output())).all == ()


@pytest.mark.parametrize(
    ("name", "change", "text"),
    [
        ("sizes", {"n_atoms": 4}, "2 atoms before, 4 atoms now"),
        ("sizes", {"n_symmetry_operators": 1}, "48 symmetry operators before, 1 symmetry operators now"),
        ("sizes", {"space_group_symbol": "P 1"}, "group F M 3 M before, group P 1 now"),
        ("sizes", {"n_ao": 19}, "18 atomic orbitals before, 19 atomic orbitals now"),
        ("sizes", {"n_electrons": 21}, "20 electrons before, 21 electrons now"),
        ("energy", {"energy_ha": -9.99}, "the energy at the same geometry and level differs by 1.0e-02 Ha"),
        ("energy", {"energy_kind": "SCF"}, "energy SCF+D3 before, SCF now"),
        ("became_conducting", {"conducting": True}, "an insulator before, a conductor now"),
    ],
)  # fmt: skip
def test_a_step_is_compared_with_its_parent(
    name: str, change: dict[str, object], text: str
) -> None:
    child = replace(WHOLE, **change)
    assert said(Evidence(child, deck(), WHOLE, deck()), name) == [text]
    unknown = replace(WHOLE, **dict.fromkeys(change))
    assert said(Evidence(unknown, deck(), WHOLE, deck()), name) == []


def test_an_optimisation_tells_whether_its_first_point_conducted() -> None:
    """What it ended as stands in SCFOUT.LOG; the flip is told of the point that is known."""
    parent = replace(WHOLE, conducting=None, states_first_point=States(conducting=False))
    child = replace(WHOLE, conducting=True)
    told = ["an insulator before at the first point, a conductor now"]
    assert said(Evidence(child, deck(), parent, deck()), "became_conducting") == told
    assert said(Evidence(WHOLE, deck(), parent, deck()), "became_conducting") == []
    metal = replace(parent, states_first_point=States(conducting=True))
    assert said(Evidence(child, deck(), metal, deck()), "became_conducting") == []


def test_energies_are_compared_only_at_one_level() -> None:
    child = replace(WHOLE, energy_ha=-9.0, n_ao=30)
    other = deck(PBE="HSE06")
    assert not same_level(deck(), other)
    assert not same_level(deck(), None)
    assert same_level(deck(), parse_d12(DECK.replace("TOLDEE\n8", "TOLDEE\n11")))
    assert said(Evidence(child, other, WHOLE, deck()), "energy") == []
    further = replace(child, opt_points=4)
    assert said(Evidence(further, deck(), WHOLE, deck()), "energy") == []
    close = replace(WHOLE, energy_ha=-10.0 + 9e-6, energy_kind="OPT END")
    assert said(Evidence(close, deck(), WHOLE, deck()), "energy") == []


def test_energies_of_smeared_levels_are_compared_at_no_temperature() -> None:
    optimised = replace(WHOLE, energy_kind="SCF", energy_t0_ha=-10.0)
    for t0_ha, told in (
        (-10.0, []),
        (-9.9, ["the energy at the same geometry and level differs by 1.0e-01 Ha"]),
    ):
        child = replace(WHOLE, energy_kind="SCF", energy_ha=-9.99, energy_t0_ha=t0_ha)
        assert said(Evidence(child, deck(), optimised, deck()), "energy") == told


def test_the_spin_is_the_parents() -> None:
    evidence = Evidence(told(summed_spin=0.0), deck(), told(summed_spin=4.0), deck())
    assert said(evidence, "parent_spin") == ["summed spin 4.000 before, 0.000 now"]
    alike = Evidence(told(summed_spin=4.01), deck(), told(summed_spin=4.0), deck())
    assert said(alike, "parent_spin") == []


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ((1.7, -1.7, 0.0), None),
        ((-1.7, 1.7, 0.01), None),  # all of them: the same state
        ((1.7, 1.7, 0.0), "the spins of atoms 2 have turned round"),
        ((1.7, -1.7, -0.02), None),  # as small as nothing
        ((1.7, -1.7), None),
    ],
)
def test_spins_that_turn_round_are_told(now: tuple[float, ...], text: str | None) -> None:
    parent = told(atomic_spins=(1.7, -1.7, 0.01))
    found = said(Evidence(told(atomic_spins=now), parent=parent), "spin_flips")
    assert found == ([] if text is None else [text])


@pytest.mark.parametrize(("operators", "lost"), [(48, False), (None, False), (16, True)])
def test_lost_symmetry_is_told(operators: int | None, *, lost: bool) -> None:
    output = replace(WHOLE, n_symmetry_operators=operators)
    assert said(Evidence(output, deck()), "symmetry") == (
        [f"the deck's group has 48 operators, {operators} are printed"] if lost else []
    )


def test_a_cell_that_collapsed_is_told() -> None:
    first, last = PrintedGeometry(3, volume_ang3=100.0), PrintedGeometry(3, volume_ang3=70.0)
    shrunk = Output(initial_geometry=first, geometry=last)
    assert said(Evidence(shrunk), "volume") == ["the volume of the cell changed by -30 %"]
    assert said(Evidence(Output(initial_geometry=first, geometry=first)), "volume") == []
    slab = Output(initial_geometry=replace(first, dimensionality=2), geometry=last)
    assert said(Evidence(slab), "volume") == []


@pytest.mark.parametrize(
    ("dimensionality", "text"),
    [
        (2, "the area of the cell changed by -36 %"),
        (1, "the length of the cell changed by -20 %"),
        (0, None),
    ],
)
def test_cells_of_slabs_and_polymers_are_measured_where_they_repeat(
    dimensionality: int, text: str | None
) -> None:
    first = PrintedGeometry(dimensionality, primitive_parameters=(5, 5, 500, 90, 90, 120))
    last = replace(first, primitive_parameters=(3.999, 4, 500, 90, 90, 120))
    found = said(Evidence(Output(initial_geometry=first, geometry=last)), "volume")
    assert found == ([] if text is None else [text])


@pytest.mark.parametrize(("z", "text"), [(0.5, None), (0.12, "atoms 1 and 2 are 0.600 Å apart")])
def test_atoms_that_are_too_near_are_told(z: float, text: str | None) -> None:
    atoms = (
        PrintedAtom(1, True, 206, "C", 0.0, 0.0, 0.0),
        PrintedAtom(2, True, 8, "O", 0.0, 0.0, z),
        PrintedAtom(3, True, 0, "XX", 0.0, 0.0, z + 0.01),  # a ghost is no atom
    )
    cell = ((5.0, 0.0, 0.0), (0.0, 5.0, 0.0), (0.0, 0.0, 5.0))
    output = Output(geometry=PrintedGeometry(3, atoms=atoms, lattice_ang=cell))
    found = said(Evidence(output), "bonds")
    assert [one.partition(", ")[0] for one in found] == ([] if text is None else [text])


def test_how_an_optimisation_ended() -> None:
    flat = replace(told(flat_surface=True), opt_points=5)
    assert said(Evidence(flat), "flat_surface") == ["the optimisation stopped on a flat surface"]
    first = Output(opt_converged=True, opt_points=1)
    assert said(Evidence(first), "first_point") == ["the optimisation ended at its first point"]
    assert said(Evidence(replace(first, opt_points=2)), "first_point") == []
    again = Evidence(first, deck(), WHOLE, deck())
    assert said(again, "first_point") == []  # it went on from the end of another one


def test_an_energy_that_rises_is_told() -> None:
    points = [Point(1, 10, -5.0), Point(2, 20, None), Point(3, 30, -4.5), Point(4, 40, -4.0)]
    found = check_step(Evidence(told(optimisation_points=points)))
    (remark,) = [one for one in found.all if one.check == "energy_spike"]
    assert (remark.text, remark.line) == ("the energy rose by 0.500 Ha at point 3", 30)
    down = told(optimisation_points=[Point(1, 10, -5.0), Point(2, 20, -5.1)])
    assert said(Evidence(down), "energy_spike") == []


@pytest.mark.parametrize(
    ("name", "change", "text"),
    [
        ("dispersion", {"dispersion_ha": None}, "PBE-D3 was asked for, no D3 energy is printed"),
        ("basis_echo", {"basis_name": "STO-3G"},
         "basis set POB-TZVP-REV2 was asked for, STO-3G was loaded"),
        ("unverified", {"version": "17 1.0.2"}, "POB-TZVP-REV2 is not verified for CRYSTAL17"),
        ("settings_echo", {"spin_polarised": False}, "spin true was asked for, false is printed"),
        ("settings_echo", {"shrink": (4, 4, 4)}, "SHRINK 8 8 8 was asked for, 4 4 4 is printed"),
    ],
)  # fmt: skip
def test_a_run_is_compared_with_its_deck(name: str, change: dict[str, object], text: str) -> None:
    assert said(Evidence(WHOLE, deck()), name) == []
    assert said(Evidence(replace(WHOLE, **change), deck()), name) == [text]
    assert said(Evidence(replace(WHOLE, **change)), name) == []


def test_tolerances_are_those_of_the_deck() -> None:
    assert (
        said(Evidence(told(toldee=8, tolinteg=(-7, -7, -7, -7, -14)), deck()), "settings_echo")
        == []
    )
    other = told(toldee=7, tolinteg=(6, 6, 6, 6, 12))
    assert said(Evidence(other, deck()), "settings_echo") == [
        "TOLDEE 8 was asked for, 7 is printed",
        "TOLINTEG 7 7 7 7 14 was asked for, 6 6 6 6 12 is printed",
    ]


def test_names_of_basis_sets_that_mean_the_same() -> None:
    echo = replace(WHOLE, basis_name="DEF2-MSVP")
    for name in ("SOLDEF2MSVP", "SOL-DEF2-MSVP"):
        try:
            ours = parse_d12(DECK.replace("POB-TZVP-REV2", name))
        except Exception:  # noqa: BLE001 -- a spelling that our decks do not use
            continue
        assert said(Evidence(echo, ours), "basis_echo") == []


def test_electrons_and_spins() -> None:
    right = told(mulliken_charges=[11.0, 9.0], summed_spin=2.001)
    assert said(Evidence(right), "populations") == []
    assert said(Evidence(right), "whole_spin") == []
    wrong = told(mulliken_charges=[11.0, 8.9], summed_spin=1.7)
    assert said(Evidence(wrong), "populations") == [
        "the populations add up to 19.900 of 20 electrons"
    ]
    assert said(Evidence(wrong), "whole_spin") == [
        "the summed spin of an insulator is 1.700, no whole number"
    ]
    assert said(Evidence(replace(wrong, conducting=True)), "whole_spin") == []


def test_open_shell_ions_without_any_spin_are_told() -> None:
    atoms = (PrintedAtom(1, True, 28, "NI", 0.0, 0.0, 0.0), PrintedAtom(2, True, 8, "O", 0.5, 0, 0))
    geometry = PrintedGeometry(3, atoms=atoms)
    silent = replace(told(atomic_spins=[0.001, 0.0]), geometry=geometry)
    assert said(Evidence(silent), "silent_metals") == [
        "every spin is zero, although NI may have unpaired electrons"
    ]
    ordered = replace(told(atomic_spins=[1.7, -1.7]), geometry=geometry)
    assert said(Evidence(ordered), "silent_metals") == []
    closed = replace(silent, spin_polarised=False)
    assert said(Evidence(closed), "silent_metals") == []


@pytest.mark.parametrize(
    ("frequencies", "atoms", "text"),
    [
        ((-3.0, 0.1, 2.0, 120.0, 130.0, 140.0), 2, None),
        ((-15.0, 0.1, 2.0, 120.0, 130.0, 140.0), 2, None),  # a translation, badly converged
        ((-80.0, -0.1, 0.1, 2.0, 130.0, 140.0), 2, "1 imaginary mode (-80.0 1/cm)"),
        ((-80.0, -60.0, -0.1, 0.1, 2.0, 130.0), 2, "2 imaginary modes (-80.0, -60.0 1/cm)"),
    ],
)
def test_imaginary_modes_are_told(
    frequencies: tuple[float, ...], atoms: int, text: str | None
) -> None:
    output = Output(frequencies_cm1=frequencies, n_atoms=atoms, dimensionality=3)
    found = check_step(Evidence(output))
    assert [one.text for one in found.blocks] == ([] if text is None else [text])


def test_modes_are_counted() -> None:
    cut = Output(frequencies_cm1=(0.0, 0.0, 0.0, 5.0), n_atoms=2)
    assert said(Evidence(cut), "modes") == ["4 modes, 2 atoms have 6"]
    supercell = Output(frequencies_cm1=(0.0,) * 6, n_atoms=16)
    assert said(Evidence(supercell), "modes") == []
    assert said(Evidence(Output(frequencies_cm1=(0.0, 0.0), n_atoms=None)), "modes") == []


def test_translations_are_near_zero() -> None:
    output = Output(frequencies_cm1=(0.0, 5.0, -30.0, 200.0, 200.0, 200.0), n_atoms=2)
    assert said(Evidence(output), "acoustic") == ["the 3 modes nearest to zero reach -30.0 1/cm"]


@pytest.mark.parametrize(
    ("dimensionality", "expected"), [(3, (-70.0,) * 3), (2, (-70.0,) * 3), (1, (-70.0,) * 2)]
)
def test_free_motions_depend_on_the_dimensionality(
    dimensionality: int, expected: tuple[float, ...]
) -> None:
    assert imaginary_modes((-70.0,) * 6, dimensionality) == expected
    assert imaginary_modes((-70.0,) * 6, 0) == (-70.0,)  # the sixth of a molecule may be a mode


def test_an_elastic_tensor_must_be_positive_definite() -> None:
    stable, soft = [[10.0, 1.0], [1.0, 10.0]], [[10.0, 20.0], [20.0, 10.0]]
    assert said(Evidence(told(elastic_tensor=stable)), "elastic") == []
    assert said(Evidence(told(elastic_tensor=soft)), "elastic") == [
        "the elastic tensor is not positive definite (lowest eigenvalue -10 GPa)"
    ]
    assert lowest_eigenvalue([[1.0, 2.0]]) is None


CUBIC = [
    [297.0, 96.0, 96.0, 0, 0, 0],
    [96.0, 297.0, 96.0, 0, 0, 0],
    [96.0, 96.0, 297.0, 0, 0, 0],
    *([0, 0, 0, *(156.0 if i == j else 0 for j in range(3))] for i in range(3)),
]


@pytest.mark.parametrize(
    ("bulk", "shear", "texts"),
    [
        (163.0, 133.8, []),
        (162.95, 133.75, []),
        (-122.44, 133.8, ["the bulk modulus (Voigt) is printed as -122.44 GPa, the tensor has 163.00"]),
        (163.0, -1070.0, ["the shear modulus (Voigt) is printed as -1070 GPa, the tensor has 133.80"]),
        (None, None, []),
    ],
)  # fmt: skip
def test_printed_moduli_must_be_those_of_the_tensor(
    bulk: float | None, shear: float | None, texts: list[str]
) -> None:
    output = told(elastic_tensor=CUBIC, bulk_modulus_voigt=bulk, shear_modulus_voigt=shear)
    assert said(Evidence(output), "moduli") == texts
    assert said(Evidence(told(bulk_modulus_voigt=bulk)), "moduli") == []
    flat = told(elastic_tensor=[[1.0]], bulk_modulus_voigt=bulk)
    assert said(Evidence(flat), "moduli") == []


def bands(top: float = 0.0, fermi: float = -0.2) -> Bands:
    points = ((-0.5, top, 0.2), (-0.4, -0.1, 0.3))
    return Bands((0.0, 1.0), ((0.0, "(0,0,0)/4"), (1.0, "X")), (points,), fermi, "fermi")


def parent_of_bands(**changes: object) -> Output:
    output = replace(
        Output(),
        vbm_ha=-0.2, cbm_ha=0.0, vbm_k_point=1, cbm_k_point=1, conducting=False, facts=Facts(),
        **changes,
    )  # fmt: skip
    points = (KPoint(1, True, (0, 0, 0)), KPoint(2, True, (6, 0, 6)))
    output.facts.put("k_point_list", points, 9)
    output.facts.put("k_point_unit", 12, 9)
    return output


def test_bands_are_compared_with_the_scf() -> None:
    parent = parent_of_bands()
    assert check_step(Evidence(Output(), parent=parent, bands=bands())).all == ()
    shifted = Evidence(Output(), parent=parent, bands=bands(fermi=-0.3))
    assert said(shifted, "band_edges") == ["Fermi energy -0.20000 Ha before, -0.30000 of the bands"]
    crossing = Evidence(Output(), parent=parent, bands=bands(top=0.1))
    assert said(crossing, "band_edges") == [
        "an insulator before, bands that cross the Fermi energy now"
    ]


def test_edges_at_a_k_point_of_the_path_are_met() -> None:
    other = replace(parent_of_bands(), cbm_ha=0.05)
    assert said(Evidence(Output(), parent=other, bands=bands()), "band_point") == [
        (
            "the edge of the conduction bands lies at 0.25000 Ha in the SCF, the nearest "
            "band of the path at that k point at 0.20000"
        )
    ]
    elsewhere = replace(other, cbm_k_point=2)
    assert said(Evidence(Output(), parent=elsewhere, bands=bands()), "band_point") == []
    planned = BandDeck("t", 4, (Segment((0, 0, 0), (-2, 0, 2), ("G", "X")),), 2, (1, 3))
    there = Evidence(Output(), parent=elsewhere, bands=bands(), band_deck=planned)
    assert said(there, "band_point") == [
        (
            "the edge of the conduction bands lies at 0.25000 Ha in the SCF, the nearest "
            "band of the path at that k point at 0.30000"
        )
    ]


def test_the_path_is_the_planned_one() -> None:
    segments = (
        Segment((0, 0, 0), (12, 0, 12), ("G", "X")),
        Segment((12, 0, 12), (16, 8, 16), ("X", "U")),
    )
    planned = BandDeck("t", 24, segments, 100, (1, 18))
    echo = [
        PathLine(1, (0.0, 0.0, 0.0), (0.5, 0.0, 0.5), 20, 456),
        PathLine(2, (0.5, 0.0, 0.5), (0.67, 0.33, 0.67), 10, 456),
    ]
    assert said(Evidence(told(path_lines=echo), band_deck=planned), "band_path") == []
    wrong = [echo[0], replace(echo[1], end=(0.5, 0.5, 0.5))]
    assert said(Evidence(told(path_lines=wrong), band_deck=planned), "band_path") == [
        "line 2 of the path (X-U) was run elsewhere: 0.50 0.00 0.50 0.50 0.50 0.50"
    ]
    assert said(Evidence(told(path_lines=echo[:1]), band_deck=planned), "band_path") == [
        "2 lines were planned, 1 are printed"
    ]


def dos(height: float, part: float = 1.0) -> Dos:
    """Give a box from -0.5 to -0.25 Ha, and another above the zero, on 101 points."""
    axis = tuple(-1.0 + 0.02 * place for place in range(101))
    total = tuple(height if -0.51 < e < -0.25 or e > 0.5 else 0.0 for e in axis)
    return Dos(axis, ((tuple(part * value for value in total), total),), -0.2, "fermi")


def test_the_density_holds_the_electrons_of_its_window() -> None:
    box = dos(6.0 / 0.26)
    assert integral(box) == pytest.approx(6.0, abs=1e-6)
    evidence = Evidence(told(dos_first_band=8), parent=WHOLE, dos=box)
    assert said(evidence, "dos_electrons") == []
    half = Evidence(told(dos_first_band=8), parent=WHOLE, dos=dos(3.0 / 0.26))
    assert said(half, "dos_electrons") == [
        "the density of states below the Fermi energy holds 3.000 of 6 electrons"
    ]


def test_projections_on_every_orbital_add_up() -> None:
    parts = [Projection(1, tuple(range(1, 19)))]
    evidence = Evidence(told(dos_projections=parts), dos=dos(5.0, part=0.9))
    assert said(evidence, "dos_projections") == ["the projections hold 0.900 of the total density"]
    assert said(Evidence(told(dos_projections=parts), dos=dos(5.0)), "dos_projections") == []
    some = told(dos_projections=[Projection(1, tuple(range(1, 10)))])
    assert said(Evidence(some, dos=dos(5.0, part=0.4)), "dos_projections") == []


def test_a_remark_quotes_its_line() -> None:
    remarks = quoted((Remark("it is so", 2), Remark("and so")), ["one", "  two \n", "three"])
    assert [one.sentence() for one in remarks] == ["suspect: it is so (two)", "suspect: and so"]
    assert quoted((Remark("it is so", 9),), ["one"])[0].sentence() == "suspect: it is so"


def test_the_configuration_decides_what_a_check_does() -> None:
    evidence = Evidence(replace(WHOLE, conducting=True), parent=WHOLE)
    for action, warnings, blocks in (("warn", 1, 0), ("block", 0, 1), ("off", 0, 0)):
        found = check_step(evidence, {"became_conducting": action})
        assert (len(found.warnings), len(found.blocks)) == (warnings, blocks)


def test_the_table_and_the_settings_are_one() -> None:
    fields = {field.name: field.default for field in msgspec.structs.fields(ChecksSettings)}
    assert fields == {check.name: check.action for check in CHECKS}
    assert len(set(NAMES)) == len(CHECKS)
    for check in CHECKS:
        assert check.asks.endswith("."), check.name
