"""``crystalctl down``: stop the daemon."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from crystalctl.commands.up import LOOK_S, ping
from crystalctl.options import home_option
from crystalctl.session import Session, down_text
from crystald.errors import CrystaldError, WireError
from crystald.exits import OK
from crystald.wire.stopfile import ask_to_stop

ASK_S = 1.0


@click.command("down")
@click.option("--timeout", type=click.FloatRange(0), default=120.0, help="Seconds to wait.")
@home_option
@click.pass_context
def command(context: click.Context, *, timeout: float) -> int:
    """Stop the daemon and wait until it is gone; jobs go on and are collected later."""
    return stop_daemon(Session.of(context), timeout)


def stop_daemon(session: Session, timeout_s: float) -> int:
    """Stop the daemon of a home and wait until it is gone.

    Raises
    ------
    WireError
        It cannot be reached, and does not give the home back either.
    CrystaldError
        It has not ended in time.
    """
    try:
        daemon = session.ask("stop", {})
    except WireError as error:
        return _stop_unreachable(session, error, timeout_s)
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if _gone(session, daemon):
            click.echo(f"down: process {daemon['pid']} on {daemon['host']} has ended")
            return OK
        time.sleep(LOOK_S)
    raise CrystaldError(
        f"process {daemon['pid']} on {daemon['host']} has not ended after {timeout_s:.0f} s",
        "It ends when what it has begun is finished.",
    )


def _stop_unreachable(session: Session, error: WireError, timeout_s: float) -> int:
    """Stop a daemon that cannot be reached: it looks for a file that asks it to."""
    daemon = session.status_without_daemon()["daemon"]
    here = _here(daemon)
    if daemon.get("gave_back", True) or (here and not _is_daemon(int(daemon.get("pid") or 0))):
        click.echo(down_text(daemon))
        return OK
    ask_to_stop(session.state, int(daemon["epoch"]))
    who = f"process {daemon['pid']} on {daemon['host']}"
    click.echo(f"{who} does not answer ({error.message}); it is asked to stop by a file", err=True)
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if session.status_without_daemon()["daemon"].get("gave_back"):
            click.echo(f"down: {who} has given the home back")
            return OK
        time.sleep(ASK_S)
    cure = f"End it there with: kill {daemon['pid']}"
    if not here:
        cure += "; if it is dead, crystalctl up waits for its lease and takes the home"
    raise WireError(
        f"{who} has not given the home back after {timeout_s:.0f} s",
        f"See {session.state / 'logs'}. {cure}.",
    )


def _gone(session: Session, daemon: dict[str, Any]) -> bool:
    """Tell whether the daemon has ended: its process here, its answers elsewhere."""
    if _here(daemon):
        return not _is_daemon(int(daemon["pid"]))
    return ping(session) is None


def _here(daemon: dict[str, Any]) -> bool:
    return bool(daemon.get("host") == os.uname().nodename)


def _is_daemon(pid: int) -> bool:
    """Tell whether a process of this host is a crystald that has not ended."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and any(word.endswith(b"crystald") for word in words)
