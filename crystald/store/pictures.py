"""Which finished calculations still want a picture, and what it is drawn from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from crystald.states import State
from crystald.store import journal
from crystald.store.database import Transaction
from crystald.store.journal import Subject
from crystald.store.results import KeptFile


@dataclass(frozen=True)
class Subjects:
    """A finished calculation and its finished sisters (same run, same material).

    Attributes
    ----------
    files
        step -> suffix -> path relative to the workspace.
    """

    calculation_id: int
    run_id: str
    material: str
    step: str
    directory: str
    standin: bool
    files: dict[str, dict[str, str]]
    states: dict[str, State]


def to_picture(
    connection: sqlite3.Connection, limit: int, without: Sequence[int] = ()
) -> list[int]:
    """List finished calculations that were not looked at for a picture, oldest first."""
    rows = connection.execute(
        "SELECT id FROM calculations WHERE pictured = 0 AND state = 'done'"
        " AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
        (json.dumps(without), limit),
    )
    return [row["id"] for row in rows]


def others_wait(connection: sqlite3.Connection) -> bool:
    """Tell whether a calculation is on its way from its parent's end to the scheduler."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM calculations WHERE state = 'ready' AND held = 0)"
        " OR EXISTS (SELECT 1 FROM calculations WHERE state IN ('submitting', 'ended'))"
        " OR EXISTS (SELECT 1 FROM calculations WHERE progressed = 0"
        " AND state IN ('done', 'failed', 'cancelled', 'skipped'))"
    ).fetchone()
    return bool(row[0])


def subjects(connection: sqlite3.Connection, calculation_id: int) -> Subjects:
    """Gather what a picture of a calculation can show."""
    row = connection.execute(
        "SELECT run_id, material_id, step, directory, standin FROM calculations WHERE id = ?",
        (calculation_id,),
    ).fetchone()
    found: dict[str, dict[str, str]] = {}
    for file in connection.execute(
        "SELECT c.step, f.suffix, f.path FROM calculations c JOIN files f ON f.calculation_id = c.id"
        " WHERE c.run_id = ? AND c.material_id = ? AND c.state = 'done'",
        (row["run_id"], row["material_id"]),
    ):
        found.setdefault(file["step"], {})[file["suffix"]] = file["path"]
    return Subjects(
        calculation_id,
        row["run_id"],
        row["material_id"],
        row["step"],
        row["directory"],
        bool(row["standin"]),
        found,
        _states(connection, row),
    )


def _states(connection: sqlite3.Connection, row: sqlite3.Row) -> dict[str, State]:
    steps = connection.execute(
        "SELECT step, state FROM calculations WHERE run_id = ? AND material_id = ?",
        (row["run_id"], row["material_id"]),
    )
    return {step["step"]: State(step["state"]) for step in steps}


def pictured(
    transaction: Transaction, subject: Subjects, file: KeptFile | None, trouble: str = ""
) -> None:
    """Record that a calculation was looked at, with its picture, or with why there is none."""
    transaction.execute(
        "UPDATE calculations SET pictured = 1 WHERE id = ?", (subject.calculation_id,)
    )
    if file is not None:
        transaction.execute(
            "INSERT INTO files (calculation_id, attempt_id, suffix, path, bytes, sha256)"
            " SELECT calculation_id, attempt_id, ?, ?, ?, ? FROM results WHERE calculation_id = ?"
            " ON CONFLICT (calculation_id, suffix) DO UPDATE SET path = excluded.path,"
            " bytes = excluded.bytes, sha256 = excluded.sha256",
            (file.suffix, file.path, file.bytes, file.sha256, subject.calculation_id),
        )
    if trouble:
        about = Subject(subject.run_id, subject.calculation_id)
        journal.write(transaction, about, "picture.failed", text=trouble)
