"""The states of calculations and attempts: one table each, one function.

A state changes by an event, or not at all: :func:`advance` and :func:`advance_attempt` are the
only ways. The tables are the specification, and the store refuses what they do not hold.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from crystald.errors import IllegalTransitionError


class State(StrEnum):
    """Where a calculation stands."""

    WAITING = "waiting"  #: for a calculation it needs
    READY = "ready"  #: to be submitted when policy allows
    SUBMITTING = "submitting"  #: an attempt is committed; the scheduler's word is not known yet
    QUEUED = "queued"  #: the scheduler has it
    RUNNING = "running"  #: its job holds the claim and runs
    ENDED = "ended"  #: its job is gone with evidence; the output is not judged yet
    RECOVERING = "recovering"  #: a remedy waits for its delay
    DECISION = "decision"  #: only a person can move it
    SKIPPED = "skipped"  #: something it needs failed for good
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to a calculation."""

    NEEDS_MET = "needs-met"  #: everything it needs is done
    NEED_FAILED = "need-failed"  #: something it needs will not be done
    NEED_RETRIED = "need-retried"  #: something it needs is tried again
    INTENDED = "intended"  #: an attempt was committed
    UNPREPARABLE = "unpreparable"  #: no deck or script could be made
    ACCEPTED = "accepted"  #: the scheduler has a job for it
    DEFERRED = "deferred"  #: the scheduler said "later" (quota)
    REJECTED = "rejected"  #: the scheduler said "never"
    STARTED = "started"  #: the job won the claim
    REQUEUED = "requeued"  #: the scheduler put the job back
    FENCED = "fenced"  #: the attempt was revoked and nothing ran
    FORSAKEN = "forsaken"  #: attempts end without effect again and again, or their files vanished
    ENDED = "ended"  #: the job is gone with evidence
    SUCCEEDED = "succeeded"  #: complete output, files and a witness
    FAULTED = "faulted"  #: a person has to look at it
    REMEDIED = "remedied"  #: a rule answers the fault
    DUE = "due"  #: the delay of the remedy is over
    CANCELLED = "cancelled"  #: ended by a person, here or in the scheduler
    RETRIED = "retried"  #: a person asks for a new attempt
    ACCEPTED_BY_PERSON = "accepted-by-person"  #: a person takes the result as it is
    GIVEN_UP = "given-up"  #: a person closes it
    REOPENED = "reopened"  #: a person opens a finished one again


_S, _E = State, Event

FINAL: Final = frozenset({State.DONE, State.FAILED, State.CANCELLED})
"""States that only a logged command of a person leaves."""

SETTLED: Final = FINAL | {State.DECISION, State.SKIPPED}
"""States that nothing but a person leaves."""

LIVE: Final = frozenset({State.SUBMITTING, State.QUEUED, State.RUNNING})
"""States in which an attempt of the calculation may have a job."""

TRANSITIONS: Final[dict[State, dict[Event, State]]] = {
    _S.WAITING: {
        _E.NEEDS_MET: _S.READY,
        _E.NEED_FAILED: _S.SKIPPED,
        _E.CANCELLED: _S.CANCELLED,
    },
    _S.READY: {
        _E.INTENDED: _S.SUBMITTING,
        _E.UNPREPARABLE: _S.DECISION,
        _E.NEED_FAILED: _S.SKIPPED,
        _E.CANCELLED: _S.CANCELLED,
    },
    _S.SUBMITTING: {
        _E.ACCEPTED: _S.QUEUED,
        _E.DEFERRED: _S.READY,
        _E.REJECTED: _S.DECISION,
        _E.FENCED: _S.READY,
        _E.FORSAKEN: _S.DECISION,
        _E.CANCELLED: _S.CANCELLED,
    },
    _S.QUEUED: {
        _E.STARTED: _S.RUNNING,
        _E.ENDED: _S.ENDED,
        _E.FENCED: _S.READY,
        _E.FORSAKEN: _S.DECISION,
        _E.CANCELLED: _S.CANCELLED,
    },
    _S.RUNNING: {
        _E.ENDED: _S.ENDED,
        _E.REQUEUED: _S.QUEUED,
        _E.FORSAKEN: _S.DECISION,
    },
    _S.ENDED: {
        _E.SUCCEEDED: _S.DONE,
        _E.FAULTED: _S.DECISION,
        _E.REMEDIED: _S.RECOVERING,
        _E.CANCELLED: _S.CANCELLED,
    },
    _S.RECOVERING: {_E.DUE: _S.READY, _E.CANCELLED: _S.CANCELLED},
    _S.DECISION: {
        _E.RETRIED: _S.READY,
        _E.ACCEPTED_BY_PERSON: _S.DONE,
        _E.GIVEN_UP: _S.FAILED,
        _E.CANCELLED: _S.CANCELLED,
    },
    _S.SKIPPED: {_E.NEED_RETRIED: _S.WAITING, _E.CANCELLED: _S.CANCELLED},
    _S.DONE: {_E.REOPENED: _S.READY},
    _S.FAILED: {_E.RETRIED: _S.READY},
    _S.CANCELLED: {_E.RETRIED: _S.READY},
}
"""state -> event -> next state; what is not here is an error."""


class AttemptState(StrEnum):
    """Where an attempt stands."""

    INTENT = "intent"  #: committed; whether the scheduler has it is not known
    ACCEPTED = "accepted"  #: the scheduler has a job for it
    RUNNING = "running"  #: that job holds the claim
    ENDED = "ended"  #: the claim's holder is gone with evidence
    JUDGED = "judged"  #: its output was read and a verdict recorded
    REJECTED = "rejected"  #: the scheduler refused it; no job exists
    REVOKED = "revoked"  #: fenced; no job of it ever ran or ever will
    LOST = "lost"  #: its job is gone, and its directory or claim was taken away


class AttemptEvent(StrEnum):
    """What can happen to an attempt."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    STARTED = "started"
    REQUEUED = "requeued"
    ENDED = "ended"
    JUDGED = "judged"
    REVOKED = "revoked"
    LOST = "lost"


_A, _V = AttemptState, AttemptEvent

ATTEMPT_FINAL: Final = frozenset({_A.JUDGED, _A.REJECTED, _A.REVOKED, _A.LOST})
"""States of an attempt that nothing leaves; at most one attempt of a calculation is in no such state."""

ATTEMPT_LIVE: Final = frozenset({_A.INTENT, _A.ACCEPTED, _A.RUNNING})
"""States of an attempt that the reconciler looks after."""

ATTEMPT_TRANSITIONS: Final[dict[AttemptState, dict[AttemptEvent, AttemptState]]] = {
    _A.INTENT: {
        _V.ACCEPTED: _A.ACCEPTED,
        _V.REJECTED: _A.REJECTED,
        _V.REVOKED: _A.REVOKED,
        _V.LOST: _A.LOST,
    },
    _A.ACCEPTED: {
        _V.STARTED: _A.RUNNING,
        _V.ENDED: _A.ENDED,
        _V.REVOKED: _A.REVOKED,
        _V.LOST: _A.LOST,
    },
    _A.RUNNING: {_V.ENDED: _A.ENDED, _V.REQUEUED: _A.ACCEPTED, _V.LOST: _A.LOST},
    _A.ENDED: {_V.JUDGED: _A.JUDGED},
    _A.JUDGED: {},
    _A.REJECTED: {},
    _A.REVOKED: {},
    _A.LOST: {},
}
"""attempt state -> event -> next state; what is not here is an error."""


def advance(state: State, event: Event) -> State:
    """Tell the state of a calculation after an event.

    Raises
    ------
    IllegalTransitionError
        The state does not allow the event.

    Examples
    --------
    >>> advance(State.READY, Event.INTENDED)
    <State.SUBMITTING: 'submitting'>
    """
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise IllegalTransitionError(f"a calculation that is {state} cannot be {event}") from None


def advance_attempt(state: AttemptState, event: AttemptEvent) -> AttemptState:
    """Tell the state of an attempt after an event.

    Raises
    ------
    IllegalTransitionError
        The state does not allow the event.

    Examples
    --------
    >>> advance_attempt(AttemptState.INTENT, AttemptEvent.REVOKED)
    <AttemptState.REVOKED: 'revoked'>
    """
    try:
        return ATTEMPT_TRANSITIONS[state][event]
    except KeyError:
        raise IllegalTransitionError(f"an attempt that is {state} cannot be {event}") from None
