"""Becoming the one daemon of a home: lock, lease, schema, in the order that is safe."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
from pathlib import Path

import structlog

from crystald.clock import Clock
from crystald.errors import HeldError
from crystald.store.database import Database
from crystald.store.lease import Identity, Lease, LeaseRow, held_by, lock_of_home, read_lease
from crystald.store.migrate import migrate, pending, schema_version
from crystald.wire.stopfile import ask_to_stop

LOOK_S = 0.5
END_FIRST_S = 30.0
STOP_ELSEWHERE_S = 120.0
"""How long a daemon on another machine has to see the file and to finish what it has begun."""

STILL_S = 30.0
"""How long its lease may stand still meanwhile."""

log = structlog.get_logger("crystald.owning")


class Ownership:
    """The lock and the lease of a home, taken together and given back together.

    Parameters
    ----------
    database
        Opened, in whatever schema.
    lease
        Not taken yet.
    lock_path
        The lock of the home on this host.
    """

    def __init__(self, database: Database, lease: Lease, lock_path: Path) -> None:
        self._database = database
        self._lease = lease
        self._lock_path = lock_path
        self._lock: int | None = None

    async def take(self, clock: Clock, stop: asyncio.Event, backups: Path) -> None:
        """Take the home and bring its schema up to date.

        Raises
        ------
        HeldError
            A living daemon has it, or `stop` was set while waiting for a dead one's lease to end.
        """
        fresh = await self._database.run(schema_version) == 0
        if fresh:
            await self._database.run(migrate)
        while not await self._try():
            row = await self._database.run(read_lease)
            log.info("lease.waiting", host=row.holder.host, pid=row.holder.pid)
            if await clock.wait(stop, min(LOOK_S, self._lease.renewal_s / 4)):
                raise held_by(row)
        if not fresh and await self._database.run(_behind):
            at = clock.now().strftime("%Y%m%dT%H%M%SZ")
            await self._database.back_up(backups / f"materials-{at}.db")
            await self._database.run(migrate)

    async def _try(self) -> bool:
        if self._lock is None:
            self._lock = lock_of_home(self._lock_path)
        try:
            return await self._lease.try_take(lock_free=await self._holder_is_dead())
        except HeldError:
            self.unlock()
            raise

    async def _holder_is_dead(self) -> bool:
        """Tell whether the holder on this machine is dead: the lock is ours, and so says the kernel.

        The lock alone does not prove it: who took over by the lease while a stopped daemon held
        the lock never had it.
        """
        if self._lock is None:
            return False
        row = await self._database.run(read_lease)
        return not _alive(row.holder)

    async def give_back(self) -> None:
        """Release the lease and the lock."""
        await self._lease.release()
        self.unlock()

    def unlock(self) -> None:
        """Free the lock of the home on this host."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _behind(connection: sqlite3.Connection) -> bool:
    return bool(pending(connection))


async def end_first(
    database: Database, state: Path, me: Identity, clock: Clock, stop: asyncio.Event
) -> None:
    """End the daemon that holds the home: here by signals, elsewhere by asking for it.

    On another machine only the daemon itself can give the home back; one that is dead there lets
    its lease run out.

    Raises
    ------
    HeldError
        It lives on another machine and does not stop.
    """
    if await database.run(schema_version) == 0:
        return
    row = await database.run(read_lease)
    if not row.held:
        return
    if not me.same_machine(row.holder):
        await _ask_elsewhere(database, state, row, clock, stop)
    elif _alive(row.holder):
        await _end_here(row.holder, clock, stop)


async def _ask_elsewhere(
    database: Database, state: Path, row: LeaseRow, clock: Clock, stop: asyncio.Event
) -> None:
    """Ask by a file; one that does not renew its lease any more is left to the lease."""
    await asyncio.to_thread(ask_to_stop, state, row.epoch)
    began_s = moved_s = clock.boottime_s()
    counter = row.counter
    while clock.boottime_s() - began_s < STOP_ELSEWHERE_S:
        now = await database.run(read_lease)
        if not now.held or now.epoch != row.epoch or clock.boottime_s() - moved_s > STILL_S:
            return
        if now.counter != counter:
            counter, moved_s = now.counter, clock.boottime_s()
        if await clock.wait(stop, LOOK_S):
            return
    raise held_by(row)


async def _end_here(holder: Identity, clock: Clock, stop: asyncio.Event) -> None:
    """Ask, then kill; it may have ended by itself at any moment."""
    _signal(holder, signal.SIGTERM)
    _signal(holder, signal.SIGCONT)
    deadline_s = clock.boottime_s() + END_FIRST_S
    while _alive(holder) and clock.boottime_s() < deadline_s:
        if await clock.wait(stop, LOOK_S):
            return
    if _alive(holder):
        _signal(holder, signal.SIGKILL)


def _signal(holder: Identity, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(holder.pid, number)


def _alive(holder: Identity) -> bool:
    """Tell whether a process of this machine is still the one that took the lease."""
    try:
        stat = Path(f"/proc/{holder.pid}/stat").read_text()
    except OSError:
        return False
    fields = stat.rpartition(")")[2].split()
    return fields[19] == holder.process_start and fields[0] != "Z"
