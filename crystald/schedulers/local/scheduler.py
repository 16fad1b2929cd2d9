"""The local scheduler as the daemon sees it."""

from __future__ import annotations

import asyncio
import errno
import math
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog

from crystald.durable import lock, mark
from crystald.errors import SchedulerUnavailableError
from crystald.models import (
    Accepted,
    Answer,
    Deferred,
    Life,
    Observation,
    SbatchLife,
    Sighting,
    Unclear,
)
from crystald.names import JobId, Token
from crystald.schedulers.base import Health, Limit, Limits, Load, SubmitOrder
from crystald.schedulers.local import jobs
from crystald.schedulers.local.jobs import Board, JobFile, JobState
from crystald.schedulers.local.supervisor import GRACE_S

CLUSTER = "local"

log = structlog.get_logger("crystald.local")


class LocalScheduler:
    """Jobs in slots on this machine.

    Accepting a job is one atomic act on files in this process, so a submission that this process
    did not finish has left a job or never will: the quiet period is short.

    Parameters
    ----------
    directory
        Where the jobs' state lies.
    slots
        How many jobs run at once.
    """

    cluster = CLUSTER
    quiet_s = 2.0
    submission_s = 0.0
    grace_s = GRACE_S

    def __init__(self, directory: Path, slots: int) -> None:
        self._board = Board(directory.absolute())
        self._slots = slots
        self._made = False
        self._trouble = ""

    async def submit(self, order: SubmitOrder) -> Answer:
        """Take a job in and wake the supervisor."""
        return await asyncio.to_thread(self._submit, order)

    def _submit(self, order: SubmitOrder) -> Answer:
        if why := order.may_begin():
            return Deferred(why)
        asked = JobFile(
            order.name,
            order.token,
            str(order.script),
            str(order.directory),
            order.resources.time_limit_s,
            order.resources.lead_s or 0,
        )
        try:
            self._make()
            number = jobs.prepare(self._board, asked)
        except OSError as error:  # a disk that is full, for example: nothing was accepted
            return Deferred(_said(error))
        try:
            jobs.accept(self._board, number)
            self._supervise(wake=True)
        except OSError as error:
            return Unclear(_said(error))
        return Accepted(JobId(CLUSTER, str(number)))

    def _make(self) -> None:
        """Make the directories, once: whether they vanish later must be seen."""
        if not self._made:
            self._board.make(self._slots)
            self._made = True

    async def observe(self, tokens: Mapping[Token, JobId | None]) -> dict[Token, Observation]:
        """Tell what is known of each token."""
        return await asyncio.to_thread(self._observe, tokens)

    def _observe(self, tokens: Mapping[Token, JobId | None]) -> dict[Token, Observation]:
        try:
            self._make()
            if jobs.ids(self._board.pending) or jobs.ids(self._board.running):
                self._supervise(wake=False)
            jobs.ids(self._board.jobs)
        except OSError as error:
            log.warning("local.unreadable", error=_said(error))
            self._trouble = _said(error)
            return {token: Observation(answered=False) for token in tokens}
        self._trouble = ""
        return {token: self._of(token) for token in tokens}

    def _of(self, token: Token) -> Observation:
        try:
            sightings = [self._sighting(number) for number in self._numbers(token)]
        except (OSError, ValueError) as error:
            log.warning("local.unreadable", token=token, error=str(error))
            return Observation(answered=False)
        seen = tuple(sighting for sighting in sightings if sighting is not None)
        return Observation(answered=True, jobs=seen, sbatch=SbatchLife.DEAD)

    def _numbers(self, token: Token) -> list[int]:
        try:
            return jobs.ids(self._board.tokens / token)
        except FileNotFoundError:
            return []

    def _sighting(self, number: int) -> Sighting | None:
        state, code = jobs.state_of(self._board, number)
        if state is JobState.UNACCEPTED:
            return None
        alive = state in (JobState.PENDING, JobState.RUNNING)
        return Sighting(
            JobId(CLUSTER, str(number)),
            Life.ALIVE if alive else Life.GONE,
            state,
            running=state is JobState.RUNNING,
            exit_code=code,
        )

    async def cancel(self, job: JobId, name: str) -> None:
        """End a job that has both this id and this name.

        Raises
        ------
        SchedulerUnavailableError
            The job's files cannot be read or written.
        """
        if job.cluster != CLUSTER or not job.number.isdigit():
            return
        try:
            await asyncio.to_thread(self._cancel, int(job.number), name)
        except (OSError, ValueError) as error:
            raise SchedulerUnavailableError(
                f"job {job} cannot be cancelled: {error}", f"Look into {self._board.root}."
            ) from error

    def _cancel(self, number: int, name: str) -> None:
        place = self._board.job(number)
        if not place.is_dir() or JobFile.read(place).name != name:
            return
        state, _ = jobs.state_of(self._board, number)
        if state in (JobState.PENDING, JobState.RUNNING):
            mark(place / "cancel")
            mark(self._board.asked / str(number))
            self._supervise(wake=True)

    @property
    def look_s(self) -> float:
        """It forgets nothing."""
        return math.inf

    def health(self) -> Health:
        """Tell whether its files could be read at the last look."""
        return Health(f"the local scheduler: {self._trouble}" if self._trouble else "")

    async def load(self) -> Load:
        """Count jobs that are pending or running."""
        try:
            return Load(await asyncio.to_thread(self._load))
        except OSError:
            return Load(None)

    async def limits(self) -> Limits:
        """Tell the slots of this machine; jobs that wait for one are not limited."""
        words = f"{self._slots} jobs run at the same time"
        return Limits((Limit("this machine", words, running=self._slots),))

    def _load(self) -> int:
        self._make()
        pending = jobs.ids(self._board.pending)
        # looked at second: one that starts meanwhile stands in both, never in neither
        return len({*pending, *jobs.ids(self._board.running)})

    def _supervise(self, *, wake: bool) -> None:
        """See to it that a supervisor works: wake the one there is, or start one.

        The lock is taken here and handed on, so that of many callers one starts a supervisor.
        """
        held = lock(self._board.supervisor_lock)
        if held is None:
            if wake:
                self._wake()
            return
        try:
            self._start_supervisor(held)
        finally:
            os.close(held)

    def _start_supervisor(self, held: int) -> None:
        """Start a supervisor that is nobody's child and has nothing of ours but the lock."""
        argv = [sys.executable, "-P", "-m", "crystald.schedulers.local.supervisor"]
        with (self._board.root / "supervisor.log").open("ab") as said:
            started = subprocess.run(
                ["/bin/sh", "-c", '"$@" &', "sh", *argv, str(self._board.root), str(held)],
                check=False,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=(held,),
                start_new_session=True,
            )
        if started.returncode:  # sh could not fork; the jobs wait, and the next look tries again
            raise OSError(errno.EAGAIN, "no process could be started", "the supervisor of jobs")

    def _wake(self) -> None:
        try:
            wake = os.open(self._board.wake, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return  # it is just beginning, or just ending: it looks once more after that
        try:
            os.write(wake, b"!")
        except BlockingIOError:
            return  # the FIFO is full of wakes already
        finally:
            os.close(wake)


def _said(error: OSError) -> str:
    return f"{error.filename or 'local jobs'}: {error.strerror or error}"
