"""One calculation, two daemons, one scheduler: every step that the real functions allow.

The decisions are those of ``crystald.protocol.decide`` and the moves those of ``crystald.states``;
only the world around them (the scheduler, the links, deaths) is played here. ``Broken`` names
rules that can be taken out to show that the check bites.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from crystald.models import (
    NO_CLAIM,
    Accepted,
    Answer,
    Claim,
    Deferred,
    EndRecord,
    Life,
    Observation,
    SbatchLife,
    Sighting,
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
from crystald.states import (
    ATTEMPT_FINAL,
    ATTEMPT_LIVE,
    FINAL,
    AttemptEvent,
    AttemptState,
    Event,
    State,
    advance,
    advance_attempt,
)


class Broken(StrEnum):
    NOTHING = ""
    NO_CLAIM = "a job runs without winning the claim"
    NO_FENCE = "an attempt is given up without winning its claim"
    TRUST_ABSENCE = "a job that is not shown is taken for failed"
    TRUST_REFUSAL = "a refused submission is closed without winning its claim"
    COLLECT_REFUSED = "the end of a refused job is taken for success"
    NO_MARK = "a job that is given up may start again when it is put back"


BUDGET = {
    "kill": 2,
    "pause": 1,
    "lost answer": 1,
    "sbatch dies": 1,
    "by hand": 1,
    "node fails": 1,
    "put back": 1,
    "scancel": 1,
    "forget": 1,
    "quota": 1,
    "hold": 1,
}
FAULTS = tuple(BUDGET)
TOKENS_MAX = 4
NONE, REVOKED, REFUSED = -1, -2, -3


class Daemon(NamedTuple):
    alive: bool = True
    paused: bool = False
    epoch: int = 0
    spawn: int = NONE  # token whose intent it committed and whose sbatch it is about to start
    watch: int = NONE  # token whose sbatch it started and waits for
    fence: int = NONE  # token whose claim it is about to revoke


class Token(NamedTuple):
    state: AttemptState = AttemptState.INTENT
    sbatch: str = "none"  # none, running, dead
    answer: int = NONE  # job in the result file, or REFUSED for a quota
    claim: int = NONE  # NONE, REVOKED, or the job that holds it
    job: int = NONE  # as recorded
    unclaimed: int = 0
    good: bool = False
    cancelled: bool = False
    restart: int = 0
    closed: bool = False


class Job(NamedTuple):
    token: int
    state: str = "PD"  # PD, R, OK, FAIL, REFUSED, CANCELLED
    ran: bool = False
    forgotten: bool = False
    restart: int = 0


class World(NamedTuple):
    calc: State = State.READY
    epoch: int = 1
    tokens: tuple[Token, ...] = ()
    jobs: tuple[Job, ...] = ()
    daemons: tuple[Daemon, Daemon] = (Daemon(epoch=1), Daemon())
    faults: tuple[int, ...] = (0,) * len(FAULTS)
    failures: int = 0
    held: bool = False
    bad: str = ""


Steps = Iterator[tuple[str, World]]
SLURM = {"PD": "PENDING", "R": "RUNNING", "OK": "COMPLETED", "FAIL": "NODE_FAIL"} | {
    "REFUSED": "COMPLETED",
    "CANCELLED": "CANCELLED by 1000",
}


def put(sequence, index, value):
    return (*sequence[:index], value, *sequence[index + 1 :])


@cache
def job_id(number: int) -> JobId:
    return JobId("slurm", str(number))


decided = lru_cache(maxsize=1_000_000)(decide)


class Rules:
    """The steps of a world under a budget of faults, with one rule broken or none."""

    def __init__(self, faults: int, broken: Broken = Broken.NOTHING) -> None:
        self.total = faults
        self.broken = broken

    def fault(self, w: World, name: str) -> World | None:
        i = FAULTS.index(name)
        if w.faults[i] >= BUDGET[name] or sum(w.faults) >= self.total:
            return None
        return w._replace(faults=put(w.faults, i, w.faults[i] + 1))

    def steps(self, w: World) -> Steps:
        yield from self.scheduler_steps(w)
        yield from self.person_steps(w)
        for i, d in enumerate(w.daemons):
            if d.alive and not d.paused:
                yield from self.daemon_steps(w, i, d)
            yield from self.daemon_faults(w, i, d)

    # -- the scheduler ------------------------------------------------------------------------

    def scheduler_steps(self, w: World) -> Steps:
        for t, x in enumerate(w.tokens):
            if x.sbatch == "running":
                yield from self.sbatch_steps(w, t)
            if x.sbatch != "none" and (f := self.fault(w, "by hand")):
                yield f"copy of t{t} by hand", f._replace(jobs=(*f.jobs, Job(t)))
        for j, x in enumerate(w.jobs):
            yield from self.job_steps(w, j, x)

    def sbatch_steps(self, w: World, t: int) -> Steps:
        number = len(w.jobs)
        accepted = w._replace(jobs=(*w.jobs, Job(t)))
        yield f"t{t} accepted", token(accepted, t, sbatch="dead", answer=number)
        if f := self.fault(accepted, "lost answer"):
            yield f"t{t} accepted, answer lost", token(f, t, sbatch="dead")
        if f := self.fault(w, "sbatch dies"):
            yield f"sbatch of t{t} dies", token(f, t, sbatch="dead")
        if f := self.fault(w, "quota"):
            yield f"t{t} meets a quota", token(f, t, sbatch="dead", answer=REFUSED)

    def job_steps(self, w: World, j: int, x: Job) -> Steps:
        if x.state == "PD":
            yield self.begin(w, j, x.token)
            if f := self.fault(w, "scancel"):
                yield f"job {j} cancelled pending", job(f, j, state="CANCELLED")
        elif x.state == "R":
            yield f"job {j} succeeds", job(w, j, state="OK")
            if f := self.fault(w, "node fails"):
                yield f"job {j} lost with its node", job(f, j, state="FAIL")
            return
        if x.state == "FAIL" and not x.forgotten and (f := self.fault(w, "put back")):
            yield f"job {j} put back", job(f, j, state="PD", restart=x.restart + 1)
        if x.state not in ("PD", "R") and not x.forgotten and (f := self.fault(w, "forget")):
            yield f"job {j} forgotten", job(f, j, forgotten=True)

    def begin(self, w: World, j: int, t: int) -> tuple[str, World]:
        mine = w.tokens[t].claim == j
        taken = w.tokens[t].claim != NONE and not mine
        if taken and self.broken is not Broken.NO_CLAIM:
            return f"job {j} refused", job(w, j, state="REFUSED")
        if w.tokens[t].closed and self.broken is not Broken.NO_MARK:
            return f"job {j} finds the mark", job(w, j, state="REFUSED")
        bad = ""
        if any(x.ran and x.token == t for i, x in enumerate(w.jobs) if i != j):
            bad = f"t{t} started twice"
        elif any(x.state == "R" for x in w.jobs):
            bad = "started while another job runs"
        elif mine and w.tokens[t].state not in ATTEMPT_LIVE:
            bad = f"t{t} started again after it was given up"
        elif w.calc is State.DONE:
            bad = "started after the end"
        started = job(token(w, t, claim=j), j, state="R", ran=True)
        return f"job {j} starts", started._replace(bad=bad)

    # -- a person -----------------------------------------------------------------------------

    def person_steps(self, w: World) -> Steps:
        if w.calc is State.DECISION and len(w.tokens) < TOKENS_MAX:
            yield "a person retries", w._replace(calc=advance(w.calc, Event.RETRIED))
        if w.held:
            yield "a person releases", w._replace(held=False)
        elif f := self.fault(w, "hold"):
            yield "a person holds", f._replace(held=True)

    # -- the daemons --------------------------------------------------------------------------

    def daemon_faults(self, w: World, i: int, d: Daemon) -> Steps:
        if d.alive and not d.paused and (f := self.fault(w, "kill")):
            yield f"d{i} killed", daemon(f, i, Daemon(alive=False))
        if not d.alive:
            yield f"d{i} restarted", daemon(w, i, Daemon())
        if d.alive and not d.paused and d.epoch and (f := self.fault(w, "pause")):
            yield f"d{i} paused", daemon(f, i, d._replace(paused=True))
        if d.paused:
            yield f"d{i} wakes", daemon(w, i, d._replace(paused=False))
        other = w.daemons[1 - i]
        held = other.alive and not other.paused and other.epoch == w.epoch
        if d.alive and not d.paused and d.epoch != w.epoch and not held:
            taken = w._replace(epoch=w.epoch + 1)
            yield f"d{i} takes over", daemon(taken, i, Daemon(epoch=w.epoch + 1))

    def daemon_steps(self, w: World, i: int, d: Daemon) -> Steps:
        # effects outside the database happen on a belief that may be stale
        if d.spawn != NONE:
            spawned = token(w, d.spawn, sbatch="running")
            yield f"d{i} starts sbatch", daemon(spawned, i, d._replace(spawn=NONE, watch=d.spawn))
        if d.fence != NONE:
            claim = w.tokens[d.fence].claim
            linked = token(w, d.fence, claim=REVOKED if claim == NONE else claim)
            yield f"d{i} links t{d.fence}", daemon(linked, i, d._replace(fence=NONE))
        if d.epoch != w.epoch:
            return
        if self.may_intend(w, d):
            yield intend(w, i, d)
        for t, x in enumerate(w.tokens):
            if x.state in ATTEMPT_LIVE and d.fence == NONE:
                yield from self.look(w, i, d, t)
            elif x.state is AttemptState.ENDED:
                yield collect(w, i, t)

    def may_intend(self, w: World, d: Daemon) -> bool:
        if w.calc is not State.READY or w.held or d.spawn != NONE or len(w.tokens) >= TOKENS_MAX:
            return False
        return all(x.state in ATTEMPT_FINAL for x in w.tokens)

    def look(self, w: World, i: int, d: Daemon, t: int) -> Steps:
        seen_in_vain = set()
        for known in knowledge(w, d, t):
            decision = self.bend(w, t, known, decided(known))
            if isinstance(decision, Wait) or decision in seen_in_vain:
                continue
            seen_in_vain.add(decision)
            if isinstance(decision, Revoke):
                yield f"d{i} will fence t{t}", daemon(w, i, d._replace(fence=t))
            elif isinstance(decision, Close):
                yield f"d{i} closes t{t}", token(w, t, closed=True)
            else:
                yield f"d{i} records {type(decision).__name__} t{t}", record(w, i, t, decision)

    def bend(self, w: World, t: int, known: Knowledge, decision: object) -> object:
        """Break a rule on purpose."""
        if self.broken is Broken.NO_FENCE and isinstance(decision, Revoke):
            return RecordRevoked("again", "")
        seen = known.seen
        refused_answer = seen.answer if seen and isinstance(decision, Revoke) else None
        if self.broken is Broken.TRUST_REFUSAL and isinstance(refused_answer, Deferred):
            return RecordAnswer(refused_answer)
        gone = seen is not None and not any(s.life is Life.ALIVE for s in seen.jobs)
        accepted = known.state is AttemptState.ACCEPTED and known.claim.kind == "none"
        if self.broken is Broken.TRUST_ABSENCE and accepted and gone:
            return RecordRevoked("again", "")
        recorded = w.tokens[t].job
        refused = recorded >= 0 and w.jobs[recorded].state == "REFUSED"
        if self.broken is Broken.COLLECT_REFUSED and refused and not known.starting:
            return End(job_id(recorded), "", 0, good=True)
        return decision


def token(w: World, t: int, **changes) -> World:
    return w._replace(tokens=put(w.tokens, t, w.tokens[t]._replace(**changes)))


def job(w: World, j: int, **changes) -> World:
    return w._replace(jobs=put(w.jobs, j, w.jobs[j]._replace(**changes)))


def daemon(w: World, i: int, value: Daemon) -> World:
    return w._replace(daemons=put(w.daemons, i, value))


def intend(w: World, i: int, d: Daemon) -> tuple[str, World]:
    t = len(w.tokens)
    last = w.tokens[-1] if w.tokens else None
    unclaimed = 0
    if last is not None and last.state is AttemptState.REVOKED and last.job != NONE:
        unclaimed = last.unclaimed + 1
    calc = advance(w.calc, Event.INTENDED)
    intended = w._replace(calc=calc, tokens=(*w.tokens, Token(unclaimed=unclaimed)))
    return f"d{i} intends t{t}", daemon(intended, i, d._replace(spawn=t))


def knowledge(w: World, d: Daemon, t: int) -> Iterator[Knowledge]:
    """What a daemon may know of a token: everything, or files only, or a silent scheduler."""
    x = w.tokens[t]
    watching = d.watch == t and x.sbatch == "running"
    full = Knowledge(
        state=x.state,
        claim=claim_of(x),
        job=job_id(x.job) if x.job >= 0 else None,
        end=end_of(w, x),
        seen=observation(w, t, watching),
        quiet=not watching and d.spawn != t,
        starting=watching or d.spawn == t,
        unclaimed=x.unclaimed,
        held=w.held,
        restart=x.restart,
        started=w.jobs[x.claim].restart if x.claim >= 0 and w.jobs[x.claim].state != "PD" else None,
        closed=x.closed,
    )
    yield full
    yield replaced(full, None)
    yield replaced(full, Observation(answered=False))


def replaced(known: Knowledge, seen: Observation | None) -> Knowledge:
    return replace(known, seen=seen)


def claim_of(x: Token) -> Claim:
    if x.claim == NONE:
        return NO_CLAIM
    return Claim("revoked", epoch=1) if x.claim == REVOKED else Claim("job", job_id(x.claim))


def end_of(w: World, x: Token) -> EndRecord | None:
    if x.claim >= 0 and w.jobs[x.claim].state == "OK":
        return EndRecord(job_id(x.claim), w.jobs[x.claim].restart, 0, complete=True)
    return None


def observation(w: World, t: int, watching: bool) -> Observation:
    x = w.tokens[t]
    jobs = [sighting(j, y) for j, y in enumerate(w.jobs) if y.token == t and not y.forgotten]
    if x.job >= 0 and w.jobs[x.job].forgotten:
        jobs.append(Sighting(job_id(x.job), Life.GONE, DENIED))
    return Observation(
        answered=True,
        jobs=tuple(jobs),
        sbatch=SbatchLife.RUNNING if watching else SbatchLife.UNKNOWN,
        answer=answer_of(x.answer),
    )


@cache
def answer_of(answer: int) -> Answer | None:
    if answer == REFUSED:
        return Deferred("quota")
    return Accepted(job_id(answer)) if answer >= 0 else None


@cache
def sighting(j: int, x: Job) -> Sighting:
    alive = x.state in ("PD", "R")
    code = {"OK": 0, "REFUSED": 0, "FAIL": None}.get(x.state)
    life = Life.ALIVE if alive else Life.GONE
    return Sighting(
        job_id(j), life, SLURM[x.state], running=x.state == "R", exit_code=code, restart=x.restart
    )


_EVENTS = {
    Accept: (AttemptEvent.ACCEPTED, Event.ACCEPTED),
    Start: (AttemptEvent.STARTED, Event.STARTED),
    Requeue: (AttemptEvent.REQUEUED, Event.REQUEUED),
    End: (AttemptEvent.ENDED, Event.ENDED),
    RecordAnswer: (AttemptEvent.REJECTED, Event.DEFERRED),
    Forsake: (AttemptEvent.LOST, Event.FORSAKEN),
}
_OUTCOMES = {
    "again": Event.FENCED,
    "withdrawn": Event.FENCED,
    "cancelled": Event.CANCELLED,
    "forsaken": Event.FORSAKEN,
}


def record(w: World, i: int, t: int, decision) -> World:
    """Do what the store does in one transaction under the lease."""
    if isinstance(decision, RecordRevoked):
        of_attempt, of_calc = AttemptEvent.REVOKED, _OUTCOMES[decision.outcome]
    else:
        of_attempt, of_calc = _EVENTS[type(decision)]
    changes: dict[str, object] = {"state": advance_attempt(w.tokens[t].state, of_attempt)}
    if isinstance(decision, RecordRevoked) and decision.outcome == "withdrawn":
        changes["unclaimed"] = -1
    if isinstance(decision, Accept | Start | End):
        changes["job"] = int(decision.job.number)
    if isinstance(decision, Start | End):
        changes["restart"] = decision.restart
    if isinstance(decision, End):
        changes |= {"good": decision.good, "cancelled": decision.cancelled}
    recorded = token(w, t, **changes)._replace(calc=advance(w.calc, of_calc))
    d = w.daemons[i]
    return daemon(recorded, i, d._replace(watch=NONE)) if d.watch == t else recorded


def collect(w: World, i: int, t: int) -> tuple[str, World]:
    """Judge as the collector does: this world's outputs are complete exactly when it was good."""
    x = w.tokens[t]
    if x.good and not (x.claim >= 0 and w.jobs[x.claim].state == "REFUSED"):
        event, failures = Event.SUCCEEDED, w.failures
    elif x.cancelled:
        event, failures = Event.CANCELLED, w.failures + 1
    else:
        event, failures = Event.FAULTED, w.failures + 1
    judged = token(w, t, state=advance_attempt(x.state, AttemptEvent.JUDGED))
    return f"d{i} judges t{t}", judged._replace(calc=advance(w.calc, event), failures=failures)


def violation(w: World, *, stuck: bool) -> str:
    """Name the rule that a world breaks; empty for none."""
    if w.bad:
        return w.bad
    starts = sum(x.ran for x in w.jobs)
    if w.calc is State.DONE and starts != 1 + w.failures:
        return f"{starts} starts for {w.failures} failures"
    if stuck and w.calc not in FINAL and len(w.tokens) < TOKENS_MAX:
        return f"stuck in {w.calc}"
    return ""
