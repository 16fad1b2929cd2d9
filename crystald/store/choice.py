"""What the submitter chooses from: calculations that are ready, and what counts against limits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from crystald.models import Calculation
from crystald.store.calculations import COLUMNS, calculation_of

Kind = tuple[str, str]
"""A run and a step of it."""

_READY = (
    f"SELECT {COLUMNS} FROM calculations WHERE state = 'ready' AND held = 0"  # noqa: S608
    " AND id NOT IN (SELECT value FROM json_each(?))"
)
_ORDER = " ORDER BY priority DESC, position DESC, id LIMIT ?"

_FIRST_KIND = (
    "SELECT run_id, step FROM calculations WHERE state = 'ready' AND held = 0"
    " ORDER BY run_id, step LIMIT 1"
)
_NEXT_KIND = (
    "SELECT run_id, step FROM calculations WHERE state = 'ready' AND held = 0"
    " AND (run_id, step) > (?, ?) ORDER BY run_id, step LIMIT 1"
)


def ready(
    connection: sqlite3.Connection, limit: int, without: Sequence[int] = ()
) -> list[Calculation]:
    """List calculations that may be submitted: by priority, started materials first."""
    rows = connection.execute(_READY + _ORDER, (json.dumps(without), limit))
    return [calculation_of(row) for row in rows]


def ready_of_each(
    connection: sqlite3.Connection, limit: int, without: Sequence[int] = ()
) -> list[Calculation]:
    """List the first calculations of each run and step that may be submitted, in the same order.

    Whatever limits there are, what they leave to be chosen is among these: so many of one run
    cannot stand before those of another.

    Parameters
    ----------
    limit
        How many of each.
    """
    found: list[tuple[int, Calculation]] = []
    for kind in ready_kinds(connection):
        rows = connection.execute(
            _READY.replace(COLUMNS, f"{COLUMNS}, priority")
            + " AND run_id = ? AND step = ?"
            + _ORDER,
            (json.dumps(without), *kind, limit),
        )
        found += [(row["priority"], calculation_of(row)) for row in rows]
    found.sort(key=lambda pair: (-pair[0], -pair[1].position, pair[1].id))
    return [calculation for _, calculation in found]


def ready_kinds(connection: sqlite3.Connection) -> list[Kind]:
    """List the runs and steps that have something ready: one look at the index for each."""
    kinds: list[Kind] = []
    row = connection.execute(_FIRST_KIND).fetchone()
    while row is not None:
        kinds.append((row["run_id"], row["step"]))
        row = connection.execute(_NEXT_KIND, kinds[-1]).fetchone()
    return kinds


def done_count(connection: sqlite3.Connection, kind: Kind, most: int) -> int:
    """Count the calculations of a step that are done in a run, up to `most`."""
    return _count(connection, "state = 'done'", kind, most)


def unsettled_count(connection: sqlite3.Connection, kind: Kind, most: int) -> int:
    """Count those that wait for a remedy or for a person, up to `most`."""
    return _count(connection, "state IN ('recovering', 'decision')", kind, most)


def _count(connection: sqlite3.Connection, condition: str, kind: Kind, most: int) -> int:
    row = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM calculations WHERE run_id = ? AND step = ?"  # noqa: S608
        f" AND {condition} LIMIT ?)",
        (*kind, most),
    ).fetchone()
    return int(row[0])
