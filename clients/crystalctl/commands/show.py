"""``crystalctl show``: one thing in full."""

from __future__ import annotations

from typing import Any

import click

from crystalctl.commands.ls import COLUMNS
from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import Column, facts, table, to_json
from crystalctl.session import Session

TABLES = {
    "calculations": COLUMNS["calculations"],
    "needs": (
        Column("need", "NEEDS"),
        Column("id", "ID"),
        Column("step", "OF"),
        Column("state", "STATE"),
    ),
    "attempts": (
        Column("number", "TRY", right=True),
        Column("state", "STATE"),
        Column("job_id", "JOB"),
        Column("exit_code", "EXIT", right=True),
        Column("witness", "WITNESS"),
        Column("fault", "FAULT"),
        Column("why", "WHY"),
    ),
    "properties": (
        Column("name", "PROPERTY"),
        Column("value", "VALUE", right=True),
        Column("unit", "UNIT"),
        Column("file", "FILE"),
        Column("line", "LINE", right=True),
    ),
    "files": (
        Column("suffix", "FILE"),
        Column("bytes", "BYTES", right=True),
        Column("path", "PATH"),
    ),
    "decisions": (
        Column("id", "ID"),
        Column("question", "QUESTION"),
        Column("answered_at", "ANSWERED"),
    ),
}
"""key of an answer -> columns of its table."""


@click.command("show")
@click.argument("identifier", metavar="ID")
@form_options
@home_option
@click.pass_context
def command(context: click.Context, identifier: str) -> None:
    """Show one thing: a run (r1), calculation (c1), decision (d1), job (local.1) or material."""
    answer: dict[str, Any] = Session.of(context).look("show", {"id": identifier})
    chosen = form(context)
    if chosen is Form.JSON:
        click.echo(to_json(answer))
    elif chosen is Form.QUIET:
        click.echo(answer["id"])
    else:
        facts([(key, value) for key, value in answer.items() if key not in TABLES])
        for key, columns in TABLES.items():
            if answer.get(key):
                click.echo()
                table(answer[key], columns)
