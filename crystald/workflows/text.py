"""The YAML of plans and workflow templates: checked structs, errors with file, line and key."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import yaml

from crystald.errors import ConfigError
from crystald.models import Resources

T = TypeVar("T")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StepText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step, in a template or a plan.

    Attributes
    ----------
    step
        Type and number.
    needs
        need -> earlier step; left out, they are found.
    profile
        Name of a set of settings that lies below them.
    settings, resources
        What differs from the defaults.
    """

    step: str
    profile: str | None = None
    needs: dict[str, str] | None = None
    settings: dict[str, Any] = {}
    resources: dict[str, Any] = {}


class PlanText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan; its profile holds for the steps that name none."""

    workflow: str
    steps: list[StepText]
    profile: str | None = None


def load(text: str, kind: type[T], name: str) -> T:
    """Read YAML into a struct.

    Raises
    ------
    ConfigError
        Not YAML, or an unknown key or wrong type.
    """
    try:
        values = _values(text)
    except (yaml.YAMLError, ValueError) as error:  # dates such as 2026-13-45
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(f"{name}{line}: not YAML ({problem})", "Correct the line.") from error
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {error}", "Correct the key.") from error


def _values(text: str) -> Any:
    """Read YAML with libyaml where it is there, ten times as fast; what is wrong is told without."""
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe one
    except (yaml.YAMLError, ValueError):
        return yaml.safe_load(text)


def with_profile(step: StepText, profile: str | None) -> StepText:
    """Let a step that names no profile take that of its workflow."""
    return step if step.profile else msgspec.structs.replace(step, profile=profile)


def load_plan(text: str) -> PlanText:
    """Read a plan; see :func:`load`."""
    return load(text, PlanText, "the plan")


def write_plan(
    workflow: str, steps: list[tuple[str, dict[str, str], dict[str, object], Resources]]
) -> str:
    """Write a plan; the same steps give the same text."""
    tree = {
        "workflow": workflow,
        "steps": [
            {
                "step": name,
                "needs": dict(needs),
                "settings": dict(settings),
                "resources": msgspec.to_builtins(resources),
            }
            for name, needs, settings, resources in steps
        ],
    }
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100)
