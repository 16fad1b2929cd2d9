"""Options that many commands share."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Form(Enum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"
    QUIET = "quiet"


def _keep_home(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().obj = value


home_option: Callable[[F], F] = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    expose_value=False,
    callback=_keep_home,
    help="The home (default: $CRYSTALD_HOME, the nearest one above, ~/.crystald).",
)


def _keep_form(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if value:
        form = Form(parameter.name)
        before = context.meta.setdefault("crystalctl.form", form)
        if before is not form:
            raise click.UsageError("give one of --json and --quiet")


def form_options(function: F) -> F:
    """Add ``--json`` and ``--quiet``."""
    for name, text in (("quiet", "Print ids only."), ("json", "Print JSON.")):
        function = click.option(
            f"--{name}", is_flag=True, expose_value=False, callback=_keep_form, help=text
        )(function)
    return function


def form(context: click.Context) -> Form:
    """Tell how results are to be printed."""
    chosen = context.meta.get("crystalctl.form", Form.TABLE)
    return chosen if isinstance(chosen, Form) else Form.TABLE
