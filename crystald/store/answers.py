"""Answers to decisions.

An answer is recorded first, in the transaction of what it does at once; results that are accepted
are published and recorded by the collector afterwards, so that a crash in between loses nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from crystald.errors import NotFoundError, RefusedError, RequestError
from crystald.states import Event, State
from crystald.store import byhand, calculations, holding, journal
from crystald.store.database import Transaction
from crystald.store.decisions import Choice, choices
from crystald.store.holding import Target
from crystald.store.journal import Subject

ACCEPTED = "accepted"
"""What wakes the collector: a result that a person takes as it is."""


@dataclass(frozen=True)
class Question:
    """An open question.

    Attributes
    ----------
    attempt
        Id of the attempt that raised it; None where there was none.
    choices
        What may be answered, the proposed answer first.
    """

    id: int
    calculation: int
    run_id: str
    attempt: int | None
    text: str
    choices: tuple[Choice, ...]


def question(connection: sqlite3.Connection, number: int) -> Question:
    """Read a question that nobody has answered.

    Raises
    ------
    NotFoundError
        There is none of this number.
    RefusedError
        It was answered.
    """
    row = connection.execute(
        "SELECT d.*, c.run_id, c.state FROM decisions d JOIN calculations c"
        " ON c.id = d.calculation_id WHERE d.id = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"there is no decision d{number}", "Look at: crystalctl ls decisions")
    if row["answered_at"] is not None:
        raise RefusedError(f"d{number} was answered: {row['answer']} ({row['answered_at']})")
    return Question(
        row["id"],
        row["calculation_id"],
        row["run_id"],
        row["attempt_id"],
        row["question"],
        choices(State(row["state"]), json.loads(row["evidence"])),
    )


def answer(transaction: Transaction, number: int, chosen: int) -> tuple[Question, Choice]:
    """Answer a question, and do at once what can be done in a transaction.

    Parameters
    ----------
    chosen
        Of its choices, counted from 1.

    Raises
    ------
    RequestError
        There is no such choice.
    RefusedError
        What it is about has changed meanwhile.
    """
    asked = question(transaction.connection, number)
    if not 1 <= chosen <= len(asked.choices):
        told = ", ".join(f"{n} ({choice})" for n, choice in enumerate(asked.choices, 1))
        raise RequestError(f"d{number} has no choice {chosen}", f"Choose one of: {told}.")
    choice = asked.choices[chosen - 1]
    transaction.execute(
        "UPDATE decisions SET answer = ?, answered_at = ?, carried_at = ? WHERE id = ?",
        (choice, transaction.at, None if choice is Choice.ACCEPT else transaction.at, number),
    )
    subject = Subject(asked.run_id, asked.calculation, asked.attempt)
    journal.write(transaction, subject, "answered", text=f"d{number}: {choice}")
    _carry_out(transaction, asked, choice)
    return asked, choice


def _carry_out(transaction: Transaction, asked: Question, choice: Choice) -> None:
    why = f"a person's answer to d{asked.id}"
    if choice is Choice.ACCEPT:
        transaction.changes.add(ACCEPTED)
    elif choice is Choice.RETRY:
        transaction.execute(  # jobs before it that ended without claiming do not count any more
            "UPDATE attempts SET unclaimed = -1 WHERE id = ?", (asked.attempt,)
        )
        calculations.move(transaction, asked.calculation, Event.RETRIED, why)
    elif choice is Choice.GIVE_UP:
        calculations.move(transaction, asked.calculation, Event.GIVEN_UP, why)
    elif choice is Choice.GONE:
        byhand.gone(transaction, asked.attempt, why)
    elif choice is Choice.RELEASE:
        holding.release(transaction, [Target(asked.run_id, "run_id", asked.run_id)])


def accepted(
    connection: sqlite3.Connection, limit: int, without: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """List accepted results that are not published yet: decision and attempt."""
    rows = connection.execute(
        "SELECT id, attempt_id FROM decisions WHERE answer <> '' AND carried_at IS NULL"
        " AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
        (json.dumps(without), limit),
    )
    return [(row["id"], row["attempt_id"]) for row in rows]


def carried(transaction: Transaction, number: int) -> bool:
    """Note that an answer was carried out; tell whether that was still to be done."""
    done = transaction.execute(
        "UPDATE decisions SET carried_at = ? WHERE id = ? AND carried_at IS NULL",
        (transaction.at, number),
    )
    return done.rowcount == 1


def is_carried(connection: sqlite3.Connection, number: int) -> bool:
    """Tell whether an answer was carried out."""
    row = connection.execute("SELECT carried_at FROM decisions WHERE id = ?", (number,)).fetchone()
    return row is not None and row["carried_at"] is not None
