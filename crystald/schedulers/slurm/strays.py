"""Submissions whose job nobody knows: looked for by token until the daemon may give them up.

The queue is asked in every round anyway. Before its silence may count, two more are heard, seldom
and only while there is such a submission: accounting by the job's name (a job that ran and was
forgotten), and a roll call of the controller (squeue may be a site's own wrapper that answers
from a cache, or with nothing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crystald.models import Sighting
from crystald.names import Token
from crystald.schedulers.slurm import sacct
from crystald.schedulers.slurm.client import SlurmClient
from crystald.schedulers.slurm.doubts import FORGET_S, NEVER_S
from crystald.schedulers.slurm.squeue import QueuedJob

AFTER_S = 60.0
"""How long a job is missed before others than the queue are asked, and how often they are."""


@dataclass(frozen=True)
class Stray:
    """A submission that has no known job.

    Attributes
    ----------
    name
        Of the job; empty where nobody wrote it down.
    dead_s
        For how long its sbatch is known to be dead; None when not known.
    """

    name: str = ""
    dead_s: float | None = None


@dataclass
class Found:
    """What was found.

    Attributes
    ----------
    jobs
        Sightings of each token.
    unsaid
        Tokens whose absence nobody may conclude now.
    """

    jobs: dict[Token, tuple[Sighting, ...]] = field(default_factory=dict)
    unsaid: set[Token] = field(default_factory=set)


class Strays:
    """Looks for jobs of submissions.

    Parameters
    ----------
    client
        Asks Slurm.
    """

    def __init__(self, client: SlurmClient) -> None:
        self._client = client
        self._missed_s: dict[Token, float] = {}
        self._accounted_s: dict[Token, float] = {}
        self._called_s = NEVER_S
        self._called: dict[Token, tuple[QueuedJob, ...]] | None = None

    def seen(self, tokens: Iterable[Token]) -> None:
        """Forget tokens that have a job or whose sbatch still lives, and those of long ago."""
        late_s = self._client.now_s() - FORGET_S
        old = [token for token, since_s in self._missed_s.items() if since_s < late_s]
        for token in (*tokens, *old):
            self._missed_s.pop(token, None)
            self._accounted_s.pop(token, None)

    async def look(self, strays: Mapping[Token, Stray], cluster: str) -> Found:
        """Look for jobs of submissions that the queue does not show."""
        now_s = self._client.now_s()
        for token in strays:
            self._missed_s.setdefault(token, now_s)
        due = {t: stray for t, stray in strays.items() if self._since_s(t, stray) >= AFTER_S}
        found = Found()
        if not due:
            return found
        found.jobs |= await self._accounted(due, cluster)
        called = await self._roll_call()
        for token in due.keys() - found.jobs.keys():
            if called is None:
                found.unsaid.add(token)
            elif jobs := called.get(token):
                found.jobs[token] = tuple(job.sighting(cluster) for job in jobs)
        return found

    def _since_s(self, token: Token, stray: Stray) -> float:
        missed_s = self._client.now_s() - self._missed_s[token]
        return missed_s if stray.dead_s is None else max(missed_s, stray.dead_s)

    async def _accounted(
        self, due: Mapping[Token, Stray], cluster: str
    ) -> dict[Token, tuple[Sighting, ...]]:
        now_s = self._client.now_s()
        asked = [
            token
            for token, stray in due.items()
            if stray.name and now_s - self._accounted_s.get(token, NEVER_S) >= AFTER_S
        ][: sacct.ASKED_MAX]
        if not asked:
            return {}
        self._accounted_s |= dict.fromkeys(asked, now_s)
        records = await self._client.accounted(names=[due[token].name for token in asked])
        ended = sacct.ended(records or (), cluster, asked)
        return {
            token: tuple(job.sighting(cluster) for job in jobs) for token, jobs in ended.items()
        }

    async def _roll_call(self) -> dict[Token, tuple[QueuedJob, ...]] | None:
        """Call the roll, or give the last one while it is young."""
        now_s = self._client.now_s()
        if self._called is not None and now_s - self._called_s < AFTER_S:
            return self._called
        roll = await self._client.roll_call()
        self._called_s, self._called = now_s, None
        if roll is not None:
            self._called = {}
            for job in roll.jobs:
                if (token := job.token) is not None:
                    self._called[token] = (*self._called.get(token, ()), job)
        return self._called
