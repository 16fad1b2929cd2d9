"""What people may look at: bounded, paged lists and single things; reading only.

Lists are paged by key: ``after`` is the key of the last row seen, and each answer carries the
key to go on from, or None at the end.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from crystald.errors import NotFoundError, RequestError
from crystald.states import SETTLED

PAGE_MAX = 1000


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to.

    Attributes
    ----------
    run, material, state
        Exact; None for all.
    after
        Key of the last row seen; 0 at the start.
    limit
        Most rows.
    """

    run: str | None = None
    material: str | None = None
    state: str | None = None
    after: int = 0
    limit: int = 100


@dataclass(frozen=True)
class Page:
    """Rows, and the key to go on from (None: no more)."""

    rows: list[dict[str, object]]
    next: int | None


_CALCULATIONS = (
    "SELECT c.id AS key, 'c' || c.id AS id, c.run_id, c.material_id AS material, c.step, c.state,"
    " c.held, c.reason, c.updated_at, c.standin, c.directory, a.job AS job_id, a.number AS attempt"
    " FROM calculations c LEFT JOIN attempts a"
    " ON a.calculation_id = c.id AND a.number = c.attempts AND c.attempts > 0"
)


def list_calculations(connection: sqlite3.Connection, f: Filter) -> Page:
    """List calculations with their last attempt."""
    where, values = ["c.id > ?"], [f.after]
    narrowed: list[tuple[str, object | None]] = [
        ("c.run_id = ?", f.run),
        ("c.material_id = ?", f.material),
        ("c.state = ?", f.state),
    ]
    parameters: list[object] = list(values)
    for clause, value in narrowed:
        if value is not None:
            where.append(clause)
            parameters.append(value)
    sql = f"{_CALCULATIONS} WHERE {' AND '.join(where)} ORDER BY c.id LIMIT ?"
    return _page(connection, sql, [*parameters, f.limit], f)


def list_runs(connection: sqlite3.Connection, f: Filter) -> Page:
    """List runs with the number of calculations in each state."""
    page = _page(
        connection,
        "SELECT number AS key, id, name, workflow, created_at FROM runs WHERE number > ?"
        " ORDER BY number LIMIT ?",
        [f.after, f.limit],
        f,
    )
    for row in page.rows:
        row["states"] = _counts(connection, str(row["id"]))
    return page


def list_materials(connection: sqlite3.Connection, f: Filter) -> Page:
    """List materials in the order in which they came."""
    return _page(
        connection,
        "SELECT rowid AS key, material_id AS id, formula, dimensionality, space_group,"
        " source_type, source_file, created_at FROM materials WHERE rowid > ?"
        " ORDER BY rowid LIMIT ?",
        [f.after, f.limit],
        f,
    )


def list_jobs(connection: sqlite3.Connection, f: Filter) -> Page:
    """List every job that was ever seen for one of our tokens."""
    return _page(
        connection,
        "SELECT j.id AS key, j.job AS id, 'c' || a.calculation_id AS calculation, a.number AS attempt,"
        " a.token, j.claimed, a.state, a.exit_code, j.note, j.seen_at"
        " FROM jobs j JOIN attempts a ON a.id = j.attempt_id WHERE j.id > ? ORDER BY j.id LIMIT ?",
        [f.after, f.limit],
        f,
    )


def list_decisions(connection: sqlite3.Connection, f: Filter) -> Page:
    """List the open questions."""
    page = _page(
        connection,
        "SELECT d.id AS key, 'd' || d.id AS id, 'c' || c.id AS calculation, c.run_id,"
        " c.material_id AS material, c.step, d.question, d.evidence, d.raised_at"
        " FROM decisions d JOIN calculations c ON c.id = d.calculation_id"
        " WHERE d.answered_at IS NULL AND d.id > ? ORDER BY d.id LIMIT ?",
        [f.after, f.limit],
        f,
    )
    for row in page.rows:
        row["evidence"] = json.loads(str(row["evidence"]))
    return page


def open_decisions(connection: sqlite3.Connection) -> int:
    """Count the open questions (few, and by an index of their own)."""
    row = connection.execute("SELECT count(*) FROM decisions WHERE answered_at IS NULL").fetchone()
    return int(row[0])


def last_change_at(connection: sqlite3.Connection) -> str | None:
    """Tell the instant of the newest journal row; None for an empty journal."""
    row = connection.execute(
        "SELECT at FROM journal WHERE seq = (SELECT max(seq) FROM journal)"
    ).fetchone()
    return row["at"] if row else None


LISTS: dict[str, Callable[[sqlite3.Connection, Filter], Page]] = {
    "runs": list_runs,
    "materials": list_materials,
    "calculations": list_calculations,
    "jobs": list_jobs,
    "decisions": list_decisions,
}
"""kind -> list."""


def list_of(connection: sqlite3.Connection, kind: str, f: Filter) -> Page:
    """List things of a kind.

    Raises
    ------
    RequestError
        There is no such kind, or the limit is out of bounds.
    """
    if kind not in LISTS:
        raise RequestError(f"there is no list of {kind!r}", f"Lists: {', '.join(LISTS)}.")
    if not 1 <= f.limit <= PAGE_MAX:
        raise RequestError(f"limit {f.limit} is not between 1 and {PAGE_MAX}")
    return LISTS[kind](connection, f)


def _page(connection: sqlite3.Connection, sql: str, parameters: list[object], f: Filter) -> Page:
    rows = [dict(row) for row in connection.execute(sql, parameters)]
    last = rows[-1]["key"] if len(rows) == f.limit else None
    for row in rows:
        del row["key"]
    return Page(rows, last)


def _counts(connection: sqlite3.Connection, run_id: str) -> dict[str, int]:
    rows = connection.execute(
        "SELECT state, n FROM state_counts WHERE run_id = ? AND n > 0 ORDER BY state", (run_id,)
    )
    return {row["state"]: row["n"] for row in rows}


def run_progress(connection: sqlite3.Connection, run_id: str) -> dict[str, object]:
    """Tell how far a run is.

    Returns
    -------
    dict
        ``run_id``, ``states`` (state -> number), ``total``, ``settled`` (only a person can move
        anything), ``all_done``.

    Raises
    ------
    NotFoundError
        There is no such run.
    """
    if not connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone():
        raise NotFoundError(f"there is no run {run_id!r}", "List them with: crystalctl ls runs")
    states = _counts(connection, run_id)
    total = sum(states.values())
    moving = _moving(connection, run_id, states)
    return {
        "run_id": run_id,
        "states": states,
        "total": total,
        "settled": moving == 0,
        "all_done": states.get("done", 0) == total,
    }


def _moving(connection: sqlite3.Connection, run_id: str, states: dict[str, int]) -> int:
    """Count what still moves by itself: not settled, and not waiting for a person."""
    moving = sum(n for state, n in states.items() if state not in SETTLED)
    held = _held(connection, run_id)
    if not (held or "decision" in states) or moving > states.get("waiting", 0) + held:
        return moving
    row = connection.execute(
        "WITH RECURSIVE stuck (id) AS ("
        " SELECT id FROM calculations WHERE run_id = ?1 AND state = 'decision'"
        " UNION SELECT id FROM calculations WHERE run_id = ?1 AND held = 1"
        " UNION SELECT n.calculation_id FROM needs n JOIN stuck s ON n.needed_id = s.id)"
        " SELECT count(*) FROM stuck s JOIN calculations c ON c.id = s.id"
        " WHERE c.state = 'waiting' OR (c.held = 1 AND c.state IN ('ready', 'recovering'))",
        (run_id,),
    ).fetchone()
    return moving - int(row[0])


def _held(connection: sqlite3.Connection, run_id: str) -> int:
    """Count what stays where it is until it is released."""
    row = connection.execute(
        "SELECT count(*) FROM calculations WHERE run_id = ? AND held = 1"
        " AND state IN ('waiting', 'ready', 'recovering')",
        (run_id,),
    ).fetchone()
    return int(row[0])


def journal_page(
    connection: sqlite3.Connection, subject: tuple[str, object] | None, after: int, limit: int
) -> Page:
    """List journal rows of a run (``run_id``), a calculation (``calculation_id``) or everything."""
    return _journal(connection, subject, ("seq > ?", "seq"), (after, limit))


def journal_back(
    connection: sqlite3.Connection, subject: tuple[str, object] | None, before: int, limit: int
) -> Page:
    """List the same rows from the newest to the oldest, those before a key."""
    return _journal(connection, subject, ("seq < ?", "seq DESC"), (before, limit))


def _journal(
    connection: sqlite3.Connection,
    subject: tuple[str, object] | None,
    way: tuple[str, str],
    bounds: tuple[int, int],
) -> Page:
    (where, order), (key, limit) = way, bounds
    values: list[object] = [key]
    if subject is not None:
        column, value = subject
        if column not in ("run_id", "calculation_id"):
            raise RequestError(f"the journal is not kept by {column}")
        where += f" AND {column} = ?"
        values.append(value)
    rows = [
        dict(row)
        for row in connection.execute(
            "SELECT seq, at, run_id, calculation_id, attempt_id, event, before, after, text"  # noqa: S608
            f" FROM journal WHERE {where} ORDER BY {order} LIMIT ?",
            (*values, limit),
        )
    ]
    for row in rows:
        row["calculation_id"] = f"c{row['calculation_id']}" if row["calculation_id"] else None
    return Page(rows, rows[-1]["seq"] if len(rows) == limit else None)
