"""``crystalctl deck from-cif``: structures become decks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from crystalctl.commands.deck.delivery import deliver, targets_of, tell
from crystalctl.commands.deck.making import Made, Order, files_of, make_all, name_of
from crystalctl.commands.deck.options import files_argument, output_option, set_option
from crystalctl.options import form, form_options

STEPS = ("OPT", "SP")


PROFILE = "crystalctl.profile"
"""Where the context keeps the profile that was named."""


def _keep_profile(context: click.Context, _: click.Parameter, value: str | None) -> None:
    context.meta[PROFILE] = value


@click.command("from-cif")
@files_argument
@output_option
@click.option("--step", type=click.Choice(STEPS), default="OPT", help="For which step; OPT.")
@click.option(
    "--profile",
    metavar="NAME",
    callback=_keep_profile,
    expose_value=False,
    help="A named set of settings, such as tight.",
)
@set_option
@click.option("--strict", is_flag=True, help="Refuse another space group than the CIF names.")
@click.option("--force", is_flag=True, help="Replace decks that are there already.")
@form_options
@click.pass_context
def command(
    context: click.Context,
    /,
    files: Sequence[Path],
    output: Path | None,
    step: str,
    changes: tuple[str, ...],
    *,
    strict: bool,
    force: bool,
) -> int:
    """Make decks out of CIF or other structure files, each checked by expanding it again."""
    files = files_of(files)
    targets = targets_of([name_of(file) for file in files], output, f"_{step}.d12")
    order = Order(step, step_settings(step, changes, context.meta[PROFILE]), strict=strict)
    rows = [
        _deliver(made, target, force=force)
        for made, target in zip(make_all(files, order), targets, strict=True)
    ]
    return tell(rows, form(context))


def step_settings(
    step: str, changes: tuple[str, ...], profile: str | None = None
) -> dict[str, object]:
    """Make the settings of a step that starts from a material.

    Raises
    ------
    ConfigError
        An unknown key or a value that is not allowed.
    InputError
        The folder of an external basis set cannot be read.
    """
    from crystald.steps.table import STEP_TYPES

    return _settings(step, changes, profile, STEP_TYPES[step].starts_with or {}, starts=True)


def changed_settings(step: str, changes: tuple[str, ...]) -> dict[str, object]:
    """Make the settings of a step that follows another one: what is not changed is inherited.

    Raises
    ------
    ConfigError
        An unknown key or a value that is not allowed.
    InputError
        The folder of an external basis set cannot be read.
    """
    return _settings(step, changes, None, {}, starts=False)


def _settings(
    step: str,
    changes: tuple[str, ...],
    profile: str | None,
    base: Mapping[str, object],
    *,
    starts: bool,
) -> dict[str, object]:
    from crystald.library import with_library
    from crystald.steps.level.layers import layered
    from crystald.steps.table import STEP_TYPES
    from crystald.workflows.overrides import read_overrides
    from crystald.workflows.profiles import settings_of_profile, take_profiles

    rest, chosen = take_profiles(dict(map(_pair, changes)), [step])
    given = read_overrides(rest, [step]).settings.get(step, {})
    name = profile or chosen.get(step)
    below = settings_of_profile(name, step, starts=starts, where="--profile")
    settings = STEP_TYPES[step].check_settings(layered(base, below, given), f"step {step}")
    return with_library(settings, Path.cwd())


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.UsageError(f"--set {text!r}: write KEY=VALUE, for example functional=PBE")
    return key, value


def _deliver(made: Made, target: Path | None, *, force: bool) -> dict[str, Any]:
    """Write a deck where it belongs, and say so."""
    row = {"file": str(made.file), "deck": None, "notes": list(made.notes), "error": made.error}
    if target is None:
        return row | {"text": made.text}
    if made.text is None:
        return row
    return row | deliver("deck", {target: made.text}, force=force)
