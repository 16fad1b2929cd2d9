"""The spool: a directory where jobs leave messages that survive everything.

A job writes a file beside its place (hidden), makes it durable and renames it. The daemon reads
visible files, oldest first, and removes each only after its message is committed. What is not
readable as a message is set aside in ``bad/``, never lost silently.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import Final

import structlog

from crystald.errors import WireError
from crystald.models import RingMessage
from crystald.wire.messages import RING_BYTES_MAX, decode_ring

BAD: Final = "bad"
SUFFIX: Final = ".json"
TEMPORARY: Final = ".tmp"
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
    """Give a number that changes whenever a name in the spool changes.

    It is as fine as the clock of the file system (milliseconds, or seconds): two changes within
    one of its ticks look like one. The directory is opened, for that is when a client of NFS asks
    the server; what a stat alone gives may be half a minute old.
    """
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return os.fstat(opened).st_mtime_ns
    finally:
        os.close(opened)


def read_spool(directory: Path, limit: int) -> tuple[SpoolFile, ...]:
    """Read at most `limit` messages, oldest first; set aside what is none.

    A file that cannot be read now stays where it is, is told in the log, blocks no other and takes
    up none of `limit`; the directory is touched, so that its stamp changes and it is read again.

    Raises
    ------
    OSError
        The directory itself cannot be read.
    """
    with os.scandir(directory) as entries:
        names = sorted(_visible(entries))
    files = (_read_or_tell(directory / name) for _, name in names)
    return tuple(islice((file for file in files if file is not None), limit))


def sweep_spool(directory: Path, before_ns: int) -> int:
    """Remove temporary files (hidden, ``.tmp``) that nobody has written to since `before_ns`.

    A job that dies while it writes a message leaves one. Directories, and names that are not those
    of our own temporaries (``.nfs0001`` of a file server), stay.

    Parameters
    ----------
    before_ns
        Time of last change in ns since the epoch, by the clock of the file system.

    Returns
    -------
    int
        How many were removed.

    Raises
    ------
    OSError
        The directory itself cannot be read.
    """
    with os.scandir(directory) as entries:
        return sum(_sweep(entry, before_ns) for entry in entries if _is_temporary(entry.name))


def _is_temporary(name: str) -> bool:
    return name.startswith(".") and name.endswith(TEMPORARY)


def _sweep(entry: os.DirEntry[str], before_ns: int) -> bool:
    """Remove a temporary that is old; tell whether it was removed."""
    try:
        if entry.stat(follow_symlinks=False).st_mtime_ns >= before_ns:
            return False
        os.unlink(entry.path)  # noqa: PTH108  (a path object is not needed for a name just read)
    except FileNotFoundError:
        return False
    except OSError as error:
        log.warning("spool.unswept", file=entry.name, why=error.strerror)
        return False
    return True


def _visible(entries: Iterator[os.DirEntry[str]]) -> Iterator[tuple[int, str]]:
    """Give time and name of everything but temporaries and ``bad/``."""
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith(TEMPORARY) or entry.name == BAD:
            continue
        try:
            yield entry.stat(follow_symlinks=False).st_mtime_ns, entry.name
        except FileNotFoundError:
            continue
        except OSError:
            yield 0, entry.name  # reading it tells what is the matter


def _read_or_tell(path: Path) -> SpoolFile | None:
    """Read a file; trouble with it is told, and is nobody else's."""
    try:
        return _read(path)
    except OSError as error:
        log.warning("spool.unreadable", file=path.name, why=error.strerror)
    with suppress(OSError):
        os.utime(path.parent)
    return None


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


def remove_spooled(paths: Iterable[Path]) -> None:
    """Remove messages whose commit is done; they may be gone already."""
    for path in paths:
        path.unlink(missing_ok=True)
