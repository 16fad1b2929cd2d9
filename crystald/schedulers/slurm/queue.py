"""All of the user's jobs at one moment, asked for at most once for everybody who wants to know."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from crystald.models import Life
from crystald.names import Token
from crystald.schedulers.slurm.backoff import Trouble
from crystald.schedulers.slurm.client import SlurmClient
from crystald.schedulers.slurm.squeue import QueuedJob


@dataclass(frozen=True)
class Snapshot:
    """The queue as it was.

    Attributes
    ----------
    jobs
        All of the user's jobs, ended ones included as long as the controller shows them.
    asked_s
        When it was asked for (boottime, s): what happened later is not in it.
    """

    jobs: Sequence[QueuedJob]
    asked_s: float

    @cached_property
    def by_token(self) -> Mapping[Token, tuple[QueuedJob, ...]]:
        """Jobs of ours, oldest first."""
        found: dict[Token, tuple[QueuedJob, ...]] = {}
        for job in sorted(self.jobs, key=lambda job: int(job.number)):
            if (token := job.token) is not None:
                found[token] = (*found.get(token, ()), job)
        return found

    @cached_property
    def by_number(self) -> Mapping[str, QueuedJob]:
        """All jobs."""
        return {job.number: job for job in self.jobs}

    @cached_property
    def alive(self) -> frozenset[tuple[Token, str]]:
        """Token and number of each job of ours that is there."""
        shown = ((job.token, job) for job in self.jobs if job.state.life is Life.ALIVE)
        return frozenset((token, job.number) for token, job in shown if token)

    @cached_property
    def strange(self) -> Sequence[str]:
        """States of jobs of ours that nobody here understands, as printed."""
        words = {job.state.word for job in self.jobs if job.token and _is_strange(job)}
        return sorted(words)

    @cached_property
    def live(self) -> int:
        """Jobs that are not gone; what is not understood counts as there."""
        return sum(job.state.life is not Life.GONE for job in self.jobs)


def _is_strange(job: QueuedJob) -> bool:
    return job.state.life is Life.UNKNOWN


class Queue:
    """Keeps the last snapshot, and takes new ones.

    Parameters
    ----------
    client
        Asks Slurm.
    """

    def __init__(self, client: SlurmClient) -> None:
        self._client = client
        self._last: Snapshot | None = None
        self._asking = asyncio.Lock()
        self._accepted_s: list[float] = []
        self._strange_s: float | None = None

    async def within(
        self, age_s: float, *, knows_me: bool, complete: bool = False
    ) -> Snapshot | None:
        """Give a snapshot that is not older than this; None when none can be had.

        Parameters
        ----------
        age_s
            The most that it may be old, s.
        knows_me
            Whether squeue knows ``--me``.
        complete
            Whether every job that was accepted before must be in it.
        """
        async with self._asking:
            asked_s = self._client.now_s()
            last = self._last
            young = last is not None and asked_s - last.asked_s <= age_s
            if last is not None and young and not (complete and self.since(last)):
                return last
            jobs = await self._client.queue(knows_me=knows_me)
            if jobs is None:
                return None
            self._last = Snapshot(jobs, asked_s)
            since_s = asked_s if self._strange_s is None else self._strange_s
            self._strange_s = since_s if self._last.strange else None
            self._accepted_s = [at_s for at_s in self._accepted_s if at_s >= asked_s]
            return self._last

    @property
    def trouble(self) -> Trouble | None:
        """What is strange in the last answer, for a banner."""
        if self._last is None or self._strange_s is None:
            return None
        words = ", ".join(self._last.strange)
        text = f"squeue shows jobs in states that are not known ({words})"
        return Trouble(text, self._strange_s, self._client.now_s())

    def accepted(self) -> None:
        """Note that a job was accepted just now."""
        self._accepted_s.append(self._client.now_s())

    def since(self, snapshot: Snapshot) -> int:
        """Tell how many jobs were accepted since a snapshot; some of them may be in it."""
        return sum(at_s >= snapshot.asked_s for at_s in self._accepted_s)
