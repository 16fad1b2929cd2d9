"""``crystalctl deck from-cif``: structures become decks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from crystalctl.options import Form, form, form_options
from crystalctl.render import printable, to_json
from crystald.errors import CrystaldError, InputError
from crystald.exits import NO, OK

STEPS = ("OPT", "SP")


@dataclass(frozen=True)
class Made:
    """What became of one file.

    Attributes
    ----------
    file
        As given.
    text
        The deck, None where none could be made.
    notes
        What a person should know, one sentence each.
    error
        Why there is no deck.
    """

    file: Path
    text: str | None = None
    notes: tuple[str, ...] = ()
    error: str | None = None


@click.command("from-cif")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file, or a folder.")
@click.option("--step", type=click.Choice(STEPS), default="OPT", help="For which step; OPT.")
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting.")
@click.option("--force", is_flag=True, help="Replace decks that are there already.")
@form_options
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[Path, ...],
    output: Path | None,
    step: str,
    changes: tuple[str, ...],
    *,
    force: bool,
) -> int:
    """Make decks out of CIF files, each checked by expanding it again."""
    if output is None and len(files) > 1:
        raise click.UsageError("several decks need a folder: give -o FOLDER")
    settings = step_settings(step, changes)
    folder = output is not None and (len(files) > 1 or is_folder(output))
    rows = []
    for path in files:
        made = make(path, step, settings)
        target = output / f"{path.stem}_{step}.d12" if output and folder else output
        rows.append(_deliver(made, target, force=force))
    _print(rows, form(context))
    return NO if any(row["error"] for row in rows) else OK


def is_folder(path: Path) -> bool:
    """Tell whether a name means a folder: one that is there, or a name without a suffix."""
    return path.is_dir() or not (path.suffix or path.exists())


def step_settings(step: str, changes: tuple[str, ...]) -> dict[str, object]:
    """Make the settings of a step that starts from a material.

    Raises
    ------
    ConfigError
        An unknown key or a value that is not allowed.
    """
    from crystald.steps.table import STEP_TYPES
    from crystald.workflows.overrides import read_overrides

    kind = STEP_TYPES[step]
    given = read_overrides(dict(map(_pair, changes)), [step]).settings.get(step, {})
    return kind.check_settings({**(kind.starts_with or {}), **given}, f"step {step}")


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.UsageError(f"--set {text!r}: write KEY=VALUE, for example functional=PBE")
    return key, value


def make(path: Path, step: str, settings: Mapping[str, object]) -> Made:
    """Make the deck of one file; what is wrong with it is told, not raised."""
    from crystald.crystal.structures.cif import read_cif
    from crystald.steps.base import DeckRequest
    from crystald.steps.prepare import prepare
    from crystald.steps.table import STEP_TYPES

    try:
        found = read_cif(_bytes(path), str(path))
        request = DeckRequest(path.stem, step, settings, found.structure)
        prepared = prepare(STEP_TYPES[step], request)
    except CrystaldError as error:
        return Made(path, error=str(error))
    return Made(path, prepared.text, (*found.notes, *prepared.notes))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", "Name a file that you may read.") from error


def _deliver(made: Made, target: Path | None, *, force: bool) -> dict[str, Any]:
    """Write a deck where it belongs, and say so."""
    row = asdict(made) | {"file": str(made.file), "deck": None}
    if target is None or made.text is None:
        return row
    del row["text"]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not force and target.exists() and target.read_text("utf-8") != made.text:
            return row | {"error": f"{target} is there and differs\n  Replace it with --force."}
        target.write_text(made.text, "utf-8")
    except (OSError, ValueError) as error:
        return row | {"error": f"{target} cannot be written: {error}"}
    return row | {"deck": str(target)}


def _print(rows: list[dict[str, Any]], chosen: Form) -> None:
    if chosen is Form.JSON:
        click.echo(to_json(rows))
        return
    for row in rows:
        for note in row["notes"]:
            click.echo(printable(f"{row['file']}: {note}"), err=True)
        if row["error"]:
            click.echo(printable(f"crystalctl: {row['error']}"), err=True)
        elif row["deck"]:
            click.echo(row["deck"])
        elif chosen is not Form.QUIET:
            click.echo(row["text"], nl=False)
