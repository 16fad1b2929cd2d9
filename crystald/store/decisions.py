"""Decisions: questions that only a person can answer; they wait and block nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from crystald.states import State
from crystald.store.database import Transaction


class Choice(StrEnum):
    """What a person may answer."""

    ACCEPT = "accept"  #: take the result as it is
    RETRY = "retry"  #: make a new attempt
    GIVE_UP = "give-up"  #: close it as failed; what needs it is skipped
    RELEASE = "release"  #: go on with a run that was held
    GONE = "gone"  #: a script that was run by hand has ended
    DISMISS = "dismiss"  #: the question is settled otherwise


WORDS: Mapping[Choice, str] = {
    Choice.ACCEPT: "take the result as it is: publish it, and go on with what needs it",
    Choice.RETRY: "make a new attempt",
    Choice.GIVE_UP: "close it as failed; what needs it is skipped",
    Choice.RELEASE: "release the rest of the run",
    Choice.GONE: "it has ended there: what it left is judged, and a new attempt may follow",
    Choice.DISMISS: "close the question; nothing is changed",
}
"""Each answer in plain words."""


BY_HAND = "by_hand"
"""In the evidence: the job, run by hand, of which it is asked whether it has ended."""


def raise_decision(
    transaction: Transaction,
    calculation_id: int,
    attempt_id: int | None,
    question: str,
    evidence: Mapping[str, object],
) -> None:
    """Put a question into the inbox of people."""
    transaction.execute(
        "INSERT INTO decisions (calculation_id, attempt_id, question, evidence, raised_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            calculation_id,
            attempt_id,
            question,
            json.dumps(evidence, ensure_ascii=False),
            transaction.at,
        ),
    )


def close_by_hand(transaction: Transaction, calculation_id: int, attempt_id: int) -> None:
    """Close what is asked about a script that was run by hand: it has told its end itself."""
    transaction.execute(
        "UPDATE decisions SET answer = ?, answered_at = ?, carried_at = ?"
        " WHERE calculation_id = ? AND attempt_id = ? AND answered_at IS NULL",
        (Choice.DISMISS, transaction.at, transaction.at, calculation_id, attempt_id),
    )


def choices(state: State, evidence: Mapping[str, object]) -> tuple[Choice, ...]:
    """Tell what may be answered to a question, given the state of its calculation.

    Examples
    --------
    >>> [str(choice) for choice in choices(State.DECISION, {"proposed": "accept"})]
    ['accept', 'retry', 'give-up']
    >>> [str(choice) for choice in choices(State.DONE, {})]
    ['dismiss']
    """
    if "held" in evidence:  # a fuse
        return (Choice.RELEASE, Choice.DISMISS)
    if BY_HAND in evidence and state is State.RUNNING:
        return (Choice.GONE, Choice.DISMISS)
    if state is not State.DECISION or BY_HAND in evidence:  # it has gone on
        return (Choice.DISMISS,)
    proposed = (Choice.ACCEPT,) if evidence.get("proposed") == Choice.ACCEPT else ()
    return (*proposed, Choice.RETRY, Choice.GIVE_UP)
