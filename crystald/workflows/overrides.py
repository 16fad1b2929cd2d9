"""Overrides from the command line: ``key=value`` for all steps that know the key, or for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from crystald.errors import ConfigError
from crystald.steps.checking import unknown_key
from crystald.workflows.resources import RESOURCE_KEYS
from crystald.workflows.sequence import step_type

Values = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Overrides:
    """What was given: step -> key -> value."""

    settings: Values = field(default_factory=dict)
    resources: Values = field(default_factory=dict)


def read_overrides(given: Mapping[str, str], names: Sequence[str]) -> Overrides:
    """Sort overrides by step.

    Parameters
    ----------
    given
        ``key`` or ``STEP.key`` -> value as text.
    names
        The steps of the plan.

    Raises
    ------
    ConfigError
        A step that the plan does not have, or a key that no step knows.
    """
    found = Overrides()
    for key in sorted(given, key=lambda one: ("." in one, one)):  # what names a step comes last
        value = read_value(given[key], key)
        for step, name in _targets(key, names):
            target = found.resources if name in RESOURCE_KEYS else found.settings
            target.setdefault(step, {})[name] = value
    return found


def _targets(key: str, names: Sequence[str]) -> list[tuple[str, str]]:
    step, dot, name = key.partition(".")
    if not dot:
        knowing = [(one, key) for one in names if key in _keys(one)]
        if not knowing:
            every = dict.fromkeys(name for one in names for name in _keys(one))
            raise unknown_key(key, tuple(every), "--set")
        return knowing
    if step not in names:
        raise ConfigError(
            f"--set {key}: the plan has no step {step!r}", f"Its steps are {', '.join(names)}."
        )
    if name not in _keys(step):
        raise unknown_key(name, _keys(step), f"--set, step {step}")
    return [(step, name)]


def _keys(step: str) -> tuple[str, ...]:
    return (*step_type(step).check_settings({}, step), *RESOURCE_KEYS)


def read_value(text: str, key: str) -> object:
    """Read a value from text: a number, a word, or a list in brackets or of numbers and blanks.

    Examples
    --------
    >>> read_value("3e-5", "toldeg"), read_value("7 7 7 7 14", "tolinteg"), read_value("PBE", "x")
    (3e-05, [7, 7, 7, 7, 14], 'PBE')

    Raises
    ------
    ConfigError
        It is none of these.
    """
    words = text.split()
    numbers = [_number(word) for word in words]
    if words and None not in numbers:
        return numbers[0] if len(numbers) == 1 else numbers
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(
            f"--set {key}: {text!r} cannot be read", "Give a number, a word, or [a, list]."
        ) from error


def _number(word: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return None
