"""``crystalctl audit``: whether everything is in order."""

from __future__ import annotations

from typing import Any

import click

from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import facts, to_json
from crystalctl.session import Session
from crystald.exits import NO, OK

AUDIT_S = 600.0


@click.command("audit")
@form_options
@home_option
@click.pass_context
def command(context: click.Context) -> int:
    """Compare database, attempts on disk, spool and scheduler; exit code 1 if not clean."""
    answer: dict[str, Any] = Session.of(context).ask("audit", {}, timeout_s=AUDIT_S)
    chosen = form(context)
    if chosen is Form.JSON:
        click.echo(to_json(answer))
    elif chosen is Form.QUIET:
        click.echo("clean" if answer["clean"] else "not clean")
    else:
        facts([(key, value) for key, value in answer.items() if not isinstance(value, list)])
    return OK if answer["clean"] else NO
