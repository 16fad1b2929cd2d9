"""Profiles: each makes decks of every step that it speaks of; what comes before what."""

from __future__ import annotations

import pytest

from crystal_standin.reading import deck as standin
from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.regenerate import expand
from crystald.errors import ConfigError
from crystald.steps.base import DeckRequest
from crystald.steps.level.profiles import PROFILES, profile_settings
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES
from crystald.workflows.plan import make_plan, plan_from_yaml, plan_to_yaml

MGO = expand(Geometry(225, (4.2112,), (DeckAtom(12, 0, 0, 0), DeckAtom(8, 0.5, 0.5, 0.5))))
SPINEL = expand(
    Geometry(227, (8.08,), (
        DeckAtom(12, 0.125, 0.125, 0.125), DeckAtom(13, 0.5, 0.5, 0.5), DeckAtom(8, 0.2624, 0.2624, 0.2624),
    ))
)  # fmt: skip


def settings_of(templates, workflow, profile, step) -> dict[str, object]:
    plan = make_plan(workflow, templates, overrides={"profile": profile})
    return next(one.settings for one in plan.steps if one.name == step)


def deck_of(templates, profile, step="OPT", structure=MGO):
    settings = settings_of(templates, step, profile, step)
    text = prepare(STEP_TYPES[step], DeckRequest("MgO", step, settings, structure)).text
    return parse_d12(text), standin.read(text)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("step", ["OPT", "SP"])
def test_every_profile_makes_decks_that_pass_linter_and_reader(templates, name, step) -> None:
    deck, read = deck_of(templates, name, step)
    assert read.scf.tolinteg == deck.scf.tolinteg
    assert (deck.optimisation is not None) is (step == "OPT")


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_fits_every_shipped_chain(templates, name) -> None:
    for workflow in ("full_electronic", "complete", "opt_freq", "double_opt"):
        plan = make_plan(workflow, templates, overrides={"profile": name})
        assert plan_from_yaml(plan_to_yaml(plan)) == plan


def test_the_predecessors_deck_value_by_value(templates) -> None:
    deck, _ = deck_of(templates, "predecessor", structure=SPINEL)
    assert deck.hamiltonian.functional == "HSE06-D3"
    assert (deck.hamiltonian.grid, deck.hamiltonian.spin) == ("XLGRID", True)
    assert deck.basis == "POB-TZVP-REV2"
    scf = deck.scf
    assert (scf.tolinteg, scf.toldee, scf.maxcycle, scf.fmixing) == ((7, 7, 7, 7, 14), 7, 800, 30)
    assert (scf.acceleration, scf.histdiis, scf.scfdir, scf.ppan) == ("DIIS", 100, True, True)
    assert scf.shrink.factors == (5, 5, 5)  # 40.4 Å
    assert (scf.biposize, scf.exchsize) == (110_000_000, 110_000_000)
    assert scf.smear_ha is None
    opt = deck.optimisation
    assert (opt.kind, opt.maxcycle, opt.toldee) == ("FULLOPTG", 800, 7)
    assert (opt.toldeg, opt.toldex) == (0.00003, 0.00012)
    small, _ = deck_of(templates, "predecessor")
    assert (small.scf.biposize, small.scf.exchsize) == (None, None)  # five atoms or less


NACL = expand(Geometry(225, (5.64,), (DeckAtom(11, 0, 0, 0), DeckAtom(17, 0.5, 0.5, 0.5))))

BELOW_THE_ATOMS = """\
OPTGEOM
FULLOPTG
MAXCYCLE
800
TOLDEG
0.00003
TOLDEX
0.00012
TOLDEE
7
ENDOPT
BASISSET
POB-TZVP-REV2
DFT
SPIN
HSE06-D3
XLGRID
ENDDFT
TOLINTEG
7 7 7 7 14
TOLDEE
7
SHRINK
8 16
SCFDIR
MAXCYCLE
800
FMIXING
30
DIIS
HISTDIIS
100
PPAN
END
"""


def test_the_predecessors_deck_line_by_line(templates) -> None:
    settings = settings_of(templates, "OPT", "predecessor", "OPT")
    text = prepare(STEP_TYPES["OPT"], DeckRequest("NaCl", "OPT", settings, NACL)).text
    assert text.splitlines()[1:6] == ["CRYSTAL", "0 0 0", "225", "5.6400000000", "2"]
    assert text.split("\n", 8)[8] == BELOW_THE_ATOMS


def test_an_opt_that_feeds_frequencies_is_sharp_unless_said_otherwise(templates) -> None:
    def point(workflow: str, step: str = "OPT", **overrides: str) -> object:
        plan = make_plan(workflow, templates, overrides=overrides)
        return next(one.settings["toldeg"] for one in plan.steps if one.name == step)

    assert point("OPT,SP") == 0.0001
    assert point("OPT,FREQ") == 0.00003
    assert point("OPT,OPT2,FREQ") == 0.0001
    assert point("OPT,OPT2,FREQ", "OPT2") == 0.00003
    assert point("OPT,FREQ", toldeg="0.0002") == 0.0002
    assert point("OPT,FREQ", profile="quick") == 0.0003


def test_the_predecessors_property_steps(templates) -> None:
    doss = settings_of(templates, "OPT,SP,DOSS", "predecessor", "DOSS")
    assert (doss["points"], doss["polynomials"]) == (10000, 14)
    transport = settings_of(templates, "OPT,SP,TRANSPORT", "predecessor", "TRANSPORT")
    assert transport["temperature_k"] == (100.0, 800.0, 50.0)
    assert (transport["mu_window_ev"], transport["tdf_step_ev"]) == ((-2.0, 2.0), 0.01)


def test_the_ready_made_configurations(templates) -> None:
    composite, _ = deck_of(templates, "3c_composite")
    assert (composite.hamiltonian.functional, composite.basis) == ("PBEH3C", "def2-mSVP")
    accurate, _ = deck_of(templates, "high_accuracy_sp", "SP")
    assert (accurate.scf.tolinteg, accurate.scf.toldee) == ((9, 9, 9, 11, 38), 11)
    assert (accurate.scf.maxcycle, accurate.scf.fmixing) == (1000, 20)
    metal, _ = deck_of(templates, "metallic_system")
    assert (metal.scf.smear_ha, metal.scf.maxcycle, metal.hamiltonian.spin) == (0.02, 1200, True)
    screen, _ = deck_of(templates, "quick_screen")
    assert (screen.hamiltonian.functional, screen.basis) == ("HF", "STO-3G")
    surface, _ = deck_of(templates, "surface_slab")
    assert (surface.optimisation.kind, surface.scf.smear_ha) == ("ATOMONLY", 0.01)


def test_a_step_that_inherits_takes_only_what_is_its_own(templates) -> None:
    assert settings_of(templates, "OPT,SP", "tight", "SP")["tolinteg"] == "inherit"
    assert settings_of(templates, "OPT,SP", "tight", "OPT")["tolinteg"] == (8, 8, 8, 8, 16)
    assert settings_of(templates, "OPT,SP", "high_accuracy_sp", "SP")["toldee"] == 11
    assert settings_of(templates, "OPT,FREQ", "phonon_bands", "FREQ")["bands"] is True
    assert profile_settings("standard", "OPT", starts=True) == {}


def test_what_comes_before_what() -> None:
    templates = """
default: one
workflows:
  one:
    title: for this test
    profile: tight
    steps:
      - step: OPT
        settings: {toldee: 10}
      - {step: FREQ, profile: phonon_bands}
"""
    opt, freq = make_plan("one", templates).steps
    assert (opt.settings["toldee"], opt.settings["toldeg"]) == (10, 0.00003)  # settings, profile
    assert (freq.settings["bands"], freq.settings["toldee"]) == (True, 11)  # the step's own profile
    opt, _ = make_plan("one", templates, overrides={"profile": "quick"}).steps
    assert (opt.settings["toldee"], opt.settings["toldeg"]) == (7, 0.0003)  # the command line
    opt, freq = make_plan(
        "one", templates, overrides={"OPT.profile": "quick", "toldeg": "0.0002"}
    ).steps
    assert (opt.settings["toldee"], opt.settings["toldeg"]) == (7, 0.0002)  # its other settings
    assert freq.settings["bands"] is True
    plan = plan_from_yaml("workflow: x\nprofile: quick\nsteps:\n  - step: OPT\n")
    assert plan.steps[0].settings["basis"] == "POB-DZVP-REV2"
    assert "profile" not in plan_to_yaml(plan)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"profile": "tigth"}, "--set profile: unknown profile 'tigth'"),
        ({"SP.profile": "tigth"}, "--set SP.profile: unknown profile"),
        ({"FREQ.profile": "tight"}, "no step 'FREQ'"),
    ],
)
def test_unknown_profiles_are_named_with_those_there_are(templates, overrides, said) -> None:
    with pytest.raises(ConfigError) as error:
        make_plan("OPT,SP", templates, overrides=overrides)
    assert said in error.value.message


def test_charge_and_potential_keep_their_setting_of_that_name(templates) -> None:
    for value, kept in (("true", True), ("auto", "auto")):
        plan = make_plan("SP,CHARGE+POTENTIAL", templates, overrides={"profile": value})
        assert plan.steps[1].settings["profile"] == kept
    plan = make_plan("SP,CHARGE+POTENTIAL", templates, overrides={"profile": "tight"})
    assert plan.steps[0].settings["toldee"] == 9
    assert plan.steps[1].settings["profile"] == "auto"
