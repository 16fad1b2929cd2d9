"""Resources of a step's jobs: values that people give, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from crystald.errors import ConfigError
from crystald.models import Resources
from crystald.steps.checking import check_settings


class ResourceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a person may ask of the scheduler for each job of a step.

    Attributes
    ----------
    ranks
        MPI processes.
    memory_mb
        Memory per rank.
    time_limit_s
        Wall-clock limit; null for none.
    build
        Name of a build of the programs in ``programs.builds``; empty for the usual one.
    """

    ranks: Annotated[int, Meta(ge=1, le=100_000, description="a whole number from 1")] = 1
    memory_mb: Annotated[int, Meta(ge=100, description="a whole number from 100 (per rank)")] = 2000
    time_limit_s: Annotated[
        Annotated[int, Meta(ge=60)] | None,
        Meta(description="a whole number of seconds from 60, or null for no limit"),
    ] = None
    build: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.-]*)?\Z",
            description="the name of a build in programs.builds, or nothing",
        ),
    ] = ""


RESOURCE_KEYS = ResourceSettings.__struct_fields__


def merge_resources(base: Resources, changes: Mapping[str, object], step: str) -> Resources:
    """Apply changes to resources.

    Raises
    ------
    ConfigError
        An unknown key or a value that is not allowed.
    """
    values = {**msgspec.to_builtins(base), **changes}
    checked = check_settings(values, ResourceSettings, f"resources of step {step}")
    return Resources(checked.ranks, checked.memory_mb, checked.time_limit_s, checked.build)


def unknown_build(name: str, builds: Iterable[str]) -> ConfigError:
    """Make the error about a build that there is not."""
    known = ", ".join(builds)
    return ConfigError(
        f"there is no build {name!r} of the programs",
        f"There are {known}." if known else "Describe it in programs.builds of crystald.yaml.",
    )
