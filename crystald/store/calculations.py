"""Calculations: the one way to move them, and what the tasks ask about them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from crystald.errors import NotFoundError, StoreError
from crystald.models import Calculation
from crystald.names import StepName
from crystald.states import FINAL, SETTLED, Event, State, advance
from crystald.store import journal
from crystald.store.database import Transaction
from crystald.store.journal import Subject

UNTOLD: Final = "untold"
"""What a transaction brings about that leaves a calculation whose end its dependents do not know."""

PICTURED = ("BAND", "DOSS")
"""Step types that share a picture."""

COLUMNS = "id, run_id, material_id, step, position, state, held, attempts, reason"
"""What :func:`calculation_of` reads."""


def calculation_of(row: sqlite3.Row) -> Calculation:
    """Make the value of a row of ``calculations``."""
    return Calculation(
        row["id"],
        row["run_id"],
        row["material_id"],
        row["step"],
        row["position"],
        State(row["state"]),
        bool(row["held"]),
        row["attempts"],
        row["reason"],
    )


def get(connection: sqlite3.Connection, calculation_id: int) -> Calculation:
    """Read one calculation.

    Raises
    ------
    NotFoundError
        There is none of this number.
    """
    row = connection.execute(
        f"SELECT {COLUMNS} FROM calculations WHERE id = ?",  # noqa: S608
        (calculation_id,),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"there is no calculation {calculation_id}")
    return calculation_of(row)


def move(transaction: Transaction, calculation_id: int, event: Event, reason: str = "") -> State:
    """Move a calculation by an event, guarded by its state, with its journal row.

    Raises
    ------
    IllegalTransitionError
        Its state does not allow the event.
    NotFoundError
        There is none of this number.
    """
    before = get(transaction.connection, calculation_id)
    after = advance(before.state, event)
    pictured = StepName.parse(before.step).type in PICTURED
    changed = transaction.execute(
        "UPDATE calculations SET state = ?, reason = ?, progressed = 0, pictured = ?, updated_at = ?"
        " WHERE id = ? AND state = ?",
        (after, reason, not pictured, transaction.at, calculation_id, before.state),
    )
    if changed.rowcount != 1:
        raise StoreError(f"calculation {calculation_id} changed inside a transaction")
    subject = Subject(before.run_id, calculation_id)
    journal.write(transaction, subject, event, states=(before.state, after), text=reason)
    transaction.changes.add(after)
    if after in FINAL or after is State.SKIPPED:
        transaction.changes.add(UNTOLD)
    if pictured and after in SETTLED:
        _picture_sisters_again(transaction, before)
    return after


def _picture_sisters_again(transaction: Transaction, calculation: Calculation) -> None:
    """Let what is pictured together with a calculation be looked at once more."""
    step = StepName.parse(calculation.step)
    for kind in PICTURED:
        if kind != step.type:
            transaction.execute(
                "UPDATE calculations SET pictured = 0 WHERE run_id = ? AND material_id = ?"
                " AND step = ? AND state = 'done'",
                (calculation.run_id, calculation.material, str(StepName(kind, step.number))),
            )


def to_progress(connection: sqlite3.Connection, limit: int) -> list[Calculation]:
    """List calculations that came to an end which their dependents have not been told of."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM calculations WHERE progressed = 0"  # noqa: S608
        " AND state IN ('done', 'failed', 'cancelled', 'skipped') ORDER BY id LIMIT ?",
        (limit,),
    )
    return [calculation_of(row) for row in rows]


@dataclass(frozen=True)
class Progress:
    """What progressing one calculation did: dependents made ready, and skipped."""

    ready: int
    skipped: int


def progress(transaction: Transaction, *, of: int) -> Progress:
    """Tell the dependents of a calculation that it came to an end, and mark it told.

    Dependents whose needs are all done become ready; a need that will not be done skips them.
    """
    state = get(transaction.connection, of).state
    if state is State.DONE:
        result = Progress(_release_dependents(transaction, of), 0)
    elif state in (State.FAILED, State.CANCELLED, State.SKIPPED):
        result = Progress(0, _skip_dependents(transaction, of, state))
    else:
        return Progress(0, 0)
    transaction.execute("UPDATE calculations SET progressed = 1 WHERE id = ?", (of,))
    if not to_progress(transaction.connection, 1):
        transaction.changes.discard(UNTOLD)
    return result


def _dependents(transaction: Transaction, calculation_id: int, *states: State) -> list[int]:
    marks = ", ".join("?" * len(states))
    rows = transaction.execute(
        "SELECT DISTINCT c.id FROM needs n JOIN calculations c ON c.id = n.calculation_id"  # noqa: S608
        f" WHERE n.needed_id = ? AND c.state IN ({marks}) ORDER BY c.id",
        (calculation_id, *states),
    )
    return [row["id"] for row in rows]


def _release_dependents(transaction: Transaction, calculation_id: int) -> int:
    released = 0
    for dependent in _dependents(transaction, calculation_id, State.WAITING):
        open_need = transaction.one(
            "SELECT 1 FROM needs n JOIN calculations c ON c.id = n.needed_id"
            " WHERE n.calculation_id = ? AND c.state <> 'done' LIMIT 1",
            (dependent,),
        )
        if open_need is None:
            move(transaction, dependent, Event.NEEDS_MET)
            released += 1
    return released


def _skip_dependents(transaction: Transaction, calculation_id: int, state: State) -> int:
    needed = get(transaction.connection, calculation_id)
    dependents = _dependents(transaction, calculation_id, State.WAITING, State.READY)
    for dependent in dependents:
        reason = f"{needed.step}, which it needs, was {state}"
        move(transaction, dependent, Event.NEED_FAILED, reason)
    return len(dependents)


def state_counts(connection: sqlite3.Connection, run_id: str = "") -> dict[str, int]:
    """Count the calculations of a run by state; of all runs when `run_id` is empty."""
    rows = connection.execute(
        "SELECT state, n FROM state_counts WHERE run_id = ? AND n > 0 ORDER BY state", (run_id,)
    )
    return {row["state"]: row["n"] for row in rows}
