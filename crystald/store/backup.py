"""Backups by SQLite's own backup interface; nothing else ever opens or copies the file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from crystald.errors import StoreError


def back_up(connection: sqlite3.Connection, target: Path) -> Path:
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
        # inside one snapshot, in one step: a copy that others' commits restart may never end
        connection.execute("BEGIN")
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            connection.backup(copy, pages=-1)
        finally:
            connection.execute("ROLLBACK")
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        copy.close()
    if verdict != "ok":
        raise StoreError(f"the backup {partial} is not sound: {verdict}")
    partial.replace(target)
    _sync(target.parent)
    return target


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def expired(names: list[str], keep: int) -> list[str]:
    """Tell which backups may go when the newest `keep` stay (names sort by instant).

    Examples
    --------
    >>> expired(["b3", "b1", "b2"], 2)
    ['b1']
    """
    return sorted(names)[:-keep] if keep else sorted(names)
