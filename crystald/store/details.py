"""Single things in full, for ``show``: a run, a material, a calculation, a decision, a job."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from crystald.errors import NotFoundError
from crystald.states import State
from crystald.store import decisions, views
from crystald.store.views import Filter

Detail = dict[str, object]
CALCULATIONS_SHOWN = 200
PROPERTIES_SHOWN = 500


def show(connection: sqlite3.Connection, identifier: str) -> Detail:
    """Show whatever an id names: ``r1``, ``c12``, ``d3``, a job ``local.17``, or a material.

    A name that two kinds share is told apart by its kind: ``material:c12``.

    Raises
    ------
    NotFoundError
        Nothing has this id.
    """
    kind, colon, rest = identifier.partition(":")
    if colon and kind in _FINDERS:
        found = _FINDERS[kind](connection, rest)
        if found is not None:
            return found
        raise NotFoundError(f"there is no {kind} {rest!r}")
    for finder in _FINDERS.values():
        found = finder(connection, identifier)
        if found is not None:
            return found
    raise NotFoundError(
        f"nothing here is called {identifier!r}",
        "Ids: r1 (run), c1 (calculation), d1 (decision), local.1 (job), or a material's name.",
    )


def _numbered(identifier: str, letter: str) -> int | None:
    digits = identifier.removeprefix(letter)
    plain = identifier.startswith(letter) and digits.isascii() and digits.isdigit()
    return int(digits) if plain and len(digits) < 18 else None


def _run(connection: sqlite3.Connection, identifier: str) -> Detail | None:
    row = connection.execute("SELECT * FROM runs WHERE id = ?", (identifier,)).fetchone()
    if row is None:
        return None
    page = views.list_calculations(connection, Filter(run=identifier, limit=CALCULATIONS_SHOWN))
    return {
        "kind": "run",
        "id": row["id"],
        "name": row["name"],
        "workflow": row["workflow"],
        "created_at": row["created_at"],
        "plan": row["plan"],
        "progress": views.run_progress(connection, identifier),
        "calculations": page.rows,
    }


def _calculation(connection: sqlite3.Connection, identifier: str) -> Detail | None:
    number = _numbered(identifier, "c")
    if number is None:
        return None
    row = connection.execute("SELECT * FROM calculations WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    return {
        "kind": "calculation",
        "id": identifier,
        "run_id": row["run_id"],
        "material": row["material_id"],
        "step": row["step"],
        "state": row["state"],
        "held": bool(row["held"]),
        "reason": row["reason"],
        "standin": bool(row["standin"]),
        "directory": row["directory"],
        "updated_at": row["updated_at"],
        "needs": _needs(connection, number),
        "attempts": _attempts(connection, number),
        "marks": _marks(connection, number),
        "properties": _properties(connection, number),
        "files": _files(connection, number),
        "decisions": _decisions_of(connection, number),
    }


def _needs(connection: sqlite3.Connection, number: int) -> list[Detail]:
    rows = connection.execute(
        "SELECT n.need, 'c' || c.id AS id, c.step, c.state FROM needs n"
        " JOIN calculations c ON c.id = n.needed_id WHERE n.calculation_id = ?",
        (number,),
    )
    return [dict(row) for row in rows]


def _attempts(connection: sqlite3.Connection, number: int) -> list[Detail]:
    rows = connection.execute(
        "SELECT number, token, state, job AS job_id, restart, exit_code, witness, why, directory,"
        " intended_at, accepted_at, started_at, ended_at, judged_at, f.class AS fault, f.line AS fault_line"
        " FROM attempts LEFT JOIN faults f ON f.attempt_id = attempts.id"
        " WHERE calculation_id = ? ORDER BY number",
        (number,),
    )
    return [dict(row) for row in rows]


def _marks(connection: sqlite3.Connection, number: int) -> list[str]:
    """Give the reasons to look twice at a result, none where there is no result."""
    row = connection.execute(
        "SELECT marks FROM results WHERE calculation_id = ?", (number,)
    ).fetchone()
    return json.loads(row["marks"]) if row else []


def _properties(connection: sqlite3.Connection, number: int) -> list[Detail]:
    rows = connection.execute(
        "SELECT name, value_real, value_text, unit, file, line FROM properties"
        " WHERE calculation_id = ? ORDER BY name LIMIT ?",
        (number, PROPERTIES_SHOWN),
    )
    return [
        {
            "name": row["name"],
            "value": row["value_real"]
            if row["value_text"] is None
            else json.loads(row["value_text"]),
            "unit": row["unit"],
            "file": row["file"],
            "line": row["line"],
        }
        for row in rows
    ]


def _files(connection: sqlite3.Connection, number: int) -> list[Detail]:
    rows = connection.execute(
        "SELECT suffix, path, bytes, sha256 FROM files WHERE calculation_id = ? ORDER BY suffix",
        (number,),
    )
    return [dict(row) for row in rows]


def _decisions_of(connection: sqlite3.Connection, number: int) -> list[Detail]:
    rows = connection.execute(
        "SELECT 'd' || id AS id, question, evidence, raised_at, answered_at, answer FROM decisions"
        " WHERE calculation_id = ? ORDER BY id",
        (number,),
    )
    return [dict(row) | {"evidence": json.loads(row["evidence"])} for row in rows]


def _decision(connection: sqlite3.Connection, identifier: str) -> Detail | None:
    number = _numbered(identifier, "d")
    if number is None:
        return None
    row = connection.execute(
        "SELECT d.*, c.state FROM decisions d JOIN calculations c ON c.id = d.calculation_id"
        " WHERE d.id = ?",
        (number,),
    ).fetchone()
    if row is None:
        return None
    evidence = json.loads(row["evidence"])
    choices = () if row["answered_at"] else decisions.choices(State(row["state"]), evidence)
    return {
        "kind": "decision",
        "id": identifier,
        "calculation": f"c{row['calculation_id']}",
        "question": row["question"],
        "evidence": evidence,
        "raised_at": row["raised_at"],
        "answered_at": row["answered_at"],
        "answer": row["answer"] or None,
        "choices": [{"choice": c, "does": decisions.WORDS[c]} for c in choices],
    }


def _job(connection: sqlite3.Connection, identifier: str) -> Detail | None:
    row = connection.execute(
        "SELECT j.job, j.claimed, j.note, j.seen_at, a.calculation_id, a.number, a.token"
        " FROM jobs j JOIN attempts a ON a.id = j.attempt_id WHERE j.job = ? ORDER BY j.id DESC LIMIT 1",
        (identifier,),
    ).fetchone()
    if row is None:
        return None
    return {
        "kind": "job",
        "id": row["job"],
        "claimed": bool(row["claimed"]),
        "note": row["note"],
        "seen_at": row["seen_at"],
        "calculation": f"c{row['calculation_id']}",
        "attempt": row["number"],
        "token": row["token"],
    }


def _material(connection: sqlite3.Connection, identifier: str) -> Detail | None:
    row = connection.execute(
        "SELECT * FROM materials WHERE material_id = ?", (identifier,)
    ).fetchone()
    if row is None:
        return None
    wanted = Filter(material=identifier, limit=CALCULATIONS_SHOWN)
    return {
        "kind": "material",
        "id": row["material_id"],
        "formula": row["formula"],
        "dimensionality": row["dimensionality"],
        "space_group": row["space_group"],
        "source_file": row["source_file"],
        "created_at": row["created_at"],
        "calculations": views.list_calculations(connection, wanted).rows,
    }


_FINDERS: dict[str, Callable[[sqlite3.Connection, str], Detail | None]] = {
    "run": _run,
    "calculation": _calculation,
    "decision": _decision,
    "job": _job,
    "material": _material,
}
