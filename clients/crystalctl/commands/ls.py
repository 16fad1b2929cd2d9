"""``crystalctl ls``: lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click

from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import Column, show_rows
from crystalctl.session import Session

PAGE: Final = 1000

COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "runs": (
        Column("id", "RUN"),
        Column("name", "NAME"),
        Column("workflow", "WORKFLOW"),
        Column("states", "CALCULATIONS"),
        Column("created_at", "CREATED"),
    ),
    "materials": (
        Column("id", "MATERIAL"),
        Column("formula", "FORMULA"),
        Column("space_group", "GROUP", right=True),
        Column("dimensionality", "DIM", right=True),
        Column("source_file", "FROM"),
    ),
    "calculations": (
        Column("id", "ID"),
        Column("run_id", "RUN"),
        Column("material", "MATERIAL"),
        Column("step", "STEP"),
        Column("state", "STATE"),
        Column("job_id", "JOB"),
        Column("attempt", "TRY", right=True),
        Column("reason", "REASON"),
    ),
    "jobs": (
        Column("id", "JOB"),
        Column("calculation", "CALCULATION"),
        Column("attempt", "TRY", right=True),
        Column("state", "STATE"),
        Column("exit_code", "EXIT", right=True),
        Column("note", "NOTE"),
    ),
    "decisions": (
        Column("id", "ID"),
        Column("calculation", "CALCULATION"),
        Column("material", "MATERIAL"),
        Column("step", "STEP"),
        Column("question", "QUESTION"),
    ),
}
"""kind -> columns of its table."""


@click.command("ls")
@click.argument("kind", type=click.Choice(list(COLUMNS)), default="calculations")
@click.option("--run", help="Calculations of this run.")
@click.option("--material", help="Calculations of this material.")
@click.option("--state", help="Calculations in this state (docs/states.md).")
@click.option(
    "--limit",
    type=click.IntRange(0),
    help="At most so many (0: all); default: 1000 in a table, else all.",
)
@form_options
@home_option
@click.pass_context
def command(
    context: click.Context,
    kind: str,
    run: str | None,
    material: str | None,
    state: str | None,
    limit: int | None,
) -> None:
    """List runs, materials, calculations, jobs or decisions (default: calculations)."""
    wanted = {"kind": kind, "run": run, "material": material, "state": state}
    shown, session = form(context), Session.of(context)
    if limit is None and shown is Form.TABLE:
        page = session.look("ls", {**wanted, "after": 0, "limit": PAGE})
        show_rows(page["rows"], COLUMNS[kind], shown)
        if page["next"] is not None:
            click.echo(f"crystalctl: the first {PAGE}; --limit 0 lists all", err=True)
        return
    show_rows(list(paged(session, "ls", wanted, limit or 0)), COLUMNS[kind], shown)


def paged(
    session: Session, name: str, arguments: dict[str, Any], limit: int
) -> Iterator[dict[str, Any]]:
    """Give the rows of a listing, page by page; 0 for all of them."""
    after, left = 0, limit
    while True:
        size = min(PAGE, left) if limit else PAGE
        page = session.look(name, {**arguments, "after": after, "limit": size})
        yield from page["rows"]
        left -= len(page["rows"])
        if page["next"] is None or (limit and left <= 0):
            return
        after = page["next"]
