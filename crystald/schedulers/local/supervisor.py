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

from crystald.durable import lock, mark
from crystald.schedulers.local import jobs, processes
from crystald.schedulers.local.jobs import Board, JobFile, JobState

IDLE_S = 2.0
INHERITED_LOOK_S = 0.5
"""How often the locks of jobs are looked at that a dead supervisor started; nothing else tells."""

GRACE_S = 30.0
"""Seconds between TERM and KILL, as Slurm's KillWait."""


def boottime_s() -> float:
    """Tell seconds that never step (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class Limit:
    """When a job is told to save, and when it is ended (CLOCK_BOOTTIME)."""

    warn_at_s: float
    end_at_s: float


@dataclass
class Supervisor:
    """Starts pending jobs and ends cancelled and late ones.

    Attributes
    ----------
    children
        Jobs that this process started: id -> process.
    limits
        Time limits of running jobs; None for those without.
    told_s
        When each job was sent TERM.
    due_s
        When the next look is needed at the latest; None: when something happens.
    """

    board: Board
    environment: Mapping[str, str]
    clock: Callable[[], float] = boottime_s
    children: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    limits: dict[int, Limit | None] = field(default_factory=dict)
    told_s: dict[int, float] = field(default_factory=dict)
    due_s: float | None = None

    def look(self) -> bool:
        """Look at every job that is not over; tell whether some remain."""
        self._reap()
        self.due_s = None
        running = [number for number in jobs.ids(self.board.running) if self._goes_on(number)]
        asked = set(jobs.ids(self.board.asked))
        for number in running:
            self._watch(number, asked=number in asked)
        for number in asked.difference(running):
            self._never_run(number)
        free = self.board.slots() - len(running)
        for number in jobs.ids(self.board.pending)[: max(free, 0)]:
            self._start(number)
        return bool(jobs.ids(self.board.running) or jobs.ids(self.board.pending))

    def _reap(self) -> None:
        for number, process in list(self.children.items()):
            if process.poll() is not None:
                del self.children[number]

    def _goes_on(self, number: int) -> bool:
        """Tell whether a started job lives; forget it when it does not."""
        if jobs.state_of(self.board, number)[0] is JobState.RUNNING:
            return True
        for directory in (self.board.running, self.board.asked):
            (directory / str(number)).unlink(missing_ok=True)
        self.told_s.pop(number, None)
        self.limits.pop(number, None)
        return False

    def _never_run(self, number: int) -> None:
        """Close a job that is to end and does not run; one that was started is over already."""
        if not (self.board.job(number) / "started").exists():
            mark(self.board.job(number) / "exit", jobs.NEVER_RAN)
        for directory in (self.board.pending, self.board.asked):
            (directory / str(number)).unlink(missing_ok=True)

    def _start(self, number: int) -> None:
        """Start a pending job, at most once in its life."""
        job = self.board.job(number)
        held = lock(job / "lock") if job.is_dir() else None
        if held is None:  # it runs already, or there is nothing to run
            (self.board.pending / str(number)).unlink(missing_ok=True)
            return
        try:
            (self.board.running / str(number)).touch()
            new = mark(job / "started", f"{self.clock():.3f}")
            (self.board.pending / str(number)).unlink(missing_ok=True)
            if new:
                self.children[number] = processes.start(number, job, held, self.environment)
                self._watch(number, asked=False)
        except (OSError, ValueError, TypeError) as error:
            sys.stderr.write(f"job {number} cannot be started: {error}\n")
            mark(job / "exit", jobs.CANNOT_START)
        finally:
            os.close(held)

    def _watch(self, number: int, *, asked: bool) -> None:
        """Warn and end a running job when it is time, and see to it that somebody looks again."""
        job, now_s = self.board.job(number), self.clock()
        if number not in self.children:
            self._look_at(now_s + INHERITED_LOOK_S)
        limit = self._limit(number)
        late = limit is not None and now_s >= limit.end_at_s
        if late:
            mark(job / "timeout")
        if asked or late:
            self._end(number, now_s)
        elif limit is not None and now_s < limit.warn_at_s:
            self._look_at(limit.warn_at_s)
        elif limit is not None:
            if mark(job / "warned"):
                processes.warn(job)
            self._look_at(limit.end_at_s)

    def _end(self, number: int, now_s: float) -> None:
        """TERM once, KILL when the grace is over; again and again until it is told."""
        job = self.board.job(number)
        told_s = self.told_s.get(number)
        if told_s is None:
            if processes.tell(job, signal.SIGTERM):
                self.told_s[number] = now_s
            self._look_at(now_s + INHERITED_LOOK_S)
        elif now_s - told_s < GRACE_S:
            self._look_at(told_s + GRACE_S)
        else:
            processes.tell(job, signal.SIGKILL)
            self._look_at(now_s + INHERITED_LOOK_S)

    def _look_at(self, when_s: float) -> None:
        self.due_s = when_s if self.due_s is None else min(self.due_s, when_s)

    def _limit(self, number: int) -> Limit | None:
        if number not in self.limits:
            self.limits[number] = _limit_of(self.board.job(number))
        return self.limits[number]

    def sleep_s(self) -> float | None:
        """Tell how long to sleep when nothing happens; None: until a child ends."""
        if self.due_s is not None:
            return max(0.0, self.due_s - self.clock())
        return None if self.children else 0.0


def _limit_of(job: Path) -> Limit | None:
    try:
        asked, began_s = JobFile.read(job), float((job / "started").read_text())
    except (OSError, ValueError, TypeError):
        return None
    if asked.time_limit_s is None:
        return None
    end_at_s = began_s + asked.time_limit_s
    return Limit(end_at_s - asked.lead_s, end_at_s)


def supervise(supervisor: Supervisor) -> None:
    """Work until nothing was left to do for a while."""
    wake = os.open(supervisor.board.wake, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        while True:
            busy = supervisor.look()
            happened = _sleep(supervisor, wake, supervisor.sleep_s() if busy else IDLE_S)
            if not busy and not happened:
                return
    finally:
        os.close(wake)


def _sleep(supervisor: Supervisor, wake: int, timeout_s: float | None) -> bool:
    """Sleep until a child ends or somebody wakes us, or for `timeout_s`; tell whether one did."""
    ends = [os.pidfd_open(process.pid) for process in supervisor.children.values()]
    try:
        with selectors.DefaultSelector() as selector:
            for descriptor in (wake, *ends):
                selector.register(descriptor, selectors.EVENT_READ)
            happened = bool(selector.select(timeout_s))
    finally:
        for descriptor in ends:
            os.close(descriptor)
    try:
        os.read(wake, 4096)
    except BlockingIOError:
        return happened
    return True


def main(arguments: list[str]) -> int:
    """Supervise the jobs of a directory, alone.

    Parameters
    ----------
    arguments
        The directory, and the descriptor that holds the supervisor's lock.
    """
    board = Board(Path(arguments[0]))
    held: int | None = int(arguments[1])
    while held is not None:
        os.set_inheritable(held, False)  # noqa: FBT003
        try:
            supervise(Supervisor(board, os.environ))
        except FileNotFoundError:
            if board.root.is_dir():
                raise
            break  # the home was removed
        os.close(held)
        # what was accepted before the lock was freed saw it held, and is ours to see
        if not (jobs.ids(board.pending) or jobs.ids(board.asked)):
            break
        held = lock(board.supervisor_lock)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
