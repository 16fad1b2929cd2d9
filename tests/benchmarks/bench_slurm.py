"""On a real Slurm: crystald beside a bare loop of sbatch and beside jobs that start a queue manager.

All of them bring the same chains (two steps a material) through the same Slurm within one run.
crystald runs the stand-in, the others run nothing at all, so that times are in their favour;
duplicates and lost steps are counted by starts in each.
"""

from __future__ import annotations

import json
import shlex
import sqlite3
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from slurmhomes import SlurmHome, copies
from slurmhost import SlurmHost, missing
from waiting import wait_until

MATERIALS = 50
STEPS = ("OPT", "SP")
MANAGER = Path(__file__).parent / "queue_manager.py"


@dataclass(frozen=True)
class Row:
    """What one way of submitting did.

    Attributes
    ----------
    hand_over_s
        Median time from the end of a job until its child is submitted, s; NaN where it is not
        known.
    """

    way: str
    makespan_s: float
    hand_over_s: float
    duplicates: int
    lost: int

    def line(self, bare_s: float) -> str:
        """Give a line of the table."""
        delay = "–" if self.hand_over_s != self.hand_over_s else f"{self.hand_over_s:.2f} s"
        return (
            f"| {self.way} | {self.makespan_s / bare_s:.1f} × | {delay} |"
            f" {self.duplicates} | {self.lost} |"
        )


@pytest.mark.timeout(900)
def test_ways_of_submitting(tmp_path: Path) -> None:
    if absent := missing():
        pytest.skip(f"no Slurm here: {absent} not found (Debian: apt install slurm-wlm)")
    (tmp_path / "slurm").mkdir()
    host = SlurmHost(tmp_path / "slurm").start()
    try:
        bare = bare_loop(host, tmp_path / "bare")
        rows = [
            bare,
            crystald(host, tmp_path),
            managers(host, tmp_path / "locked", "jobs that start a manager, sleep, lock", "lock"),
            managers(host, tmp_path / "race", "the same without sleep and lock", "race"),
        ]
    finally:
        host.stop()
    print("\n| way | makespan | job's end → child submitted, median | duplicates | lost |")
    print("|---|---|---|---|---|")
    print("\n".join(row.line(bare.makespan_s) for row in rows))


def bare_loop(host: SlurmHost, place: Path) -> Row:
    """Submit every chain at once, each step behind the one before it."""
    place.mkdir()
    began_s = time.monotonic()
    for number in range(MATERIALS):
        before = ""
        for step in STEPS:
            wrap = f"--wrap=echo {number}.{step} >>{shlex.quote(str(place / 'starts'))}"
            after = [f"--dependency=afterok:{before}"] if before else []
            said = host.run("sbatch", "--parsable", "-o", "/dev/null", *after, wrap)
            before = said.stdout.strip()
    idle(host)
    return counted("bare loop of sbatch, dependencies up front", place, began_s, float("nan"))


def managers(host: SlurmHost, place: Path, way: str, mode: str) -> Row:
    """Let every job that ends start a process that looks what comes next."""
    place.mkdir()
    command = [sys.executable, str(MANAGER), str(place), mode]
    with sqlite3.connect(place / "queue.db") as database:
        database.execute("CREATE TABLE steps (id TEXT PRIMARY KEY, needs TEXT, state TEXT)")
        database.executemany(
            "INSERT INTO steps VALUES (?, ?, 'waiting')",
            [
                (f"{number}.{step}", f"{number}.{STEPS[i - 1]}" if i else "")
                for number in range(MATERIALS)
                for i, step in enumerate(STEPS)
            ],
        )
    database.close()
    began_s = time.monotonic()
    assert host.run(*command, "").returncode == 0
    idle(host)
    return counted(way, place, began_s, float("nan"))


def idle(host: SlurmHost) -> None:
    """Wait until nothing is left in the queue."""
    wait_until(lambda: host.run("squeue", "-h").stdout == "", "the queue is empty", 400)


def counted(way: str, place: Path, began_s: float, delay_s: float) -> Row:
    """Count starts."""
    took_s = time.monotonic() - began_s
    starts = Counter((place / "starts").read_text().split())
    twice = sum(count - 1 for count in starts.values())
    return Row(way, took_s, delay_s, twice, MATERIALS * len(STEPS) - len(starts))


def crystald(host: SlurmHost, tmp_path: Path) -> Row:
    """Let the daemon do it; tell what it costs."""
    home = SlurmHome(tmp_path / "home", host=host).make()
    try:
        daemon = home.up()
        began_s = time.monotonic()
        run = home.submit(copies(tmp_path / "in", MATERIALS), options=("--workflow", "opt_sp"))
        home.wait(run, 600)
        took_s = time.monotonic() - began_s
        home.check(run)
        told = json.loads(home.ctl("status", "--json"))["scheduler"]["calls_per_hour"]
        process = psutil.Process(daemon.pid)
        used = process.cpu_times()
        print(
            f"\ncrystald: {sum(told.values()) / (MATERIALS * len(STEPS)):.2f} calls a job {told},"
            f" {used.user + used.system:.1f} s of CPU,"
            f" {process.memory_info().rss / 2**20:.0f} MB (its worker not counted)"
        )
        starts = Counter(home.starts())
        delays_s = hand_overs_s(home)
        print(f"hand-over p99 {sorted(delays_s)[int(len(delays_s) * 0.99) - 1]:.2f} s")
        twice = sum(count - 1 for count in starts.values())
        lost = MATERIALS * len(STEPS) - len(starts)
        return Row("crystald", took_s, statistics.median(delays_s), twice, lost)
    finally:
        home.end()


def hand_overs_s(home: SlurmHome) -> list[float]:
    """Give the time from each OPT's end record until its SP's script was handed over."""
    ends = {
        path.parents[2].name: path.stat().st_mtime
        for path in home.path.glob(
            "workspace/workflow_outputs/*/step_001_OPT/*/attempts/01/end.json"
        )
    }
    answers = {
        path.parents[2].name: path.stat().st_mtime
        for path in home.path.glob("workspace/workflow_outputs/*/step_002_SP/*/attempts/01/job.sh")
    }
    return [answers[name] - ended_s for name, ended_s in ends.items()]
