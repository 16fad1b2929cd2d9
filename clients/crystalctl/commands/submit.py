"""``crystalctl submit``: start a run."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

import click

from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import to_json
from crystalctl.session import Session
from crystald.errors import InputError, WireError

SUBMIT_S = 600.0
"""How long many inputs may take to be read."""

BACK_S = 60.0
"""How long a daemon that was lost in the midst of a request is waited for."""

LOOK_S = 0.5


@click.command("submit")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--workflow", metavar="NAME", help="A workflow of config/workflows.yaml.")
@click.option(
    "--plan",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A saved plan instead of a workflow.",
)
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting.")
@click.option("--name", help="What you call the run.")
@click.option("--dry-run", is_flag=True, help="Make every first deck, submit nothing.")
@click.option("--skip-bad", is_flag=True, help="Leave out inputs that cannot be used.")
@form_options
@home_option
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[Path, ...],
    plan: Path | None,
    changes: tuple[str, ...],
    **as_given: object,
) -> None:
    """Submit CIF or other structure files, or directories with them, as a new run."""
    session = Session.of(context)
    request = {
        "paths": [str(path.absolute()) for path in paths],
        "plan": _text(plan) if plan else None,
        "set": dict(_pair(change) for change in changes),
        **as_given,
    }
    _print(send(session, request), form(context))


def send(session: Session, request: dict[str, Any]) -> dict[str, Any]:
    """Send a submission, again where no answer came; it is carried out once.

    Raises
    ------
    CrystaldError
        It was refused, or the daemon cannot be reached.
    """
    session.ask("ping", {})
    marked = {**request, "request_id": str(uuid.uuid4())}
    deadline_s = float("inf")
    while True:
        try:
            answer: dict[str, Any] = session.ask("submit", marked, timeout_s=SUBMIT_S)
        except KeyboardInterrupt:
            click.echo("crystalctl: the run may have been made; look: crystalctl ls runs", err=True)
            raise
        except WireError as error:
            deadline_s = min(deadline_s, time.monotonic() + BACK_S)
            if time.monotonic() >= deadline_s:
                raise WireError(
                    f"{error.message}; it did before: the run may have been made",
                    "Start the daemon (crystalctl up) and look with: crystalctl ls runs",
                ) from error
            time.sleep(LOOK_S)
            continue
        return answer


def _text(plan: Path) -> str:
    try:
        return plan.read_text(encoding="utf-8")
    except ValueError as error:
        raise InputError(f"{plan} is no text (UTF-8)", "Name a saved plan (YAML).") from error


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.UsageError(f"--set {text!r}: write KEY=VALUE, for example functional=PBE")
    return key, value


def _print(answer: dict[str, Any], chosen: Form) -> None:
    if chosen is Form.JSON:
        click.echo(to_json(answer))
        return
    for note in answer.get("notes") or []:
        click.echo(f"note: {note}", err=True)
    for path, reason in (answer.get("skipped") or {}).items():
        click.echo(f"left out: {path}: {reason}", err=True)
    if chosen is Form.QUIET:
        click.echo(answer.get("run_id") or "")
        return
    count = f"{answer['materials']} materials, {answer['calculations']} calculations"
    if answer.get("run_id"):
        click.echo(f"run {answer['run_id']}: {count}")
        return
    for material, deck in (answer.get("decks") or {}).items():
        click.echo(f"--- {material}\n{deck.rstrip()}")
    click.echo(f"--- nothing was submitted: {count}")
