"""``crystalctl deck lint``: what is wrong with decks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crystalctl.commands.deck.options import files_argument
from crystalctl.commands.deck.reading import beside, deck_suffix, names_beside, read
from crystalctl.options import Form, form, form_options
from crystalctl.render import printable, to_json
from crystald.errors import InputError
from crystald.exits import NO, OK


@click.command("lint")
@files_argument
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option(
    "--staged",
    "staged",
    multiple=True,
    metavar="NAME",
    help="A file the program will find (fort.20); with it, others are said to lack.",
)
@form_options
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[Path, ...],
    staged: tuple[str, ...],
    *,
    strict: bool,
) -> int:
    """Say what is wrong with decks: line, reason, cure."""
    rows = [examine(path, staged) for path in files]
    _print(rows, form(context))
    bad = ("error", "warning") if strict else ("error",)
    wrong = [
        row for row in rows if row["error"] or any(f["severity"] in bad for f in row["findings"])
    ]
    return NO if wrong else OK


def examine(path: Path, staged: tuple[str, ...]) -> dict[str, Any]:
    """Lint one file; one that cannot be read is told in its row."""
    from crystald.crystal.deck.lint.linter import lint

    try:
        text, fort34 = read(path), beside(path)
    except InputError as error:
        return {"file": str(path), "findings": [], "error": str(error)}
    near = names_beside(path)
    findings = lint(text, deck_suffix(path, text), staged or None, fort34, beside=near)
    return {
        "file": str(path),
        "findings": [
            {
                "line": one.line,
                "severity": one.severity.value,
                "rule": one.rule,
                "reason": one.reason,
                "cure": one.cure,
            }
            for one in findings
        ],
        "error": None,
    }


def _print(rows: list[dict[str, Any]], chosen: Form) -> None:
    if chosen is Form.JSON:
        click.echo(to_json(rows))
        return
    for row in rows:
        if row["error"]:
            click.echo(printable(f"crystalctl: {row['error']}"), err=True)
        for one in row["findings"]:
            place = f"{row['file']}:{one['line']}"
            click.echo(printable(f"{place}: {one['severity']}: {one['reason']} [{one['rule']}]"))
            if chosen is not Form.QUIET:
                click.echo(printable(f"    {one['cure']}"))
