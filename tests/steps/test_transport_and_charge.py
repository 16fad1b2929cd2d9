"""TRANSPORT and CHARGE+POTENTIAL after an SP: decks, runs of the stand-in, what is read of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystald.crystal.deck.d3 import parse_band
from crystald.crystal.deck.grids import parse_grids
from crystald.crystal.deck.lint.linter import lint
from crystald.crystal.deck.transport import parse_transport
from crystald.crystal.output import read_output
from crystald.crystal.plotdata.fort25 import read_whole_dos
from crystald.errors import ConfigError, DeckError
from crystald.models import StagedFile, VerdictKind
from crystald.steps.table import STEP_TYPES
from crystald.steps.verify import verify
from crystald.units import HARTREE_EV

QUICK = {
    "TRANSPORT": {"newk_times": 2, "mu_step_ev": 0.5, "tdf_step_ev": 0.05},
    "CHARGE+POTENTIAL": {"points": 12},
}


@pytest.fixture(scope="module")
def request_for(chain, request_of):
    def make(step, parent=None, **changes):
        parents = {"wavefunction": parent or chain("MgO")["SP"].parent("SP")}
        return request_of("MgO", step, parents, **changes)

    return make


def deck(request):
    return STEP_TYPES[request.step].deck(request)


@pytest.fixture(scope="module")
def ran(chain, request_for, tmp_path_factory, run):
    """Run both steps once, with few points."""
    found = {}
    for step, settings in QUICK.items():
        prepared = deck(request_for(step, **settings))
        where = tmp_path_factory.mktemp("further") / step
        found[step] = run(prepared, step, where, chain("MgO")["SP"])
    return found


def opener(ran, **changes):
    """Open the files of a run, as the collector does."""

    def open_file(name):
        if name in changes:
            return changes[name]
        path = ran.directory / name
        return path.read_text().splitlines() if path.exists() else None

    return open_file


@pytest.mark.parametrize("step", QUICK)
def test_the_program_takes_the_deck_and_leaves_its_files(ran, step) -> None:
    done = ran[step]
    assert "EEEEEEEEEE TERMINATION" in done.output
    assert done.prepared.takes == (StagedFile("wavefunction:f9", "fort.9"),)
    for left in STEP_TYPES[step].leaves:
        assert not left.needed or (done.directory / left.name).stat().st_size > 0


def test_chemical_potentials_span_the_gap_in_absolute_energies(chain, request_for) -> None:
    output = read_output(chain("MgO")["SP"].output.splitlines())
    made = parse_transport(deck(request_for("TRANSPORT")).text)
    low, high = output.vbm_ha * HARTREE_EV, output.cbm_ha * HARTREE_EV
    assert made.mu_ev == (pytest.approx(low - 1, abs=1e-3), pytest.approx(high + 1, abs=1e-3), 0.01)
    assert made.tdf_ev[0] < made.mu_ev[0] - 0.5
    assert made.tdf_ev[1] > made.mu_ev[1] + 0.5
    assert made.shrink.factors == tuple(3 * n for n in output.shrink)
    assert made.relaxation_fs == 10.0
    assert made.smearing is None
    text = deck(request_for("TRANSPORT", smear=0.02)).text
    assert "RELAXTIM\n10.0\nSMEAR\n0.02\nSMEARTYP\n0\nEND\nEND\n" in text


def test_a_metal_is_taken_around_its_fermi_energy(chain, request_for) -> None:
    parent = chain("MgO")["SP"].parent("SP")
    lines = parent.output.splitlines()
    metal = " POSSIBLY CONDUCTING STATE - EFERMI(AU) -1.0000000E-01 (RES. CHARGE  1.18E-11;IT.  6)"
    text = []
    for line in lines:
        if line.startswith(" INSULATING STATE"):
            text.append(metal)
        elif not line.lstrip().startswith(("TOP OF VALENCE", "BOTTOM OF VIRTUAL")) and (
            "ENERGY BAND GAP" not in line and "BAND GAP:" not in line
        ):
            text.append(line)
    prepared = deck(request_for("TRANSPORT", replace(parent, output="\n".join(text))))
    made = parse_transport(prepared.text)
    assert made.mu_ev[:2] == (pytest.approx(-3.721, abs=2e-3), pytest.approx(-1.721, abs=2e-3))
    assert any("Fermi energy" in note for note in prepared.notes)


def test_transport_at_room_temperature(ran) -> None:
    reading = STEP_TYPES["TRANSPORT"].read(opener(ran["TRANSPORT"]))
    assert reading.verdict.kind is VerdictKind.OK
    assert reading.missing == ()
    found = {row.name: row for row in reading.properties}
    assert found["temperature"].value == 300.0
    assert found["conductivity"].value >= 0
    assert found["conductivity"].unit == "1/Ohm/m"
    assert found["seebeck"].unit == found["seebeck_extreme"].unit == "V/K"
    assert found["power_factor_max"].value > 0
    spoiled = opener(ran["TRANSPORT"], **{"SEEBECK.DAT": ["# 0 [Nothing]"]})
    torn = STEP_TYPES["TRANSPORT"].read(spoiled).verdict
    assert (torn.fault, "SEEBECK.DAT" in torn.line) == ("torn-data", True)
    lacking = STEP_TYPES["TRANSPORT"].read(opener(ran["TRANSPORT"], **{"SIGMA.DAT": None}))
    assert lacking.missing == ("SIGMA.DAT",)


def test_a_crystal_needs_no_extent_and_has_no_planes(request_for) -> None:
    made = deck(request_for("CHARGE+POTENTIAL"))
    assert made.text == "ECH3\n100\nPOT3\n100\n5\nEND\n"
    with pytest.raises(DeckError, match="for slabs"):
        deck(request_for("CHARGE+POTENTIAL", profile=True))


def test_grids_are_read(ran) -> None:
    reading = STEP_TYPES["CHARGE+POTENTIAL"].read(opener(ran["CHARGE+POTENTIAL"]))
    assert reading.verdict.kind is VerdictKind.OK
    found = {row.name: row.value for row in reading.properties}
    assert found["density_grid"] == found["potential_grid"] == "12x12x12"
    assert 0 < found["density_min"] < found["density_max"]
    assert found["potential_min"] < 0 < found["potential_max"]
    assert "spin_density_min" not in found
    torn = opener(ran["CHARGE+POTENTIAL"], **{"POT_CUBE.DAT": ["Potential", "x", "1"]})
    assert "POT_CUBE.DAT" in STEP_TYPES["CHARGE+POTENTIAL"].read(torn).verdict.line


SLAB = """\
 EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 00:00:00.0
 *                               CRYSTAL23                                     *
 GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    2
 PRIMITIVE CELL - CENTRING CODE 1/0 VOLUME=     9.0 - DENSITY  1.0 g/cm^3
         A              B              C           ALPHA      BETA       GAMMA
     3.00000000     3.00000000   500.00000000    90.000000  90.000000  90.000000
 *******************************************************************************
 ATOMS IN THE ASYMMETRIC UNIT    2 - ATOMS IN THE UNIT CELL:    2
     ATOM                 X/A                 Y/B             Z(ANGSTROM)
 *******************************************************************************
      1 T  12 MG    0.000000000000E+00  0.000000000000E+00  {top:.12E}
      2 T   8 O     5.000000000000E-01  5.000000000000E-01 -1.000000000000E+00

 NUMBER OF AO                14
 SHRINK. FACT.(MONKH.)    6  6  1  NUMBER OF K POINTS IN THE IBZ     10
 TOP OF VALENCE BANDS -    BAND     10; K    1; EIG -2.0000000E-01 AU
 BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG -1.0000000E-01 AU
 INDIRECT ENERGY BAND GAP:   2.7211 eV
"""


def slab(chain, top=1.0):
    parent = chain("MgO")["SP"].parent("SP")
    return replace(parent, output=SLAB.format(top=top))


def test_slabs_get_an_extent_and_averages_in_planes(chain, request_for) -> None:
    made = parse_grids(deck(request_for("CHARGE+POTENTIAL", slab(chain))).text)
    assert made.scale == (3.0,)
    assert made.profile.range_bohr == (
        pytest.approx(-30.236, abs=1e-3),
        pytest.approx(30.236, abs=1e-3),
    )
    assert (made.shrink.factors, made.shrink.gilat) == ((6, 6, 6), 12)
    flat = parse_grids(deck(request_for("CHARGE+POTENTIAL", slab(chain, -1.0))).text)
    assert flat.scale == ()
    assert flat.range_bohr[0] == (pytest.approx(-11.338, abs=1e-3),)
    asked = deck(request_for("CHARGE+POTENTIAL", slab(chain), extent="range", profile=False))
    assert "POTC" not in asked.text
    assert "RANGE\n-11.338\n11.338\n" in asked.text


def test_a_slab_s_mesh_leaves_the_third_direction_alone(chain, request_for) -> None:
    text = deck(request_for("TRANSPORT", slab(chain))).text
    assert text.startswith("NEWK\n18 36\n1 0\nBOLTZTRA\n")


@pytest.mark.parametrize("step", ["BAND", "DOSS", "TRANSPORT", "CHARGE+POTENTIAL"])
def test_the_linter_has_nothing_to_say(chain, request_for, step) -> None:
    for parent in (None, slab(chain), replace(slab(chain), leaves=frozenset({"f98"}))):
        more = {"projections": "atom"} if step == "DOSS" else {}
        prepared = deck(request_for(step, parent, **more))
        assert lint(prepared.text, "d3", {take.name for take in prepared.takes}) == ()


def test_a_shifted_scf_is_told(chain, request_for) -> None:
    parent = chain("MgO")["SP"].parent("SP")
    shifted = " INSULATING STATE - LEVEL SHIFTER    0.60 au"
    text = parent.output.replace(" INSULATING STATE", shifted)
    assert text != parent.output
    for step in ("BAND", "TRANSPORT"):
        notes = deck(request_for(step, replace(parent, output=text))).notes
        assert any("LEVSHIFT" in note for note in notes)
        assert not any("LEVSHIFT" in note for note in deck(request_for(step)).notes)


def test_a_path_by_names(chain, request_for) -> None:
    made = parse_band(deck(request_for("BAND", path="L-GAMMA-X|U-W")).text)
    assert [one.names for one in made.segments] == [("L", "GAMMA"), ("GAMMA", "X"), ("U", "W")]
    with pytest.raises(DeckError, match="no point M"):
        deck(request_for("BAND", path="GAMMA-M"))
    with pytest.raises(ConfigError, match="path"):
        request_for("BAND", path="everything")


def test_a_molecule_has_no_such_steps(chain, request_for) -> None:
    parent = slab(chain)
    molecule = replace(parent, output=parent.output.replace("SYSTEM    2", "SYSTEM    0"))
    for step in ("TRANSPORT", "DOSS", "BAND"):
        with pytest.raises(DeckError, match="molecule"):
            deck(request_for(step, molecule))
    made = parse_grids(deck(request_for("CHARGE+POTENTIAL", molecule)).text)
    assert made.range_bohr is not None or made.scale == (3.0,) * 3
    assert made.profile is None


@pytest.mark.parametrize(
    ("step", "settings", "said"),
    [
        ("TRANSPORT", {"temperature_k": [700, 300, 50]}, "temperature_k"),
        ("TRANSPORT", {"mu_window_ev": [1, -1]}, "mu_window_ev"),
        ("TRANSPORT", {"relaxation_time_fs": 0}, "relaxation_time_fs"),
        ("TRANSPORT", {"newk_times": 1}, "newk_times"),
        ("CHARGE+POTENTIAL", {"points": 5}, "points"),
        ("CHARGE+POTENTIAL", {"extent": "wide"}, "extent"),
    ],
)
def test_settings_are_checked(step, settings, said) -> None:
    with pytest.raises(ConfigError, match=said):
        STEP_TYPES[step].check_settings(settings, step)


def test_the_path_that_was_echoed_is_compared_with_the_deck(chain) -> None:
    done = chain("MgO")["BAND"]
    planned = done.prepared.text.splitlines()
    assert marks_of(opener(done, INPUT=planned)) == ()
    spoiled = [*planned]
    spoiled[3] = spoiled[3].replace("4 0 4", "4 4 0")
    assert spoiled != planned
    (mark,) = marks_of(opener(done, INPUT=spoiled))
    assert mark.startswith("suspect: line 1 of the path (GAMMA-X) was run elsewhere")
    cut = [line for line in done.output.splitlines() if not line.startswith(" LINE  2")]
    (mark,) = marks_of(opener(done, INPUT=planned, OUTPUT=cut))
    assert "lines were planned" in mark
    assert marks_of(opener(done, INPUT=["rubbish"])) == ()


def marks_of(open_file) -> tuple[str, ...]:
    return verify(STEP_TYPES["BAND"].read(open_file), open_file, {}).marks


def test_projections_of_several_doss_are_put_together(chain, request_for, run, tmp_path) -> None:
    parts = [{"label": f"part {n}", "orbitals": [1 + n % 14]} for n in range(18)]
    prepared = deck(request_for("DOSS", projections=parts, points=100))
    assert prepared.text.count("DOSS\n") == 2
    assert any("18 projections in 2 DOSS" in note for note in prepared.notes)
    done = run(prepared, "DOSS", tmp_path / "DOSS", chain("MgO")["SP"])
    reading = STEP_TYPES["DOSS"].read(opener(done))
    found = {row.name: row.value for row in reading.properties}
    assert reading.verdict.kind is VerdictKind.OK
    assert found["projections"] == 19
    torn = STEP_TYPES["DOSS"].read(opener(done, **{"DOSS.DAT": ["# NEPTS 1 NPROJ 1", "x"]}))
    assert torn.verdict.kind is VerdictKind.OK
    assert found["energies"] == {row.name: row.value for row in torn.properties}["energies"]
    whole = read_whole_dos((done.directory / "fort.25").read_text().splitlines())
    assert whole.densities[0][0] == whole.densities[0][14]
    assert len(whole.densities[0]) == 19


def test_fort_25_is_opened_only_where_the_deck_splits_its_projections(
    chain, request_for, run, tmp_path
) -> None:
    prepared = deck(request_for("DOSS", projections="element", points=100))
    done = run(prepared, "DOSS", tmp_path / "DOSS", chain("MgO")["SP"])
    for given, opened in ((prepared.text, False), (None, True), (2 * prepared.text, True)):
        names = []
        open_file = opener(done, INPUT=given and given.splitlines())

        def noting(name, names=names, open_file=open_file):
            names.append(name)
            return open_file(name)

        found = {row.name: row.value for row in STEP_TYPES["DOSS"].read(noting).properties}
        assert found["projections"] == 3
        assert ("fort.25" in names) is opened
