"""The files of local jobs: what is true of a job is what its directory says.

::

    jobs/<id>/job.json    name, token, script, directory, time limit (whole before it is visible)
    jobs/<id>/lock        locked by the job's own processes for as long as one of them lives
    jobs/<id>/started     made before the script is started; a job with it is never started again
    jobs/<id>/pid         process group of the script
    jobs/<id>/exit        exit code of the script, or ``cancelled`` for one that never ran
    jobs/<id>/cancel      a person (or the daemon) wants it to end
    jobs/<id>/timeout     its time limit was reached
    tokens/<token>/<id>   index by token
    pending/<id>          accepted and not started: its creation is the acceptance
    running/<id>          started and not known to have ended

Standard library only: the supervisor of the jobs must start quickly and stay small.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_FLOCK = "@hhqqi4x"
"""``struct flock`` of 64-bit Linux (fcntl(2)): type, whence, start, length, pid."""

NEVER_RAN = "cancelled"


class JobState(StrEnum):
    """The state of a job, in Slurm's words."""

    UNACCEPTED = ""
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    TIMEOUT = "TIMEOUT"
    NODE_FAIL = "NODE_FAIL"


@dataclass(frozen=True)
class JobFile:
    """What was asked for: the content of ``job.json``."""

    name: str
    token: str
    script: str
    directory: str
    time_limit_s: int | None

    def encode(self) -> bytes:
        """Write it as JSON."""
        return json.dumps(self.__dict__).encode()

    @classmethod
    def read(cls, job: Path) -> JobFile:
        """Read it from a job's directory."""
        return cls(**json.loads((job / "job.json").read_bytes()))


@dataclass(frozen=True)
class Board:
    """The directories of all local jobs."""

    root: Path

    @property
    def jobs(self) -> Path:
        """Every job ever accepted, and some that never were."""
        return self.root / "jobs"

    @property
    def pending(self) -> Path:
        """Accepted, not started."""
        return self.root / "pending"

    @property
    def running(self) -> Path:
        """Started, not known to have ended."""
        return self.root / "running"

    @property
    def tokens(self) -> Path:
        """Index by token."""
        return self.root / "tokens"

    @property
    def supervisor_lock(self) -> Path:
        """Locked by the one supervisor."""
        return self.root / "supervisor.lock"

    @property
    def wake(self) -> Path:
        """A FIFO; a byte in it wakes the supervisor."""
        return self.root / "wake"

    def make(self) -> None:
        """Make the directories and the FIFO."""
        for directory in (self.jobs, self.pending, self.running, self.tokens):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.mkfifo(self.wake, 0o600)
        except FileExistsError:
            return


def ids(directory: Path) -> list[int]:
    """List the ids that a directory names, in order."""
    return sorted(int(name) for name in os.listdir(directory) if name.isdigit())  # noqa: PTH208


def accept(board: Board, job: JobFile, unique: str) -> int:
    """Take a job in: durable, whole, and in one act (the creation of its pending entry).

    Parameters
    ----------
    unique
        A text that no other call uses, for a name beside the jobs.
    """
    draft = board.jobs / f".draft-{unique}"
    draft.mkdir(mode=0o700)
    _write(draft / "job.json", job.encode())
    number = _settle(board, draft)
    index = board.tokens / job.token
    index.mkdir(exist_ok=True, mode=0o700)
    (index / str(number)).touch()
    _sync(index)
    (board.pending / str(number)).touch()
    _sync(board.pending)
    return number


def _settle(board: Board, draft: Path) -> int:
    """Give a draft the next free number: a rename onto a job that exists fails."""
    number = max(ids(board.jobs), default=0)
    while True:
        number += 1
        try:
            draft.rename(board.jobs / str(number))
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        else:
            _sync(board.jobs)
            return number


def state_of(board: Board, number: int) -> tuple[JobState, int | None]:
    """Tell the state of a job, and its exit code when it has one.

    The order of the looks matters: an end is written before the lock is freed, so a free lock is
    believed only after the exit was looked for again.
    """
    job = board.jobs / str(number)
    if (ended := _ended(job)) is not None:
        return ended
    if not (job / "started").exists():
        accepted = (board.pending / str(number)).exists()
        return (JobState.PENDING if accepted else JobState.UNACCEPTED), None
    if is_locked(job / "lock"):
        return JobState.RUNNING, None
    if (ended := _ended(job)) is not None:
        return ended
    return _vanished(job), None


def _ended(job: Path) -> tuple[JobState, int | None] | None:
    try:
        text = (job / "exit").read_text().strip()
    except FileNotFoundError:
        return None
    if text == NEVER_RAN:
        return JobState.CANCELLED, None
    code = int(text)
    if (job / "timeout").exists():
        return JobState.TIMEOUT, code
    if code and (job / "cancel").exists():
        return JobState.CANCELLED, code
    return (JobState.FAILED if code else JobState.COMPLETED), code


def _vanished(job: Path) -> JobState:
    """Name what ended a job that left no exit code: its processes are all gone."""
    if (job / "timeout").exists():
        return JobState.TIMEOUT
    return JobState.CANCELLED if (job / "cancel").exists() else JobState.NODE_FAIL


def lock(path: Path) -> int | None:
    """Lock a file for this open descriptor and all that inherit it; None when it is locked."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack(_FLOCK, fcntl.F_WRLCK, 0, 0, 0, 0))
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def is_locked(path: Path) -> bool:
    """Tell whether any process holds the lock; only asks, never takes it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, 0, 0, 0, 0)
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, asked)
    finally:
        os.close(descriptor)
    return bool(struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK)


def mark(path: Path, text: str = "") -> bool:
    """Make a marker file, once; tell whether it is new."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)
    return True


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
