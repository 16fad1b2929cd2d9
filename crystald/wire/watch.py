"""Hear at once of files that are renamed into a directory of this machine (inotify(7)).

Only a hint: what is not heard (on a network file system, or where the kernel has no more watches to
give) is found by looking.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

IN_MOVED_TO: Final = 0x80
"""From ``<sys/inotify.h>``; the flags of ``inotify_init1`` are those of open(2)."""

EVENTS_BYTES: Final = 65_536


@contextmanager
def watching(directory: Path, heard: Callable[[], None]) -> Iterator[bool]:
    """Call `heard` in the running event loop whenever a file is renamed into a directory.

    Yields
    ------
    bool
        Whether it is watched.
    """
    watch = _watch(directory)
    if watch is None:
        yield False
        return
    loop = asyncio.get_running_loop()

    def hear() -> None:
        with suppress(OSError):  # which names came is of no interest
            os.read(watch, EVENTS_BYTES)
        heard()

    loop.add_reader(watch, hear)
    try:
        yield True
    finally:
        loop.remove_reader(watch)
        os.close(watch)


def _watch(directory: Path) -> int | None:
    """Open a watch; None where there can be none."""
    try:
        libc = ctypes.CDLL(None)
        watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if watch < 0:
            return None
        if libc.inotify_add_watch(watch, os.fsencode(directory), IN_MOVED_TO) < 0:
            os.close(watch)
            return None
    except (AttributeError, OSError):  # another C library
        return None
    return int(watch)
