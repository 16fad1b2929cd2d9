"""Threads for files, and worker processes for decks, outputs and pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

import structlog

from crystald.errors import CrystaldError, UnfinishedError, WorkFailedError, WorkspaceError
from crystald.hands import worker, workers
from crystald.hands.files import Files
from crystald.hands.workers import Worker, WorkerDiedError

T = TypeVar("T")

log = structlog.get_logger("crystald.hands")

IDLE_S = 60.0
"""How long workers are kept without work; heavy libraries cost memory on a login node."""

FRAME = (worker.__name__,)
"""What every worker needs in order to begin."""


class Workshop:
    """Threads for files, worker processes for decks, outputs and pictures.

    Heavy libraries are loaded only in the workers; the workers are ended when they have been
    idle, and end by themselves when the daemon dies.

    Parameters
    ----------
    count
        How many processes at most.
    timeout_s
        How long one piece of heavy work may take.
    niceness
        By how much the workers stand back behind everything else (nice(2)).
    files
        The threads.
    begin_with
        Modules that are loaded once, before the first worker begins, for all that ever begin:
        light ones, since they stay in memory. Of all workshops of a process the last one says.
    """

    def __init__(
        self,
        count: int,
        timeout_s: float,
        *,
        niceness: int = 0,
        files: Files | None = None,
        begin_with: Sequence[str] = (),
    ) -> None:
        self._files = files or Files()
        self._processes = get_context("forkserver")
        if begin_with:
            self._processes.set_forkserver_preload([*FRAME, *begin_with])
        self._niceness = niceness
        self._timeout_s = timeout_s
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._busy = 0
        self._free = asyncio.Semaphore(count)
        self._rest: asyncio.TimerHandle | None = None

    async def files(self, work: Callable[..., T], *arguments: object) -> T:
        """Run blocking work on files in a thread."""
        with _translated():
            return await self._files.run(work, *arguments)

    async def heavy(self, work: Callable[..., T], *arguments: object) -> T:
        """Run long work in a worker process; its time counts from when a worker is free."""
        self._busy += 1
        try:
            async with self._free:
                return await self._worked(work, arguments)
        finally:
            self._busy -= 1
            if not self._busy:
                self._rest = asyncio.get_running_loop().call_later(IDLE_S, self._end_idle)

    async def _worked(self, work: Callable[..., T], arguments: tuple[object, ...]) -> T:
        try:
            async with asyncio.timeout(self._timeout_s):
                with _translated(), _foreseen(work.__name__):
                    return await self._done(work, arguments)
        except (TimeoutError, WorkerDiedError) as error:
            raise UnfinishedError(
                f"{work.__name__} did not finish ({type(error).__name__})",
                "Its input may be too large for a login node.",
            ) from error

    async def _done(self, work: Callable[..., T], arguments: tuple[object, ...]) -> T:
        one = await self._one()
        try:
            return await one.does(work, arguments)
        finally:
            self._back(one)

    async def _one(self) -> Worker:
        """Take an idle worker, the last first; start one where there is none."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        while self._idle:
            one = self._idle.pop()
            if not one.has_gone:
                return one
            self._end(one)
        with _startable():
            one = await workers.start(self._processes, self._niceness)
        self._workers.add(one)
        return one

    def _back(self, one: Worker) -> None:
        """Take back a worker, or end one that nobody knows to be at rest."""
        if one.rests:
            self._idle.append(one)
        else:
            self._end(one)

    def _end(self, one: Worker) -> None:
        one.kill()
        self._workers.discard(one)

    def _end_idle(self) -> None:
        for one in self._idle:
            one.dismiss()
            self._workers.discard(one)
        self._idle.clear()

    def close(self) -> None:
        """End the workers, whatever they do, and begin nothing more on files."""
        self._files.close()
        if self._rest is not None:
            self._rest.cancel()
        for one in list(self._workers):
            self._end(one)
        self._idle.clear()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except TimeoutError:  # an OSError to Python, but not one of a file
        raise
    except OSError as error:
        raise WorkspaceError(
            f"{error.filename or 'a file'}: {error.strerror or error}",
            "Check rights, quota and whether the file system is mounted.",
        ) from error


@contextmanager
def _startable() -> Iterator[None]:
    """Tell that a worker could not be started; that says nothing of the work."""
    try:
        yield
    except (OSError, EOFError) as error:
        raise WorkspaceError(
            f"no process could be started for long work: {error}",
            "Are there too many processes or open files, or too little memory on this machine?",
        ) from error


@contextmanager
def _foreseen(name: str) -> Iterator[None]:
    """Keep what one piece of work did not foresee from ending everything else."""
    try:
        yield
    except (CrystaldError, OSError, WorkerDiedError, TimeoutError):
        raise
    except Exception as error:
        log.exception("work.failed", work=name)
        raise WorkFailedError(
            f"{name} failed unexpectedly: {type(error).__name__}: {error}",
            "This is a fault of crystald; please report it with the files concerned.",
        ) from error
