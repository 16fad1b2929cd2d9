"""``crystalctl decide``: answer a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import to_json
from crystalctl.session import Session
from crystald.exits import OK


@click.command("decide")
@click.argument("identifier", metavar="ID")
@click.option("--choose", type=click.IntRange(1), help="The number of the answer.")
@form_options
@home_option
@click.pass_context
def command(context: click.Context, identifier: str, choose: int | None) -> int:
    """Answer the question ID (d1); without --choose, show it with its choices."""
    session, chosen = Session.of(context), form(context)
    if choose is None:
        _show(session.look("show", {"id": f"decision:{identifier}"}), chosen)
        return OK
    answer = session.ask("decide", {"id": identifier, "choose": choose})
    if chosen is Form.JSON:
        click.echo(to_json(answer))
    elif chosen is Form.QUIET:
        click.echo(answer["calculation"])
    else:
        click.echo(f"{answer['decision']}: {answer['choice']}")
        reason = f" ({answer['reason']})" if answer["reason"] else ""
        click.echo(f"{answer['calculation']} is {answer['state']}{reason}")
    return OK


def _show(question: Mapping[str, Any], chosen: Form) -> None:
    """Print a question with its choices."""
    if chosen is Form.JSON:
        click.echo(to_json(question))
        return
    if chosen is Form.QUIET:
        click.echo(question["id"])
        return
    click.echo(f"{question['id']} about {question['calculation']}: {question['question']}")
    if hint := question["evidence"].get("hint"):
        click.echo(f"  {hint}")
    if question["answered_at"]:
        click.echo(f"answered: {question['answer']} ({question['answered_at']})")
    for number, choice in enumerate(question["choices"], 1):
        click.echo(f"  --choose {number}  {choice['choice']}: {choice['does']}")
