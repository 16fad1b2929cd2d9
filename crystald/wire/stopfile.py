"""Asking a daemon to stop where no connection to it is possible: a file in the state directory.

It names the epoch of the daemon that is meant, so that one which comes later is never stopped by
a file that was left behind.
"""

from __future__ import annotations

from pathlib import Path

from crystald.errors import WireError
from crystald.wire.private import write_private

NAME = "STOP"


def ask_to_stop(state: Path, epoch: int) -> None:
    """Ask the daemon of an epoch to stop.

    Raises
    ------
    WireError
        The file cannot be written.
    """
    try:
        write_private(state / NAME, f"{epoch}\n".encode())
    except OSError as error:
        raise WireError(
            f"{state / NAME} cannot be written: {error.strerror}", "Only the owner can stop it."
        ) from error


def asked_to_stop(state: Path, epoch: int) -> bool:
    """Tell whether the daemon of an epoch is asked to stop; an unreadable file asks nothing."""
    try:
        return (state / NAME).read_bytes().strip() == str(epoch).encode()
    except OSError:
        return False


def forget_stop(state: Path, epoch: int) -> None:
    """Remove what asked the daemon of this epoch, or an earlier one, to stop."""
    try:
        asked = (state / NAME).read_bytes().strip()
        if not asked.isdigit() or int(asked) <= epoch:
            (state / NAME).unlink()
    except OSError:
        return
