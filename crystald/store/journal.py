"""The journal: one row for every change of state, written in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass

from crystald.store.database import Transaction


@dataclass(frozen=True)
class Subject:
    """What a journal row is about; None where it does not apply."""

    run_id: str | None = None
    calculation_id: int | None = None
    attempt_id: int | None = None


def write(
    transaction: Transaction,
    subject: Subject,
    event: str,
    *,
    states: tuple[str, str] | None = None,
    text: str = "",
) -> None:
    """Append a row.

    Parameters
    ----------
    transaction
        Of the change.
    subject
        What it is about.
    event
        What happened, as a dotted name (``calculation.ready``) or an event of the tables.
    states
        State before and after.
    text
        Plain words for a person.
    """
    before, after = states or (None, None)
    transaction.execute(
        "INSERT INTO journal (at, epoch, run_id, calculation_id, attempt_id, event, before, after, text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            transaction.at,
            transaction.epoch,
            subject.run_id,
            subject.calculation_id,
            subject.attempt_id,
            event,
            before,
            after,
            text,
        ),
    )
