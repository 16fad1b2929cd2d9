"""Plans: made, changed, written, read; every mistake named with its step, key and cure."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from crystald.errors import ConfigError
from crystald.models import Resources
from crystald.shipped import shipped
from crystald.workflows.overrides import read_value
from crystald.workflows.plan import make_plan, plan_from_yaml, plan_to_yaml
from crystald.workflows.templates import read_templates


def needs_of(plan) -> dict[str, dict[str, str]]:
    return {step.name: step.needs for step in plan.steps}


def test_the_default_runs_from_geometry_to_bands(templates) -> None:
    plan = make_plan(None, templates)
    assert plan.workflow == "full_electronic"
    assert [(s.name, s.type, s.position) for s in plan.steps] == [
        ("OPT", "OPT", 1), ("SP", "SP", 2), ("BAND", "BAND", 3), ("DOSS", "DOSS", 4),
    ]  # fmt: skip
    assert needs_of(plan) == {
        "OPT": {}, "SP": {"geometry": "OPT"}, "BAND": {"wavefunction": "SP"},
        "DOSS": {"wavefunction": "SP"},
    }  # fmt: skip
    assert plan.steps[0].settings["functional"] == "PBE"
    assert plan.steps[1].settings["functional"] == "HSE06"
    assert plan.steps[1].settings["basis"] == "inherit"


@pytest.mark.parametrize(
    "name", list(read_templates((shipped("config") / "workflows.yaml").read_text()).workflows)
)
def test_every_workflow_round_trips_as_yaml(templates, name) -> None:
    plan = make_plan(name, templates)
    text = plan_to_yaml(plan)
    assert plan_from_yaml(text) == plan
    assert plan_to_yaml(plan_from_yaml(text)) == text
    assert name in read_templates(templates).workflows


@pytest.mark.parametrize(
    ("steps", "needs"),
    [
        ("SP,BAND", {"SP": {}, "BAND": {"wavefunction": "SP"}}),
        ("OPT,BAND", {"OPT": {}, "BAND": {"wavefunction": "OPT"}}),
        ("OPT, DOSS, SP", {"OPT": {}, "DOSS": {"wavefunction": "OPT"}, "SP": {"geometry": "OPT"}}),
        (
            "OPT,OPT2,SP,OPT3,BAND",
            {
                "OPT": {},
                "OPT2": {"geometry": "OPT"},
                "SP": {"geometry": "OPT2"},
                "OPT3": {"geometry": "OPT2"},
                "BAND": {"wavefunction": "OPT3"},
            },
        ),
        ("OPT", {"OPT": {}}),
    ],
)
def test_needs_are_the_nearest_step_that_has_the_data(templates, steps, needs) -> None:
    assert needs_of(make_plan(steps, templates)) == needs


def test_a_step_that_starts_from_the_material_is_filled_in_whole(templates) -> None:
    plan = make_plan("SP,BAND", templates)
    assert "inherit" not in plan.steps[0].settings.values()
    assert plan.steps[0].settings["functional"] == "HSE06"


@pytest.mark.parametrize(
    ("workflow", "said", "hint"),
    [
        ("full", "unknown workflow 'full'", "full_electronic"),
        ("BAND", "no step before it gives its wavefunction", "SP, OPT"),
        ("DOSS,SP", "no step before it gives its wavefunction", "SP, OPT"),
        ("OPT,OPT", "stands twice", "OPT2"),
        ("OPT,EOS", "unknown step 'EOS'", "BAND"),
        ("SP,FREQ", "no step before it gives its geometry", "OPT"),
        ("OPT,opt2", "'opt2' is no step", "OPT2"),
        ("OPT,SP_2", "spelt SP2", "SP2"),
    ],
)
def test_sequences_that_cannot_be(templates, workflow, said, hint) -> None:
    with pytest.raises(ConfigError) as error:
        make_plan(workflow, templates)
    assert said in error.value.message
    assert hint in error.value.hint


def test_overrides_reach_every_step_that_knows_the_key_or_one(templates) -> None:
    given = {"functional": "B3LYP", "SP.toldee": "9", "ranks": "4", "DOSS.ranks": "2",
             "tolinteg": "8 8 8 8 16", "kmesh": "[6, 6, 6]", "points": "500"}  # fmt: skip
    opt, sp, band, doss = make_plan(None, templates, overrides=given).steps
    assert opt.settings["functional"] == sp.settings["functional"] == "B3LYP"
    assert (opt.settings["toldee"], sp.settings["toldee"]) == (8, 9)
    assert opt.settings["tolinteg"] == (8, 8, 8, 8, 16)
    assert sp.settings["kmesh"] == (6, 6, 6)
    assert doss.settings["points"] == 500
    assert [s.resources.ranks for s in (opt, sp, band, doss)] == [4, 4, 4, 2]


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ({"functionl": "PBE"}, "unknown key 'functionl'", "'functional'"),
        ({"FREQ.toldee": "9"}, "no step 'FREQ'", "OPT, SP, BAND, DOSS"),
        ({"BAND.toldee": "9"}, "unknown key 'toldee'", "points_max"),
        ({"functional": "PBE1"}, "step OPT: functional: unknown functional 'PBE1'", "PBE0"),
        ({"basis": "cc-pVDZ"}, "unknown basis set", "POB-TZVP-REV2"),
        ({"toldee": "3"}, "step OPT: toldee cannot be 3", "5 to 14"),
        ({"toldee": "many"}, "toldee cannot be 'many'", "5 to 14"),
        ({"tolinteg": "7 7 7 14 7"}, "tolinteg", "fifth"),
        ({"tolinteg": "7 7 7"}, "tolinteg", "five"),
        ({"kmesh": "0 8 8"}, "kmesh", "1 to 60"),
        ({"spin": "perhaps"}, "spin cannot be", "auto"),
        ({"functional": "PBESOL", "dispersion": "D3"}, "no D3 parameters", "none"),
        ({"functional": "PBEH3C", "dispersion": "D3"}, "its own corrections", "none"),
        ({"functional": "PBEH3C", "basis": "STO-3G"}, "def2-mSVP", "def2-mSVP"),
        ({"window_ev": "5 -5"}, "window_ev", "lower energy first"),
        ({"BAND.bands": "5 2"}, "bands", "first"),
        ({"DOSS.bands": "0 2"}, "bands", "first"),
        ({"guess": "always"}, "guess", "never"),
        ({"ranks": "0"}, "ranks cannot be 0", "from 1"),
        ({"time_limit_s": "5"}, "time_limit_s", "60"),
        ({"optimise": "ALL"}, "optimise", "FULLOPTG"),
        ({"toldeg": "[1"}, "cannot be read", "list"),
    ],
)
def test_overrides_that_are_wrong(templates, given, said, hint) -> None:
    with pytest.raises(ConfigError) as error:
        make_plan(None, templates, overrides=given)
    assert said in error.value.message
    assert hint in error.value.hint


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("workflow: full_electronic", "workflow: [1"), "line"),
        (("workflow: full_electronic", "name: x"), "unknown field `name`"),
        (("toldee: 8", "toldee: 99"), "step OPT: toldee cannot be 99"),
        (("optimise: FULLOPTG", "optimize: FULLOPTG"), "unknown key 'optimize'"),
        (("geometry: OPT", "geometry: BAND"), "'BAND' cannot give its geometry"),
        (("geometry: OPT", "geometri: OPT"), "no need 'geometri'"),
        (("wavefunction: SP", "wavefunction: DOSS"), "cannot give its wavefunction"),
        (("ranks: 32", "rank: 32"), "unknown key 'rank'"),
        (("step: DOSS", "step: BAND"), "stands twice"),
        (("    wavefunction: SP\n", "    {}\n"), "no step before it gives its wavefunction"),
    ],
)
def test_plans_that_are_wrong(templates, change, said) -> None:
    text = plan_to_yaml(make_plan(None, templates))
    assert change[0] in text
    with pytest.raises(ConfigError) as error:
        plan_from_yaml(text.replace(change[0], change[1], 1))
    assert said in error.value.message


def test_a_plan_of_a_person_may_be_short() -> None:
    text = "workflow: mine\nsteps:\n- step: SP\n- step: BAND\n  settings: {points_max: 200}\n"
    plan = plan_from_yaml(text, overrides={"basis": "STO-3G", "ranks": "3"})
    assert needs_of(plan)["BAND"] == {"wavefunction": "SP"}
    assert plan.steps[0].settings["basis"] == "STO-3G"
    assert plan.steps[1].settings["points_max"] == 200
    assert plan.steps[1].resources == Resources(ranks=3)


@pytest.mark.parametrize("text", ["workflow: x\nsteps: []\n", "", "workflow: x\n", "- a\n"])
def test_a_plan_without_steps_is_none(text) -> None:
    with pytest.raises(ConfigError):
        plan_from_yaml(text)


def test_templates_that_are_wrong(templates) -> None:
    with pytest.raises(ConfigError, match="default is 'x'"):
        read_templates(templates.replace("default: full_electronic", "default: x"))
    with pytest.raises(ConfigError, match="titel"):
        read_templates(templates.replace("title: Geometry with PBE-D3\n", "titel: x\n"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("3e-5", 3e-5), ("7", 7), ("7 7", [7, 7]), ("PBE", "PBE"), ("true", True), ("null", None),
     ("[1, 2]", [1, 2]), ("", None), ("POB-TZVP-REV2", "POB-TZVP-REV2")],
)  # fmt: skip
def test_values_from_the_command_line(text, value) -> None:
    assert read_value(text, "key") == value


def test_the_shipped_file_is_plain_yaml(templates) -> None:
    assert set(yaml.safe_load(templates)) == {"default", "resources", "workflows"}


def test_planning_loads_nothing_heavy() -> None:
    heavy = "numpy", "spglib", "gemmi", "seekpath", "ase", "scipy"
    code = f"import sys, crystald.workflows.plan; print([m for m in {heavy} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
