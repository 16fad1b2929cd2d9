"""One daemon per home: a lease that is renewed by counting, never by wall clocks.

The holder advances a counter. Whoever wants the home watches the counter on his own
CLOCK_BOOTTIME and takes over, with the next epoch, only when it stood still for the whole lease
time, or when the holder gave the lease back, or when the kernel of this very host says that the
holder is dead (the lock it held is free).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from crystald.clock import Clock
from crystald.errors import HeldError, StaleLeaseError
from crystald.store.database import Database, Transaction

RENEWALS_PER_LEASE = 6
"""How often the holder renews within one lease time."""


@dataclass(frozen=True)
class Identity:
    """Who a daemon is: host name, process, when that process began, and which boot of the host."""

    host: str
    pid: int
    process_start: str
    boot_id: str

    def same_machine(self, other: Identity) -> bool:
        """Tell whether both live under one kernel and one host name."""
        return (self.host, self.boot_id) == (other.host, other.boot_id)


def identity_of_this_process() -> Identity:
    """Read who we are from the kernel (proc(5): field 22 of ``stat`` is the start time)."""
    stat = Path("/proc/self/stat").read_text()
    start = stat.rpartition(")")[2].split()[19]
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return Identity(os.uname().nodename, os.getpid(), start, boot)


@dataclass(frozen=True)
class LeaseRow:
    """The lease as recorded."""

    epoch: int
    counter: int
    held: bool
    holder: Identity
    since_at: str


def read_lease(connection: sqlite3.Connection) -> LeaseRow:
    """Read the lease."""
    row = connection.execute("SELECT * FROM lease").fetchone()
    holder = Identity(row["host"], row["pid"], row["process_start"], row["boot_id"])
    return LeaseRow(row["epoch"], row["counter"], bool(row["held"]), holder, row["since_at"])


class Watch:
    """How long a held lease has stood still, on the observer's own clock."""

    def __init__(self) -> None:
        self._seen: tuple[int, int] | None = None
        self._since_s = 0.0

    def still_s(self, row: LeaseRow, boottime_s: float) -> float:
        """Tell for how many seconds the counter has not moved as far as we saw."""
        if self._seen != (row.epoch, row.counter):
            moved = self._seen is not None
            self._seen, self._since_s = (row.epoch, row.counter), boottime_s
            if moved:
                return -1.0
        return boottime_s - self._since_s


def lock_of_home(path: Path) -> int | None:
    """Take the lock that a daemon holds all its life; None when another process holds it.

    A hint for the same host only: it proves a death there (the kernel frees it), never a life.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def may_take(
    row: LeaseRow, me: Identity, *, lock_free: bool, still_s: float, lease_s: float
) -> bool:
    """Decide whether the lease may be taken now.

    Parameters
    ----------
    row
        As recorded now.
    lock_free
        Whether this process holds the home's lock (so the holder on this host is dead).
    still_s
        How long the counter has stood still.
    lease_s
        The lease time.
    """
    if not row.held:
        return True
    if lock_free and me.same_machine(row.holder):
        return True
    return still_s >= lease_s


class Lease:
    """The lease of this daemon.

    Parameters
    ----------
    database
        Gets the epoch when the lease is taken.
    clock
        Tells the age of the last renewal.
    me
        Who we are.
    lease_s
        The lease time.
    """

    def __init__(self, database: Database, clock: Clock, me: Identity, lease_s: float) -> None:
        self._database = database
        self._clock = clock
        self._me = me
        self._renewed_s = -1.0
        self.lease_s = lease_s
        self.watch = Watch()

    @property
    def renewal_s(self) -> float:
        """Seconds between renewals."""
        return self.lease_s / RENEWALS_PER_LEASE

    async def try_take(self, *, lock_free: bool) -> bool:
        """Look at the lease once and take it if it may be taken.

        Raises
        ------
        HeldError
            The holder was seen alive (its counter moved).
        """
        row = await self._database.run(read_lease)
        still_s = self.watch.still_s(row, self._clock.boottime_s())
        if row.held and still_s < 0:
            raise held_by(row)
        if not may_take(row, self._me, lock_free=lock_free, still_s=still_s, lease_s=self.lease_s):
            return False
        started_s = self._clock.boottime_s()
        epoch = await self._database.write_without_lease(lambda tx: _take(tx, row, self._me))
        if epoch is None:
            return False
        self._database.epoch, self._renewed_s = epoch, started_s
        return True

    async def renew(self) -> None:
        """Advance the counter.

        Raises
        ------
        LeaseError
            Another daemon has taken over.
        """
        started_s = self._clock.boottime_s()
        await self._database.write(_advance)
        self._renewed_s = started_s

    def check(self) -> None:
        """Make sure that an effect outside the database may still happen.

        Raises
        ------
        StaleLeaseError
            More than half of the lease has gone since the last renewal.
        """
        age_s = self._clock.boottime_s() - self._renewed_s
        if self._renewed_s < 0 or age_s > self.lease_s / 2:
            raise StaleLeaseError(
                f"the lease was last renewed {age_s:.0f} s ago: nothing is done on it",
                "Passes by itself unless another daemon takes over; the machine may have slept.",
            )

    async def release(self) -> None:
        """Give the lease back, so that the next daemon need not wait."""
        await self._database.write(lambda tx: tx.execute("UPDATE lease SET held = 0"))


def held_by(row: LeaseRow) -> HeldError:
    """Say who holds the home."""
    return HeldError(
        f"another daemon runs this home: process {row.holder.pid} on host {row.holder.host} "
        f"(since {row.since_at}, epoch {row.epoch})",
        "Use it with crystalctl, or stop it first: crystalctl down",
        host=row.holder.host,
        pid=row.holder.pid,
    )


def _advance(transaction: Transaction) -> None:
    transaction.execute("UPDATE lease SET counter = counter + 1")


def _take(transaction: Transaction, seen: LeaseRow, me: Identity) -> int | None:
    """Take the lease if it is still as seen; tell the new epoch."""
    changed = transaction.execute(
        "UPDATE lease SET epoch = epoch + 1, counter = counter + 1, held = 1, host = ?, pid = ?, "
        "process_start = ?, boot_id = ?, since_at = ? WHERE epoch = ? AND counter = ? AND held = ?",
        (
            me.host,
            me.pid,
            me.process_start,
            me.boot_id,
            transaction.at,
            seen.epoch,
            seen.counter,
            int(seen.held),
        ),
    )
    return seen.epoch + 1 if changed.rowcount == 1 else None
