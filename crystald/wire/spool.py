"""The spool: a directory where jobs leave messages that survive everything.

A job writes a file beside its place (hidden), makes it durable and renames it. The daemon reads
visible files, oldest first, and removes each only after its message is committed. What is not
readable as a message is set aside in ``bad/``, never lost silently.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain, count
from pathlib import Path
from typing import Final

import structlog

from crystald.errors import WireError
from crystald.models import RingMessage
from crystald.wire.messages import RING_BYTES_MAX, decode_ring

BAD: Final = "bad"
SUFFIX: Final = ".json"
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOREIGN: Final = {
    errno.EACCES: "it may not be read",
    errno.EPERM: "it may not be read",
    errno.EISDIR: "it is a directory",
    errno.ELOOP: "it is a link",
    errno.ENXIO: "it is no regular file",
}
"""What no message is and no waiting cures; any other trouble is the file system's."""

log = structlog.get_logger("crystald.spool")


@dataclass(frozen=True)
class SpoolFile:
    """A file of the spool and its message."""

    path: Path
    message: RingMessage


def spool_stamp(directory: Path) -> int:
    """Give a number that changes whenever a name in the spool changes: one stat.

    It is as fine as the clock of the file system (milliseconds): two changes within one of its
    ticks look like one.
    """
    return directory.stat().st_mtime_ns


def read_spool(directory: Path, limit: int) -> tuple[SpoolFile, ...]:
    """Read at most `limit` messages, oldest first; set aside what is none.

    Raises
    ------
    OSError
        The file system does not let a file be read, and may do so later.
    """
    with os.scandir(directory) as entries:
        oldest = nsmallest(limit, _visible(entries))
    files = (_read(directory / name) for _, name in oldest)
    return tuple(file for file in files if file is not None)


def _visible(entries: Iterator[os.DirEntry[str]]) -> Iterator[tuple[int, str]]:
    """Give time and name of everything but temporaries and ``bad/``."""
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith(".tmp") or entry.name == BAD:
            continue
        try:
            yield entry.stat(follow_symlinks=False).st_mtime_ns, entry.name
        except FileNotFoundError:
            continue


def _read(path: Path) -> SpoolFile | None:
    try:
        return SpoolFile(path, decode_ring(_bytes(path)))
    except FileNotFoundError:
        return None
    except WireError as error:
        _set_aside(path, error.message)
    except OSError as error:
        if error.errno not in _FOREIGN:
            raise
        _set_aside(path, _FOREIGN[error.errno])
    return None


def _bytes(path: Path) -> bytes:
    """Read what a message may hold and a byte more, so that a longer one is noticed."""
    if path.suffix != SUFFIX:
        raise WireError(f"its name does not end in {SUFFIX}")
    descriptor = os.open(path, _READ)
    try:
        return os.read(descriptor, RING_BYTES_MAX + 1)
    finally:
        os.close(descriptor)


def _set_aside(path: Path, why: str) -> None:
    """Move a file into ``bad/``; one of the same name that is there already stays."""
    bad = path.parent / BAD
    bad.mkdir(exist_ok=True, mode=0o700)
    others = (bad / f"{path.name}.{number}" for number in count(2))
    places = chain([bad / path.name], others)
    try:
        path.rename(next(place for place in places if not os.path.lexists(place)))
    except FileNotFoundError:
        return
    log.warning("spool.bad", file=path.name, why=why)


def remove_spooled(path: Path) -> None:
    """Remove a message whose commit is done; it may be gone already."""
    path.unlink(missing_ok=True)
