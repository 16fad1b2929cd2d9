"""The supervisor of local jobs: a small process that starts what is pending, slot by slot.

It is started on demand, is alone by a lock, ends when nothing is left to do, and may die at any
line: jobs go on without it, and the next supervisor reads everything from their directories.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crystald.schedulers.local import jobs
from crystald.schedulers.local.jobs import Board, JobFile, JobState

IDLE_S = 2.0
INHERITED_LOOK_S = 0.5
GRACE_S = 30.0
"""Seconds between TERM and KILL, as Slurm's KillWait."""

WRAPPER = """\
trap : TERM INT HUP USR1 USR2
echo $$ >"$3/pid"
/bin/bash "$1" >>"$2" 2>&1
code=$?
echo "$code" >"$3/exit.partial" && sync "$3/exit.partial" && mv "$3/exit.partial" "$3/exit"
"""
"""Runs a script and keeps its exit code; catches signals so that the script can answer them."""

KEPT_VARIABLES = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SHELL")
"""What a job sees of the environment."""

PASSED_PREFIXES = ("CRYSTAL_STANDIN_", "CRYSTALD_WITNESS")
"""What the stand-in may be told through the environment, in drills."""


@dataclass
class Supervisor:
    """Starts pending jobs and ends cancelled and late ones.

    Attributes
    ----------
    slots
        How many jobs run at once.
    children
        Jobs that this process started: id -> process.
    asked_s
        When each job was asked to end.
    """

    board: Board
    slots: int
    environment: Mapping[str, str]
    clock: Callable[[], float] = time.monotonic
    children: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    asked_s: dict[int, float] = field(default_factory=dict)

    def look(self) -> bool:
        """Look at every job that is not over; tell whether some remain."""
        self._reap()
        running = [number for number in jobs.ids(self.board.running) if self._goes_on(number)]
        for number in running:
            self._end_if_wanted(number)
        free = self.slots - len(running)
        pending = jobs.ids(self.board.pending)
        for number in pending:
            if (self.board.jobs / str(number) / "cancel").exists():
                self._never_run(number)
            elif free > 0:
                free -= self._start(number)
        return bool(running or pending)

    def _reap(self) -> None:
        for number, process in list(self.children.items()):
            if process.poll() is not None:
                del self.children[number]

    def _goes_on(self, number: int) -> bool:
        """Tell whether a started job lives; forget it when it does not."""
        if jobs.state_of(self.board, number)[0] is JobState.RUNNING:
            return True
        (self.board.running / str(number)).unlink(missing_ok=True)
        self.asked_s.pop(number, None)
        return False

    def _never_run(self, number: int) -> None:
        job = self.board.jobs / str(number)
        if not (job / "started").exists():
            jobs.mark(job / "exit", jobs.NEVER_RAN)
        (self.board.pending / str(number)).unlink(missing_ok=True)

    def _start(self, number: int) -> bool:
        """Start a pending job, at most once in its life; tell whether a slot was taken."""
        job = self.board.jobs / str(number)
        lock = jobs.lock(job / "lock")
        if lock is None:
            return False
        try:
            (self.board.running / str(number)).touch()
            new = jobs.mark(job / "started", f"{time.clock_gettime(time.CLOCK_BOOTTIME):.3f}")
            (self.board.pending / str(number)).unlink(missing_ok=True)
            if new:
                self.children[number] = self._run(number, job, lock)
            return new
        finally:
            os.close(lock)

    def _run(self, number: int, job: Path, lock: int) -> subprocess.Popen[bytes]:
        asked = JobFile.read(job)
        log = str(Path(asked.directory) / f"job-{number}.log")
        return subprocess.Popen(
            ["/bin/sh", "-c", WRAPPER, "crystald-job", asked.script, log, str(job)],
            cwd=asked.directory,
            env=self._environment(number),
            stdin=subprocess.DEVNULL,
            pass_fds=(lock,),
            start_new_session=True,
        )

    def _environment(self, number: int) -> dict[str, str]:
        kept = {
            name: value
            for name, value in self.environment.items()
            if name in KEPT_VARIABLES or name.startswith(PASSED_PREFIXES)
        }
        return kept | {
            "CRYSTALD_CLUSTER": "local",
            "CRYSTALD_JOB_ID": str(number),
            "CRYSTALD_RESTART": "0",
        }

    def _end_if_wanted(self, number: int) -> None:
        job = self.board.jobs / str(number)
        if not (job / "cancel").exists() and not self._late(job):
            return
        first_s = self.asked_s.setdefault(number, self.clock())
        late = self.clock() - first_s > GRACE_S
        # TERM again at each look: the first may have come before the script could hear it
        _signal(job, signal.SIGKILL if late else signal.SIGTERM)

    def _late(self, job: Path) -> bool:
        limit_s = JobFile.read(job).time_limit_s
        if limit_s is None:
            return False
        started_s = float((job / "started").read_text() or "0")
        if time.clock_gettime(time.CLOCK_BOOTTIME) - started_s < limit_s:
            return False
        jobs.mark(job / "timeout")
        return True

    def next_look_s(self) -> float | None:
        """Tell how long to sleep without being woken; None: until something happens."""
        running = jobs.ids(self.board.running)
        timed = any(JobFile.read(self.board.jobs / str(n)).time_limit_s for n in running)
        inherited = any(number not in self.children for number in running)
        return INHERITED_LOOK_S if inherited or timed or self.asked_s else None


def _signal(job: Path, number: int) -> None:
    """Signal a job's process group, if the job still lives (its lock says so)."""
    try:
        group = int((job / "pid").read_text())
        if jobs.is_locked(job / "lock"):
            os.killpg(group, number)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return


def supervise(supervisor: Supervisor) -> None:
    """Work until nothing is left to do for a while."""
    wake = os.open(supervisor.board.wake, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    with selectors.DefaultSelector() as selector:
        selector.register(wake, selectors.EVENT_READ)
        while True:
            if supervisor.look():
                _wait(selector, supervisor, wake)
            elif not _woken(selector, IDLE_S, wake):
                break
    os.close(wake)


def _wait(selector: selectors.BaseSelector, supervisor: Supervisor, wake: int) -> None:
    """Sleep until a child ends, somebody wakes us, or it is time to look."""
    watched = [os.pidfd_open(process.pid) for process in supervisor.children.values()]
    for descriptor in watched:
        selector.register(descriptor, selectors.EVENT_READ)
    pending = bool(jobs.ids(supervisor.board.pending)) and not watched
    _woken(selector, 0.0 if pending and not supervisor.asked_s else supervisor.next_look_s(), wake)
    for descriptor in watched:
        selector.unregister(descriptor)
        os.close(descriptor)


def _woken(selector: selectors.BaseSelector, timeout_s: float | None, wake: int) -> bool:
    happened = bool(selector.select(timeout_s))
    try:
        os.read(wake, 4096)
    except BlockingIOError:
        return happened
    return True


def main(arguments: list[str]) -> int:
    """Supervise the jobs of a directory, alone."""
    board, slots = Board(Path(arguments[0])), int(arguments[1])
    while (lock := jobs.lock(board.supervisor_lock)) is not None:
        supervise(Supervisor(board, slots, os.environ))
        os.close(lock)
        if not jobs.ids(
            board.pending
        ):  # what was accepted before the lock was freed is ours to see
            break
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
