"""The database file: one writing connection, one reading connection, transactions as functions.

A transaction is a plain function that runs from BEGIN to COMMIT in the connection's own thread:
it cannot await, cannot be cancelled half-way, and cannot interleave with another. Every one of
them first checks that the lease is still ours.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any, TypeVar

import aiosqlite

from crystald.clock import Clock, utc_text
from crystald.errors import LeaseError, StoreBusyError, StoreError
from crystald.store.backup import back_up, snapshot_of, steps_of

T = TypeVar("T")
Change = str
"""What a transaction brought about: a state that something entered, for waking tasks."""

BUSY_TIMEOUT_S = 20.0

_PRIMARY = 0xFF
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
    }
)
"""Primary result codes (https://sqlite.org/rescode.html) after which the file is as it was."""

Parameters = Iterable[object] | dict[str, object]


@dataclass
class Transaction:
    """The inside of a write transaction.

    Attributes
    ----------
    connection
        The writing connection, inside BEGIN IMMEDIATE.
    epoch
        Of the lease under which it runs.
    at
        Its instant, as text.
    changes
        States that were entered; tasks that look after them are woken after the commit.
    """

    connection: sqlite3.Connection
    epoch: int
    at: str
    changes: set[Change] = field(default_factory=set)

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Execute one statement."""
        return self.connection.execute(sql, parameters)  # type: ignore[arg-type]

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Give the first row, or None."""
        row: sqlite3.Row | None = self.execute(sql, parameters).fetchone()
        return row


class Connection(aiosqlite.Connection):
    """A connection whose thread also runs whole functions."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function in the connection's thread, between all other statements."""
        result: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return result

    def join(self) -> None:
        """Wait until the connection's thread has ended."""
        self._thread.join()


class CommitHook:
    """What may be told of commits: replaced in crash tests, silent in a daemon."""

    def before(self, transaction: Transaction) -> None:
        """Stand at the last moment before a commit."""

    def after(self, transaction: Transaction) -> None:
        """Stand at the first moment after a commit."""


class Database:
    """materials.db, opened by the one process that may write it.

    Parameters
    ----------
    path
        Of the file.
    connections
        The writing and the reading one.
    clock
        Gives the instants that rows carry.
    hook
        Told of every commit.
    """

    def __init__(
        self,
        path: Path,
        connections: tuple[Connection, Connection],
        clock: Clock,
        hook: CommitHook,
    ) -> None:
        self.path = path
        self._writing, self._reading = connections
        self._clock = clock
        self._hook = hook
        self._here = _Here(path)
        self._listeners: list[Callable[[frozenset[Change]], None]] = []
        self.epoch = 0

    def listen(self, listener: Callable[[frozenset[Change]], None]) -> None:
        """Call `listener` in the event loop after each commit that changed states."""
        self._listeners.append(listener)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a transaction under the lease.

        Raises
        ------
        LeaseError
            Another daemon has taken over; nothing was written.
        StoreBusyError
            The file is locked, or its disk is full or sick, just now.
        StoreError
            SQLite failed; nothing was written.
        """
        return await self._transact(work, self.epoch)

    async def write_without_lease(self, work: Callable[[Transaction], T]) -> T:
        """Run a transaction that is about the lease itself."""
        return await self._transact(work, None)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a reading function on the read-only connection, in one snapshot."""
        with _translated():
            return await self._reading.run(lambda connection: _snapshot(connection, work))

    def read_here(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a reading function in the calling thread, on a connection for such; blocking.

        For threads that must know what is committed at this very moment, and cannot wait for the
        event loop.

        Raises
        ------
        StoreBusyError
            The file is locked, or its disk is sick, just now.
        StoreError
            SQLite failed.
        """
        with _translated():
            return self._here.read(work)

    def close_here(self) -> None:
        """Close the connection of :meth:`read_here`; blocking."""
        self._here.close()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function on the writing connection outside any transaction (migrations, backup)."""
        with _translated():
            return await self._writing.run(work)

    async def back_up(self, target: Path) -> Path:
        """Write a verified copy of the database; transactions go on meanwhile."""
        with _translated():
            journal = await self._writing.run(_journal_of)
            if journal == "wal":
                return await self._back_up_snapshot(target)
            return await self._back_up_in_steps(target)

    async def _back_up_snapshot(self, target: Path) -> Path:
        source = await connect(self.path, read_only=True)
        try:
            return await source.run(lambda connection: back_up(snapshot_of(connection), target))
        finally:
            await source.close()

    async def _back_up_in_steps(self, target: Path) -> Path:
        stop = Event()
        fill = steps_of(await self._writing.run(lambda connection: connection), stop)
        work = asyncio.get_running_loop().run_in_executor(None, back_up, fill, target)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            stop.set()  # the connection is closed next: the copy has to have ended by then
            with suppress(Exception):
                await work
            raise

    async def _transact(self, work: Callable[[Transaction], T], epoch: int | None) -> T:
        at = utc_text(self._clock.now())

        def whole(connection: sqlite3.Connection) -> tuple[T, frozenset[Change]]:
            return _whole(connection, work, epoch, at, self._hook)

        with _translated():
            result, changes = await self._writing.run(whole)
        for listener in self._listeners if changes else ():
            listener(changes)
        return result


class _Here:
    """A read-only connection for one thread after another; to open it takes longer than to ask."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = Lock()
        self._connection: sqlite3.Connection | None = None

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a reading function in one snapshot; after an error the file is opened anew."""
        with self._turn:
            if self._connection is None:
                self._connection = _connector(self._path, read_only=True, journal="")()
            try:
                return _snapshot(self._connection, work)
            except sqlite3.Error:
                self._close()
                raise

    def close(self) -> None:
        """Close it; who asks later opens it again."""
        with self._turn:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _snapshot(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        connection.execute("ROLLBACK")


def _journal_of(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def _whole(
    connection: sqlite3.Connection,
    work: Callable[[Transaction], T],
    epoch: int | None,
    at: str,
    hook: CommitHook,
) -> tuple[T, frozenset[Change]]:
    connection.execute("BEGIN IMMEDIATE")
    transaction = Transaction(connection, epoch or 0, at)
    try:
        if epoch is not None:
            _check_epoch(connection, epoch)
        result = work(transaction)
        hook.before(transaction)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    hook.after(transaction)
    return result, frozenset(transaction.changes)


def _check_epoch(connection: sqlite3.Connection, epoch: int) -> None:
    row = connection.execute("SELECT epoch, held, host, pid FROM lease").fetchone()
    if row["epoch"] != epoch or not row["held"]:
        raise LeaseError(
            f"this daemon's lease (epoch {epoch}) was taken over by {row['host']} process {row['pid']}",
            "Nothing was changed. Look at the other daemon with: crystalctl status",
        )


class _translated:  # noqa: N801  (a context manager that reads as a word)
    """Turn SQLite's exceptions into ours, at the one border."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            passing = getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _PASSING
            raise (StoreBusyError if passing else StoreError)(
                f"the database failed: {error}", "Look at its disk." if passing else ""
            ) from error


def _connector(path: Path, *, read_only: bool, journal: str) -> Callable[[], sqlite3.Connection]:
    def connect() -> sqlite3.Connection:
        mode = "ro" if read_only else "rwc"
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_S,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            connection.execute(f"PRAGMA journal_mode = {journal}")
            connection.execute("PRAGMA synchronous = FULL")
        return connection

    return connect


async def connect(path: Path, *, read_only: bool, journal: str = "wal") -> Connection:
    """Open one connection; each has a thread of its own.

    Raises
    ------
    StoreError
        The file cannot be opened or is no database.
    """
    connection: Any = Connection(_connector(path, read_only=read_only, journal=journal), 64)
    try:
        return await connection  # type: ignore[no-any-return]
    except sqlite3.Error as error:
        await asyncio.to_thread(connection.join)  # it still speaks to this event loop
        raise StoreError(
            f"{path} cannot be opened: {error}", "Check the path, its rights and the disk."
        ) from error


@asynccontextmanager
async def open_database(
    path: Path, clock: Clock, *, journal: str = "wal", hook: CommitHook | None = None
) -> AsyncIterator[Database]:
    """Open a database for its one writer and close it at the end.

    The schema is not touched: see :mod:`crystald.store.migrate`.
    """
    writing = await connect(path, read_only=False, journal=journal)
    try:
        reading = await connect(path, read_only=True)
        try:
            database = Database(path, (writing, reading), clock, hook or CommitHook())
            try:
                yield database
            finally:
                await asyncio.to_thread(database.close_here)
        finally:
            await reading.close()
    finally:
        await writing.close()
