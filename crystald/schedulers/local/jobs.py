"""The files of local jobs: what is true of a job is what its directory says.

::

    jobs/<id>/job.json    name, token, script, directory, time limit
    jobs/<id>/lock        locked by the job's own processes for as long as one of them lives
    jobs/<id>/started     made before the script is started; a job with it is never started again
    jobs/<id>/processes   who runs the script (see :mod:`crystald.schedulers.local.processes`)
    jobs/<id>/exit        exit code of the script, or ``cancelled`` for one that never ran
    jobs/<id>/cancel      a person (or the daemon) wants it to end
    jobs/<id>/warned      its script was told that the time limit is near
    jobs/<id>/timeout     its time limit was reached
    tokens/<token>/<id>   index by token
    pending/<id>          accepted and not started: its creation is the acceptance
    running/<id>          started and not known to have ended
    asked/<id>            to be ended
    last                  roughly the highest id in use: where the search for a free one begins
    slots                 how many jobs may run at once

Ended jobs stay as evidence; nothing but a look at their token ever touches them again.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from crystald.durable import is_locked, mark, sync_directory

NEVER_RAN = "cancelled"

CANNOT_START = "127"
"""Exit code of a job whose script could not be started, as a shell would put it."""


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
    """What was asked for: the content of ``job.json``.

    Attributes
    ----------
    time_limit_s
        Wall-clock limit; None for none.
    lead_s
        How long before the limit the script is told to save.
    """

    name: str
    token: str
    script: str
    directory: str
    time_limit_s: int | None = None
    lead_s: int = 0

    def encode(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self))

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
    def asked(self) -> Path:
        """To be ended."""
        return self.root / "asked"

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

    def job(self, number: int) -> Path:
        """Give the directory of a job."""
        return self.jobs / str(number)

    def make(self, slots: int) -> None:
        """Make the directories and the FIFO, and write down the number of slots."""
        for directory in (self.jobs, self.pending, self.running, self.asked, self.tokens):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            os.mkfifo(self.wake, 0o600)
        _replace(self.root / "slots", str(slots))

    def slots(self) -> int:
        """Tell how many jobs may run at once; one where that is not written down."""
        return _number(self.root / "slots", 1)


def ids(directory: Path) -> list[int]:
    """List the ids that a directory names, in order."""
    return sorted(int(name) for name in os.listdir(directory) if name.isdigit())  # noqa: PTH208


def prepare(board: Board, job: JobFile) -> int:
    """Write a job down, whole and durable, under an id of its own; it is not accepted yet."""
    number = _settle(board)
    mark(board.job(number) / "job.json", job.encode())
    sync_directory(board.jobs)
    index = board.tokens / job.token
    index.mkdir(exist_ok=True, mode=0o700)
    sync_directory(board.tokens)
    mark(index / str(number))
    return number


def accept(board: Board, number: int) -> None:
    """Accept a job that was written down: one act, the creation of its pending entry."""
    mark(board.pending / str(number))


def _settle(board: Board) -> int:
    """Take the next free id: making a directory succeeds for one only."""
    hint = _number(board.root / "last", 0) or max(ids(board.jobs), default=0)
    number = hint + 1
    while not _made(board.job(number)):
        number += 1
    _replace(board.root / "last", str(number))
    return number


def _made(directory: Path) -> bool:
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        return False
    return True


def _number(path: Path, otherwise: int) -> int:
    try:
        return int(path.read_text())
    except (FileNotFoundError, ValueError):
        return otherwise


def _replace(path: Path, text: str) -> None:
    """Replace a small file whose loss would do no harm."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    partial.write_text(text)
    partial.replace(path)


def state_of(board: Board, number: int) -> tuple[JobState, int | None]:
    """Tell the state of a job, and its exit code when it has one.

    The order of the looks matters: an end is written before the lock is freed, so a free lock is
    believed only after the exit was looked for again; and a job is marked as started before its
    pending entry goes.
    """
    job = board.job(number)
    if (ended := _ended(job)) is not None:
        return ended
    accepted = (board.pending / str(number)).exists()
    if not (job / "started").exists():
        return (JobState.PENDING if accepted else JobState.UNACCEPTED), None
    if is_locked(job / "lock"):
        return JobState.RUNNING, None
    return _ended(job) or (_vanished(job), None)


def _ended(job: Path) -> tuple[JobState, int | None] | None:
    try:
        text = (job / "exit").read_text().strip()
    except FileNotFoundError:
        return None
    if text == NEVER_RAN:
        return JobState.CANCELLED, None
    code = int(text) if text.isdigit() else None
    if (job / "timeout").exists():
        return JobState.TIMEOUT, code
    if code != 0 and (job / "cancel").exists():
        return JobState.CANCELLED, code
    return (JobState.COMPLETED if code == 0 else JobState.FAILED), code


def _vanished(job: Path) -> JobState:
    """Name what ended a job that left no exit code: its processes are all gone."""
    if (job / "timeout").exists():
        return JobState.TIMEOUT
    return JobState.CANCELLED if (job / "cancel").exists() else JobState.NODE_FAIL
