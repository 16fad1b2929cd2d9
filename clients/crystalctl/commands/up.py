"""``crystalctl up``: start the daemon."""

from __future__ import annotations

import os
import sys
import time
from subprocess import DEVNULL, STDOUT, Popen
from typing import Any

import click

from crystalctl.options import home_option
from crystalctl.session import Session
from crystald.errors import CrystaldError, WireError
from crystald.exits import NO, OK, REFUSED

PING_S = 1.0
LOOK_S = 0.1
LOG_BYTES_MAX = 1_000_000
LINES_SHOWN = 15


@click.command("up")
@click.option("--foreground", is_flag=True, help="Stay in this terminal; ends with Ctrl-C.")
@click.option(
    "--take-over", is_flag=True, help="End a daemon of this home first, here or elsewhere."
)
@click.option("--timeout", type=click.FloatRange(0), default=120.0, help="Seconds to wait.")
@home_option
@click.pass_context
def command(context: click.Context, *, foreground: bool, take_over: bool, timeout: float) -> int:
    """Start the daemon of the home; does nothing when it is up."""
    session = Session.of(context)
    alive = ping(session)
    if alive and not take_over:
        click.echo(f"already up: {_who(alive)}")
        return OK
    call = daemon_call(session)
    call += ["--take-over"] if take_over else []
    if foreground:
        sys.stdout.flush()
        os.execv(sys.executable, [*call, "--foreground"])  # noqa: S606 - the daemon itself
    return start(session, call, timeout)


def daemon_call(session: Session) -> list[str]:
    """Give the command that is the daemon of a home."""
    return [sys.executable, "-m", "crystald", "--home", str(session.home)]


def ping(session: Session) -> dict[str, Any] | None:
    """Ask whether the daemon is there; None when it does not answer."""
    try:
        answer: dict[str, Any] = session.ask("ping", {}, timeout_s=PING_S)
    except WireError:
        return None
    return answer


def start(session: Session, call: list[str], timeout_s: float) -> int:
    """Start the daemon detached from this terminal and wait until it answers."""
    log = session.state / "logs" / "daemon.out"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_suffix(".out.1"))
    with log.open("ab") as output:
        begin = output.tell()
        daemon = Popen(
            call,
            cwd=session.home,
            stdin=DEVNULL,
            stdout=output,
            stderr=STDOUT,
            start_new_session=True,
        )
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if daemon.poll() is not None:
            return _ended(session, daemon.returncode, _tail(log.read_bytes()[begin:]))
        alive = ping(session)
        if alive and alive.get("pid") == daemon.pid:
            click.echo(f"up: {_who(alive)}")
            daemon.returncode = OK  # it outlives this command: not ours to wait for
            return OK
        time.sleep(LOOK_S)
    raise CrystaldError(
        f"process {daemon.pid} was started, but does not answer after {timeout_s:.0f} s",
        f"It may be waiting for the lease of a daemon that died; see {log}",
    )


def _ended(session: Session, code: int, last: str) -> int:
    """Say why the daemon ended; another one that came first is as good."""
    alive = ping(session)
    if alive:
        click.echo(f"already up: {_who(alive)}")
        return OK
    click.echo(last, err=True)
    click.echo(f"crystalctl: the daemon ended at once (exit code {code})", err=True)
    return REFUSED if code == REFUSED else NO


def _tail(text: bytes) -> str:
    return "\n".join(text.decode(errors="replace").splitlines()[-LINES_SHOWN:])


def _who(daemon: dict[str, Any]) -> str:
    return f"process {daemon.get('pid')} on {daemon.get('host')}, since {daemon.get('since')}"
