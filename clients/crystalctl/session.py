"""Ask the daemon of a home; where it is down, look into the database through ``crystald query``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from crystalctl.homes import state_directory, this_home
from crystald.errors import RequestError, WireError

ANSWER_S: Final = 30.0
"""How long an answer may take."""

QUERY_S: Final = 60.0
"""How long a look into the database may take."""

DATABASE: Final = "materials.db"

NEVER_RUN: Final[dict[str, Any]] = {
    "daemon": {"running": False, "pid": None, "host": None, "since": None},
    "scheduler": {"kind": None, "cluster": None, "answers": None, "jobs": None},
    "queue": {"states": {}, "live": 0, "decisions": 0},
    "banners": [],
}
"""``status`` of a home whose daemon has never run."""


@dataclass
class Session:
    """A home, to be asked.

    Attributes
    ----------
    home
        Absolute.
    state
        Its state directory.
    told_down
        Whether it was said that the daemon is down (once is enough).
    """

    home: Path
    state: Path
    told_down: bool = False

    @classmethod
    def of(cls, context: click.Context) -> Session:
        """Find the home that a command line is about.

        Raises
        ------
        RequestError
            There is none.
        """
        home = this_home(context.find_root().obj)
        return cls(home, state_directory(home))

    def ask(
        self, command: str, arguments: Mapping[str, object], *, timeout_s: float = ANSWER_S
    ) -> Any:
        """Ask the daemon.

        Raises
        ------
        WireError
            It is not reachable.
        RequestError
            A word is no text.
        CrystaldError
            What it answered.
        """
        from crystald.wire.client import Client

        check_text(arguments)
        with Client(self.state, timeout_s=timeout_s) as client:
            return client.ask(command, dict(arguments))

    def look(self, command: str, arguments: Mapping[str, object]) -> Any:
        """Ask the daemon, or the database when the daemon is down (said on stderr)."""
        try:
            return self.ask(command, arguments)
        except WireError:
            answer = self.query(command, arguments)
        if not self.told_down:
            click.echo(f"crystalctl: {down_text(answer['daemon'])}", err=True)
            self.told_down = True
        return answer["result"]

    def status_without_daemon(self) -> dict[str, Any]:
        """Tell what is known when the daemon does not answer."""
        if not (self.state / DATABASE).exists():
            return NEVER_RUN
        status: dict[str, Any] = self.query("status", {})["result"]
        return status

    def query(self, command: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        """Answer from the database: ``result``, and ``daemon``, what is known of it.

        Raises
        ------
        click.exceptions.Exit
            It cannot be answered; the reason was printed.
        WireError
            The database does not answer in time.
        """
        try:
            done = subprocess.run(
                [sys.executable, "-m", "crystald", "--home", str(self.home), "query", command],
                input=json.dumps(dict(arguments)),
                capture_output=True,
                text=True,
                timeout=QUERY_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise WireError(
                f"the database of {self.home} could not be read within {QUERY_S:g} s",
                "Its file system may hang; try again, or ask an administrator.",
            ) from error
        if done.returncode:
            click.echo(done.stderr.rstrip(), err=True)
            raise click.exceptions.Exit(done.returncode)
        answer = json.loads(done.stdout)
        return {"result": answer["result"], "daemon": answer["status"]["daemon"]}


def check_text(value: object) -> None:
    """Refuse words that are not valid UTF-8: names of that kind cannot be kept.

    Raises
    ------
    RequestError
        The word is shown.
    """
    words = value.values() if isinstance(value, Mapping) else value
    if isinstance(words, str):
        if any("\ud800" <= letter <= "\udfff" for letter in words):
            raise RequestError(f"{words!r} is not UTF-8", "Rename the file or folder.")
    elif isinstance(words, Iterable):
        for word in words:
            check_text(word)


def down_text(daemon: Mapping[str, object]) -> str:
    """Say since when and where the daemon is down.

    Examples
    --------
    >>> seen = {"host": "login1", "pid": 17, "last_change_at": "2026-11-23T08:05:01.250Z"}
    >>> down_text(seen)
    'the daemon is down (last: process 17 on login1; last change 2026-11-23T08:05:01.250Z)'
    >>> down_text({})
    'the daemon is down (it has not run in this home)'
    """
    if not daemon.get("host"):
        return "the daemon is down (it has not run in this home)"
    last = daemon.get("last_change_at") or daemon.get("since")
    where = f"process {daemon.get('pid')} on {daemon['host']}"
    return f"the daemon is down (last: {where}; last change {last})"
