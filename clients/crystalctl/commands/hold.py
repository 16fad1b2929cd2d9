"""``crystalctl hold``."""

from __future__ import annotations

import click

from crystalctl.options import form, form_options, home_option
from crystalctl.render import say
from crystalctl.session import Session
from crystald.exits import OK


@click.command("hold")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that is not finished.")
@form_options
@home_option
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], *, everything: bool) -> int:
    """Keep runs, materials or calculations from being submitted, until they are released.

    Jobs that wait in the scheduler are withdrawn; jobs that run go on.
    """
    answer = Session.of(context).ask("hold", {"ids": ids, "everything": everything})
    say(answer, form(context), f"held: {answer['held']} calculations")
    return OK
