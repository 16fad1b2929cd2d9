"""Frequencies that go on with the displacements of a run before, or of one that was cut short."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.regenerate import expand
from crystald.crystal.deck.text.edit import inserted
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.geometry_files.print_fort34 import fort34_of, print_fort34
from crystald.crystal.output import read_output
from crystald.errors import ConfigError, DeckError
from crystald.models import StagedFile, VerdictKind
from crystald.shipped import shipped
from crystald.steps.base import DeckRequest
from crystald.steps.prepare import prepare
from crystald.steps.restart.cut_short import CutShort, LeftBehind
from crystald.steps.restart.resume import resume
from crystald.steps.table import STEP_TYPES
from crystald.workflows.plan import make_plan, plan_from_yaml, plan_to_yaml

FREQ = STEP_TYPES["FREQ"]
MGO = Geometry(225, (4.2525909700,), (DeckAtom(12, 0, 0, 0), DeckAtom(8, 0.5, 0.5, 0.5)))
READS = {"FREQINFO.DAT", "fort.13", "fort.20"}


def restarted(parent, **asked: object) -> DeckRequest:
    settings = FREQ.check_settings({"restart": True, **asked}, "step FREQ2")
    return DeckRequest("MgO", "FREQ2", settings, None, {"frequencies": parent} if parent else {})


@pytest.fixture(scope="module")
def freq(chain, run, tmp_path_factory):
    settings = FREQ.check_settings({}, "step FREQ")
    opt = chain("MgO")["OPT"]
    request = DeckRequest("MgO", "FREQ", settings, None, {"geometry": opt.parent("OPT")})
    return run(FREQ.deck(request), "FREQ", tmp_path_factory.mktemp("freq") / "FREQ", opt)


@pytest.fixture
def parent(freq):
    return replace(freq.parent("FREQ"), leaves=freq.left)


def test_the_deck_stays_but_for_what_is_made_of_the_forces(freq, parent) -> None:
    asked = {"temperatures_k": [3, 100.0, 300.0], "isotopes": [[1, 26.0]]}
    prepared = prepare(FREQ, restarted(parent, **asked))
    before, now = parse_d12(parent.deck), parse_d12(prepared.text)
    assert now == replace(
        before,
        title="MgO FREQ2 FREQ goes on",
        frequencies=replace(
            before.frequencies,
            restart=True,
            temperatures_k=(3, 100.0, 300.0),
            isotopes=((1, 26.0),),
        ),
    )
    assert prepared.takes == (
        StagedFile("frequencies:FREQINFO.DAT", "FREQINFO.DAT"),
        StagedFile("frequencies:f13", "fort.13"),
        StagedFile("frequencies:f9", "fort.20"),
    )


def test_the_program_takes_the_displacements_and_prints_the_same_modes(
    freq, parent, run, tmp_path
) -> None:
    ran = run(prepare(FREQ, restarted(parent)), "FREQ", tmp_path / "FREQ2", freq)
    assert "FREQUENCY CALCULATION RESTART(DATA FROM FREQINFO.DAT)" in ran.output
    assert " CYC " not in ran.output
    first, again = (read_output(one.output.splitlines()) for one in (freq, ran))
    assert again.frequencies_cm1 == first.frequencies_cm1
    lines = {"OUTPUT": ran.output.splitlines(), "INPUT": ran.prepared.text.splitlines()}
    assert FREQ.read(lines.get).verdict.kind is VerdictKind.OK


def test_the_program_refuses_displacements_of_another_deck(freq, parent, run, tmp_path) -> None:
    prepared = prepare(FREQ, restarted(parent))
    other = replace(prepared, text=prepared.text.replace("NUMDERIV\n2", "NUMDERIV\n1"))
    assert other.text != prepared.text
    assert "FREQINFO.DAT OF ANOTHER CALCULATION" in run(other, "FREQ", tmp_path / "o", freq).output
    lost = replace(prepared, takes=prepared.takes[:1])
    assert (
        "FILE fort.13 NOT FOUND"
        in run(
            replace(lost, text=lost.text.replace("GUESSP\n", "")), "FREQ", tmp_path / "l", freq
        ).output
    )


def test_a_deck_without_a_guess_still_reads_the_wavefunction(parent) -> None:
    prepared = prepare(FREQ, restarted(parent, guess="never"))
    assert "GUESSP" not in prepared.text
    assert {take.name for take in prepared.takes} == READS


def test_the_guess_that_a_run_was_given_serves_where_its_own_is_lost(parent) -> None:
    prepared = prepare(FREQ, restarted(replace(parent, leaves=parent.leaves - {"f9"} | {"f20"})))
    assert prepared.takes[-1] == StagedFile("frequencies:f20", "fort.20")
    none = prepare(FREQ, restarted(replace(parent, leaves=parent.leaves - {"f9", "f20"})))
    assert {take.name for take in none.takes} == READS - {"fort.20"}
    assert "GUESSP" not in none.text


@pytest.mark.parametrize(
    ("word", "file", "name"), [("INTPOL", "f28", "fort.28"), ("INTLOC", "f81", "fort.80")]
)
def test_intensities_want_their_moments(parent, word, file, name) -> None:
    deck = parent.deck.replace("NOINTENS", f"INTENS\n{word}")
    with pytest.raises(DeckError, match="which a restart reads"):
        prepare(FREQ, restarted(replace(parent, deck=deck)))
    whole = replace(parent, deck=deck, leaves=parent.leaves | {file})
    takes = prepare(FREQ, restarted(whole)).takes
    assert StagedFile(f"frequencies:{file}", name) in takes


@pytest.mark.parametrize(
    "asked", [{"numderiv": 1}, {"toldee": 12}, {"intensities": True}, {"fragment": [1]}]
)
def test_what_is_displaced_and_how_stays(asked) -> None:
    with pytest.raises(ConfigError, match="a restart goes on with the displacements"):
        FREQ.check_settings({"restart": True, **asked}, "step FREQ2")


def test_what_no_restart_goes_on_from(parent) -> None:
    with pytest.raises(DeckError, match="no FREQ to go on from"):
        FREQ.deck(restarted(None))
    with pytest.raises(DeckError, match=r"left no FREQINFO\.DAT"):
        FREQ.deck(restarted(replace(parent, leaves=frozenset(("f9", "f13")))))
    with pytest.raises(DeckError, match=r"left no fort\.13, which a restart reads"):
        FREQ.deck(restarted(replace(parent, leaves=frozenset(("f9", "FREQINFO.DAT")))))
    other = replace(parent, output=parent.output.replace("STAND-IN", "CRYSTAL17", 1))
    with pytest.raises(DeckError, match="ran in CRYSTAL17, not in CRYSTAL23"):
        FREQ.deck(restarted(other))
    many = inserted(read_d12(parent.deck), "geometry/FREQCALC", ["MULTITASK", "4"]).print()
    with pytest.raises(DeckError, match="MULTITASK keeps its displacements in folders"):
        FREQ.deck(restarted(replace(parent, deck=many)))


def cut_short(freq, **left: int) -> CutShort:
    names = {"FREQINFO": "FREQINFO.DAT", "f13": "fort.13", "f9": "fort.9"}
    files = {names[key]: LeftBehind(size, 200.0) for key, size in left.items()}
    return CutShort(freq.prepared.text, freq.output, files, 100.0)


def test_a_run_that_was_cut_short_goes_on_with_its_files(freq) -> None:
    resumed = resume(cut_short(freq, FREQINFO=9, f13=9, f9=9))
    assert resumed.restart
    old, new = (text.splitlines() for text in (freq.prepared.text, resumed.prepared.text))
    assert sorted(new) == sorted([*old, "RESTART"])
    assert {(take.role, take.name) for take in resumed.prepared.takes} == {
        ("attempt:FREQINFO.DAT", "FREQINFO.DAT"), ("attempt:f13", "fort.13"),
        ("attempt:f9", "fort.20"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("left", "why"),
    [
        ({"FREQINFO": 0, "f13": 9}, "not there, or empty"),
        ({"FREQINFO": 9, "f13": 0}, "left no fort.13"),
    ],
)
def test_without_its_files_it_begins_again(freq, left, why) -> None:
    resumed = resume(cut_short(freq, **left, f9=9))
    assert not resumed.restart
    assert "RESTART" not in resumed.prepared.text
    assert [take.role for take in resumed.prepared.takes] == ["attempt:f9"]
    assert why in resumed.prepared.notes[0]


def test_a_plan_lets_the_second_take_the_displacements_of_the_first() -> None:
    templates = (shipped("config") / "workflows.yaml").read_text(encoding="utf-8")
    plan = make_plan("OPT,FREQ,FREQ2", templates, overrides={"FREQ2.restart": "true"})
    assert [step.needs for step in plan.steps] == [{}, {"geometry": "OPT"}, {"frequencies": "FREQ"}]
    assert plan_from_yaml(plan_to_yaml(plan)) == plan
    with pytest.raises(ConfigError, match="no step before it gives its frequencies"):
        make_plan("OPT,FREQ", templates, overrides={"FREQ.restart": "true"})


PHONONS = {"dispersion": True, "supercell": [2, 2, 2]}


@pytest.fixture
def phonons(parent):
    deck = parent.deck.replace("FREQCALC\n", "SCELPHONO\n2 0 0\n0 2 0\n0 0 2\nFREQCALC\n", 1)
    deck = deck.replace("ENDFREQ\n", "DISPERSI\nENDFREQ\n", 1)
    return replace(parent, deck=deck)


def test_one_set_of_displacements_gives_bands_and_densities(phonons) -> None:
    asked = {**PHONONS, "bands": True, "band_points": 41, "pdos": [800.0, 100]}
    prepared = prepare(FREQ, restarted(phonons, **asked))
    before, now = (parse_d12(text).frequencies for text in (phonons.deck, prepared.text))
    assert now.restart
    assert replace(
        now, restart=False, dispersion=replace(now.dispersion, bands=None, pdos=None)
    ) == replace(before, dispersion=replace(before.dispersion, projected=now.dispersion.projected))
    assert now.dispersion.bands.points == 41
    assert now.dispersion.pdos == (800.0, 100)
    ends = {
        point for segment in now.dispersion.bands.segments for point in (segment[:3], segment[3:])
    }
    assert (0, 0, 0) in ends  # the centre of the zone of the primitive cell, not of its supercell
    assert len(now.dispersion.bands.segments) >= 5
    words = [entry.keyword for entry in read_d12(prepared.text).find("geometry/FREQCALC").entries]
    assert words[0] == "RESTART"
    assert words.index("DISPERSION") < min(words.index("BANDS"), words.index("PDOS"))


def test_phonons_of_another_supercell_are_not_there(parent, phonons) -> None:
    with pytest.raises(DeckError, match="computed no phonons"):
        prepare(FREQ, restarted(parent, **PHONONS, bands=True))
    with pytest.raises(DeckError, match="another supercell") as refused:
        prepare(FREQ, restarted(phonons, dispersion=True, supercell=[3, 3, 3], bands=True))
    assert "[2, 2, 2]" in refused.value.hint


def test_frequencies_of_a_geometry_file_go_on_with_it(parent) -> None:
    lines = parent.deck.splitlines()
    start = lines.index("FREQCALC")
    deck = "\n".join(["t", "EXTERNAL", *lines[start:], ""])
    with pytest.raises(DeckError, match="geometry file that FREQ began with is gone"):
        prepare(FREQ, restarted(replace(parent, deck=deck)))
    gui = print_fort34(fort34_of(expand(MGO)))
    prepared = prepare(FREQ, restarted(replace(parent, deck=deck, fort34=gui)))
    assert prepared.writes == (("fort.34", gui),)
    assert "RESTART" in prepared.text
