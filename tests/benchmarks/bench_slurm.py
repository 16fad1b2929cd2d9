"""On a real Slurm: crystald beside the same scripts up front and beside jobs that start a manager.

All of them bring the same chains (OPT, SP, then BAND and DOSS) through the same Slurm within one
run; programs do nothing but leave the files of an earlier run. Duplicates and lost steps are
counted by starts in each.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import ways
from replay import STEPS, Recording, record, replaying
from slurmhomes import SlurmHome, copies
from slurmhost import SlurmHost, missing

FEW, MANY = 10, 50
RECORDS = "state/submissions"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmHost]:
    if absent := missing():
        pytest.skip(f"no Slurm here: {absent} not found (Debian: apt install slurm-wlm)")
    made = SlurmHost(tmp_path_factory.mktemp("slurm"))
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(scope="module")
def recording(host: SlurmHost, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(host, tmp_path_factory.mktemp("recording"))


@dataclass(frozen=True)
class Brought:
    """What a run of crystald cost."""

    home: SlurmHome
    row: ways.Row
    delays_s: list[float]

    def delays(self) -> str:
        """Tell the hand-over."""
        ordered = sorted(self.delays_s)
        p99_s = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99) - 1)]
        return f"median {statistics.median(ordered):.2f} s, p99 {p99_s:.2f} s"


def bring(host: SlurmHost, place: Path, recording: Recording, materials: int) -> Brought:
    """Let the daemon bring chains through; tell what it costs."""
    place.mkdir()
    home = replaying(host, place / f"crystald-{materials}", recording)
    try:
        daemon = home.up()
        began_s = time.monotonic()
        run = home.submit(copies(place / "in", materials))
        home.wait(run, 600)
        row = ways.counted("crystald", began_s, home.starts(), materials)
        home.check(run)
        _tell_costs(home, daemon.pid, materials)
        return Brought(home, row, hand_overs_s(home))
    finally:
        home.end()


def _tell_costs(home: SlurmHome, pid: int, materials: int) -> None:
    calls = json.loads(home.ctl("status", "--json"))["scheduler"]["calls_per_hour"]
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    used_s = [sum(member.cpu_times()[:2]) for member in family]
    print(
        f"\ncrystald, {materials} materials: {sum(calls.values()) / (materials * len(STEPS)):.2f}"
        f" calls a job {calls}, {used_s[0]:.1f} s of CPU (and {sum(used_s[1:]):.1f} s of its"
        f" workers), {process.memory_info().rss / 2**20:.0f} MB"
    )


def hand_overs_s(home: SlurmHome) -> list[float]:
    """Give the time from each parent's end record until sbatch had answered for its child."""
    ends = {
        (path.parents[2].name, path.parents[3].name.rpartition("_")[2]): path.stat().st_mtime
        for path in home.path.glob("workspace/workflow_outputs/*/*/*/attempts/01/end.json")
    }
    return [
        _answered_at(home, script) - ends[material, ways.PARENTS[step]]
        for script in home.path.glob("workspace/workflow_outputs/*/*/*/attempts/01/job.sh")
        for material, step in [(script.parents[2].name, script.parents[3].name.rpartition("_")[2])]
        if ways.PARENTS[step]
    ]


def _answered_at(home: SlurmHome, script: Path) -> float:
    token = (script.parent / "token").read_text().strip()
    return (home.path / RECORDS / token / "end").stat().st_mtime


@pytest.mark.timeout(900)
def test_hand_over_of_few(host: SlurmHost, recording: Recording, tmp_path: Path) -> None:
    brought = bring(host, tmp_path / "few", recording, FEW)
    print(f"job's end → sbatch of its child answered, {FEW} materials: {brought.delays()}")


@pytest.mark.timeout(1800)
def test_ways_of_submitting(host: SlurmHost, recording: Recording, tmp_path: Path) -> None:
    brought = bring(host, tmp_path / "many", recording, MANY)
    print(f"job's end → sbatch of its child answered, {MANY} materials: {brought.delays()}")
    up_front = ways.rendered_up_front(host, brought.home, recording, tmp_path / "again", MANY)
    rows = [
        up_front,
        brought.row,
        ways.bare_loop(host, tmp_path / "bare", MANY),
        ways.managers(
            host, tmp_path / "locked", "jobs that start a manager: sleep, lock", "lock", MANY
        ),
        ways.managers(host, tmp_path / "race", "the same without sleep and lock", "race", MANY),
    ]
    print("\n| way | makespan | duplicates | lost |\n|---|---|---|---|")
    print("\n".join(row.line(up_front) for row in rows))
