"""Counting everything, page by page: what the audit compares with disk and scheduler."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class AttemptRow:
    """An attempt as recorded, for the audit."""

    id: int
    token: str
    state: str
    directory: str
    job: str | None
    restart: int


def attempts_page(connection: sqlite3.Connection, after: int, limit: int) -> list[AttemptRow]:
    """List attempts in order of their ids."""
    rows = connection.execute(
        "SELECT id, token, state, directory, job, restart FROM attempts WHERE id > ?"
        " ORDER BY id LIMIT ?",
        (after, limit),
    )
    return [AttemptRow(*row) for row in rows]


def good_before(connection: sqlite3.Connection, after: int, upto: int) -> int:
    """Count, of a page, the good attempts of calculations that are done and had a good one before.

    Parameters
    ----------
    after, upto
        The page: ids above the first, up to the second.
    """
    row = connection.execute(
        "SELECT count(*) FROM attempts a JOIN calculations c ON c.id = a.calculation_id"  # noqa: S608
        f" WHERE a.id > ? AND a.id <= ? AND c.state = 'done' AND {_good('a')} AND EXISTS"
        " (SELECT 1 FROM attempts b WHERE b.calculation_id = a.calculation_id"
        f" AND b.number < a.number AND {_good('b')})",
        (after, upto),
    ).fetchone()
    return int(row[0])


def _good(attempt: str) -> str:
    return (
        f"{attempt}.state = 'judged' AND {attempt}.good = 1 AND NOT EXISTS"  # noqa: S608
        f" (SELECT 1 FROM faults f WHERE f.attempt_id = {attempt}.id)"
    )


def last_journal_seq(connection: sqlite3.Connection) -> int:
    """Tell the number of the newest journal row; 0 for none."""
    row = connection.execute("SELECT max(seq) FROM journal").fetchone()
    return int(row[0] or 0)
