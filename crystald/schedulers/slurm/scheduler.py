"""Slurm as the daemon sees it.

Three kinds of knowledge meet here: what sbatch wrote down (:mod:`records`), what the queue shows
(:mod:`queue`, one squeue for everything), and what the arbiters say of what it does not show
(:mod:`absence` for recorded jobs, :mod:`strays` for submissions without a known job). A question
that was not answered wholly leaves ``answered=False``; nothing is ever concluded from silence.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping
from pathlib import Path

import structlog

from crystald.clock import Clock
from crystald.errors import SchedulerUnavailableError
from crystald.models import (
    Accepted,
    Answer,
    Deferred,
    Observation,
    Sighting,
    Unclear,
)
from crystald.names import JobId, Token
from crystald.schedulers.base import Health, Limits, Load, SubmitOrder
from crystald.schedulers.slurm import handover, limits
from crystald.schedulers.slurm.absence import Absence
from crystald.schedulers.slurm.backoff import Trouble
from crystald.schedulers.slurm.client import SlurmClient, user_name
from crystald.schedulers.slurm.commands import Commands, Run, environment
from crystald.schedulers.slurm.denials import Denials
from crystald.schedulers.slurm.hidden import Hidden
from crystald.schedulers.slurm.probe import Capabilities
from crystald.schedulers.slurm.queue import Queue, Snapshot
from crystald.schedulers.slurm.records import Machine, Records, this_machine
from crystald.schedulers.slurm.settings import SlurmSettings
from crystald.schedulers.slurm.strays import Stray, Strays
from crystald.schedulers.slurm.submission import Past, Submissions

SHARED_S = 2.0
"""How old an answer of squeue may be that serves another page of the same round."""

LOOK_S = 60.0
"""Time between looks while the controller has not said how soon it forgets a job."""

GRACE_S = 30.0
"""KillWait as Slurm has it of itself."""

RENEW_S = 3600.0
"""How often the controller is asked anew how it is set up."""

UNKNOWN = "unknown"
"""The cluster's name until the controller has said it once."""

log = structlog.get_logger("crystald.slurm")


class SlurmScheduler:
    """Jobs in Slurm.

    Parameters
    ----------
    settings
        The site's.
    directory
        Where records of submissions are kept; theirs alone.
    clock
        Tells when.
    run
        Starts commands that ask; None for real ones.
    environ
        The environment to take over; what would change Slurm's defaults is left out.
    machine
        Where this process runs; None looks.
    """

    def __init__(
        self,
        settings: SlurmSettings,
        directory: Path,
        clock: Clock,
        *,
        run: Run | None = None,
        environ: Mapping[str, str] = os.environ,
        machine: Machine | None = None,
    ) -> None:
        clean = environment(environ)
        self._settings = settings
        self._client = SlurmClient(settings, run or Commands(clock, clean), clock, user_name())
        self._queue = Queue(self._client)
        here = machine or this_machine()
        self._absence = Absence(self._client, Denials(directory, here.boot))
        self._strays = Strays(self._client)
        records = Records(directory, here)
        self._submissions = Submissions(settings, records, clean, self._client.now_s)
        self._found: Capabilities | None = None
        self._found_s = 0.0
        self._granted: Limits | None = None
        self._granted_s = 0.0
        self._hidden = Hidden()

    @property
    def cluster(self) -> str:
        """The cluster's name: as configured, else as the controller said, ``unknown`` before."""
        return self._settings.cluster or (self._found.cluster if self._found else UNKNOWN)

    @property
    def quiet_s(self) -> float:
        """How long after the known death of sbatch a job may still appear."""
        return self._settings.quiet(self._found.message_timeout_s if self._found else None)

    @property
    def submission_s(self) -> float:
        """How long an sbatch may live that cannot be watched: its limit, and the end of it."""
        return self._settings.sbatch_s + handover.KILL_S

    @property
    def grace_s(self) -> float:
        """KillWait; what is usual before the controller has said it."""
        told_s = self._found.kill_wait_s if self._found else None
        return GRACE_S if told_s is None else told_s

    @property
    def capabilities(self) -> Capabilities | None:
        """What the controller said of itself; None before it did."""
        return self._found

    @property
    def look_s(self) -> float:
        """Half of MinJobAge, within reason; what is usual before the controller has said it."""
        told_s = self._found.look_s if self._found else None
        return LOOK_S if told_s is None else told_s

    def health(self) -> Health:
        """Tell what is wrong with Slurm now, and how much it was asked."""
        trouble = self.trouble
        return Health(f"Slurm: {trouble.text}" if trouble else "", self.calls_per_hour())

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong with Slurm now, for a banner."""
        troubles = (
            self._client.controller.trouble,
            self._submissions.trouble,
            self._hidden.trouble(self._client.now_s()),
            self._queue.trouble,
        )
        return next((trouble for trouble in troubles if trouble), None)

    def calls_per_hour(self) -> dict[str, int]:
        """Tell how often each command was called during the last hour."""
        return self._client.calls.last_hour(self._client.now_s())

    async def probe(self) -> Capabilities | None:
        """Ask the controller how it is set up, unless that is known; None while it does not say.

        A controller of another name than the configured or first one is not believed.
        """
        now_s = self._client.now_s()
        if self._found is not None and now_s - self._found_s < RENEW_S:
            return self._found
        found = await self._client.config()
        if found is None:
            return self._found
        if self.cluster not in (UNKNOWN, found.cluster):
            why = f"the controller is that of {found.cluster}, not of {self.cluster}"
            self._client.controller.failed(now_s, why)
            return None
        self._found, self._found_s = found, now_s
        return found

    async def submit(self, order: SubmitOrder) -> Answer:
        """Hand an attempt to sbatch, once for its token ever."""
        if await self.probe() is None or not self._client.controller.may(self._client.now_s()):
            return Deferred(self.health().trouble or "Slurm's controller does not answer")
        self._client.calls.note(Path(self._settings.sbatch).name, self._client.now_s())
        answer = await self._submissions.submit(order, self.cluster)
        if isinstance(answer, Accepted):
            self._queue.accepted()
        elif isinstance(answer, Unclear):
            self._note_unclear(order.token, answer.reason)
        return answer

    def _note_unclear(self, token: Token, reason: str) -> None:
        """Spare a controller that sbatch could not reach: what follows would be unclear as well."""
        log.warning("slurm.unclear", token=token, why=reason)
        if "unable to contact" in reason.lower():
            self._client.controller.failed(self._client.now_s(), reason)

    async def load(self) -> Load:
        """Count all of the user's jobs, those accepted since the last look included.

        While sbatch is left in peace nothing is told, so that nothing is prepared for it either.
        """
        found = await self.probe()
        if found is None or self._submissions.trouble:
            return Load(None)
        snapshot = await self._queue.within(self._settings.load_s, knows_me=found.knows_me)
        if snapshot is None:
            return Load(None)
        return Load(snapshot.live + self._queue.since(snapshot))

    async def limits(self) -> Limits:
        """Tell what the controller grants; it is asked once an hour."""
        now_s = self._client.now_s()
        asked = self._granted is not None and now_s - self._granted_s < RENEW_S
        if not asked and self._client.controller.may(now_s):
            granted = await limits.ask(self._client, self._settings, user_name())
            self._granted, self._granted_s = granted.limits, now_s
        return self._granted or Limits()

    async def cancel(self, job: JobId, name: str) -> None:
        """End the job that has both this id and this name.

        Raises
        ------
        SchedulerUnavailableError
            Slurm did not take the request.
        """
        if job.by_hand or not job.number.isdecimal():
            return
        if await self.probe() is None:
            raise SchedulerUnavailableError(
                f"job {job} could not be cancelled: the controller does not answer",
                "It is tried again; scancel by hand does no harm.",
            )
        if job.cluster != self.cluster:
            return
        ran = await self._client.cancel(job.number, name)
        said = ran.said.lower()
        if ran.code == 0 or "invalid job id" in said or "already completing" in said:
            return
        raise SchedulerUnavailableError(
            f"job {job} could not be cancelled: {ran.said or f'scancel ended with {ran.code}'}",
            "It is tried again; scancel by hand does no harm.",
        )

    async def observe(self, tokens: Mapping[Token, JobId | None]) -> dict[Token, Observation]:
        """Tell what is known of each token."""
        pasts = await asyncio.to_thread(self._submissions.pasts, tokens)
        snapshot = await self._snapshot()
        if snapshot is None:
            return {token: _observation(None, pasts[token]) for token in tokens}
        shown = {
            token: tuple(job.sighting(self.cluster) for job in snapshot.by_token.get(token, ()))
            for token in tokens
        }
        seen = await self._resolve(tokens, pasts, shown, snapshot.alive)
        return {token: _observation(seen.get(token), pasts[token]) for token in tokens}

    async def _snapshot(self) -> Snapshot | None:
        found = await self.probe()
        if found is None:
            return None
        return await self._queue.within(SHARED_S, knows_me=found.knows_me, complete=True)

    async def _resolve(
        self,
        tokens: Mapping[Token, JobId | None],
        pasts: Mapping[Token, Past | None],
        shown: Mapping[Token, tuple[Sighting, ...]],
        alive: Collection[tuple[Token, str]],
    ) -> dict[Token, tuple[Sighting, ...]]:
        """Ask about what the queue does not show.

        A token without an entry in the answer is one of which nothing may be concluded.
        """
        missed = {t: job for t, job in tokens.items() if job and _is_missed(job, shown[t])}
        strays = {
            token: Stray(past.name, past.dead_s)
            for token, past in pasts.items()
            if tokens[token] is None and past and past.is_open and not shown[token]
        }
        await self._absence.note(tokens.keys() - missed.keys(), missed.keys())
        self._strays.seen(tokens.keys() - strays.keys())
        ours = {token: job for token, job in missed.items() if job.cluster == self.cluster}
        judged = await self._absence.judge(ours, self.cluster, alive)
        self._hidden.note(tokens, judged, self._client.now_s())
        found = await self._strays.look(strays, self.cluster)
        unsaid = (missed.keys() - judged.keys()) | found.unsaid
        return {
            token: (
                *shown[token],
                *([judged[token]] if token in judged else ()),
                *found.jobs.get(token, ()),
            )
            for token in tokens.keys() - unsaid
        }


def _is_missed(job: JobId, shown: tuple[Sighting, ...]) -> bool:
    return not job.by_hand and all(sighting.job != job for sighting in shown)


def _observation(seen: tuple[Sighting, ...] | None, past: Past | None) -> Observation:
    """Put together what is known of a token; `past` is None where its record is unreadable."""
    if past is None:
        return Observation(answered=False, jobs=seen or ())
    return Observation(seen is not None, seen or (), past.life, past.answer, past.dead_s)
