"""Each decision of the protocol, one by one; the model test walks their histories."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.models import (
    MISSING_CLAIM,
    NO_CLAIM,
    REMOVED_CLAIM,
    UNKNOWN_CLAIM,
    Accepted,
    Claim,
    Deferred,
    EndRecord,
    Life,
    Observation,
    Rejected,
    SbatchLife,
    Sighting,
    Unclear,
)
from crystald.names import JobId
from crystald.protocol import (
    DENIED,
    Accept,
    Close,
    End,
    Forsake,
    Knowledge,
    RecordAnswer,
    RecordRevoked,
    Requeue,
    Revoke,
    Start,
    Wait,
    decide,
)
from crystald.states import AttemptState

JOB, COPY = JobId("hpc", "1"), JobId("hpc", "2")
PENDING = Sighting(JOB, Life.ALIVE, "PENDING")
RUNNING = Sighting(JOB, Life.ALIVE, "RUNNING", running=True)
COMPLETED = Sighting(JOB, Life.GONE, "COMPLETED", exit_code=0)
FAILED = Sighting(JOB, Life.GONE, "FAILED", exit_code=1)
NODE_FAIL = Sighting(JOB, Life.GONE, "NODE_FAIL")
CANCELLED = Sighting(JOB, Life.GONE, "CANCELLED by 1000")
UNKNOWN = Sighting(JOB, Life.UNKNOWN, "")
MINE = Claim("job", JOB)
FENCED = Claim("revoked", epoch=2)
END = EndRecord(JOB, 0, 0, complete=True)


def seen(*jobs: Sighting, **more: object) -> Observation:
    return Observation(answered=True, jobs=jobs, **more)  # type: ignore[arg-type]


INTENT = Knowledge(AttemptState.INTENT, NO_CLAIM, seen=seen(), quiet=True)
ACCEPTED = Knowledge(AttemptState.ACCEPTED, NO_CLAIM, job=JOB, seen=seen(PENDING), closed=True)
HELD = Knowledge(AttemptState.RUNNING, MINE, job=JOB, seen=seen(RUNNING), closed=True)


@pytest.mark.parametrize("known", [INTENT, ACCEPTED, HELD])
def test_an_unreadable_directory_concludes_nothing(known: Knowledge) -> None:
    assert isinstance(decide(replace(known, claim=UNKNOWN_CLAIM)), Wait)


def test_intent_is_accepted_by_claim_answer_or_scheduler() -> None:
    assert decide(replace(INTENT, claim=MINE)) == Accept(JOB)
    assert decide(replace(INTENT, seen=seen(answer=Accepted(JOB)))) == Accept(JOB)
    assert decide(replace(INTENT, seen=seen(PENDING))) == Accept(JOB)


def test_a_living_job_is_recorded_before_a_dead_copy() -> None:
    known = replace(INTENT, seen=seen(FAILED, replace(RUNNING, job=COPY)))
    assert decide(known) == Accept(COPY)


@pytest.mark.parametrize(
    "known",
    [
        replace(INTENT, seen=None),
        replace(INTENT, starting=True),
        replace(INTENT, seen=seen(sbatch=SbatchLife.RUNNING)),
        replace(INTENT, seen=Observation(answered=False)),
        replace(INTENT, quiet=False),
        replace(INTENT, seen=seen(answer=Unclear("timeout")), quiet=False),
    ],
)
def test_intent_waits(known: Knowledge) -> None:
    assert isinstance(decide(known), Wait)


def test_intent_without_trace_is_fenced_then_tried_again() -> None:
    assert isinstance(decide(INTENT), Revoke)
    assert decide(replace(INTENT, claim=FENCED)) == RecordRevoked(
        "again", "its submission left no job"
    )
    unclear = replace(INTENT, seen=seen(answer=Unclear("sbatch ended with 3")), claim=FENCED)
    assert decide(unclear) == RecordRevoked(
        "again", "its submission left no job: sbatch ended with 3"
    )


@pytest.mark.parametrize("answer", [Deferred("quota"), Rejected("no such partition")])
def test_a_written_refusal_is_recorded(answer: Deferred | Rejected) -> None:
    refused = replace(INTENT, seen=seen(answer=answer), quiet=False)
    assert isinstance(decide(refused), Revoke)
    assert decide(replace(refused, claim=FENCED)) == RecordAnswer(answer)
    silent = Observation(answered=False, answer=answer)
    assert decide(replace(refused, claim=FENCED, seen=silent)) == RecordAnswer(answer)


@pytest.mark.parametrize("answer", [Deferred("quota"), Rejected("no such partition")])
def test_a_refusal_does_not_outweigh_who_ran_the_script_by_hand(
    answer: Deferred | Rejected,
) -> None:
    assert decide(replace(INTENT, seen=seen(answer=answer), claim=MINE)) == Accept(JOB)


def test_a_refusal_does_not_outweigh_a_job() -> None:
    known = replace(INTENT, seen=seen(PENDING, answer=Rejected("timeout")))
    assert decide(known) == Accept(JOB)


def test_the_claims_holder_starts_whoever_was_recorded() -> None:
    known = replace(ACCEPTED, claim=Claim("job", COPY), seen=seen(PENDING))
    assert decide(known) == Start(COPY, 0)


@pytest.mark.parametrize(
    "jobs", [(), (PENDING,), (UNKNOWN,), (FAILED, replace(PENDING, job=COPY)), (FAILED, UNKNOWN)]
)
def test_unclaimed_and_not_surely_gone_waits(jobs: tuple[Sighting, ...]) -> None:
    assert isinstance(decide(replace(ACCEPTED, seen=seen(*jobs))), Wait)


def test_unclaimed_and_gone_is_fenced() -> None:
    assert isinstance(decide(replace(ACCEPTED, seen=seen(FAILED))), Revoke)


@pytest.mark.parametrize(
    ("jobs", "unclaimed", "outcome"),
    [
        ((FAILED,), 0, "again"),
        ((FAILED,), 2, "forsaken"),
        ((CANCELLED,), 0, "cancelled"),
        ((FAILED, CANCELLED), 2, "cancelled"),
        ((replace(FAILED, state=DENIED),), 0, "forsaken"),
    ],
)
def test_what_follows_a_fence(jobs, unclaimed: int, outcome: str) -> None:
    known = replace(ACCEPTED, claim=FENCED, seen=seen(*jobs), unclaimed=unclaimed)
    decision = decide(known)
    assert isinstance(decision, RecordRevoked)
    assert decision.outcome == outcome


@pytest.mark.parametrize("silent", [None, Observation(answered=False)])
def test_a_fenced_attempt_waits_for_the_scheduler(silent: Observation | None) -> None:
    assert isinstance(decide(replace(ACCEPTED, claim=FENCED, seen=silent)), Wait)


def test_the_end_record_ends_without_the_scheduler() -> None:
    assert decide(replace(HELD, end=END, seen=None)) == End(JOB, "end record", 0, good=True)


TORN = replace(END, complete=False, exit_code=143, why="TERM")


def test_a_stopped_start_ends_nothing_while_its_scheduler_may_put_it_back() -> None:
    for sight in (None, seen(), seen(RUNNING), seen(UNKNOWN), Observation(answered=False)):
        assert isinstance(decide(replace(HELD, end=TORN, seen=sight)), Wait)
    back = replace(PENDING, restart=1)
    assert decide(replace(HELD, end=TORN, seen=seen(back))) == Requeue(JOB)
    gone = decide(replace(HELD, end=TORN, seen=seen(CANCELLED)))
    assert gone == End(
        JOB, "end record: TERM, scheduler: CANCELLED by 1000", 143, good=False, cancelled=True
    )
    assert decide(replace(HELD, end=TORN, seen=seen(NODE_FAIL))) == End(
        JOB, "end record: TERM, scheduler: NODE_FAIL", 143, good=False
    )


def test_a_stopped_start_by_hand_has_no_scheduler_to_put_it_back() -> None:
    hand = JobId("hand", "login1-77-1700000000")
    torn = replace(TORN, job=hand)
    known = replace(HELD, claim=Claim("job", hand), job=hand, end=torn, seen=None)
    assert decide(known) == End(hand, "end record: TERM", 143, good=False)


def test_what_was_brought_to_its_end_counts_when_a_later_start_found_it_done() -> None:
    found_done = replace(COMPLETED, restart=1)
    known = replace(HELD, restart=1, end=END, seen=seen(found_done))
    assert decide(known) == End(JOB, "end record", 0, good=True, restart=0)


@pytest.mark.parametrize(
    "known",
    [
        replace(HELD, claim=NO_CLAIM),
        replace(HELD, claim=MISSING_CLAIM),
        replace(HELD, claim=FENCED),
        replace(ACCEPTED, claim=MISSING_CLAIM),
    ],
)
def test_what_was_taken_away_is_a_question_once_the_job_is_gone(known: Knowledge) -> None:
    for sight in (None, seen(), seen(RUNNING), seen(UNKNOWN), Observation(answered=False)):
        assert isinstance(decide(replace(known, seen=sight)), Wait)
    assert isinstance(decide(replace(known, seen=seen(COMPLETED))), Forsake)


def test_an_intent_without_directory_is_fenced_as_any_other() -> None:
    assert isinstance(decide(replace(INTENT, claim=MISSING_CLAIM)), Revoke)


def test_a_job_that_ended_well_without_a_claim_is_a_question() -> None:
    assert isinstance(decide(replace(ACCEPTED, seen=seen(COMPLETED))), Forsake)


def test_a_job_that_found_the_fence_is_none() -> None:
    decision = decide(replace(ACCEPTED, claim=FENCED, seen=seen(COMPLETED)))
    assert isinstance(decision, RecordRevoked)
    assert decision.outcome == "again"


@pytest.mark.parametrize("claim", [Claim("removed"), Claim("foreign")])
def test_an_intent_that_cannot_be_fenced_is_a_question(claim: Claim) -> None:
    assert isinstance(decide(replace(INTENT, claim=claim, closed=True)), Forsake)
    assert isinstance(decide(replace(INTENT, claim=claim, quiet=False)), Wait)
    assert isinstance(decide(replace(ACCEPTED, claim=claim)), Wait)
    assert isinstance(decide(replace(ACCEPTED, claim=claim, seen=seen(FAILED))), Forsake)


def test_an_end_record_of_another_job_is_nothing() -> None:
    assert isinstance(decide(replace(HELD, end=replace(END, job=COPY))), Wait)


@pytest.mark.parametrize(
    ("sighting", "good", "cancelled"),
    [(COMPLETED, True, False), (FAILED, False, False), (NODE_FAIL, False, False)]
    + [(CANCELLED, False, True)],
)
def test_the_scheduler_ends_the_holder(sighting: Sighting, good: bool, cancelled: bool) -> None:
    decision = decide(replace(HELD, seen=seen(sighting)))
    assert isinstance(decision, End)
    assert (decision.good, decision.cancelled) == (good, cancelled)


def test_the_end_of_a_refused_copy_is_nothing() -> None:
    copy = Sighting(COPY, Life.GONE, "COMPLETED", exit_code=0)
    assert isinstance(decide(replace(HELD, seen=seen(RUNNING, copy))), Wait)
    assert isinstance(decide(replace(HELD, seen=seen(copy))), Wait)


def test_requeue_and_its_second_start() -> None:
    back = replace(PENDING, restart=1)
    assert decide(replace(HELD, seen=seen(back))) == Requeue(JOB)
    again = replace(HELD, state=AttemptState.ACCEPTED, seen=seen(replace(RUNNING, restart=1)))
    assert decide(again) == Start(JOB, 1)


def test_the_end_of_an_earlier_start_does_not_end_a_later_one() -> None:
    later = replace(HELD, restart=1, end=END, seen=seen(replace(RUNNING, restart=1)))
    assert isinstance(decide(later), Wait)
    assert isinstance(decide(replace(later, seen=None)), Wait)
    ended = replace(later, end=replace(END, restart=1))
    assert decide(ended) == End(JOB, "end record", 0, good=True, restart=1)


CLAIMS = st.sampled_from([NO_CLAIM, MISSING_CLAIM, UNKNOWN_CLAIM, FENCED, MINE, Claim("job", COPY)])
SIGHTINGS = st.sampled_from([PENDING, RUNNING, COMPLETED, FAILED, CANCELLED, UNKNOWN])
OBSERVATIONS = st.none() | st.builds(
    Observation, answered=st.booleans(), jobs=st.lists(SIGHTINGS, max_size=2).map(tuple)
)


@given(
    st.builds(
        Knowledge,
        state=st.sampled_from([AttemptState.INTENT, AttemptState.ACCEPTED, AttemptState.RUNNING]),
        claim=CLAIMS,
        job=st.sampled_from([JOB, COPY]),
        end=st.sampled_from([None, END, replace(END, job=COPY)]),
        seen=OBSERVATIONS,
        quiet=st.booleans(),
        starting=st.booleans(),
        unclaimed=st.integers(0, 3),
        started=st.sampled_from([None, 0, 1]),
        closed=st.booleans(),
    )
)
def test_nothing_is_concluded_from_unknown(known: Knowledge) -> None:
    decision = decide(known)
    if known.claim.kind == "unknown":
        assert isinstance(decision, Wait)
    if isinstance(decision, RecordRevoked):
        assert known.claim.kind == "revoked"
    if isinstance(decision, Revoke):
        assert known.claim.kind in ("none", "missing")
        assert known.state is not AttemptState.RUNNING
        assert known.seen is not None
        assert known.seen.answered
        assert all(job.life is Life.GONE for job in known.seen.jobs)
    if isinstance(decision, End):
        assert decision.job == known.claim.job
        assert known.closed or known.end == replace(END, job=decision.job)


DENIES = Sighting(JOB, Life.GONE, DENIED)
STOPPED = EndRecord(JOB, 0, 143, complete=False, why="TERM", host="n1", seconds=60.0)
SECOND = Knowledge(AttemptState.RUNNING, MINE, job=JOB, restart=1, closed=True)


@pytest.mark.parametrize("end", [None, STOPPED])
def test_who_denies_a_job_does_not_know_how_often_it_started(end: EndRecord | None) -> None:
    """The second start is gone with its node: what the first one left says nothing of it."""
    decision = decide(replace(SECOND, end=end, seen=seen(DENIES)))
    assert isinstance(decision, End)
    assert (decision.restart, decision.node, decision.exit_code) == (1, "", None)
    assert decision.witness == "scheduler: DENIED"


def test_a_later_start_on_disk_outranks_the_record_of_an_earlier_one() -> None:
    known = replace(HELD, end=STOPPED, started=1, seen=seen(DENIES))
    decision = decide(known)
    assert isinstance(decision, End)
    assert (decision.restart, decision.witness, decision.good) == (1, "scheduler: DENIED", False)
    assert decide(replace(known, started=0)) == End(
        JOB, "end record: TERM, scheduler: DENIED", 143, good=False, node="n1", seconds=60.0
    )
    accepted = replace(known, state=AttemptState.ACCEPTED, seen=None)
    assert decide(accepted) == Start(JOB, 1)


@pytest.mark.parametrize("sighting", [FAILED, NODE_FAIL, CANCELLED, COMPLETED, DENIES])
def test_a_job_is_closed_to_further_starts_before_its_end_is_recorded(sighting: Sighting) -> None:
    known = replace(HELD, closed=False, restart=1, seen=seen(sighting))
    assert decide(known) == Close(1)
    assert decide(replace(known, end=STOPPED)) == Close(1)
    assert isinstance(decide(replace(known, closed=True)), End)
    removed = replace(known, claim=REMOVED_CLAIM)
    assert isinstance(decide(removed), Close)
    assert isinstance(decide(replace(removed, closed=True)), Forsake)


def test_what_says_itself_that_it_ended_needs_no_closing() -> None:
    assert isinstance(decide(replace(HELD, closed=False, end=END, seen=None)), End)


def test_a_second_start_that_nobody_saw_waiting_is_recorded() -> None:
    again = replace(RUNNING, restart=1)
    first = Knowledge(AttemptState.RUNNING, MINE, job=JOB, seen=seen(again))
    assert decide(first) == Requeue(JOB)
    assert decide(replace(first, state=AttemptState.ACCEPTED)) == Start(JOB, 1)
    assert decide(replace(SECOND, seen=seen(again))) == Wait("its job is not known to have ended")
