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


def done_twice(connection: sqlite3.Connection) -> int:
    """Count calculations whose results come from more than one good attempt."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT a.calculation_id FROM attempts a"
        " JOIN calculations c ON c.id = a.calculation_id WHERE c.state = 'done'"
        " AND a.state = 'judged' AND a.good = 1 AND NOT EXISTS"
        " (SELECT 1 FROM faults f WHERE f.attempt_id = a.id)"
        " GROUP BY a.calculation_id HAVING count(*) > 1)"
    ).fetchone()
    return int(row[0])


def last_journal_seq(connection: sqlite3.Connection) -> int:
    """Tell the number of the newest journal row; 0 for none."""
    row = connection.execute("SELECT max(seq) FROM journal").fetchone()
    return int(row[0] or 0)
