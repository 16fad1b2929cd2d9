"""What every scheduler can do, and what it may never do: guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from crystald.models import Answer, Observation, Resources
from crystald.names import JobId, Token


@dataclass(frozen=True)
class SubmitOrder:
    """One attempt to be handed over.

    Attributes
    ----------
    token
        Of the attempt; one submission per token, ever.
    name
        Of the job; carries the token.
    directory
        Of the attempt, absolute; the script's working directory.
    script
        The job script, absolute, below `directory`.
    resources
        What it asks for.
    may_begin
        Called just before the submission begins, in whatever thread; tells why it may not begin
        after all (the answer is then :class:`~crystald.models.Deferred`), or raises.
    """

    token: Token
    name: str
    directory: Path
    script: Path
    resources: Resources
    may_begin: Callable[[], str] = str


@dataclass(frozen=True)
class Load:
    """How full the scheduler is, counted over all of the user's jobs.

    Attributes
    ----------
    jobs
        Jobs pending or running; None when unknown.
    """

    jobs: int | None


@dataclass(frozen=True)
class Limit:
    """What somebody or something grants the user at most; None where that is not limited.

    Attributes
    ----------
    whose
        In plain words: ``the partition long``.
    words
        The whole limit in plain words.
    submitted, running
        Jobs of the user's own, pending or running, and running.
    time_s
        The time limit of a job.
    core_mb, node_mb
        Memory of a job for each core, and on a node.
    """

    whose: str
    words: str
    submitted: int | None = None
    running: int | None = None
    time_s: int | None = None
    core_mb: int | None = None
    node_mb: int | None = None


@dataclass(frozen=True)
class Limits:
    """All limits that are known; the scheduler itself is the judge of every job."""

    all: tuple[Limit, ...] = ()

    @property
    def submitted(self) -> int | None:
        """The most jobs, pending or running, that it takes; None where nobody says."""
        told = [limit.submitted for limit in self.all if limit.submitted is not None]
        return min(told, default=None)


@dataclass(frozen=True)
class Health:
    """How the scheduler is.

    Attributes
    ----------
    trouble
        What is wrong, in plain words; empty when nothing is known to be.
    calls_per_hour
        How often each of its commands was called during the last hour.
    """

    trouble: str = ""
    calls_per_hour: Mapping[str, int] = field(default_factory=dict)


class Scheduler(Protocol):
    """A scheduler as the daemon sees it."""

    @property
    def cluster(self) -> str:
        """The first half of every :class:`~crystald.names.JobId` it gives out."""

    @property
    def quiet_s(self) -> float:
        """How long after the known death of a submission a job may still appear, s."""

    @property
    def submission_s(self) -> float:
        """How long a submission may be at work that nobody here can watch, s."""

    @property
    def grace_s(self) -> float:
        """How long a job lives after it was told to end, s."""

    @property
    def look_s(self) -> float:
        """Longest time between looks, so that it does not forget a job in between, s."""

    def health(self) -> Health:
        """Tell how it is, from what is known; nothing is asked."""

    async def submit(self, order: SubmitOrder) -> Answer:
        """Hand an attempt over, once.

        Whatever goes wrong is an answer (:class:`~crystald.models.Unclear` when a job may
        exist); nothing is raised for a sick scheduler.
        """

    async def observe(self, tokens: Mapping[Token, JobId | None]) -> dict[Token, Observation]:
        """Tell what is known of each token; one entry per token asked for.

        The job recorded for a token, where one is, comes with it: a job that the scheduler
        positively denies to know is a sighting that is gone, in state ``DENIED``.

        A scheduler that fails, hangs or answers in part gives ``answered=False``; nothing is
        raised and nothing is concluded from absence.
        """

    async def cancel(self, job: JobId, name: str) -> None:
        """End a job, named twice (id and name) against the reuse of ids; idempotent.

        Raises
        ------
        SchedulerError
            It did not take the request.
        """

    async def load(self) -> Load:
        """Count all of the user's jobs."""

    async def limits(self) -> Limits:
        """Tell what it grants the user, as far as it says; asked anew now and then.

        Nothing is raised: what is not told is not there.
        """
