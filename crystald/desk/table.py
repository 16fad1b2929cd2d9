"""The one table of what clients may ask; each command has its arguments and its answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from crystald.desk import auditing, looking
from crystald.desk.deciding import Decide, decide
from crystald.desk.desk import Desk
from crystald.desk.holding import Hold, Release, hold, release
from crystald.desk.running import Ping, Status, Stop, ping, status, stop
from crystald.desk.starting import submit
from crystald.desk.submitting import Submit
from crystald.errors import RequestError

Ask = Callable[[Desk, Any], Awaitable[object]]
Look = Callable[[sqlite3.Connection, Any], dict[str, object]]


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes
    ----------
    arguments
        What it takes.
    ask
        Answers it in a running daemon.
    look
        Answers it from the database alone; None when a daemon is needed.
    """

    arguments: type[msgspec.Struct]
    ask: Ask
    look: Look | None = field(default=None)


def _looking(arguments: type[msgspec.Struct], look: Look) -> Command:
    async def ask(desk: Desk, given: Any) -> object:
        return await desk.kit.database.read(lambda connection: look(connection, given))

    return Command(arguments, ask, look)


async def _audit(desk: Desk, _: Any) -> object:
    return await auditing.audit(desk.kit, desk.scheduler, desk.spool)


COMMANDS: Mapping[str, Command] = {
    "ping": Command(Ping, ping),
    "status": Command(Status, status),
    "stop": Command(Stop, stop),
    "submit": Command(Submit, submit),
    "hold": Command(Hold, hold),
    "release": Command(Release, release),
    "decide": Command(Decide, decide),
    "ls": _looking(looking.Ls, looking.ls),
    "show": _looking(looking.Show, looking.show),
    "progress": _looking(looking.Progress, looking.progress),
    "log": _looking(looking.Log, looking.log),
    "audit": Command(auditing.Audit, _audit),
}
"""name -> command."""


def find(name: str) -> Command:
    """Find a command.

    Raises
    ------
    RequestError
        There is none of this name.
    """
    if name not in COMMANDS:
        raise RequestError(f"there is no command {name!r}", f"Commands: {', '.join(COMMANDS)}.")
    return COMMANDS[name]


def read_arguments(command: Command, arguments: Mapping[str, object]) -> msgspec.Struct:
    """Check arguments into the command's own form.

    Raises
    ------
    RequestError
        An unknown, missing or wrong argument.
    """
    try:
        return msgspec.convert(dict(arguments), command.arguments)
    except msgspec.ValidationError as error:
        raise RequestError(f"wrong arguments: {error}") from error


async def answer(desk: Desk, name: str, arguments: Mapping[str, object]) -> object:
    """Answer a request.

    Raises
    ------
    CrystaldError
        Whatever keeps it from being answered; the wire carries code, message and hint.
    """
    command = find(name)
    return await command.ask(desk, read_arguments(command, arguments))


def answer_from_database(
    connection: sqlite3.Connection, name: str, arguments: Mapping[str, object]
) -> object:
    """Answer a looking request with no daemon.

    Raises
    ------
    RequestError
        The command needs a daemon.
    """
    command = find(name)
    if command.look is None:
        raise RequestError(f"{name} needs the daemon", "Start it with: crystalctl up")
    return command.look(connection, read_arguments(command, arguments))
