"""Files for their owner alone: written whole, and refused when others may read or change them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from crystald.errors import WireError


def write_private(path: Path, data: bytes) -> None:
    """Write a file beside its place, readable by its owner alone, and rename it into place."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(partial, flags, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def refuse_public(path: Path) -> None:
    """Refuse a file or directory that group or others may use, or that another user owns.

    Raises
    ------
    WireError
        With the command that cures it.
    OSError
        There is none.
    """
    status = path.stat()
    if status.st_uid != os.geteuid():
        raise WireError(
            f"{path} belongs to user {status.st_uid}, not to you (user {os.geteuid()})",
            "Use a home of your own, or run this as the user who owns it.",
        )
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        allowed = "700" if stat.S_ISDIR(status.st_mode) else "600"
        raise WireError(
            f"{path} is open to others (mode {mode:o})",
            f"If nobody else can have read it: chmod {allowed} '{path}'. "
            "Otherwise remove the keys, make new ones with crystalctl init, and start anew.",
        )
