"""Slurm as a model with time, and its five commands: what they print, and every way they fail.

The model is a file, so that commands in other processes and the tests share it; time is what the
tests say it is. Run as a program (``fakeslurm.py WORLD COMMAND ARGUMENTS...``) it is one of the
commands; nothing but the standard library is needed, so that it starts quickly.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

CLUSTER = "hpc"
HANGS = "hangs"
ACCOUNTING_LAG_S = 600.0
LATE_S = 20.0
SLOW_S = 130.0
DENIAL = "slurm_load_jobs error: Invalid job id specified"
AWAY = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"
SOCKET = "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation"
ROWS = """Configuration data as of 2026-01-01T00:00:00
AccountingStorageType   = accounting_storage/slurmdbd
AccountingStoreFlags    = (null)
ClusterName             = hpc
JobRequeue              = 1
KillWait                = 30 sec
MaxJobCount             = 10000
MessageTimeout          = 10 sec
MinJobAge               = 300 sec
SLURM_VERSION           = 22.05.8
"""


def config(*more: str) -> str:
    """What ``scontrol show config`` prints, with further rows."""
    return ROWS + "".join(f"{row}\n" for row in more) + "\nSlurmctld(primary) at n0 is UP\n"


CONFIG = config()


@dataclass
class Job:
    """A job; states as Slurm names them."""

    number: int
    name: str
    comment: str
    directory: str
    script: str
    submitted_s: float
    shown_s: float
    state: str = "PENDING"
    reason: str = "None"
    restarts: int = 0
    code: int = 0
    ended_s: float | None = None


@dataclass
class Fault:
    """What is wrong with a command, from one moment to another, or for so many calls."""

    command: str
    kind: str
    from_s: float = 0.0
    until_s: float = float("inf")
    calls: int = 1_000_000_000


@dataclass
class Model:
    """The controller, its accounting, and the time."""

    now_s: float = 0.0
    next_number: int = 100
    min_job_age_s: float = 300.0
    jobs: list[Job] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    called: dict[str, int] = field(default_factory=dict)
    stale: list[Job] | None = None

    def fault_of(self, command: str) -> str:
        """Take the fault that is due for a call of a command; empty for none."""
        self.called[command] = self.called.get(command, 0) + 1
        for fault in self.faults:
            due = fault.from_s <= self.now_s < fault.until_s and fault.calls > 0
            if fault.command == command and due:
                fault.calls -= 1
                return fault.kind
        return ""

    def accept(self, job: Job) -> int:
        """Queue a job under the next number."""
        job.number = self.next_number
        self.next_number += 1
        self.jobs.append(job)
        return job.number

    def shown(self) -> list[Job]:
        """The jobs that the controller shows now."""
        return [job for job in self.jobs if job.shown_s <= self.now_s and not self.forgotten(job)]

    def forgotten(self, job: Job) -> bool:
        """Whether a job ended longer ago than MinJobAge."""
        return job.ended_s is not None and self.now_s - job.ended_s > self.min_job_age_s

    def end(self, job: Job, state: str, code: int = 0) -> None:
        """End a job."""
        job.state, job.code, job.ended_s = state, code, self.now_s

    def put_back(self, job: Job) -> None:
        """Let a job wait again; its next start has a higher restart count."""
        job.state, job.restarts, job.reason = "PENDING", job.restarts + 1, "BeginTime"


@dataclass(frozen=True)
class Printed:
    """What a command prints; a code of None is one that never ends."""

    code: int | None
    out: str = ""
    err: str = ""
    waits_s: float = 0.0


@contextlib.contextmanager
def opened(place: Path) -> Iterator[Model]:
    """Give the model of a directory, for this process alone; it is kept when the block ends."""
    with (place / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        model = _read(place)
        yield model
        beside = place / ".world.json"
        beside.write_text(json.dumps(asdict(model)))
        beside.replace(place / "world.json")


def _read(place: Path) -> Model:
    try:
        kept = json.loads((place / "world.json").read_text())
    except FileNotFoundError:
        return Model()
    kept["jobs"] = [Job(**job) for job in kept["jobs"]]
    kept["faults"] = [Fault(**fault) for fault in kept["faults"]]
    kept["stale"] = kept["stale"] and [Job(**job) for job in kept["stale"]]
    return Model(**kept)


def _option(argv: Sequence[str], name: str) -> str:
    found = [word.partition("=")[2] for word in argv if word.startswith(f"--{name}=")]
    return found[-1] if found else ""


def sbatch(model: Model, argv: Sequence[str], fault: str) -> Printed:
    """Accept a job, and answer as the fault wants it."""
    if fault == "unsent":
        return Printed(1, err=AWAY.replace("slurm_load_jobs", "sbatch:"))
    if fault == "slow":
        return Printed(None, waits_s=SLOW_S)
    late_s = LATE_S if fault == "late" else 0.0
    names = [_option(argv, name) for name in ("job-name", "comment", "chdir")]
    number = model.accept(Job(0, *names, argv[-1], model.now_s, model.now_s + late_s))
    return {
        HANGS: Printed(None),
        "fails": Printed(1, err=SOCKET),
        "garbage": Printed(0, "\x00\x1b[2J=== welcome ===\n"),
        "warning": Printed(0, f"sbatch: warning: your project ends soon\n{number}\n"),
        "stderr": Printed(0, f"{number}\n", "sbatch: error: Invalid qos specification, not used\n"),
        "cluster": Printed(0, f"{number};{CLUSTER}\n"),
    }.get(fault, Printed(0, f"{number}\n"))


def squeue(model: Model, argv: Sequence[str], fault: str) -> Printed:
    """Print the jobs in the columns asked for."""
    if fault == HANGS:
        return Printed(None)
    if fault == "fails":
        return Printed(1, err=AWAY)
    if fault == "empty":
        return Printed(0)
    jobs = model.shown()
    if fault == "stale":
        jobs = model.stale = jobs if model.stale is None else model.stale
    columns = [column.split(":") for column in argv[argv.index("-O") + 1].split(",")]
    word = "FROBNICATED" if fault == "unknown" else ""
    lines = ["".join(_cell(job, name, int(width), word) for name, width in columns) for job in jobs]
    if fault == "half":
        lines = lines[: len(lines) // 2]
    text = "".join(f"{line}\n" for line in lines)
    return Printed(0, text[: max(0, len(text) * 2 // 3 - 50)] if fault == "torn" else text)


def _cell(job: Job, name: str, width: int, word: str) -> str:
    values = {
        "JobID": job.number,
        "State": word or job.state,
        "RestartCnt": job.restarts,
        "exit_code": job.code << 8,  # a wait status
        "Reason": job.reason,
        "Name": job.name,
        "Comment": job.comment,
    }
    return str(values[name])[:width].ljust(width)


def scontrol(model: Model, argv: Sequence[str], fault: str) -> Printed:
    """Show the configuration, one job, or all."""
    if fault:
        return Printed(None) if fault == HANGS else Printed(1, err=AWAY)
    if "config" in argv:
        return Printed(0, CONFIG)
    lines = {str(job.number): _line(job) for job in model.shown()}
    if argv[0] == "-a":
        return Printed(0, "".join(lines.values()) or "No jobs in the system\n")
    return Printed(0, lines[argv[-1]]) if argv[-1] in lines else Printed(1, err=DENIAL)


def _line(job: Job) -> str:
    return (
        f"JobId={job.number} JobName={job.name} UserId=me({os.geteuid()}) GroupId=me(1000) MCS_label=N/A "
        f"Priority=1 Nice=0 Account=(null) QOS=(null) JobState={job.state} Reason={job.reason} "
        f"Dependency=(null) Requeue=0 Restarts={job.restarts} BatchFlag=1 Reboot=0 "
        f"ExitCode={job.code}:0 Command={job.script} WorkDir={job.directory} "
        f"Comment={job.comment} StdOut=/dev/null\n"
    )


def sacct(model: Model, argv: Sequence[str], fault: str) -> Printed:
    """Print what accounting remembers: everything, or everything ten minutes late."""
    if fault in ("fails", "absent"):
        return Printed(1, err="sacct: error: Slurm accounting storage is disabled")
    if fault == "refused":
        return Printed(1, err="sacct: error: Problem talking to the database: Access denied")
    if fault == HANGS:
        return Printed(None)
    lag_s = ACCOUNTING_LAG_S if fault == "lag" else 0.0
    numbers, names = _option(argv, "jobs").split(","), _option(argv, "name").split(",")
    wanted = [job for job in model.jobs if str(job.number) in numbers or job.name in names]
    lines = [_record(job, model.now_s - lag_s) for job in wanted]
    if fault == "reuse":  # the same ids belonged to other jobs, long ago and since
        for state, submitted in (("FAILED", 1), ("COMPLETED", 10**9)):
            lines += [f"{job.number}|{CLUSTER}|{state}|9:0|{submitted}|other|\n" for job in wanted]
    return Printed(0, "".join(lines))


def _record(job: Job, known_s: float) -> str:
    if job.submitted_s > known_s:
        return ""
    told = job.ended_s is not None and job.ended_s <= known_s
    state = job.state if told or job.ended_s is None else "RUNNING"
    text = f"{job.number}|{CLUSTER}|{state}|{job.code}:0|{job.submitted_s:.0f}"
    return f"{text}|{job.name}|\n"


def scancel(model: Model, argv: Sequence[str], fault: str) -> Printed:
    """Cancel the job that has this id and this name."""
    if fault:
        return Printed(None) if fault == HANGS else Printed(1, err=AWAY)
    for job in model.shown():
        if str(job.number) == argv[-1] and job.name == _option(argv, "name"):
            model.end(job, "CANCELLED")
    return Printed(0)


COMMANDS: dict[str, Callable[[Model, Sequence[str], str], Printed]] = {
    "sbatch": sbatch,
    "squeue": squeue,
    "scontrol": scontrol,
    "sacct": sacct,
    "scancel": scancel,
}


def call(place: Path, command: str, argv: Sequence[str]) -> Printed:
    """Call a command."""
    with opened(place) as model:
        return COMMANDS[command](model, argv, model.fault_of(command))


def install(place: Path, absent: Sequence[str] = ()) -> Path:
    """Put the commands into a directory for PATH."""
    programs = place / "bin"
    programs.mkdir(parents=True)
    for name in COMMANDS:
        if name in absent:
            continue
        program = programs / name
        words = f'"{sys.executable}" -S -E "{Path(__file__).resolve()}" "{place}" {name}'
        program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        program.chmod(0o755)
    return programs


def _sleep_until(place: Path, moment_s: float) -> None:
    while _read(place).now_s < moment_s:
        time.sleep(0.01)


def main() -> int:
    """Be a command."""
    place, command, argv = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    printed = call(place, command, argv)
    if printed.waits_s:
        _sleep_until(place, _read(place).now_s + printed.waits_s)
        with opened(place) as model:
            printed = COMMANDS[command](model, argv, "")
    sys.stdout.write(printed.out)
    sys.stdout.flush()
    sys.stderr.write(printed.err)
    if printed.code is None:
        time.sleep(3600)
    return printed.code or 0


if __name__ == "__main__":
    sys.exit(main())
