"""``crystalctl log``: the journal."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import click

from crystalctl.commands.ls import PAGE, paged
from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import to_json
from crystalctl.session import Session
from crystald.errors import WireError

FOLLOW_S = 1.0


@click.command("log")
@click.argument("identifier", metavar="[ID]", required=False)
@click.option("--last", type=click.IntRange(1), help="Only the last so many lines.")
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
    rows = deque(paged(session, "log", {"id": identifier}, 0), maxlen=last)
    for row in rows:
        _print(row, chosen)
    after = rows[-1]["seq"] if rows else 0
    while follow:
        time.sleep(FOLLOW_S)
        try:
            page = session.ask("log", {"id": identifier, "after": after, "limit": PAGE})
        except WireError:  # the daemon may come back
            continue
        for row in page["rows"]:
            _print(row, chosen)
            after = row["seq"]


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
