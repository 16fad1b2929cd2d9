"""Where the daemon's slow work is done: files in threads, decks and outputs in processes."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Protocol, TypeVar

import structlog

from crystald import worker, workers
from crystald.errors import CrystaldError, UnfinishedError, WorkFailedError, WorkspaceError
from crystald.workers import Worker, WorkerDiedError

T = TypeVar("T")

log = structlog.get_logger("crystald.hands")

IDLE_S = 60.0
"""How long workers are kept without work; heavy libraries cost memory on a login node."""


HANGS_AFTER_S = 60.0
"""How long work on files may take until it is told; large files take their time."""

FRAME = (worker.__name__,)
"""What every worker needs in order to begin."""

THREADS = 64
"""Threads for files: those that a file system does not give back must leave enough for others."""

LEAVE_S = 5.0
"""How long threads may take to end with the process."""

Tell = Callable[[Mapping[str, int]], None]
"""Told which work on files hangs, and how often; nothing when none does any more."""


class Hands(Protocol):
    """Does work off the event loop."""

    async def files(self, work: Callable[..., T], *arguments: object) -> T:
        """Run blocking work on files; OSError becomes a retryable WorkspaceError."""

    async def heavy(self, work: Callable[..., T], *arguments: object) -> T:
        """Run long pure work elsewhere; `work` and its values must be picklable.

        Raises
        ------
        UnfinishedError
            It took too long, or its process died.
        WorkFailedError
            It raised what is neither ours nor the file system's.
        """


class Files:
    """Threads for work on files; what does not come back is told, and the rest goes on.

    Nothing can end a thread that a file system has taken: it is waited for, and whatever depends
    on it waits as well, since nothing is known meanwhile.

    Parameters
    ----------
    tell
        Called when work begins to hang, and when it came back.
    """

    def __init__(self, tell: Tell = lambda _: None) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="files")
        self._tell = tell
        self.hanging: Counter[str] = Counter()

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Run blocking work in a thread."""
        loop = asyncio.get_running_loop()
        name, hangs = work.__name__, False

        def begins_to_hang() -> None:
            nonlocal hangs
            hangs = True
            self._note(name, 1)

        timer = loop.call_later(HANGS_AFTER_S, begins_to_hang)
        try:
            return await loop.run_in_executor(self._threads, partial(work, *arguments))
        finally:
            timer.cancel()
            if hangs:
                self._note(name, -1)

    def _note(self, name: str, more: int) -> None:
        self.hanging[name] += more
        self.hanging = +self.hanging
        log.warning("files.hang" if more > 0 else "files.back", work=name)
        self._tell(self.hanging)

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


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


def leave(code: int) -> None:
    """End the process with an exit code where a file system holds threads of it.

    The interpreter would wait for them without end. Without such threads this only returns.
    """
    until_s = time.monotonic() + LEAVE_S
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    for thread in others:
        if not thread.daemon:
            thread.join(max(0.0, until_s - time.monotonic()))
    if any(thread.is_alive() and not thread.daemon for thread in others):
        log.warning("process.left", code=code)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
