"""A daemon that falls asleep at its fate, and an heir on another host that finishes meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from threading import Event

import pytest
from fate import Fate
from lab import Daemon, Lab

from crystald.errors import HeldError, LeaseError

Work = Callable[[sqlite3.Connection], object]


class Late:
    """Whoever falls asleep while its database works for it: when that work is done is ours to say.

    Parameters
    ----------
    fate
        Of the sleeper.
    moment
        What the work waits for.

    Attributes
    ----------
    points
        The suspensions that waited for the database.
    """

    def __init__(self, fate: Fate, moment: str = "") -> None:
        self._fate = fate
        self._moment = moment
        self._go, self._done = Event(), Event()
        self._waits = False
        self.points: list[int] = []

    def hold_up(self, daemon: Daemon) -> None:
        """Let what the daemon has begun when it falls asleep wait for its moment."""
        for connection in daemon.connections:
            connection.run = partial(self._run, connection.run)  # type: ignore[method-assign]

    def watch(self, lab: Lab, moment: str) -> None:
        """Let the moment come when somebody waits for the time to pass."""
        wait = lab.clock.wait

        async def passes(*arguments) -> bool:
            self.comes(moment)
            return await wait(*arguments)

        lab.clock.wait = passes  # type: ignore[method-assign]

    def comes(self, moment: str) -> None:
        """Let the work be done now if this is its moment; blocking."""
        if moment == self._moment and self._waits:
            self._go.set()
            assert self._done.wait(30), "the database does not come to its end"

    async def _run(self, run: Callable[[Work], Awaitable[object]], work: Work) -> object:
        self.points.append(self._fate.suspensions + 1)
        if self._moment and self._fate.at == ("await", self.points[-1]):
            self._waits = True
            return await run(partial(self._at_its_moment, work))
        return await run(work)

    def _at_its_moment(self, work: Work, connection: sqlite3.Connection) -> object:
        assert self._go.wait(30), f"it never came that {self._moment}"
        try:
            return work(connection)
        finally:
            self._done.set()


async def heir(lab: Lab) -> Daemon:
    """Take over from another host; a renewal that the sleeper had begun may still be committed."""
    try:
        return await lab.boot(host="login2")
    except HeldError:
        return await lab.boot(host="login2")


async def wakes_up_to_nothing(lab: Lab, sleeper: Daemon) -> None:
    """Wake it up, wherever it slept; then none of its rounds may do a thing."""
    for waiting in sleeper.fate.sleepers():
        try:
            await waiting
        except LeaseError:
            continue
    with pytest.raises(LeaseError):
        for _ in range(50):
            lab.clock.boot_s += 10.0
            await sleeper.round()


async def part(second: Daemon, first: Daemon) -> None:
    await second.leave()
    await first.abandon()
    first.fate.bury()
