"""First denials of jobs, kept across daemons: visits of ``crystald --once`` hear one each.

One small file beside the records of submissions, of the one daemon that owns the home. Times are
those of this machine's boot; what an earlier boot, or another machine, heard is not counted: that
only makes a conclusion later.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog

from crystald.durable import sync_directory
from crystald.errors import InputError
from crystald.names import JobId, Token, is_token

NAME = "denials"
READ_BYTES_MAX = 2**24

log = structlog.get_logger("crystald.slurm")

Denied = Mapping[Token, tuple[JobId, float]]
"""Token -> the job that was denied, and when it was for the first time (boottime, s)."""


class _Kept(msgspec.Struct, frozen=True):
    boot: str
    denied: dict[str, tuple[str, float]]
    v: int = 1


class Denials:
    """The file of first denials; blocking, and never raises: it is no more than a memory.

    Parameters
    ----------
    directory
        Where it lies; not made here.
    boot
        Of this machine.
    """

    def __init__(self, directory: Path, boot: str) -> None:
        self._place = directory.absolute() / NAME
        self._boot = boot

    def read(self, now_s: float) -> dict[Token, tuple[JobId, float]]:
        """Give what was heard before, on this boot; nothing where it cannot be read."""
        try:
            with self._place.open("rb") as file:
                kept = msgspec.json.decode(file.read(READ_BYTES_MAX), type=_Kept)
            if kept.boot != self._boot:
                return {}
            return {
                Token(token): (JobId.parse(job), at_s)
                for token, (job, at_s) in kept.denied.items()
                if is_token(token) and at_s <= now_s
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, InputError) as error:
            log.warning("slurm.denials-unreadable", error=str(error))
            return {}

    def write(self, denied: Denied) -> bool:
        """Keep what was heard, whole or not at all; tell whether it is kept."""
        texts: dict[str, tuple[str, float]] = {t: (str(job), s) for t, (job, s) in denied.items()}
        beside = self._place.with_name(f".{NAME}")
        try:
            with beside.open("wb") as file:
                file.write(msgspec.json.encode(_Kept(self._boot, texts)))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._place)
            sync_directory(self._place.parent)
        except OSError as error:
            log.warning("slurm.denials-unwritten", error=str(error))
            return False
        return True
