"""The submission protocol as pure decisions: what is known of an attempt -> what to do next.

Everything that keeps a calculation from running twice or getting lost is decided here and in
:mod:`crystald.states`; the tasks only gather the knowledge and carry the decision out. The rules:

* the claim decides: whoever wins the link in the attempt's directory runs, and nobody else;
* a job is alive, gone with evidence, or unknown, and nothing is concluded from unknown;
* before a new attempt exists, the old one is fenced (its claim revoked) or its claim's holder is
  gone with evidence, and closed to further starts of that job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crystald.models import (
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
from crystald.states import AttemptState

UNCLAIMED_MAX: Final = 3
"""Attempts in a row whose jobs ended before they could claim, until a person is asked."""

TAKEN: Final = {
    "missing": "its directory has vanished",
    "removed": "the claim that a start of it held was removed",
    "foreign": "its directory belongs to another attempt",
}
"""What keeps an attempt from being fenced, in words; a directory that is missing before a job was
accepted was never made."""

DENIED: Final = "DENIED"
"""The state of a job that the scheduler positively denies to know."""


END_RECORD: Final = "end record"
"""The witness of an end that the job's script told itself."""


@dataclass(frozen=True)
class Knowledge:
    """All that is known of one attempt at one moment.

    Attributes
    ----------
    state
        As recorded.
    job
        As recorded; None before acceptance.
    restart
        As recorded.
    claim
        Read from the attempt's directory.
    end
        What the claim's holder left there; None without.
    started
        The highest restart count among the starts of the claim's holder that left a directory
        there; None without.
    seen
        What the scheduler says; None when it was not asked this time.
    quiet
        Whether the quiet period since the submitting process died is over.
    starting
        Whether this very daemon is still handing the attempt over.
    unclaimed
        How many attempts of the calculation just before this one were fenced after their jobs
        had ended without ever claiming.
    held
        Whether a person (or the fuse) holds the calculation.
    closed
        Whether the mark is there that keeps further starts of the claim's holder from running.
    """

    state: AttemptState
    claim: Claim
    job: JobId | None = None
    restart: int = 0
    end: EndRecord | None = None
    seen: Observation | None = None
    quiet: bool = False
    starting: bool = False
    unclaimed: int = 0
    held: bool = False
    started: int | None = None
    closed: bool = False


@dataclass(frozen=True)
class Wait:
    """Nothing can be concluded yet."""

    why: str


@dataclass(frozen=True)
class Accept:
    """Record the job that the scheduler (or the claim) shows for the token."""

    job: JobId


@dataclass(frozen=True)
class Start:
    """Record that the job holds the claim and runs."""

    job: JobId
    restart: int


@dataclass(frozen=True)
class Requeue:
    """Record that the scheduler put the running job back."""

    job: JobId


@dataclass(frozen=True)
class End:
    """Record that the claim's holder is gone.

    Attributes
    ----------
    witness
        What proved it: ``end record`` (with what stopped the script, where it did not come to
        its end), the scheduler's final word, or both.
    exit_code
        Of the script; None when nobody knows.
    good
        Whether a witness for success exists: exit 0, or COMPLETED.
    cancelled
        Whether the scheduler says that a person cancelled it.
    restart
        Of the start that ended.
    node, seconds
        Where it ran, and for how long, when it told.
    """

    job: JobId
    witness: str
    exit_code: int | None
    good: bool
    cancelled: bool = False
    restart: int = 0
    node: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class Revoke:
    """Try to win the claim, so that nothing of this token can ever run; then look again."""

    why: str


@dataclass(frozen=True)
class Close:
    """Keep the claim's holder from starting again if it is put back; then look again.

    Attributes
    ----------
    restart
        Of the last start that is known. Where a later one has begun before the mark, nothing is
        concluded until the scheduler was asked again.
    """

    restart: int


@dataclass(frozen=True)
class RecordRevoked:
    """The claim is ours: close the attempt.

    Attributes
    ----------
    outcome
        ``again``: a new attempt may be made; ``withdrawn``: so it may, once the calculation is
        released, and its job is to be cancelled; ``cancelled``: a person cancelled the job;
        ``forsaken``: only a person can say what to do.
    """

    outcome: str
    why: str


@dataclass(frozen=True)
class RecordAnswer:
    """The scheduler's written answer says that no job exists, and the claim is ours."""

    answer: Deferred | Rejected


@dataclass(frozen=True)
class Forsake:
    """The job is gone, and what it should have left was taken away: only a person can decide."""

    why: str


Decision = (
    Wait | Accept | Start | Requeue | End | Revoke | Close | RecordRevoked | RecordAnswer | Forsake
)


def decide(known: Knowledge) -> Decision:
    """Tell what to do next with a live attempt.

    Parameters
    ----------
    known : Knowledge
        Everything known of it now.

    Returns
    -------
    Decision
        One step; after it has been carried out the attempt is looked at again.
    """
    decision = _decide(known)
    return Close(_told(known)) if _leaves_open(decision, known) else decision


def _leaves_open(decision: Decision, known: Knowledge) -> bool:
    """Tell whether a job that is given up could still start again, put back by its scheduler.

    What came to its end says so itself, a job by hand has no scheduler, and where the claim is
    ours no job of the token starts.
    """
    if known.closed:
        return False
    if isinstance(decision, End):
        whole = known.end is not None and known.end.job == decision.job and known.end.complete
        return not whole and not decision.job.by_hand
    return isinstance(decision, Forsake) and known.claim.kind == "removed"


def _told(known: Knowledge) -> int:
    """Tell the last start that is recorded, or that the scheduler has told of."""
    sighting = _sighting_of(known, known.claim.job) if known.claim.job else None
    return max(known.restart, sighting.restart if sighting else 0)


def _decide(known: Knowledge) -> Decision:
    if known.claim.kind == "unknown":
        return Wait("the attempt's directory cannot be read")
    if known.claim.kind == "revoked":
        return _record_revoked(known)
    if known.state is AttemptState.INTENT:
        return _decide_intent(known)
    if known.claim.kind == "job":
        return _decide_claimed(known, known.claim.job or _nobody())
    return _decide_unclaimed(known)


def _nobody() -> JobId:
    raise ValueError("a claim of kind 'job' names its job")


def _decide_intent(known: Knowledge) -> Decision:
    """Reconcile: claim, written answer, scheduler; only then, and after quiet, the fence."""
    if known.claim.kind == "job" and known.claim.job:
        return Accept(known.claim.job)
    seen = known.seen
    if seen is None:
        return Wait("the scheduler was not asked yet")
    if isinstance(seen.answer, Accepted):
        return Accept(seen.answer.job)
    if seen.jobs:
        return Accept(_leading(seen.jobs).job)
    if known.starting or seen.sbatch is SbatchLife.RUNNING:
        return Wait("its submission is under way")
    if isinstance(seen.answer, Deferred | Rejected):
        return _fence(known, "the scheduler refused it; nobody shall run its script by hand later")
    if not seen.answered:
        return Wait("the scheduler does not answer")
    if not known.quiet:
        return Wait("the quiet period after its submission is not over")
    return _fence(known, "submission left no trace")


def _fence(known: Knowledge, why: str) -> Decision:
    """Fence an intent; where that is not possible, a person has to look."""
    if known.claim.kind in ("removed", "foreign"):
        return Forsake(TAKEN[known.claim.kind])
    return Revoke(why)


def _leading(jobs: tuple[Sighting, ...]) -> Sighting:
    """Choose the job to record: one that is alive, else the oldest."""
    return next((j for j in jobs if j.life is Life.ALIVE), jobs[0])


def _decide_claimed(known: Knowledge, owner: JobId) -> Decision:
    """Follow the claim's owner, and only the owner."""
    sighting = _sighting_of(known, owner)
    end = known.end if known.end and known.end.job == owner else None
    alive = sighting is not None and sighting.life is Life.ALIVE
    later = sighting is not None and end is not None and sighting.restart > end.restart
    if end and not (alive and later) and end.restart >= known.restart and _is_last(end):
        return _end_as_told(end, sighting)
    if sighting is not None and sighting.life is Life.GONE:
        # who denies a job, or has lost its record, does not know how often it started
        restart = max(sighting.restart, _latest(known))
        if end and (end.complete or end.restart >= restart):
            return _end_as_told(end, sighting)
        return End(
            owner,
            f"scheduler: {sighting.state}",
            sighting.exit_code,
            good=sighting.state == "COMPLETED" and sighting.exit_code in (0, None),
            cancelled=_is_cancelled(sighting),
            restart=restart,
        )
    return _decide_alive(known, owner, sighting)


def _latest(known: Knowledge) -> int:
    """Tell the latest start that is recorded or has left its directory."""
    return max(known.restart, known.started or 0)


def _is_last(end: EndRecord) -> bool:
    """Tell whether nothing can follow an end record.

    A job that was stopped may be put back and start again, as long as its scheduler has it; one
    that was brought to its end, or has no scheduler, cannot.
    """
    return end.complete or end.job.by_hand


def _end_as_told(end: EndRecord, sighting: Sighting | None) -> End:
    return End(
        end.job,
        _witness(end, sighting),
        end.exit_code,
        good=end.complete and end.exit_code == 0,
        cancelled=_is_cancelled(sighting),
        restart=end.restart,
        node=end.host,
        seconds=end.seconds,
    )


def _witness(end: EndRecord, sighting: Sighting | None) -> str:
    """Name what proved an end; of a script that was stopped, also by what."""
    if end.complete:
        return END_RECORD
    told = f"{END_RECORD}: {end.why}"
    gone = sighting is not None and sighting.life is Life.GONE
    return f"{told}, scheduler: {sighting.state}" if sighting and gone else told


def _decide_alive(known: Knowledge, owner: JobId, sighting: Sighting | None) -> Decision:
    restart = sighting.restart if sighting else _latest(known)
    alive = sighting is not None and sighting.life is Life.ALIVE
    waits = sighting is not None and alive and not sighting.running
    if known.state is AttemptState.RUNNING and alive and restart > known.restart:
        return Requeue(owner)  # it may run again by now: that start is recorded next
    if known.state is AttemptState.ACCEPTED and not waits:
        return Start(owner, restart)
    return Wait("its job is not known to have ended")


def _decide_unclaimed(known: Knowledge) -> Decision:
    """Nobody claimed: absence alone decides nothing, and the fence comes before any conclusion."""
    seen = known.seen
    if known.held and _may_withdraw(known):
        return Revoke("its calculation is held; its job shall not start")
    if seen is None:
        return Wait("the scheduler was not asked yet")
    lives = {sighting.life for sighting in seen.jobs}
    if Life.ALIVE in lives:
        return Wait("its job waits in the queue")
    if Life.UNKNOWN in lives or not seen.answered or not seen.jobs:
        return Wait("the scheduler does not say what became of its job")
    if known.claim.kind in TAKEN:
        return Forsake(f"its job is gone, and {TAKEN[known.claim.kind]}")
    if known.state is AttemptState.RUNNING:
        return Forsake("its job is gone, and the claim that it held was removed")
    recorded = _sighting_of(known, known.job) if known.job else None
    if recorded is not None and recorded.state == "COMPLETED":
        return Forsake("its job ended well and left no claim: was it removed?")
    return Revoke("its job ended before it could claim")


def _may_withdraw(known: Knowledge) -> bool:
    return known.state is AttemptState.ACCEPTED and known.claim.kind == "none"


def _record_revoked(known: Knowledge) -> Decision:
    """Close a fenced attempt; what the scheduler says of its jobs decides what follows."""
    seen, state = known.seen, known.state
    if seen and state is AttemptState.INTENT and isinstance(seen.answer, Deferred | Rejected):
        return RecordAnswer(seen.answer)
    if known.held and state is AttemptState.ACCEPTED:
        return RecordRevoked("withdrawn", "held before its job started")
    if seen is None or not seen.answered:
        return Wait("fenced; the scheduler has not said yet what became of its jobs")
    if state is AttemptState.RUNNING:
        return _decide_unfenced(seen)
    return _record_fenced(known, seen)


def _record_fenced(known: Knowledge, seen: Observation) -> RecordRevoked:
    """Tell what follows a fence that was ours by right."""
    jobs = seen.jobs
    if any(_is_cancelled(sighting) for sighting in jobs):
        return RecordRevoked("cancelled", "its job was cancelled before it started")
    if known.state is AttemptState.INTENT:
        said = f": {seen.answer.reason}" if isinstance(seen.answer, Unclear) else ""
        return RecordRevoked("again", f"its submission left no job{said}")
    if jobs and all(sighting.state == DENIED for sighting in jobs):
        return RecordRevoked("forsaken", "the scheduler accepted its job and now denies it")
    if known.unclaimed + 1 >= UNCLAIMED_MAX:
        return RecordRevoked(
            "forsaken", f"{known.unclaimed + 1} jobs in a row ended before they could start"
        )
    return RecordRevoked("again", "its job ended before it could claim")


def _decide_unfenced(seen: Observation) -> Decision:
    """Decide where a claim that was held is ours: somebody removed the link in between."""
    if seen.jobs and all(sighting.life is Life.GONE for sighting in seen.jobs):
        return Forsake("its job is gone, and the claim that it held was replaced")
    return Wait("the scheduler does not say what became of its job")


def _sighting_of(known: Knowledge, job: JobId) -> Sighting | None:
    jobs = known.seen.jobs if known.seen else ()
    return next((sighting for sighting in jobs if sighting.job == job), None)


def _is_cancelled(sighting: Sighting | None) -> bool:
    return (
        sighting is not None
        and sighting.life is Life.GONE
        and sighting.state.startswith("CANCELLED")
    )
