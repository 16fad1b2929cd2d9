"""The crowd: connections may not use up the files which the daemon needs for its own work.

libzmq accepts connections for as long as the system gives it files, and spins when there are none
left; it has no limit of its own. Peers that are strangers are dropped after ten seconds, but enough
of them, or a client of ours that never closes, would leave none for the store and for ``sbatch``.
"""

from __future__ import annotations

import asyncio
import errno
import os
import resource
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog

LOOK_S: Final = 0.5
"""How often the files are counted."""

FILES_MAX: Final = 65_536
"""What counts as the limit where there is none, or a larger one."""

OPEN_FILES: Final = Path("/proc/self/fd")
_FULL: Final = (errno.EMFILE, errno.ENFILE)

log = structlog.get_logger("crystald.wire")


def files_for_connections() -> int:
    """Give how many files may be open before connections are dropped: half of those allowed."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = FILES_MAX if soft == resource.RLIM_INFINITY else min(soft, FILES_MAX)
    return allowed // 2


def is_crowded(most: int, open_files: Path = OPEN_FILES) -> bool:
    """Say whether more than `most` files are open, or none can be opened any more.

    A system that does not list the open files is not judged.
    """
    try:
        return len(os.listdir(open_files)) > most  # noqa: PTH208 - no object for each of thousands
    except OSError as error:
        return error.errno in _FULL


async def keep_room(crowded: Callable[[], bool], drop_all: Callable[[], Awaitable[None]]) -> None:
    """Drop all connections whenever there are too many, until cancelled.

    Who has a right to be heard connects again: a ring by its spool file at the latest.
    """
    while True:
        await asyncio.sleep(LOOK_S)
        if crowded():
            log.warning("wire.crowded", done="all connections were dropped")
            await drop_all()
