"""Slurm's commands as questions: counted, limited in time, and spared while Slurm is unwell."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from crystald.clock import Clock
from crystald.schedulers.slurm import probe, sacct, scontrol, squeue
from crystald.schedulers.slurm.backoff import Backoff
from crystald.schedulers.slurm.calls import Calls
from crystald.schedulers.slurm.commands import Ran, Run, Sieve
from crystald.schedulers.slurm.probe import Capabilities
from crystald.schedulers.slurm.sacct import Accounted
from crystald.schedulers.slurm.scontrol import Denied, Roll, Unsaid, Verdict
from crystald.schedulers.slurm.settings import SlurmSettings
from crystald.schedulers.slurm.squeue import QueuedJob, TornAnswerError

SINCE = ("now-60days", "now-29days", "now-6days", "now-23hours", "now-50minutes")
"""How far back accounting is asked: the first that the site allows (MaxQueryTimeRange of
slurmdbd.conf(5), usually a month, a week or a day)."""

_TOO_FAR = (b"too wide of a date range", b"query result exceeds size limit")
"""How accounting refuses to look so far back; the texts of Slurm's errors."""

log = structlog.get_logger("crystald.slurm")


class SlurmClient:
    """Asks Slurm.

    Every question gives None (or :class:`~crystald.schedulers.slurm.scontrol.Unsaid`) when
    nothing is known: the command failed, hung, made no sense, or is not called now because Slurm
    is left in peace.

    Parameters
    ----------
    settings
        Names of the commands and their limits.
    run
        Starts them.
    clock
        Tells when.
    user
        Whose jobs; only asked for by name where squeue does not know ``--me``.

    Attributes
    ----------
    calls
        How often each command was called.
    controller, accounting
        The back-offs of the two servers.
    uid
        Whose jobs are ours.
    """

    def __init__(self, settings: SlurmSettings, run: Run, clock: Clock, user: str) -> None:
        self._settings = settings
        self._run = run
        self._clock = clock
        self._user = user
        self._accounts = settings.accounting
        self._ranges = list(SINCE)
        self.uid = os.geteuid()
        self.calls = Calls()
        self.controller = Backoff()
        self.accounting = Backoff()

    def now_s(self) -> float:
        """Tell the time (boottime, s)."""
        return self._clock.boottime_s()

    async def config(self) -> Capabilities | None:
        """Ask the controller how it is set up."""
        if not self.controller.may(self.now_s()):
            return None
        ran = await self._call(self._settings.scontrol, probe.ARGUMENTS, self._settings.answer_s)
        found = probe.parse(ran.out.decode(errors="replace")) if ran.code == 0 else None
        self._note(self.controller, "scontrol", ran, good=found is not None)
        if found is not None:
            self._accounts = self._settings.accounting and found.accounting
        return found

    async def queue(self, *, knows_me: bool) -> tuple[QueuedJob, ...] | None:
        """Ask for all of the user's jobs: the first question of a round."""
        if not self.controller.may_begin(self.now_s()):
            return None
        whose = ("--me",) if knows_me else ("--user", self._user)
        argv = squeue.arguments(whose)
        ran = await self._call(self._settings.squeue, argv, self._settings.answer_s)
        jobs: tuple[QueuedJob, ...] | None = None
        torn = ""
        if ran.code == 0:
            try:
                jobs = await asyncio.to_thread(squeue.parse, ran.out)  # thousands take long
            except TornAnswerError as error:
                torn = str(error)
        self._note(self.controller, "squeue", ran, good=jobs is not None, why=torn)
        return jobs

    async def listing(self, arguments: Sequence[str]) -> str | None:
        """Ask the controller for a listing of something else than jobs, as scontrol prints it.

        What a site does not show to everybody is refused, which is an answer.
        """
        if not self.controller.may(self.now_s()):
            return None
        ran = await self._call(self._settings.scontrol, arguments, self._settings.answer_s)
        answered = ran.code is not None and "unable to contact" not in ran.said.lower()
        self._note(self.controller, "scontrol", ran, good=answered)
        return ran.out.decode(errors="replace") if ran.code == 0 else None

    async def show(self, number: str) -> Verdict:
        """Ask the controller for one job."""
        if not self.controller.may(self.now_s()):
            return Unsaid("the controller is left in peace")
        argv = scontrol.arguments(number)
        ran = await self._call(self._settings.scontrol, argv, self._settings.answer_s)
        out, err = ran.out.decode(errors="replace"), ran.err.decode(errors="replace")
        verdict = scontrol.parse(number, ran.code, out, err)
        good = isinstance(verdict, QueuedJob | Denied)
        self._note(self.controller, "scontrol", ran, good=good)
        return verdict

    async def roll_call(self, numbers: Collection[str] = ()) -> Roll | None:
        """Ask the controller for every job of the cluster; those with a token, or asked for, are read.

        It prints all of them, which is dear: only for the last word. That it takes long says
        nothing of how well the controller is.
        """
        if not self.controller.may(self.now_s()):
            return None
        sieve = partial(scontrol.keep, asked={number.encode() for number in numbers})
        ran = await self._call(
            self._settings.scontrol, scontrol.ALL, self._settings.answer_s, sieve
        )
        roll = scontrol.parse_all(ran.code, ran.out.decode(errors="replace"))
        self._note(self.controller, "scontrol", replace(ran, took_s=0.0), good=roll is not None)
        return roll

    async def accounted(
        self, *, numbers: Collection[str] = (), names: Collection[str] = ()
    ) -> list[Accounted] | None:
        """Ask accounting for jobs, by id or by name, as far back as it allows."""
        if not self._accounts or not self.accounting.may(self.now_s()):
            return None
        while True:
            argv = sacct.arguments(self.since, numbers=numbers, names=names)
            ran = await self._call(self._settings.sacct, argv, self._settings.accounting_s)
            refused = any(text in ran.err.lower() for text in _TOO_FAR)
            if not refused or len(self._ranges) == 1:
                break
            del self._ranges[0]
        good = ran.code == 0 and not refused
        self._note(self.accounting, "sacct", ran, good=good)
        return sacct.parse(ran.out.decode(errors="replace")) if good else None

    @property
    def since(self) -> str:
        """How far back accounting is asked."""
        return self._ranges[0]

    async def cancel(self, number: str, name: str) -> Ran:
        """End the job that has both this id and this name; asked even if Slurm is unwell."""
        argv = (f"--name={name}", number)
        return await self._call(self._settings.scancel, argv, self._settings.answer_s)

    async def _call(
        self,
        command: str,
        arguments: Sequence[str],
        timeout_s: float,
        sieve: Sieve | None = None,
    ) -> Ran:
        self.calls.note(Path(command).name, self.now_s())
        return await self._run((command, *arguments), timeout_s, sieve)

    def _note(self, server: Backoff, command: str, ran: Ran, *, good: bool, why: str = "") -> None:
        if good:
            server.answered(self.now_s(), ran.took_s)
            return
        said = why or ran.said or f"{command} ended with {ran.code} and told nothing"
        server.failed(self.now_s(), said)
        log.warning("slurm.unwell", command=command, code=ran.code, said=said)


def user_name() -> str:
    """Tell whose jobs to ask for; the number where the name is not known here."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
