"""Attempts: the intent that comes before the act, the live ones, and their steps from state to state."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from crystald.models import Attempt
from crystald.names import JobId, Token
from crystald.states import (
    AttemptEvent,
    AttemptState,
    Event,
    State,
    advance_attempt,
)
from crystald.store import calculations, journal
from crystald.store.database import Transaction
from crystald.store.journal import Subject

_COLUMNS = "id, calculation_id, number, token, state, directory, name, job, restart"


@dataclass(frozen=True)
class LiveAttempt:
    """An attempt that the reconciler looks after, with what it needs to know of it."""

    attempt: Attempt
    unclaimed: int
    material: str
    step: str
    calculation_directory: str
    held: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Intent:
    """What is committed before the scheduler hears of an attempt."""

    calculation_id: int
    token: Token
    name: str
    directory: str
    deck_sha256: str
    number: int


def attempt_of(row: sqlite3.Row) -> Attempt:
    """Make the value of a row of ``attempts``."""
    return Attempt(
        row["id"],
        row["calculation_id"],
        row["number"],
        Token(row["token"]),
        AttemptState(row["state"]),
        row["directory"],
        row["name"],
        JobId.parse(row["job"]) if row["job"] else None,
        row["restart"],
    )


def intend(transaction: Transaction, intent: Intent, prepared: int) -> Attempt | None:
    """Commit an attempt; None when the calculation is no longer as it was prepared for.

    Parameters
    ----------
    transaction
        Of the intent.
    intent
        What will be submitted.
    prepared
        The number for which it was prepared: one more than there were attempts. Its own may be
        higher where somebody else's directories are in the way.
    """
    calculation = calculations.get(transaction.connection, intent.calculation_id)
    if (
        calculation.state is not State.READY
        or calculation.held
        or calculation.attempt + 1 != prepared
    ):
        return None
    cursor = transaction.execute(
        "INSERT INTO attempts (calculation_id, number, token, name, directory, state, epoch,"
        " deck_sha256, unclaimed, intended_at) VALUES (?, ?, ?, ?, ?, 'intent', ?, ?, ?, ?)",
        (
            intent.calculation_id,
            intent.number,
            intent.token,
            intent.name,
            intent.directory,
            transaction.epoch,
            intent.deck_sha256,
            _unclaimed(transaction, intent),
            transaction.at,
        ),
    )
    transaction.execute(
        "UPDATE calculations SET attempts = ? WHERE id = ?",
        (intent.number, intent.calculation_id),
    )
    calculations.move(
        transaction, intent.calculation_id, Event.INTENDED, f"attempt {intent.number}"
    )
    journal.write(
        transaction,
        Subject(calculation.run_id, intent.calculation_id, cursor.lastrowid),
        "intended",
        states=("", AttemptState.INTENT),
        text=intent.name,
    )
    return get(transaction.connection, int(cursor.lastrowid or 0))


def _unclaimed(transaction: Transaction, intent: Intent) -> int:
    """Count the attempts just before whose jobs ended without ever claiming."""
    row = transaction.one(
        "SELECT state, accepted_at, unclaimed FROM attempts WHERE calculation_id = ?"
        " ORDER BY number DESC LIMIT 1",
        (intent.calculation_id,),
    )
    if row is None or row["state"] != AttemptState.REVOKED or row["accepted_at"] is None:
        return 0
    return int(row["unclaimed"]) + 1


def get(connection: sqlite3.Connection, attempt_id: int) -> Attempt:
    """Give an attempt by its id."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM attempts WHERE id = ?",  # noqa: S608
        (attempt_id,),
    ).fetchone()
    return attempt_of(row)


_LIVE = (
    "SELECT a.id, a.calculation_id, a.number, a.token, a.state, a.directory, a.name, a.job,"
    " a.restart, a.unclaimed, c.material_id, c.step, c.directory AS home, c.held, c.reason"
    " FROM attempts a JOIN calculations c ON c.id = a.calculation_id"
)


def _live_of(row: sqlite3.Row) -> LiveAttempt:
    return LiveAttempt(
        attempt_of(row),
        row["unclaimed"],
        row["material_id"],
        row["step"],
        row["home"],
        bool(row["held"]),
        row["reason"],
    )


def live(connection: sqlite3.Connection, after: int, limit: int) -> list[LiveAttempt]:
    """List live attempts in order of their ids, from the one after `after`."""
    rows = connection.execute(
        f"{_LIVE} WHERE a.state IN ('intent', 'accepted', 'running') AND a.id > ?"
        " ORDER BY a.id LIMIT ?",
        (after, limit),
    )
    return [_live_of(row) for row in rows]


def live_by_token(connection: sqlite3.Connection, token: Token) -> LiveAttempt | None:
    """Find the live attempt of a token; None when it has none."""
    row = connection.execute(
        f"{_LIVE} WHERE a.token = ? AND a.state IN ('intent', 'accepted', 'running')", (token,)
    ).fetchone()
    return _live_of(row) if row else None


def withheld(connection: sqlite3.Connection, token: Token) -> str:
    """Tell why an attempt that was committed shall not be submitted after all; empty if it may."""
    row = connection.execute(
        "SELECT a.state AS attempt, c.state, c.held FROM attempts a"
        " JOIN calculations c ON c.id = a.calculation_id WHERE a.token = ?",
        (token,),
    ).fetchone()
    if row is None or row["attempt"] != AttemptState.INTENT or row["state"] != State.SUBMITTING:
        return "it was closed before it was submitted"
    return "its calculation is held" if row["held"] else ""


def live_by_step(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """Count the live attempts of each run and step."""
    rows = connection.execute(
        "SELECT c.run_id, c.step, count(*) AS n FROM attempts a"
        " JOIN calculations c ON c.id = a.calculation_id"
        " WHERE a.state IN ('intent', 'accepted', 'running') GROUP BY c.run_id, c.step"
    )
    return {(row["run_id"], row["step"]): row["n"] for row in rows}


def live_count(connection: sqlite3.Connection) -> int:
    """Count the live attempts (few: never more than the scheduler may hold)."""
    row = connection.execute(
        "SELECT count(*) FROM attempts WHERE state IN ('intent', 'accepted', 'running')"
    ).fetchone()
    return int(row[0])


def intent_count(connection: sqlite3.Connection) -> int:
    """Count the attempts of which it is not known whether the scheduler has them."""
    row = connection.execute(
        "SELECT count(*) FROM attempts WHERE state IN ('intent', 'accepted', 'running')"
        " AND state = 'intent'"
    ).fetchone()
    return int(row[0])


def not_live(connection: sqlite3.Connection, calculations: Sequence[int]) -> list[int]:
    """Tell which of some calculations have no live attempt."""
    rows = connection.execute(
        "SELECT value FROM json_each(?) EXCEPT SELECT calculation_id FROM attempts"
        " WHERE state IN ('intent', 'accepted', 'running')",
        (json.dumps(calculations),),
    )
    return [row["value"] for row in rows]


def ended(connection: sqlite3.Connection, limit: int, without: Sequence[int] = ()) -> list[int]:
    """List attempts whose output has not been judged, oldest first."""
    rows = connection.execute(
        "SELECT id FROM attempts WHERE state = 'ended'"
        " AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
        (json.dumps(without), limit),
    )
    return [row["id"] for row in rows]


def note_reasons(transaction: Transaction, waits: Sequence[tuple[LiveAttempt, str]]) -> None:
    """Keep why jobs wait, in plain words; a remark on the state, not a change of it.

    What has been said of a calculation since it was read stays.
    """
    transaction.connection.executemany(
        "UPDATE calculations SET reason = ?"
        " WHERE id = ? AND state IN ('queued', 'running') AND reason = ?",
        [(text, item.attempt.calculation_id, item.reason) for item, text in waits],
    )


def judge(transaction: Transaction, attempt: Attempt, text: str) -> None:
    """Record that the attempt's output was judged."""
    advance(transaction, attempt, AttemptEvent.JUDGED, text)
    transaction.execute(
        "UPDATE attempts SET judged_at = ? WHERE id = ?", (transaction.at, attempt.id)
    )


def remember_job(
    transaction: Transaction, attempt_id: int, job: JobId, *, claimed: bool = False, note: str = ""
) -> bool:
    """Keep a job that was seen for a token; tell whether it is new."""
    known = transaction.one(
        "SELECT claimed FROM jobs WHERE attempt_id = ? AND job = ?", (attempt_id, str(job))
    )
    transaction.execute(
        "INSERT INTO jobs (attempt_id, job, claimed, note, seen_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (attempt_id, job) DO UPDATE SET claimed = max(claimed, excluded.claimed),"
        " note = CASE excluded.note WHEN '' THEN note ELSE excluded.note END",
        (attempt_id, str(job), int(claimed), note, transaction.at),
    )
    return known is None


def advance(transaction: Transaction, attempt: Attempt, event: AttemptEvent, text: str) -> None:
    """Move an attempt to the state after an event, and say so in the journal.

    Raises
    ------
    IllegalTransitionError
        Its state does not allow the event.
    """
    after = advance_attempt(attempt.state, event)
    transaction.execute(
        "UPDATE attempts SET state = ?, why = ? WHERE id = ? AND state = ?",
        (after, text, attempt.id, attempt.state),
    )
    run = calculations.get(transaction.connection, attempt.calculation_id).run_id
    subject = Subject(run, attempt.calculation_id, attempt.id)
    journal.write(transaction, subject, event, states=(attempt.state, after), text=text)
    transaction.changes.add(f"attempt-{after}")
