"""A step runs in the version of the program that it is written for, or is not submitted."""

from __future__ import annotations

import pytest

from crystald.errors import ConfigError
from crystald.settings import Settings
from crystald.settings_file import read_settings
from crystald.shipped import shipped
from crystald.workflows.builds import ONLY_USUAL, check_builds
from crystald.workflows.plan import Plan, make_plan

BUILDS = read_settings(
    "programs: {builds: {old: {version: 17}, mpp: {crystal: MPPcrystal}}}", Settings, "y"
).programs.versions()
OLD = {"version": "17", "basis": "POB-TZVP"}


def plan(workflow: str = "OPT,SP,BAND", **changes: str) -> Plan:
    text = (shipped("config") / "workflows.yaml").read_text("utf-8")
    overrides = {key.replace("_of_", "."): value for key, value in changes.items()}
    return make_plan(workflow, text, overrides=overrides)


def test_a_build_has_the_version_of_the_home_unless_it_says_another() -> None:
    assert BUILDS == {"": 23, "old": 17, "mpp": 23}
    text = "programs: {version: 17, builds: {new: {version: 23}, mpp: {}}}"
    assert read_settings(text, Settings, "y").programs.versions() == {"": 17, "new": 23, "mpp": 17}
    assert Settings().programs.versions() == ONLY_USUAL
    with pytest.raises(ConfigError, match="builds.old.version: .16. is not allowed"):
        read_settings("programs: {builds: {old: {version: 16}}}", Settings, "y")


@pytest.mark.parametrize(
    "asked",
    [
        plan(),
        plan(build="mpp"),
        plan(build="old", **OLD),
        plan("OPT,FREQ", build="old", **OLD),
        plan(OPT_of_version="17", OPT_of_build="old", OPT_of_basis="POB-TZVP"),
    ],
    ids=["usual", "another build", "all of it 17", "frequencies", "only the OPT"],
)
def test_a_plan_whose_versions_fit_goes(asked: Plan) -> None:
    check_builds(asked, BUILDS)


@pytest.mark.parametrize(
    ("asked", "told", "cure"),
    [
        (
            plan(**OLD),
            "step OPT: it is written for CRYSTAL17, and the programs of this home are CRYSTAL23",
            "Set OPT.version to 23, or set OPT.build to old.",
        ),
        (
            plan(build="old"),
            "step OPT: it is written for CRYSTAL23, and its build old is CRYSTAL17",
            "Set OPT.version to 17, or set OPT.build to nothing or mpp.",
        ),
        (
            plan("OPT,FREQ", FREQ_of_version="17"),
            "step FREQ: it is written for CRYSTAL17",
            "Set FREQ.version to 23, or set FREQ.build to old.",
        ),
        (
            plan(version="22", unverified="true"),
            "step OPT: it is written for CRYSTAL22",
            "or describe a build of CRYSTAL22 in programs.builds",
        ),
        (
            plan(OPT_of_build="old", SP_of_build="old", **OLD),
            "step BAND: it reads the wavefunction of SP, which CRYSTAL17 writes, and the programs of",
            "For this step, set BAND.build to old.",
        ),
        (plan(build="new"), "there is no build 'new'", "There are old, mpp."),
    ],
    ids=["no build", "no version", "frequencies", "nowhere", "property", "unknown"],
)
def test_a_plan_of_another_version_is_refused_with_what_helps(asked, told, cure) -> None:
    with pytest.raises(ConfigError) as caught:
        check_builds(asked, BUILDS)
    assert told in caught.value.message
    assert cure in caught.value.hint
