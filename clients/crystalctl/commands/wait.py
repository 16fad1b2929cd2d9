"""``crystalctl wait``: until a run is through."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import click

from crystalctl.options import Form, form, form_options, home_option
from crystalctl.render import cell, to_json
from crystalctl.session import Session
from crystald.errors import WireError
from crystald.exits import NO, OK

LOOK_S = 0.5
DOWN_LOOK_S = 5.0
"""Between looks into the database while the daemon is down."""


@click.command("wait")
@click.argument("run")
@click.option("--timeout", type=click.FloatRange(0), help="Give up after so many seconds.")
@form_options
@home_option
@click.pass_context
def command(context: click.Context, run: str, timeout: float | None) -> int:
    """Wait until every calculation of RUN is final, or only a person can move it.

    Exit code 0 when all are done, 1 otherwise. A restart of the daemon is waited out.
    """
    session, chosen = Session.of(context), form(context)
    last = watch(progress(session, run, timeout), chosen)
    if chosen is Form.JSON:
        click.echo(to_json(last))
    elif not last.get("settled"):
        click.echo(f"crystalctl: {run} is not through after {timeout:g} s", err=True)
    return OK if last.get("all_done") and last.get("settled") else NO


def progress(session: Session, run: str, timeout_s: float | None) -> Iterator[dict[str, Any]]:
    """Give how far a run is, again and again until it is settled or the time is over.

    Raises
    ------
    NotFoundError
        There is no such run.
    """
    deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        answer, pause_s = look(session, run)
        yield answer
        now_s = time.monotonic()
        if answer["settled"] or (deadline_s is not None and now_s >= deadline_s):
            return
        left_s = pause_s if deadline_s is None else deadline_s - now_s
        time.sleep(max(0.0, min(pause_s, left_s)))


def look(session: Session, run: str) -> tuple[dict[str, Any], float]:
    """Look once; a daemon that is down is not the end of its run."""
    try:
        return session.ask("progress", {"run": run}), LOOK_S
    except WireError:
        return session.look("progress", {"run": run}), DOWN_LOOK_S


def watch(steps: Iterator[dict[str, Any]], chosen: Form) -> dict[str, Any]:
    """Show each step while it comes; give the last."""
    if chosen is not Form.TABLE:
        return deque(steps, maxlen=1).pop()
    if sys.stdout.isatty():
        return _draw(steps)
    last: dict[str, Any] = {}
    for step in steps:
        if step != last:
            click.echo(summary(step))
        last = step
    return last


def summary(step: dict[str, Any]) -> str:
    """Write how far a run is.

    Examples
    --------
    >>> summary({"run_id": "r1", "total": 4, "states": {"done": 3, "running": 1}})
    'r1: 3 of 4 done (3 done, 1 running)'
    """
    states = step["states"]
    return f"{step['run_id']}: {states.get('done', 0)} of {step['total']} done ({cell(states)})"


def _draw(steps: Iterator[dict[str, Any]]) -> dict[str, Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[states]}"),
    )
    last: dict[str, Any] = {}
    with Progress(*columns) as bar:
        task = bar.add_task("", states="")
        for last in steps:
            done = last["states"].get("done", 0)
            bar.update(
                task,
                description=last["run_id"],
                total=last["total"],
                completed=done,
                states=cell(last["states"]),
            )
    return last
