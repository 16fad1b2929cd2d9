"""A home with thousands of jobs in Slurm, as a daemon finds it that was away for a while.

Most jobs are as the database says; some have started meanwhile, some have ended. Slurm is a
directory of small commands that print at once what a real one would.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grown import AT
from slurm_prints import CONFIG, Bin, record

from crystald.workspace.layout import (
    CLAIM,
    END,
    MARK,
    SCRIPT,
    attempt_directory,
    calculation_directory,
)

RUN: Final = "r999999"
_SECONDS: Final = 3600.0


@dataclass(frozen=True)
class Tracked:
    """An attempt, what is recorded of it, and what has become of it.

    Attributes
    ----------
    recorded
        ``accepted`` or ``running``.
    shown
        What squeue says now.
    """

    number: int
    recorded: str
    shown: str

    @property
    def token(self) -> str:
        """Twenty hexadecimal digits that no finished attempt has."""
        return f"{self.number:020x}".replace("0", "f", 5)

    @property
    def material(self) -> str:
        """Its material."""
        return f"live{self.number}"

    @property
    def job(self) -> str:
        """Its job."""
        return f"hpc.{9_000_000 + self.number}"

    @property
    def home(self) -> str:
        """The directory of its calculation."""
        return calculation_directory(RUN, 1, "OPT", self.material)


def mixture(count: int, moved: int) -> list[Tracked]:
    """Give jobs: half wait and half run, but of each so many have started or ended meanwhile."""
    half = count // 2
    return [
        Tracked(
            number,
            "accepted" if number < half else "running",
            ("RUNNING" if number < moved else "PENDING")
            if number < half
            else ("COMPLETED" if number < half + moved else "RUNNING"),
        )
        for number in range(count)
    ]


def record_all(database: Path, jobs: list[Tracked], first: int) -> None:
    """Write them into the database; ids from `first`."""
    with sqlite3.connect(database) as connection:
        connection.execute(
            "INSERT INTO runs VALUES (?, 999999, 'live', 'opt', 'plan', '', 'live', ?)", (RUN, AT)
        )
        for table, marks, rows in _rows(jobs, first):
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.close()


def _rows(jobs: list[Tracked], first: int) -> Iterator[tuple[str, str, list[tuple[object, ...]]]]:
    numbered = list(enumerate(jobs, first))
    yield (
        "materials",
        "?, 'MgO', 3, 225, 'cif', '', ?",
        [(job.material, AT) for job in jobs],
    )
    yield (
        (
            "calculations (id, run_id, material_id, structure_id, step, position, directory, state,"
            " attempts, reason, created_at, updated_at)"
        ),
        "?, ?, ?, 1, 'OPT', 1, ?, ?, 1, ?, ?, ?",
        [
            (i, RUN, job.material, job.home, _STATES[job.recorded], f"job {job.job}", AT, AT)
            for i, job in numbered
        ],
    )
    yield (
        (
            "attempts (id, calculation_id, number, token, name, directory, state, epoch, deck_sha256,"
            " job, intended_at, accepted_at)"
        ),
        "?, ?, 1, ?, ?, ?, ?, 1, '', ?, ?, ?",
        [
            (i, i, job.token, _name(job), attempt_directory(job.home, 1), job.recorded, job.job)
            + (AT, AT)
            for i, job in numbered
        ],
    )
    yield (
        "jobs (attempt_id, job, claimed, seen_at)",
        "?, ?, ?, ?",
        [(i, job.job, int(job.recorded == "running"), AT) for i, job in numbered],
    )


_STATES: Final = {"accepted": "queued", "running": "running"}


def _name(job: Tracked) -> str:
    return f"{job.material}_OPT.{job.token}"


def write_all(workspace: Path, jobs: list[Tracked]) -> None:
    """Make their directories, with what jobs leave there."""
    for job in jobs:
        place = workspace / attempt_directory(job.home, 1)
        place.mkdir(parents=True)
        (place / MARK).write_text(job.token)
        (place / SCRIPT).write_text("#!/bin/bash\n")
        if job.shown != "PENDING":
            (place / CLAIM).symlink_to(job.job)
            (place / f"{job.job}.0").mkdir()
        if job.shown == "COMPLETED":
            (place / END).write_text(json.dumps(_end(job)))


def _end(job: Tracked) -> dict[str, object]:
    return {
        "v": 1,
        "job": job.job,
        "restart": 0,
        "exit": 0,
        "complete": True,
        "why": "end",
        "host": "n1",
        "token": job.token,
        "seconds": _SECONDS,
    }


def commands(place: Path, jobs: list[Tracked]) -> Bin:
    """Make a Slurm that shows these jobs."""
    bin_ = Bin(place)
    bin_.prints("squeue", b"".join(_shown(job) for job in jobs))
    bin_.prints("scontrol", CONFIG)
    bin_.prints("sacct", "", 1, "sacct: error: Slurm accounting storage is disabled")
    bin_.prints("sbatch", "", 1, "sbatch: error: not here")
    bin_.prints("scancel", "")
    return bin_


def _shown(job: Tracked) -> bytes:
    number = job.job.partition(".")[2]
    reason = "Priority" if job.shown == "PENDING" else "None"
    return record(number, job.shown, _name(job), comment=job.token, reason=reason)
