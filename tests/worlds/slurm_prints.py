"""Tiny Slurm commands on a PATH of their own, and answers in the form that Slurm prints."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clocks import SimulatedClock
from fakeslurm import AWAY, DENIAL, config

from crystald.schedulers.slurm.commands import Ran, Sieve
from crystald.schedulers.slurm.squeue import COLUMNS

CONFIG = config("SlurmctldParameters     = rl_enable")


def record(
    number: int | str,
    state: str = "RUNNING",
    name: str = "x",
    *,
    comment: str = "",
    restarts: int = 0,
    code: int | str = 0,
    reason: str = "None",
) -> bytes:
    """Print a job as ``squeue -O`` does: columns of fixed width in bytes, cut where too long."""
    values = (str(number), state, str(restarts), str(code), reason, name, comment)
    cells = [
        value.encode()[:width].ljust(width)
        for value, (_, width) in zip(values, COLUMNS, strict=True)
    ]
    return b"".join(cells) + b"\n"


def shown(
    number: int | str,
    state: str = "RUNNING",
    name: str = "x",
    *,
    comment: str = "",
    restarts: int = 0,
    code: str = "0:0",
    reason: str = "None",
    uid: int | None = None,
) -> str:
    """Print a job as ``scontrol show job -o`` does (the fields that count, and a few others)."""
    return (
        f"JobId={number} JobName={name} UserId=me({os.geteuid() if uid is None else uid}) GroupId=me(1000) MCS_label=N/A "
        f"Priority=1 Nice=0 Account=(null) QOS=(null) JobState={state} Reason={reason} "
        f"Dependency=(null) Requeue=0 Restarts={restarts} BatchFlag=1 Reboot=0 ExitCode={code} "
        f"RunTime=00:00:01 Command=/a b/JobState=FAILED/job.sh WorkDir=/a b Comment={comment} "
        "StdOut=/dev/null\n"
    )


@dataclass
class Bin:
    """A directory of commands: each is a small shell script, and may be exchanged at any time."""

    place: Path
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.place.mkdir()
        self.log = self.place / "log"

    def command(self, name: str, body: str) -> None:
        """Make a command; its arguments are written to the log first."""
        text = f'#!/bin/sh\nprintf "%s\\n" "{name} $*" >>"{self.log}"\n{body}\n'
        beside = self.place / f".{name}"
        beside.write_text(text)
        beside.chmod(beside.stat().st_mode | stat.S_IXUSR)
        beside.replace(self.place / name)

    def prints(self, name: str, out: str | bytes, code: int = 0, err: str = "") -> None:
        """Make a command that prints and ends."""
        (self.place / f"{name}.out").write_bytes(out if isinstance(out, bytes) else out.encode())
        (self.place / f"{name}.err").write_text(err)
        here = self.place
        self.command(name, f'cat "{here}/{name}.out"; cat "{here}/{name}.err" >&2; exit {code}')

    def calls(self, name: str) -> list[str]:
        """Give the arguments of each call of a command."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.removeprefix(f"{name} ") for line in lines if line.split(" ")[0] == name]

    @property
    def environ(self) -> dict[str, str]:
        """An environment in which these commands come first."""
        return {**os.environ, "PATH": f"{self.place}:{os.environ['PATH']}"}


@dataclass
class Answers:
    """Commands that answer as told, after as long as told.

    Attributes
    ----------
    queue
        Records that squeue prints; None for a failure.
    jobs
        What ``scontrol show job`` shows, by number; None for a controller that does not answer.
    accounting
        What sacct prints; None for a failure.
    takes_s
        How long every command takes.
    """

    clock: SimulatedClock
    queue: list[bytes] | None = field(default_factory=list)
    jobs: dict[str, str] | None = field(default_factory=dict)
    accounting: str | None = None
    config: str = CONFIG
    takes_s: float = 0.01
    called: list[tuple[str, ...]] = field(default_factory=list)

    async def __call__(
        self, argv: Sequence[str], timeout_s: float, sieve: Sieve | None = None
    ) -> Ran:
        self.called.append(tuple(argv))
        self.clock.boot_s += min(self.takes_s, timeout_s)
        if self.takes_s > timeout_s:
            return Ran(None, b"", b"", timeout_s)
        code, out, err = getattr(self, f"_{argv[0]}")(argv)
        printed = out if isinstance(out, bytes) else out.encode()
        return Ran(code, sieve(printed) if sieve else printed, err.encode(), self.takes_s)

    def _squeue(self, argv: Sequence[str]) -> tuple[int, bytes, str]:
        return (1, b"", AWAY) if self.queue is None else (0, b"".join(self.queue), "")

    def _scontrol(self, argv: Sequence[str]) -> tuple[int, str, str]:
        if self.jobs is None:
            return 1, "", AWAY
        if argv[1:3] == ("show", "config"):
            return 0, self.config, ""
        if argv[1] == "-a":
            return 0, "".join(self.jobs.values()) or "No jobs in the system\n", ""
        job = self.jobs.get(argv[-1])
        return (0, job, "") if job else (1, "", DENIAL)

    def _sacct(self, argv: Sequence[str]) -> tuple[int, str, str]:
        return (1, "", "sacct: error") if self.accounting is None else (0, self.accounting, "")

    def _scancel(self, argv: Sequence[str]) -> tuple[int, str, str]:
        return 0, "", ""

    def times(self, *words: str) -> int:
        """Tell how many calls hold all of these words."""
        return sum(set(words) <= set(argv) for argv in self.called)
