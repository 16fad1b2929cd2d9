"""A scheduler that exists only in memory: the twin of the real ones, for tests and rehearsals.

It keeps jobs as any scheduler does, accepts and forgets, and misbehaves on demand in the ways
that real ones do: answers that are lost after acceptance, quotas, refusals, silence. What a job
does when it runs is up to the :class:`Runner` that it is given.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from crystald.models import (
    Accepted,
    Answer,
    Deferred,
    Life,
    Observation,
    Rejected,
    SbatchLife,
    Sighting,
    Unclear,
)
from crystald.names import JobId, Token
from crystald.protocol import DENIED
from crystald.schedulers.base import Health, Limits, Load, SubmitOrder


class Mishap(StrEnum):
    """What can go wrong with one submission."""

    ANSWER_LOST = "accepted, and the answer was lost"
    DIES = "died before it was accepted"
    DEFERRED = "quota"
    REJECTED = "refused"


@dataclass(frozen=True)
class SimulatedJob:
    """A job: states as Slurm names them, plus FORGOTTEN."""

    id: JobId
    order: SubmitOrder
    state: str = "PENDING"
    restart: int = 0
    exit_code: int | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state not in ("PENDING", "RUNNING")


class Runner(Protocol):
    """What the script of a job does."""

    def start(self, job: SimulatedJob) -> int | None:
        """Begin; an exit code ends the job at once, None lets it run."""

    def finish(self, job: SimulatedJob) -> int:
        """End by itself, with an exit code."""


@dataclass
class SimulatedScheduler:
    """Jobs in memory.

    Attributes
    ----------
    runner
        What jobs do.
    slots
        How many run at once.
    mishaps
        What goes wrong with the next submissions, in order; None for nothing.
    silent
        Whether observation fails.
    """

    runner: Runner
    slots: int = 100
    cluster: str = "simulated"
    quiet_s: float = 180.0
    submission_s: float = 0.0
    grace_s: float = 30.0
    mishaps: deque[Mishap | None] = field(default_factory=deque)
    silent: bool = False
    granted: Limits = field(default_factory=Limits)
    jobs: dict[JobId, SimulatedJob] = field(default_factory=dict)
    forgotten: set[JobId] = field(default_factory=set)
    calls: int = 0

    async def _called(self) -> None:
        """Count a call and let others run, as a real command would."""
        self.calls += 1
        await asyncio.sleep(0)

    async def submit(self, order: SubmitOrder) -> Answer:
        """Accept a job, unless a mishap is due."""
        await self._called()
        if why := order.may_begin():
            return Deferred(why)
        answer = self._answer(order, self.mishaps.popleft() if self.mishaps else None)
        await asyncio.sleep(0)
        return answer

    def _answer(self, order: SubmitOrder, mishap: Mishap | None) -> Answer:
        if mishap is Mishap.DEFERRED:
            return Deferred("AssocMaxSubmitJobLimit")
        if mishap is Mishap.REJECTED:
            return Rejected("invalid partition specified")
        if mishap is Mishap.DIES:
            return Unclear("sbatch was killed")
        job = self.accept(order)
        if mishap is Mishap.ANSWER_LOST:
            return Unclear("sbatch timed out")
        return Accepted(job)

    def accept(self, order: SubmitOrder) -> JobId:
        """Queue a job; also what a person does who submits a script by hand."""
        job = SimulatedJob(JobId(self.cluster, str(len(self.jobs) + 1)), order)
        self.jobs[job.id] = job
        return job.id

    async def observe(self, tokens: Mapping[Token, JobId | None]) -> dict[Token, Observation]:
        """Tell what is known of each token."""
        await self._called()
        if self.silent:
            return {token: Observation(answered=False) for token in tokens}
        return {token: self._of(token, job) for token, job in tokens.items()}

    def _of(self, token: Token, recorded: JobId | None) -> Observation:
        jobs = [j for j in self.jobs.values() if j.order.token == token]
        seen = [_sighting(j) for j in jobs if j.id not in self.forgotten]
        if recorded in self.forgotten:
            seen.append(Sighting(recorded, Life.GONE, DENIED))
        return Observation(answered=True, jobs=tuple(seen), sbatch=SbatchLife.DEAD)

    async def cancel(self, job: JobId, name: str) -> None:
        """Cancel a job that has not ended, if id and name belong together."""
        await self._called()
        if job in self.jobs and self.jobs[job].order.name == name and not self.jobs[job].over:
            self._set(job, state="CANCELLED")

    @property
    def look_s(self) -> float:
        """It forgets nothing."""
        return math.inf

    def health(self) -> Health:
        """Tell whether it is silent."""
        return Health("it does not answer" if self.silent else "")

    async def limits(self) -> Limits:
        """Tell what it was told to tell."""
        await asyncio.sleep(0)
        return self.granted

    async def load(self) -> Load:
        """Count jobs that have not ended."""
        await self._called()
        return Load(sum(not job.over for job in self.jobs.values()))

    def start_pending(self) -> int:
        """Start as many pending jobs as slots allow; tell how many."""
        running = sum(job.state == "RUNNING" for job in self.jobs.values())
        pending = [job for job in self.jobs.values() if job.state == "PENDING"]
        chosen = pending[: max(0, self.slots - running)]
        for job in chosen:
            self._set(job.id, state="RUNNING")
            code = self.runner.start(self.jobs[job.id])
            if code is not None:
                self._end(job.id, code)
        return len(chosen)

    def finish_running(self) -> int:
        """Let every running job end by itself; tell how many."""
        running = [job for job in self.jobs.values() if job.state == "RUNNING"]
        for job in running:
            self._end(job.id, self.runner.finish(job))
        return len(running)

    def fail_node(self, job: JobId) -> None:
        """Lose a job with its node."""
        self._set(job, state="NODE_FAIL")

    def requeue(self, job: JobId) -> None:
        """Put a running job back; its next start has a higher restart count."""
        self._set(job, state="PENDING", restart=self.jobs[job].restart + 1)

    def forget(self, job: JobId) -> None:
        """Let the scheduler forget an ended job."""
        self.forgotten.add(job)

    def _end(self, job: JobId, code: int) -> None:
        self._set(job, state="FAILED" if code else "COMPLETED", exit_code=code)

    def _set(self, job: JobId, **changes: object) -> None:
        self.jobs[job] = replace(self.jobs[job], **changes)  # type: ignore[arg-type]


def _sighting(job: SimulatedJob) -> Sighting:
    return Sighting(
        job.id,
        Life.GONE if job.over else Life.ALIVE,
        job.state,
        running=job.state == "RUNNING",
        exit_code=job.exit_code,
        restart=job.restart,
        reason="it waits for free nodes" if job.state == "PENDING" else "",
    )
