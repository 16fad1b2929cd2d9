"""What became of recorded jobs that the queue does not show: asked for, never guessed.

The controller is the arbiter: it shows the job, or it denies it, or it shows a job of somebody
else, or of another attempt, under the id, which says that ours is not there. A denial counts when
it was given twice, a while apart, by a controller of the right cluster; accounting, where there is
some, tells how the job ended, and is enough beside one denial. While accounting says that the job
is alive, nothing is concluded; but as it may have lost the end of it for ever ("runaway jobs",
sacctmgr(1)), a controller that denies the job for a day is believed: a node that still runs a job of
which its controller knows nothing ends it when it registers next. Everything else leaves the
job unknown: a job of the user's own without a token may be ours, renamed.

Jobs are asked for one by one. Where many are missed at once (the daemon was away for longer than
the controller remembers jobs), one roll call and one question to accounting for hundreds come
first. What a roll call does not show is denied by it where it proves to be whole: it shows every
job that the queue has just shown, one of them at least, or says that there are no jobs at all.
Else those that neither knows take a question each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import structlog

from crystald.models import Life, Sighting
from crystald.names import JobId, Token
from crystald.protocol import DENIED
from crystald.schedulers.slurm import sacct
from crystald.schedulers.slurm.client import SlurmClient
from crystald.schedulers.slurm.denials import Denials
from crystald.schedulers.slurm.doubts import NEVER_S, TWICE_S, Doubts
from crystald.schedulers.slurm.scontrol import Denied, Roll, Verdict
from crystald.schedulers.slurm.squeue import QueuedJob

SHOWN_MAX = 20
"""Jobs that the controller is asked for in one look; the others wait for the next."""

LOOK_S = 60.0
"""How long they may be asked for in one look."""

RUNAWAY_S = 86_400.0
"""How long the controller must have denied a job that accounting calls alive until it is believed."""

ACCOUNTED_MAX = 500
"""Jobs that accounting is asked for in one call, by their ids."""

log = structlog.get_logger("crystald.slurm")


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
        self._doubts = Doubts(denials, client.now_s)
        self._called_s = NEVER_S

    async def note(self, seen: Iterable[Token], missed: Collection[Token]) -> None:
        """Drop doubts about jobs that were seen, and old ones about jobs that nobody asks about."""
        await self._doubts.note(seen, missed)

    async def judge(
        self,
        missed: Mapping[Token, JobId],
        cluster: str,
        alive: Collection[tuple[Token, str]] = (),
    ) -> dict[Token, Sighting]:
        """Tell what became of jobs.

        Parameters
        ----------
        missed
            Token -> its recorded job.
        cluster
            The cluster that all of them belong to.
        alive
            Token and number of each job that the queue shows: a roll call is held against them.

        Returns
        -------
        dict
            Token -> sighting, of those about which something is known; the others stay unknown.
        """
        found: dict[Token, Sighting] = {}
        if sum(map(self._doubts.askable, missed)) > SHOWN_MAX:
            found = await self._together(missed, cluster, alive)
        left = {token: job for token, job in missed.items() if token not in found}
        found |= await self._one_by_one(left, cluster)
        for token in [t for t, sighting in found.items() if sighting.life is Life.ALIVE]:
            self._doubts.of(token).show()
        await self._doubts.keep()
        return found

    async def _together(
        self,
        missed: Mapping[Token, JobId],
        cluster: str,
        alive: Collection[tuple[Token, str]],
    ) -> dict[Token, Sighting]:
        """Tell of many in a few calls: a roll call shows those that are there, accounting how others ended.

        Accounting, which may lag behind, is not asked about a job that was put back: the roll call
        shows it. What neither knows is denied, where the roll call is whole.
        """
        now_s = self._client.now_s()
        if now_s - self._called_s < TWICE_S:
            return {}
        roll = await self._client.roll_call({job.number for job in missed.values()})
        if roll is None:
            return {}
        self._called_s = now_s
        jobs = {(job.token, job.number): job for job in roll.jobs}
        found = {
            token: job.sighting(cluster)
            for token, recorded in missed.items()
            if (job := jobs.get((token, recorded.number)))
        }
        for token in found:
            self._doubts.of(token).asked_s = now_s
        others = {token: job for token, job in missed.items() if token not in found}
        found |= await self._accounted(others, cluster)
        if roll.is_whole(alive):
            found |= await self._absent(roll, others, found.keys(), cluster)
        return found

    async def _absent(
        self, roll: Roll, missed: Mapping[Token, JobId], known: Collection[Token], cluster: str
    ) -> dict[Token, Sighting]:
        """Take as denied what a whole roll call does not show, under its number or its token."""
        there = {token for token, _ in roll.there}
        denied = [
            token
            for token, job in missed.items()
            if token not in known and token not in there and job.number not in roll.numbers
        ]
        for token in denied:
            self._doubts.of(token).asked_s = self._called_s
        return await self._denied(denied, missed, cluster) if denied else {}

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
        askable = filter(self._doubts.askable, missed)
        until_s = self._client.now_s() + LOOK_S
        verdicts: dict[Token, Verdict] = {}
        for token in sorted(askable, key=self._doubts.asked_s)[:SHOWN_MAX]:
            now_s = self._client.now_s()
            if now_s > until_s or not self._client.controller.may(now_s):
                break
            verdicts[token] = await self._client.show(missed[token].number)
            self._doubts.of(token).asked_s = self._client.now_s()
        return verdicts

    async def _accounted(self, gone: Mapping[Token, JobId], cluster: str) -> dict[Token, Sighting]:
        """Ask accounting by id, seldom."""
        found: dict[Token, Sighting] = {}
        due = self._doubts.due(gone)
        for start in range(0, len(due), ACCOUNTED_MAX):
            few = due[start : start + ACCOUNTED_MAX]
            now_s = self._client.now_s()
            for token in few:
                self._doubts.of(token).accounted_s = now_s
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
            self._doubts.of(token).lives = job is not None and job.state.life is Life.ALIVE
            if job is not None and job.state.life is Life.GONE:
                found[token] = job.sighting(cluster)
        return found

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
            doubt = self._doubts.of(token)
            denied_s = doubt.deny(missed[token], now_s)
            if denied_s >= (RUNAWAY_S if doubt.lives else TWICE_S):
                found[token] = Sighting(missed[token], Life.GONE, DENIED)
                log.info(
                    "slurm.denied", job=str(missed[token]), accounting_calls_it_alive=doubt.lives
                )
        return found
