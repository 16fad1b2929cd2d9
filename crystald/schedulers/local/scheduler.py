"""The local scheduler as the daemon sees it."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog

from crystald.models import Accepted, Answer, Life, Observation, SbatchLife, Sighting, Unclear
from crystald.names import JobId, Token
from crystald.schedulers.base import Load, SubmitOrder
from crystald.schedulers.local import jobs
from crystald.schedulers.local.jobs import Board, JobFile, JobState

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

    def __init__(self, directory: Path, slots: int) -> None:
        self._board = Board(directory)
        self._slots = slots
        self._supervisors: list[int] = []

    async def submit(self, order: SubmitOrder) -> Answer:
        """Take a job in and wake the supervisor."""
        try:
            return Accepted(await asyncio.to_thread(self._submit, order))
        except OSError as error:
            return Unclear(f"{error.filename}: {error.strerror}")

    def _submit(self, order: SubmitOrder) -> JobId:
        self._board.make()
        asked = JobFile(
            order.name,
            order.token,
            str(order.script),
            str(order.directory),
            order.resources.time_limit_s,
        )
        number = jobs.accept(self._board, asked, secrets.token_hex(8))
        self._supervise()
        return JobId(CLUSTER, str(number))

    async def observe(self, tokens: Mapping[Token, JobId | None]) -> dict[Token, Observation]:
        """Tell what is known of each token."""
        try:
            return await asyncio.to_thread(self._observe, tokens)
        except (OSError, ValueError) as error:
            log.warning("local.unreadable", error=str(error))
            return {token: Observation(answered=False) for token in tokens}

    def _observe(self, tokens: Mapping[Token, JobId | None]) -> dict[Token, Observation]:
        self._board.make()
        if jobs.ids(self._board.pending) or jobs.ids(self._board.running):
            self._supervise()
        return {token: self._of(token) for token in tokens}

    def _of(self, token: Token) -> Observation:
        try:
            numbers = jobs.ids(self._board.tokens / token)
        except FileNotFoundError:
            numbers = []
        sightings = (self._sighting(number) for number in numbers)
        seen = tuple(sighting for sighting in sightings if sighting is not None)
        return Observation(answered=True, jobs=seen, sbatch=SbatchLife.DEAD)

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
        """End a job that has both this id and this name."""
        await asyncio.to_thread(self._cancel, job, name)

    def _cancel(self, job: JobId, name: str) -> None:
        place = self._board.jobs / job.number
        if not job.number.isdigit() or not place.is_dir() or JobFile.read(place).name != name:
            return
        jobs.mark(place / "cancel")
        self._supervise()

    async def load(self) -> Load:
        """Count jobs that are pending or running."""
        try:
            return Load(await asyncio.to_thread(self._load))
        except OSError:
            return Load(None)

    def _load(self) -> int:
        self._board.make()
        return len(jobs.ids(self._board.pending)) + len(jobs.ids(self._board.running))

    def _supervise(self) -> None:
        """Wake the supervisor; start one when there is none."""
        self._reap()
        if jobs.is_locked(self._board.supervisor_lock):
            self._wake()
            return
        if self._supervisors:
            return  # one that we started is just beginning, or just ending: it looks once more
        output = str(self._board.root / "supervisor.log")
        argv = [sys.executable, "-m", "crystald.schedulers.local.supervisor"]
        pid = os.posix_spawn(
            sys.executable,
            [*argv, str(self._board.root), str(self._slots)],
            dict(os.environ),
            setsid=True,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
        )
        self._supervisors.append(pid)

    def _wake(self) -> None:
        try:
            wake = os.open(self._board.wake, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return  # it is just ending, and looks at what is pending once more after that
        try:
            os.write(wake, b"!")
        except BlockingIOError:
            return  # the FIFO is full of wakes already
        finally:
            os.close(wake)

    def _reap(self) -> None:
        """Let ended supervisors that this process started go."""
        for pid in self._supervisors[:]:
            try:
                if os.waitpid(pid, os.WNOHANG)[0] == pid:
                    self._supervisors.remove(pid)
            except ChildProcessError:
                self._supervisors.remove(pid)
