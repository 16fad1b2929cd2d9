"""Profiles in plans: which step takes which, from templates, plans and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crystald.errors import ConfigError
from crystald.names import StepName
from crystald.steps.level.profiles import PROFILES, find_profile, profile_settings
from crystald.workflows.sequence import step_type

KEY = "profile"


def take_profiles(
    given: Mapping[str, str], names: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Take ``profile=NAME`` and ``STEP.profile=NAME`` out of overrides.

    CHARGE+POTENTIAL has a setting of that name too, which holds no name of a profile.

    Returns
    -------
    the other overrides, step -> profile

    Raises
    ------
    ConfigError
        There is no such profile, and no step has a setting ``profile``.
    """
    rest, chosen = dict(given), dict[str, str]()
    for key in sorted(given, key=lambda one: ("." in one, one)):  # what names a step comes last
        step, dot, name = key.rpartition(".")
        if name != KEY or _is_setting(given[key], [step] if dot else names):
            continue
        find_profile(given[key], f"--set {key}")
        if dot and step not in names:
            continue
        chosen |= dict.fromkeys([step] if dot else names, given[key])
        del rest[key]
    return rest, chosen


def _is_setting(value: str, names: Sequence[str]) -> bool:
    if value in PROFILES:
        return False
    return any(name in names and KEY in step_type(name).check_settings({}, name) for name in names)


def settings_of_profile(
    name: str | None, step: str, *, starts: bool, where: str
) -> dict[str, object]:
    """Give what a profile says of a step; nothing where there is none.

    Raises
    ------
    ConfigError
        There is no such profile.
    """
    if name is None:
        return {}
    kind = step_type(step)
    found = profile_settings(
        name, StepName.parse(step).type, starts=starts and kind.starts_with is not None, where=where
    )
    known = kind.check_settings({}, step)
    if beyond := found.keys() - known.keys():
        raise ConfigError(f"{where}: the profile {name} sets {min(beyond)}, which {step} has not")
    return found
