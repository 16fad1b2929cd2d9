"""``crystalctl release``."""

from __future__ import annotations

import click

from crystalctl.options import form, form_options, home_option
from crystalctl.render import say
from crystalctl.session import Session
from crystald.exits import OK


@click.command("release")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that is not finished.")
@form_options
@home_option
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], *, everything: bool) -> int:
    """Release runs, materials or calculations that are held.

    node:NAME lets a node get jobs again that a blown fuse left out.
    """
    answer = Session.of(context).ask("release", {"ids": ids, "everything": everything})
    nodes = "".join(f", node {name}" for name in answer["nodes"])
    say(answer, form(context), f"released: {answer['released']} calculations{nodes}")
    return OK
