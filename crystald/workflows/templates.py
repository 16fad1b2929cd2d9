"""Workflow templates: ``config/workflows.yaml``, read and looked up."""

from __future__ import annotations

from typing import Any

import msgspec

from crystald.errors import ConfigError
from crystald.models import Resources
from crystald.workflows.resources import merge_resources
from crystald.workflows.sequence import step_type
from crystald.workflows.text import StepText, load, with_profile

StepTemplate = StepText


class Workflow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template: what it is for, its steps, and the profile of steps that name none."""

    title: str
    steps: list[StepText]
    profile: str | None = None


class Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All templates.

    Attributes
    ----------
    default
        The workflow of a submission that names none.
    resources
        Step type -> what its jobs ask for.
    workflows
        By name.
    """

    default: str
    workflows: dict[str, Workflow]
    resources: dict[str, dict[str, Any]] = {}

    def steps(self, name: str) -> list[StepText]:
        """Give the steps of a workflow, or those of a list separated by commas.

        Raises
        ------
        ConfigError
            No such workflow.
        """
        if name in self.workflows:
            found = self.workflows[name]
            return [with_profile(step, found.profile) for step in found.steps]
        words = [word.strip() for word in name.split(",")]
        if len(words) > 1 or words[0].isupper():
            return [StepText(word) for word in words]
        raise ConfigError(
            f"unknown workflow {name!r}",
            f"Allowed: {', '.join(self.workflows)}, or steps such as OPT,SP,BAND.",
        )

    def resources_of(self, step: StepText) -> Resources:
        """Give what the jobs of a step ask for.

        Raises
        ------
        ConfigError
            An unknown key or a value that is not allowed.
        """
        by_type = self.resources.get(step_type(step.step).type, {})
        return merge_resources(Resources(), {**by_type, **step.resources}, step.step)


def read_templates(text: str) -> Templates:
    """Read ``workflows.yaml``.

    Raises
    ------
    ConfigError
        Not YAML, an unknown key, or a default that is no workflow.
    """
    found = load(text, Templates, "workflows.yaml")
    if found.default not in found.workflows:
        raise ConfigError(
            f"workflows.yaml: default is {found.default!r}, which is no workflow",
            f"Allowed: {', '.join(found.workflows)}.",
        )
    return found
