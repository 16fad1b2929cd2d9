"""``crystalctl log``: the journal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

import click

from crystalctl.commands.ls import PAGE, paged
from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import to_json
from crystalctl.session import Session
from crystald.errors import WireError

FOLLOW_S = 1.0

END: Final = 2**63 - 1
"""A key behind every row of the journal."""


@click.command("log")
@click.argument("identifier", metavar="[ID]", required=False)
@click.option(
    "--last",
    type=click.IntRange(0),
    help="Only the newest so many lines (0: all); default: 1000 as text, else all.",
)
@click.option("--follow", "-f", is_flag=True, help="Go on as lines are added; ends with Ctrl-C.")
@form_options
@home_option
@click.pass_context
def command(
    context: click.Context, identifier: str | None, last: int | None, *, follow: bool
) -> None:
    """Print the journal: every change of state, of everything or of one run or calculation.

    With --json, one object per line.
    """
    session, chosen = Session.of(context), form(context)
    most = last if last is not None else PAGE if chosen is Form.TABLE else 0
    after = 0
    for row in _rows(session, identifier, most, told=last is not None):
        _print(row, chosen)
        after = row["seq"]
    while follow:
        time.sleep(FOLLOW_S)
        try:
            page = session.ask("log", {"id": identifier, "after": after, "limit": PAGE})
        except WireError:  # the daemon may come back
            continue
        for row in page["rows"]:
            _print(row, chosen)
            after = row["seq"]


def _rows(
    session: Session, identifier: str | None, most: int, *, told: bool
) -> Iterator[dict[str, Any]]:
    """Give the newest rows, oldest first; 0 for all of them."""
    if not most:
        yield from paged(session, "log", {"id": identifier}, 0)
        return
    rows: list[dict[str, Any]] = []
    before: int | None = END
    while before is not None and len(rows) < most:
        size = min(PAGE, most - len(rows))
        page = session.look("log", {"id": identifier, "before": before, "limit": size})
        rows.extend(page["rows"])
        before = page["next"]
    if before is not None and not told:
        click.echo(f"crystalctl: the newest {most} lines; --last 0 prints all", err=True)
    yield from reversed(rows)


def _print(row: dict[str, Any], chosen: Form) -> None:
    if chosen is Form.JSON:
        click.echo(to_json(row).replace("\n", " "))
    elif chosen is Form.QUIET:
        click.echo(str(row["seq"]))
    else:
        click.echo(line(row))


def line(row: dict[str, Any]) -> str:
    """Write a row of the journal as a line.

    Examples
    --------
    >>> row = {"seq": 7, "at": "2026-11-23T08:05:01.250Z", "run_id": "r1", "event": "started"}
    >>> line(row | {"calculation_id": "c3", "before": "queued", "after": "running", "text": ""})
    '2026-11-23T08:05:01.250Z  r1 c3  started  queued -> running'
    """
    subject = " ".join(str(row[key]) for key in ("run_id", "calculation_id") if row.get(key))
    moved = f"{row['before']} -> {row['after']}" if row.get("after") else ""
    parts = (row["at"], subject, row["event"], moved, row.get("text") or "")
    return "  ".join(part for part in parts if part)
