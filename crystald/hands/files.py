"""Threads for work on files, and what is told of those that a file system does not give back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import structlog

T = TypeVar("T")

HANGS_AFTER_S = 60.0
"""How long work on files may take until it is told; large files take their time."""

THREADS = 64
"""Threads for files: those that a file system does not give back must leave enough for others."""

Tell = Callable[[Mapping[str, int]], None]
"""Told which work on files hangs, and how often; nothing when none does any more."""

log = structlog.get_logger("crystald.hands")


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
