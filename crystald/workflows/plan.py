"""Plans: the steps of a run with all of their settings, made from a workflow or read from YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crystald.errors import ConfigError
from crystald.models import Resources
from crystald.steps.level.layers import layered
from crystald.steps.table import WANTED
from crystald.workflows.overrides import Overrides, read_overrides
from crystald.workflows.profiles import settings_of_profile, take_profiles
from crystald.workflows.resources import merge_resources
from crystald.workflows.sequence import StepNeeds, check_needs, find_needs, step_type
from crystald.workflows.templates import StepTemplate, read_templates
from crystald.workflows.text import load_plan, with_profile, write_plan


@dataclass(frozen=True)
class PlanStep:
    """A step of a plan.

    Attributes
    ----------
    name
        Type and number: ``OPT``, ``OPT2``.
    position
        From 1.
    settings
        All of them, checked.
    resources
        What each of its jobs asks for.
    needs
        need -> name of the earlier step that gives it; empty for a start from the material.
    """

    name: str
    position: int
    settings: dict[str, object]
    resources: Resources
    needs: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Its step type."""
        return step_type(self.name).type


@dataclass(frozen=True)
class Plan:
    """A workflow with all settings filled in."""

    workflow: str
    steps: tuple[PlanStep, ...]


def make_plan(
    workflow: str | None,
    templates: str,
    *,
    overrides: Mapping[str, str] | None = None,
    decks: bool = False,
) -> Plan:
    """Make a plan.

    Parameters
    ----------
    workflow
        Name of a template, or steps separated by commas (``OPT,SP,BAND``); None for the default.
    templates
        Text of ``workflows.yaml``.
    overrides
        ``key`` or ``STEP.key`` -> value as text. A bare key applies to every step that knows it.
        ``profile`` names a profile, which comes before what the template says.
    decks
        Whether the first step runs decks that persons gave: it may then be one (FREQ) that cannot
        start from a material.

    Raises
    ------
    ConfigError
        Unknown workflow, step or key, a value that is not allowed, a step without what it needs.
    """
    found = read_templates(templates)
    name = workflow or found.default
    steps = found.steps(name)
    names = [step.step for step in steps]
    rest, profiles = take_profiles(overrides or {}, names)
    given = read_overrides(rest, names)
    needs = find_needs(names, restarted=_restarted(steps, given), decks=decks)
    return Plan(
        name,
        tuple(
            _planned(
                step,
                position,
                found.resources_of(step),
                needs,
                given,
                profiles.get(step.step),
            )
            for position, step in enumerate(steps, start=1)
        ),
    )


def _planned(
    step: StepTemplate,
    position: int,
    resources: Resources,
    all_needs: Mapping[str, StepNeeds],
    given: Overrides,
    profile: str | None,
) -> PlanStep:
    kind = step_type(step.step)
    where = f"step {step.step}"
    needs = all_needs[step.step]
    start = {**({} if needs else kind.starts_with or {}), **_wanted_of(step.step, all_needs)}
    below = settings_of_profile(step.profile, step.step, starts=not needs, where=where)
    above = settings_of_profile(profile, step.step, starts=not needs, where=where)
    asked = given.settings.get(step.step, {})
    return PlanStep(
        name=step.step,
        position=position,
        settings=kind.check_settings(layered(start, below, step.settings, above, asked), where),
        resources=merge_resources(resources, given.resources.get(step.step, {}), step.step),
        needs=dict(needs),
    )


def _restarted(steps: Sequence[StepTemplate], given: Overrides) -> set[str]:
    """Find the steps that go on with the one before: it is that which they need."""
    asked = {one.step: {**one.settings, **given.settings.get(one.step, {})} for one in steps}
    return {step for step, settings in asked.items() if settings.get("restart") is True}


def _wanted_of(step: str, all_needs: Mapping[str, StepNeeds]) -> dict[str, object]:
    """Find what the steps that take something from a step want of it."""
    found: dict[str, object] = {}
    for taker, givers in all_needs.items():
        for need, wanted in WANTED.get(step_type(taker).type, {}).items():
            if givers.get(need) == step:
                found |= wanted
    return found


def plan_to_yaml(plan: Plan) -> str:
    """Write a plan; the same plan gives the same text."""
    return write_plan(
        plan.workflow,
        [(step.name, step.needs, step.settings, step.resources) for step in plan.steps],
    )


def plan_from_yaml(
    text: str, *, overrides: Mapping[str, str] | None = None, decks: bool = False
) -> Plan:
    """Read a plan and check all of it.

    Parameters
    ----------
    text
        As `plan_to_yaml` writes it, or edited by a person.
    overrides, decks
        As for `make_plan`.

    Raises
    ------
    ConfigError
        Not YAML, an unknown key, a value that is not allowed, needs that no earlier step meets.
    """
    loaded = load_plan(text)
    names = [step.step for step in loaded.steps]
    if not names:
        raise ConfigError("the plan has no steps")
    rest, profiles = take_profiles(overrides or {}, names)
    given = read_overrides(rest, names)
    needs = check_needs(
        [(step.step, step.needs) for step in loaded.steps],
        restarted=_restarted(loaded.steps, given),
        decks=decks,
    )
    return Plan(
        loaded.workflow,
        tuple(
            _planned(
                with_profile(step, loaded.profile),
                position,
                merge_resources(Resources(), step.resources, step.step),
                needs,
                given,
                profiles.get(step.step),
            )
            for position, step in enumerate(loaded.steps, start=1)
        ),
    )
