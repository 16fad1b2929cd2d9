"""``crystalctl status``: one screen of health."""

from __future__ import annotations

from typing import Any

import click

from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import facts, to_json
from crystalctl.session import Session, down_text
from crystald.errors import WireError
from crystald.exits import OK, UNREACHABLE


@click.command("status")
@form_options
@home_option
@click.pass_context
def command(context: click.Context) -> int:
    """Show daemon, scheduler, queue and troubles on one screen.

    Exit code 3 when the daemon is down; the rest is then read from the database.
    """
    session = Session.of(context)
    try:
        answer, code = session.ask("status", {}), OK
    except WireError:
        answer, code = session.status_without_daemon(), UNREACHABLE
    chosen = form(context)
    if chosen is Form.JSON:
        click.echo(to_json(answer))
    elif chosen is Form.QUIET:
        click.echo("up" if code == OK else "down")
    else:
        _print(session, answer)
    return code


def _print(session: Session, answer: dict[str, Any]) -> None:
    daemon, scheduler, queue = (answer.get(key) or {} for key in ("daemon", "scheduler", "queue"))
    running = (
        f"up since {daemon.get('since')}: process {daemon.get('pid')} on {daemon.get('host')}, "
        f"version {daemon.get('version')}, epoch {daemon.get('epoch')}"
    )
    facts(
        [
            ("home", str(session.home)),
            ("daemon", running if daemon.get("running") else down_text(daemon)),
            ("scheduler", _scheduler(scheduler)),
            ("calculations", queue.get("states") or "none yet"),
            ("live attempts", queue.get("live")),
            ("decisions", _decisions(int(queue.get("decisions") or 0))),
        ]
    )
    for banner in answer.get("banners") or []:
        click.echo(f"! {banner['source']}: {banner['text']} (since {banner['since']})")
        if banner.get("hint"):
            click.echo(f"  {banner['hint']}")


def _scheduler(scheduler: dict[str, Any]) -> str | None:
    if scheduler.get("answers") is None:
        return str(scheduler.get("kind") or "")
    answers = f"{scheduler['jobs']} jobs" if scheduler["answers"] else "does not answer"
    calls = sum((scheduler.get("calls_per_hour") or {}).values())
    asked = f", {calls} calls in the last hour" if calls else ""
    return f"{scheduler['kind']} ({scheduler['cluster']}), {answers}{asked}"


def _decisions(number: int) -> str | None:
    return f"{number} wait for you: crystalctl ls decisions" if number else None
