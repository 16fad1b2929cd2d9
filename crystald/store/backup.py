"""Backups by SQLite's own backup interface; nothing else ever opens or copies the file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from crystald.durable import sync_directory
from crystald.errors import StoreBusyError, StoreError

PAGES = 256
"""Pages that are copied in one step where readers hold writers up: a megabyte, some milliseconds."""

PAUSE_S = 0.02
"""Time between two steps, s: writers that wait come in."""

Copy = Callable[[sqlite3.Connection], None]
"""Fills an empty database."""


def snapshot_of(connection: sqlite3.Connection) -> Copy:
    """Copy all in one step, inside one snapshot, by a connection of its own.

    For a write-ahead log, where readers and writers do not hold each other up; in steps, a copy
    that others' commits begin anew might never end.
    """

    def copy(target: sqlite3.Connection) -> None:
        connection.execute("BEGIN")
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            connection.backup(target, pages=-1)
        finally:
            connection.execute("ROLLBACK")

    return copy


def steps_of(writer: sqlite3.Connection, stop: threading.Event) -> Copy:
    """Copy in steps with pauses, by the one writing connection, in another thread than its own.

    For a rollback journal, where a reader holds every commit up: the lock is held for one step at
    a time. What the connection itself writes meanwhile goes into the copy as well, so that the
    copy does not begin anew, and at its end is the database of that moment; a step that meets an
    open transaction waits for its end (https://sqlite.org/c3ref/backup_finish.html).

    Parameters
    ----------
    stop
        Ends the copy early.
    """

    def between(_status: int, left: int, _total: int) -> None:
        if stop.wait(PAUSE_S if left else 0.0):
            raise StoreBusyError("the backup was given up: the daemon ends")

    def copy(target: sqlite3.Connection) -> None:
        writer.backup(target, pages=PAGES, progress=between, sleep=PAUSE_S)

    return copy


def back_up(fill: Copy, target: Path) -> Path:
    """Write a verified copy of the database beside `target` and rename it into place.

    Raises
    ------
    StoreError
        The copy fails SQLite's integrity check.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    copy = sqlite3.connect(partial)
    try:
        fill(copy)
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        copy.close()
    if verdict != "ok":
        raise StoreError(f"the backup {partial} is not sound: {verdict}")
    partial.replace(target)
    sync_directory(target.parent)
    return target


def expired(names: list[str], keep: int) -> list[str]:
    """Tell which backups may go when the newest `keep` stay (names sort by instant).

    Examples
    --------
    >>> expired(["b3", "b1", "b2"], 2)
    ['b1']
    """
    return sorted(names)[:-keep] if keep else sorted(names)
