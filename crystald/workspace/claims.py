"""The claim: a symbolic link in the attempt's directory that says who owns the attempt.

A job takes it with ``ln -sT <cluster>.<job id> claim`` as the first act of its script, the daemon
fences with ``revoked.<epoch>``: creating a link is atomic everywhere, NFS included, and carries
its owner, so exactly one of any number of contenders wins.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from crystald.durable import sync_directory
from crystald.errors import InputError
from crystald.models import (
    MISSING_CLAIM,
    NO_CLAIM,
    REMOVED_CLAIM,
    UNKNOWN_CLAIM,
    Claim,
    EndRecord,
)
from crystald.names import JobId, Token
from crystald.workspace.layout import CLAIM, CLOSED, END, MARK, start_of

END_BYTES_MAX = 64 * 1024
OUTPUTS_ABOVE = 4
"""Parents between an attempt and ``workflow_outputs``: attempts, material, step, run."""

_REVOKED = "revoked."
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_-]")
_BEGAN = 18
"""The start of a process among the numbers of proc_pid_stat(5): field 22, behind the state."""


def read_claim(attempt: Path) -> Claim:
    """Read who owns an attempt; anything that keeps it from being read gives ``unknown``.

    A missing link in a readable directory is a free claim (``none``), unless a start has left its
    traces there, which must have had the link (``removed``). A directory that is not there gives ``missing``, as long as ``workflow_outputs``, which every workspace has from the
    beginning, can be read: an empty workspace is a mount point without its file system, and says
    nothing.
    """
    try:
        target = os.readlink(attempt / CLAIM)  # noqa: PTH115  (Path would normalise the text)
    except FileNotFoundError:
        return _without_link(attempt)
    except OSError:
        return UNKNOWN_CLAIM
    return claim_of(target)


def claim_of(target: str) -> Claim:
    """Read the text of a claim's link.

    Examples
    --------
    >>> claim_of("revoked.3").epoch, str(claim_of("local.17").job), claim_of("?").kind
    (3, 'local.17', 'unknown')
    """
    epoch = target.removeprefix(_REVOKED)
    if target.startswith(_REVOKED) and epoch.isascii() and epoch.isdigit():
        return Claim("revoked", epoch=int(epoch))
    try:
        return Claim("job", JobId.parse(target))
    except InputError:
        return UNKNOWN_CLAIM


def _without_link(attempt: Path) -> Claim:
    """Tell whether the absence of a link can be believed: the attempts' home must be there."""
    try:
        return _by_traces(attempt)
    except FileNotFoundError:
        outputs = attempt.parents[OUTPUTS_ABOVE]
    except OSError:
        return UNKNOWN_CLAIM
    try:
        with os.scandir(outputs) as entries:
            next(entries, None)
    except OSError:
        return UNKNOWN_CLAIM
    return MISSING_CLAIM


def _by_traces(attempt: Path) -> Claim:
    with os.scandir(attempt) as found:
        entries = list(found)
    names = {entry.name for entry in entries}
    if END not in names and not starts_among(entries):
        return NO_CLAIM
    # once more: a link is made before the traces, but may be seen after them
    return claim_of(os.readlink(attempt / CLAIM)) if CLAIM in names else REMOVED_CLAIM  # noqa: PTH115


def starts_among(entries: Iterable[os.DirEntry[str]]) -> list[tuple[str, int]]:
    """Find the starts among what an attempt's directory holds: job number and restart count.

    A start is a directory with a name of its own form; whatever else lies there (deck, geometry
    file, logs) is no trace of one.

    Raises
    ------
    OSError
        What something is cannot be told.
    """
    named = ((start_of(entry.name), entry) for entry in entries)
    return [start for start, entry in named if start and entry.is_dir(follow_symlinks=False)]


def latest_start(attempt: Path, job: JobId) -> int | None:
    """Find the highest restart count among the starts of a job; None where none left a directory.

    Raises
    ------
    OSError
        The directory cannot be read now.
    """
    with os.scandir(attempt) as entries:
        starts = starts_among(entries)
    return max((restart for number, restart in starts if number == job.number), default=None)


def is_of(attempt: Path, token: Token) -> bool | None:
    """Tell whether a directory belongs to a token; None when nobody has marked it.

    Raises
    ------
    OSError
        The mark cannot be read.
    """
    try:
        return (attempt / MARK).read_text(encoding="ascii", errors="replace").strip() == token
    except FileNotFoundError:
        return None


def revoke(attempt: Path, epoch: int) -> Claim:
    """Try to win the claim for the daemon of an epoch; give what the link says afterwards.

    What it says is durable: a fence that a crash of the machine took away would let a job in that
    was refused before.
    """
    if (claim := read_claim(attempt)).kind not in ("none", "missing"):
        return claim
    try:
        attempt.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.symlink(f"{_REVOKED}{epoch}", attempt / CLAIM)  # noqa: PTH211  (no real target)
        sync_directory(attempt)
    except OSError:
        return UNKNOWN_CLAIM
    return read_claim(attempt)


def is_closed(attempt: Path) -> bool:
    """Tell whether an attempt is closed to further starts.

    Raises
    ------
    OSError
        It cannot be told now.
    """
    try:
        os.lstat(attempt / CLOSED)
    except FileNotFoundError:
        return False
    return True


def close(attempt: Path, job: JobId | None, epoch: int) -> int | None:
    """Close an attempt, durably; give the latest start of its job that was there by then.

    A start makes its directory before it looks for this mark, and the mark is made before the
    directories are looked at: one of the two sees the other.

    Raises
    ------
    OSError
        It cannot be closed now.
    """
    with suppress(FileExistsError):
        os.symlink(f"{CLOSED}.{epoch}", attempt / CLOSED)  # noqa: PTH211  (no real target)
    sync_directory(attempt)
    return latest_start(attempt, job) if job else None


def hand_is_gone(job: JobId, proc: Path = Path("/proc"), host: str = "") -> bool:
    """Tell whether a script that a person ran on this host is surely gone.

    The moment at which its process began tells it from any other that has its id since, whatever
    the script is called.

    Parameters
    ----------
    job
        ``hand.<host>-<process id>-<clock ticks since boot at its start>``, as the script names
        itself.
    proc, host
        Where processes are looked up, and the name of this host; empty asks for it.
    """
    _, pid, began = _hand_of(job)
    if not (began.isdigit() and pid.isdigit() and is_here(job, host)):
        return False
    try:
        return not _is_process((proc / pid / "stat").read_bytes(), began)
    except (FileNotFoundError, ProcessLookupError):
        return True
    except OSError:
        return False


def is_here(job: JobId, host: str = "") -> bool:
    """Tell whether a script that a person ran was run on this host, so that its process is seen.

    Parameters
    ----------
    host
        The name of this host; empty asks for it.
    """
    here = host or os.uname().nodename.partition(".")[0]
    return job.by_hand and _hand_of(job)[0] == _NOT_PLAIN.sub("_", here)


def _hand_of(job: JobId) -> tuple[str, str, str]:
    """Split the number of a job by hand into host, process and moment."""
    name, _, began = job.number.rpartition("-")
    host, _, pid = name.rpartition("-")
    return host, pid, began


def _is_process(stat_line: bytes, began: str) -> bool:
    """Tell by proc_pid_stat(5) whether a process lives and is the one that began at a moment."""
    state, *numbers = stat_line.rpartition(b")")[2].split()
    return state not in (b"Z", b"X") and int(numbers[_BEGAN]) == int(began)


def read_end(attempt: Path) -> EndRecord | None:
    """Read what the claim's holder left when it ended; None when it is absent, torn or foreign.

    Raises
    ------
    OSError
        It cannot be read now: what it says may be otherwise than what the scheduler says.
    """
    try:
        descriptor = _open_end(attempt)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO):
            return None
        raise
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        data = file.read(END_BYTES_MAX + 1)
    return end_of(data) if len(data) <= END_BYTES_MAX else None


def _open_end(attempt: Path) -> int:
    """Open an end record; absence is believed of a directory that was read, and not of a cache."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(attempt / END, flags)
    except FileNotFoundError:
        with os.scandir(attempt) as entries:
            if not any(entry.name == END for entry in entries):
                raise
    return os.open(attempt / END, flags)


def end_of(data: bytes) -> EndRecord | None:
    """Read the content of an ``end.json``.

    Examples
    --------
    >>> end_of(b'{"v":1,"job":"local.1","restart":0,"exit":0,"complete":true,"why":"end"}').exit_code
    0
    """
    try:
        value = json.loads(data)
        if value["v"] != 1:
            return None
        return EndRecord(
            job=JobId.parse(value["job"]),
            restart=int(value["restart"]),
            exit_code=int(value["exit"]),
            complete=value["complete"] is True,
            why=str(value.get("why", "end")),
            host=str(value.get("host", "")),
            token=str(value.get("token", "")),
            seconds=float(value["seconds"]) if "seconds" in value else None,
        )
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError, InputError):
        return None
