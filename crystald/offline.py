"""Looking while the daemon is down: the database, read-only, and who had it last."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crystald import __version__
from crystald.desk.table import answer_from_database
from crystald.errors import NotFoundError, StoreError
from crystald.settings import load_settings, root
from crystald.store import attempts, calculations, views
from crystald.store.lease import read_lease


def answer_offline(home: Path, command: str, arguments: Mapping[str, object]) -> object:
    """Answer a looking command of a home whose daemon is down.

    Raises
    ------
    CrystaldError
        There is no database yet, it cannot be read, or the command needs the daemon.
    """
    settings = load_settings(home)
    database = root(home, settings.roots.state) / "materials.db"
    with _opened(database) as connection:
        if command == "status":
            return _status(connection, settings.scheduler.kind)
        return answer_from_database(connection, command, arguments)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise NotFoundError(f"{path} does not exist yet", "Start the daemon: crystalctl up")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(
            f"{path} cannot be read: {error}", "Check its rights and the disk."
        ) from error


def _status(connection: sqlite3.Connection, kind: str) -> dict[str, object]:
    lease = read_lease(connection)
    return {
        "daemon": {
            "running": False,
            "pid": lease.holder.pid or None,
            "host": lease.holder.host or None,
            "since": lease.since_at or None,
            "epoch": lease.epoch,
            "version": __version__,
            "gave_back": not lease.held,
            "last_change_at": views.last_change_at(connection),
        },
        "scheduler": {"kind": kind, "cluster": None, "answers": None, "jobs": None},
        "queue": {
            "states": calculations.state_counts(connection),
            "live": attempts.live_count(connection),
            "decisions": views.open_decisions(connection),
        },
        "banners": [],
    }
