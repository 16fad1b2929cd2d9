"""Every decision of the protocol as one transaction: attempt, calculation and journal together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from crystald.models import Attempt, Deferred
from crystald.protocol import (
    Accept,
    Decision,
    End,
    Forsake,
    RecordAnswer,
    RecordRevoked,
    Requeue,
    Start,
)
from crystald.states import AttemptEvent, Event
from crystald.store import calculations, inbox, refusals
from crystald.store.attempts import advance, get, remember_job
from crystald.store.database import Transaction
from crystald.store.decisions import close_by_hand, raise_decision


def apply(
    transaction: Transaction,
    attempt: Attempt,
    decision: Decision,
    refusals_max: int = refusals.IN_A_ROW,
) -> bool:
    """Record a decision of the protocol; False when the attempt moved meanwhile (nothing done).

    Parameters
    ----------
    transaction
        Of the record.
    attempt
        As it was when the decision was made.
    decision
        What to record; a :class:`~crystald.protocol.Wait` or ``Revoke`` records nothing.
    refusals_max
        So many refusals in a row that are alike hold the run; 0 for never.
    """
    now = get(transaction.connection, attempt.id)
    recorder = _RECORDERS.get(type(decision))
    if isinstance(decision, RecordAnswer):
        recorder = partial(_record_answer, refusals_max=refusals_max)
    if recorder is None or (now.state, now.job, now.restart) != (
        attempt.state,
        attempt.job,
        attempt.restart,
    ):
        return False
    recorder(transaction, now, decision)
    if isinstance(decision, LAST):
        inbox.nothing_more(transaction, now.token)
    return True


def _accept(transaction: Transaction, attempt: Attempt, decision: Accept) -> None:
    advance(transaction, attempt, AttemptEvent.ACCEPTED, f"job {decision.job}")
    transaction.execute(
        "UPDATE attempts SET job = ?, accepted_at = ? WHERE id = ?",
        (str(decision.job), transaction.at, attempt.id),
    )
    remember_job(transaction, attempt.id, decision.job)
    refusals.passed(transaction, attempt.calculation_id)
    calculations.move(transaction, attempt.calculation_id, Event.ACCEPTED, f"job {decision.job}")


def _start(transaction: Transaction, attempt: Attempt, decision: Start) -> None:
    advance(transaction, attempt, AttemptEvent.STARTED, f"job {decision.job}")
    transaction.execute(
        "UPDATE attempts SET job = ?, restart = ?, started_at = coalesce(started_at, ?) WHERE id = ?",
        (str(decision.job), decision.restart, transaction.at, attempt.id),
    )
    remember_job(transaction, attempt.id, decision.job, claimed=True)
    calculations.move(transaction, attempt.calculation_id, Event.STARTED, f"job {decision.job}")


def _requeue(transaction: Transaction, attempt: Attempt, decision: Requeue) -> None:
    advance(transaction, attempt, AttemptEvent.REQUEUED, f"job {decision.job}")
    reason = f"the scheduler put job {decision.job} back"
    calculations.move(transaction, attempt.calculation_id, Event.REQUEUED, reason)


def _end(transaction: Transaction, attempt: Attempt, decision: End) -> None:
    advance(transaction, attempt, AttemptEvent.ENDED, decision.witness)
    transaction.execute(
        "UPDATE attempts SET job = ?, restart = ?, exit_code = ?, good = ?, cancelled = ?,"
        " witness = ?, node = ?, seconds = ?, ended_at = ? WHERE id = ?",
        (
            str(decision.job),
            decision.restart,
            decision.exit_code,
            int(decision.good),
            int(decision.cancelled),
            decision.witness,
            decision.node,
            decision.seconds,
            transaction.at,
            attempt.id,
        ),
    )
    remember_job(transaction, attempt.id, decision.job, claimed=True)
    if decision.job.by_hand:
        close_by_hand(transaction, attempt.calculation_id, attempt.id)
    calculations.move(transaction, attempt.calculation_id, Event.ENDED, decision.witness)


LAST = (End, RecordRevoked, RecordAnswer, Forsake)
"""What leaves nothing of an attempt to be decided: what its jobs say no longer matters."""

_OUTCOMES = {
    "again": Event.FENCED,
    "withdrawn": Event.FENCED,
    "cancelled": Event.CANCELLED,
    "forsaken": Event.FORSAKEN,
}
_NONE_UNCLAIMED = -1
"""So that the next attempt counts no job before it that ended without claiming."""


def _record_revoked(transaction: Transaction, attempt: Attempt, decision: RecordRevoked) -> None:
    advance(transaction, attempt, AttemptEvent.REVOKED, decision.why)
    calculations.move(
        transaction, attempt.calculation_id, _OUTCOMES[decision.outcome], decision.why
    )
    if decision.outcome == "withdrawn":
        transaction.execute(
            "UPDATE attempts SET unclaimed = ? WHERE id = ?", (_NONE_UNCLAIMED, attempt.id)
        )
    if decision.outcome == "forsaken":
        raise_decision(transaction, attempt.calculation_id, attempt.id, decision.why, {})


def _record_answer(
    transaction: Transaction, attempt: Attempt, decision: RecordAnswer, refusals_max: int
) -> None:
    answer = decision.answer
    advance(transaction, attempt, AttemptEvent.REJECTED, answer.reason)
    if isinstance(answer, Deferred):
        calculations.move(transaction, attempt.calculation_id, Event.DEFERRED, answer.reason)
    else:
        refusals.refuse(transaction, attempt, answer, refusals_max)


def _forsake(transaction: Transaction, attempt: Attempt, decision: Forsake) -> None:
    advance(transaction, attempt, AttemptEvent.LOST, decision.why)
    calculations.move(transaction, attempt.calculation_id, Event.FORSAKEN, decision.why)
    evidence = {"directory": attempt.directory, "job": str(attempt.job)}
    raise_decision(transaction, attempt.calculation_id, attempt.id, decision.why, evidence)


_RECORDERS: dict[type, Callable[[Transaction, Attempt, Decision], None]] = {
    Accept: _accept,  # type: ignore[dict-item]
    Start: _start,  # type: ignore[dict-item]
    Requeue: _requeue,  # type: ignore[dict-item]
    End: _end,  # type: ignore[dict-item]
    RecordRevoked: _record_revoked,  # type: ignore[dict-item]
    Forsake: _forsake,  # type: ignore[dict-item]
}
