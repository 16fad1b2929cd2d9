"""Builds of the programs that a plan's steps ask for: each is there, and of the version it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from crystald.crystal.deck.versions import NEWEST, Version
from crystald.errors import ConfigError
from crystald.workflows.plan import Plan, PlanStep
from crystald.workflows.resources import unknown_build

USUAL: Final = ""
"""The programs of a home that no step has to name."""

Builds = Mapping[str, Version]
"""Name of a build, `USUAL` among them -> version of its programs."""

ONLY_USUAL: Final[Builds] = {USUAL: NEWEST}
"""A home whose settings say nothing of its programs."""


def check_builds(plan: Plan, builds: Builds) -> None:
    """Refuse a plan whose steps would run in other programs than they are written for.

    A deck is checked against the keywords of one version; a wavefunction is read by the version
    that wrote it.

    Raises
    ------
    ConfigError
        There is no such build, or its version is not that of the step or of the step that gives
        its wavefunction.
    """
    steps = {step.name: step for step in plan.steps}
    for step in plan.steps:
        if step.resources.build not in builds:
            raise unknown_build(step.resources.build, [name for name in builds if name])
        _check_version(step, builds)
        for giver in step.needs.values():
            _check_wavefunction(step, steps[giver], builds)


def _check_version(step: PlanStep, builds: Builds) -> None:
    wanted, found = step.settings.get("version"), builds[step.resources.build]
    if wanted is not None and wanted != found:
        raise ConfigError(
            f"step {step.name}: it is written for CRYSTAL{wanted}, and {_named(step)} CRYSTAL{found}",
            f"Set {step.name}.version to {found}, or {_cure(step, builds, wanted)}",
        )


def _check_wavefunction(step: PlanStep, giver: PlanStep, builds: Builds) -> None:
    wanted, found = builds[giver.resources.build], builds[step.resources.build]
    if "version" not in step.settings and wanted != found:
        raise ConfigError(
            f"step {step.name}: it reads the wavefunction of {giver.name}, which CRYSTAL{wanted} "
            f"writes, and {_named(step)} CRYSTAL{found}",
            f"For this step, {_cure(step, builds, wanted)}",
        )


def _named(step: PlanStep) -> str:
    build = step.resources.build
    return f"its build {build} is" if build else "the programs of this home are"


def _cure(step: PlanStep, builds: Builds, wanted: object) -> str:
    able = [name or "nothing" for name, version in builds.items() if version == wanted]
    if able:
        return f"set {step.name}.build to {' or '.join(able)}."
    return f"describe a build of CRYSTAL{wanted} in programs.builds of crystald.yaml."
