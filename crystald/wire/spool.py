"""The spool: a directory where jobs leave messages that survive everything.

A job writes a file beside its place (hidden), makes it durable and renames it. The daemon reads
visible files, oldest first, and removes each only after its message is committed. What is not
readable as a message is set aside in ``bad/``, never lost silently.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import structlog

from crystald.errors import WireError
from crystald.models import RingMessage
from crystald.wire.messages import RING_BYTES_MAX, decode_ring

BAD = "bad"
SUFFIX = ".json"

log = structlog.get_logger("crystald.spool")


@dataclass(frozen=True)
class SpoolFile:
    """A file of the spool and its message."""

    path: Path
    message: RingMessage


def spool_stamp(directory: Path) -> int:
    """Give a number that changes whenever a name in the spool changes: one stat."""
    return directory.stat().st_mtime_ns


def read_spool(directory: Path, limit: int) -> tuple[SpoolFile, ...]:
    """Read at most `limit` messages, oldest first; set aside what is none."""
    with os.scandir(directory) as entries:
        found = [
            (entry.stat(follow_symlinks=False).st_mtime_ns, entry.name)
            for entry in entries
            if entry.name.endswith(SUFFIX)
            and not entry.name.startswith(".")
            and entry.is_file(follow_symlinks=False)
        ]
    files = (_read(directory / name) for _, name in sorted(found)[:limit])
    return tuple(file for file in files if file is not None)


def _read(path: Path) -> SpoolFile | None:
    try:
        with path.open("rb") as file:
            data = file.read(RING_BYTES_MAX + 1)
        return SpoolFile(path, decode_ring(data))
    except FileNotFoundError:
        return None
    except WireError as error:
        _set_aside(path, error.message)
        return None


def _set_aside(path: Path, why: str) -> None:
    bad = path.parent / BAD
    bad.mkdir(exist_ok=True)
    path.replace(bad / path.name)
    log.warning("spool.bad", file=path.name, why=why)


def remove_spooled(path: Path) -> None:
    """Remove a message whose commit is done; it may be gone already."""
    path.unlink(missing_ok=True)
