"""What became of recorded jobs that the queue does not show: asked for, never guessed.

The controller is the arbiter: it shows the job, or it denies it, or it shows a job of somebody
else, or of another attempt, under the id, which says that ours is not there. A denial counts when
it was given twice, a while apart, by a controller of the right cluster; accounting, where there is
some, tells how the job ended, and is enough beside one denial. While accounting says that the job
is alive, nothing is concluded; but as it may have lost the end of it for ever ("runaway jobs",
sacctmgr(1)), a controller that denies the job for a day is believed. Everything else leaves the
job unknown: a job of the user's own without a token may be ours, renamed.

Jobs are asked for one by one. Where many are missed at once (the daemon was away for longer than
the controller remembers jobs), one roll call and one question to accounting for hundreds come
first, so that only those that neither knows take a question each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from crystald.models import Life, Sighting
from crystald.names import JobId, Token
from crystald.protocol import DENIED
from crystald.schedulers.slurm import sacct
from crystald.schedulers.slurm.client import SlurmClient
from crystald.schedulers.slurm.denials import Denials
from crystald.schedulers.slurm.scontrol import Denied, Verdict
from crystald.schedulers.slurm.squeue import QueuedJob

SHOWN_MAX = 20
"""Jobs that the controller is asked for in one look; the others wait for the next."""

LOOK_S = 60.0
"""How long they may be asked for in one look."""

TWICE_S = 60.0
"""Least time between two denials, and between two questions to accounting about one job."""

LIVES_S = 600.0
"""Time between questions about a job that the controller denies and accounting calls alive."""

RUNAWAY_S = 86_400.0
"""How long the controller must have denied such a job until it is believed."""

ACCOUNTED_MAX = 500
"""Jobs that accounting is asked for in one call, by their ids."""

FORGET_S = 86_400.0
NEVER_S = float("-inf")


@dataclass
class _Doubt:
    """What was said of a job that is missed, and when (boottime, s).

    Attributes
    ----------
    lives
        Whether accounting, when it answered last, called the job alive.
    """

    job: JobId | None = None
    denied_s: float | None = None
    asked_s: float = NEVER_S
    accounted_s: float = NEVER_S
    lives: bool = False

    @property
    def rest_s(self) -> float:
        """Least time between questions about it, from the first denial on."""
        return LIVES_S if self.lives else TWICE_S

    @property
    def last_s(self) -> float:
        """When anybody was asked about it last."""
        return max(self.asked_s, self.accounted_s)


class Absence:
    """Finds out about missing jobs.

    Parameters
    ----------
    client
        Asks Slurm.
    denials
        Where first denials are kept.
    """

    def __init__(self, client: SlurmClient, denials: Denials) -> None:
        self._client = client
        self._denials = denials
        self._doubts: dict[Token, _Doubt] = {}
        self._kept: dict[Token, tuple[JobId, float]] | None = None
        self._called_s = NEVER_S

    async def note(self, seen: Iterable[Token], missed: Collection[Token]) -> None:
        """Drop doubts about jobs that were seen, and old ones about jobs that nobody asks about."""
        await self._recall()
        for token in seen:
            self._doubts.pop(token, None)
        late_s = self._client.now_s() - FORGET_S
        old = [token for token, doubt in self._doubts.items() if doubt.last_s < late_s]
        for token in old:
            if token not in missed:
                del self._doubts[token]
        await self._keep()

    async def _recall(self) -> None:
        """Learn, once, what earlier daemons heard."""
        if self._kept is None:
            self._kept = await asyncio.to_thread(self._denials.read, self._client.now_s())
            for token, (job, at_s) in self._kept.items():
                self._doubts[token] = _Doubt(job, denied_s=at_s, asked_s=at_s)

    async def _keep(self) -> None:
        """Write down what later daemons need to know, where it has changed."""
        denied = {
            token: (doubt.job, doubt.denied_s)
            for token, doubt in self._doubts.items()
            if doubt.job is not None and doubt.denied_s is not None
        }
        if denied != self._kept and await asyncio.to_thread(self._denials.write, denied):
            self._kept = denied

    async def judge(self, missed: Mapping[Token, JobId], cluster: str) -> dict[Token, Sighting]:
        """Tell what became of jobs.

        Parameters
        ----------
        missed
            Token -> its recorded job.
        cluster
            The cluster that all of them belong to.

        Returns
        -------
        dict
            Token -> sighting, of those about which something is known; the others stay unknown.
        """
        found: dict[Token, Sighting] = {}
        if len(missed) > SHOWN_MAX:
            found = await self._together(missed, cluster)
        left = {token: job for token, job in missed.items() if token not in found}
        found |= await self._one_by_one(left, cluster)
        await self._keep()
        return found

    async def _together(self, missed: Mapping[Token, JobId], cluster: str) -> dict[Token, Sighting]:
        """Tell of many in a few calls: a roll call shows those that are there, accounting how others ended.

        That the roll call does not show a job decides nothing; it only keeps accounting, which may
        lag behind, from being believed of a job that was put back.
        """
        now_s = self._client.now_s()
        if now_s - self._called_s < TWICE_S or (called := await self._client.roll_call()) is None:
            return {}
        self._called_s = now_s
        jobs = {(job.token, job.number): job for job in called}
        found = {
            token: job.sighting(cluster)
            for token, recorded in missed.items()
            if (job := jobs.get((token, recorded.number)))
        }
        for token in found:
            self._doubt(token).asked_s = now_s
        others = {token: job for token, job in missed.items() if token not in found}
        return found | await self._accounted(others, cluster)

    async def _one_by_one(
        self, missed: Mapping[Token, JobId], cluster: str
    ) -> dict[Token, Sighting]:
        """Ask the controller for each, and accounting for those that it has not."""
        shown = await self._shown(missed)
        found = {
            token: verdict.sighting(cluster)
            for token, verdict in shown.items()
            if isinstance(verdict, QueuedJob) and verdict.token == token
        }
        gone = {  # denied, or its id may belong to another job by now
            token: missed[token]
            for token, verdict in shown.items()
            if token not in found and isinstance(verdict, QueuedJob | Denied)
        }
        found |= await self._accounted(gone, cluster)
        denied = [token for token in gone if self._denies(shown[token], token)]
        if rest := [token for token in denied if token not in found]:
            found |= await self._denied(rest, missed, cluster)
        return found

    def _denies(self, verdict: Verdict, token: Token) -> bool:
        """Tell whether the controller says that it has no such job, or another one of its id."""
        if not isinstance(verdict, QueuedJob):
            return isinstance(verdict, Denied)
        foreign = verdict.uid is not None and verdict.uid != self._client.uid
        return foreign or verdict.token not in (None, token)

    async def _shown(self, missed: Mapping[Token, JobId]) -> dict[Token, Verdict]:
        """Ask the controller, first for those that were not asked about for longest."""
        askable = filter(self._askable, missed)
        until_s = self._client.now_s() + LOOK_S
        verdicts: dict[Token, Verdict] = {}
        for token in sorted(askable, key=self._asked_s)[:SHOWN_MAX]:
            now_s = self._client.now_s()
            if now_s > until_s or not self._client.controller.may(now_s):
                break
            verdicts[token] = await self._client.show(missed[token].number)
            self._doubt(token).asked_s = self._client.now_s()
        return verdicts

    def _askable(self, token: Token) -> bool:
        """Tell whether a question can tell more: not soon after a first denial."""
        doubt = self._doubts.get(token, _Doubt())
        if doubt.denied_s is None:
            return True
        last_s = doubt.asked_s if doubt.lives else doubt.denied_s
        return self._client.now_s() - last_s >= doubt.rest_s

    def _asked_s(self, token: Token) -> float:
        return self._doubts[token].asked_s if token in self._doubts else NEVER_S

    async def _accounted(self, gone: Mapping[Token, JobId], cluster: str) -> dict[Token, Sighting]:
        """Ask accounting by id, seldom."""
        found: dict[Token, Sighting] = {}
        due = self._due(gone)
        for start in range(0, len(due), ACCOUNTED_MAX):
            few = due[start : start + ACCOUNTED_MAX]
            now_s = self._client.now_s()
            for token in few:
                self._doubt(token).accounted_s = now_s
            records = await self._client.accounted(numbers=[gone[token].number for token in few])
            if records is None:  # it is left in peace: the others are asked about later
                break
            found |= self._ended(sacct.last_starts(records, cluster, few), few, gone, cluster)
        return found

    def _ended(
        self,
        told: Mapping[Token, tuple[QueuedJob, ...]],
        few: Iterable[Token],
        gone: Mapping[Token, JobId],
        cluster: str,
    ) -> dict[Token, Sighting]:
        """Take those that accounting says have ended; note those that it calls alive."""
        jobs = {(token, job.number): job for token, jobs in told.items() for job in jobs}
        found: dict[Token, Sighting] = {}
        for token in few:
            job = jobs.get((token, gone[token].number))
            self._doubt(token).lives = job is not None and job.state.life is Life.ALIVE
            if job is not None and job.state.life is Life.GONE:
                found[token] = job.sighting(cluster)
        return found

    def _due(self, tokens: Iterable[Token]) -> list[Token]:
        """List those that accounting was not asked about just now."""
        now_s = self._client.now_s()
        doubts = {token: self._doubt(token) for token in tokens}
        return [t for t, doubt in doubts.items() if now_s - doubt.accounted_s >= doubt.rest_s]

    async def _denied(
        self, denied: Iterable[Token], missed: Mapping[Token, JobId], cluster: str
    ) -> dict[Token, Sighting]:
        """Believe a second denial by the controller of the right cluster, unless accounting contradicts."""
        config = await self._client.config()
        if config is None or config.cluster != cluster:
            return {}
        now_s = self._client.now_s()
        found: dict[Token, Sighting] = {}
        for token in denied:
            doubt = self._doubt(token)
            if doubt.denied_s is None or doubt.job != missed[token]:
                doubt.job, doubt.denied_s = missed[token], now_s
            if now_s - doubt.denied_s >= (RUNAWAY_S if doubt.lives else TWICE_S):
                found[token] = Sighting(missed[token], Life.GONE, DENIED)
        return found

    def _doubt(self, token: Token) -> _Doubt:
        return self._doubts.setdefault(token, _Doubt())
