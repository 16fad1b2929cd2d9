"""On a real Slurm: crystald beside the same scripts up front and beside jobs that start a manager.

All of them bring the same chains (OPT, SP, then BAND and DOSS) through the same Slurm within one
run; programs do nothing but leave the files of an earlier run. Duplicates and lost steps are
counted by starts in each.
"""

from __future__ import annotations

import json
import os
import shlex
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import ways
from replay import STEPS, Recording, answers_of, record, replaying
from slurmhomes import SlurmHome, copies
from slurmhost import SlurmHost, missing
from waiting import wait_until

FEW, MANY = 10, 50


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


def bring(
    host: SlurmHost, place: Path, recording: Recording, materials: int
) -> tuple[SlurmHome, ways.Row]:
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
        return home, replace(row, delays_s=tuple(hand_overs_s(home)))
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
    ends: dict[tuple[str, str], float] = {}
    answered: dict[tuple[str, str], float] = {}
    for attempt in home.path.glob("workspace/workflow_outputs/*/*/*/attempts/01"):
        key = (attempt.parents[1].name, attempt.parents[2].name.rpartition("_")[2])
        ends[key] = (attempt / "end.json").stat().st_mtime
        answer = answers_of(home) / (attempt / "token").read_text().strip()
        answered[key] = answer.stat().st_mtime
    return [
        at - ends[material, ways.PARENTS[step]]
        for (material, step), at in answered.items()
        if ways.PARENTS[step]
    ]


@pytest.mark.timeout(900)
def test_hand_over_of_few(host: SlurmHost, recording: Recording, tmp_path: Path) -> None:
    _, row = bring(host, tmp_path / "few", recording, FEW)
    print(f"job's end → sbatch of its child answered, {FEW} materials: {ways.told(row.delays_s)}")


@pytest.mark.timeout(1800)
def test_ways_of_submitting(host: SlurmHost, recording: Recording, tmp_path: Path) -> None:
    home, row = bring(host, tmp_path / "many", recording, MANY)
    up_front = ways.rendered_up_front(host, home, recording, tmp_path / "again", MANY)
    rows = [
        up_front,
        row,
        ways.bare_loop(host, tmp_path / "bare", MANY),
        ways.managers(host, tmp_path / "locked", "jobs start a manager: sleep, lock", "lock", MANY),
        ways.managers(host, tmp_path / "race", "the same without sleep and lock", "race", MANY),
    ]
    print("\n| way | makespan | job's end → child submitted | duplicates | lost |")
    print("|---|---|---|---|---|")
    print("\n".join(row.line(up_front) for row in rows))


HUNDRED = 100
GATE = """case $deck in
  *_opt.d12) program=(bash -c '"$@"; code=$?; : <"$0"; exit $code' {gate} "${{program[@]}}") ;;
esac"""
"""Programs of the first step end when a pipe is opened."""


@pytest.mark.timeout(900)
def test_a_hundred_ends_in_one_second(
    host: SlurmHost, recording: Recording, tmp_path: Path
) -> None:
    pipe = tmp_path / "gate"
    os.mkfifo(pipe)
    line = " ".join(GATE.format(gate=shlex.quote(str(pipe))).split("\n"))
    home = replaying(host, tmp_path / "hundred", recording, (line,))
    gate = None
    try:
        home.up()
        run = home.submit(copies(tmp_path / "in", HUNDRED), options=("--workflow", "opt_sp"))
        wait_until(lambda: len(home.starts()) == HUNDRED, "all programs have begun", 300)
        gate = os.open(pipe, os.O_RDWR)
        home.wait(run, 300)
        delays_s = hand_overs_s(home)
        print(f"\n{HUNDRED} jobs end together: {ways.told(delays_s)}, all {max(delays_s):.1f} s")
        home.check(run)
    finally:
        if gate is not None:
            os.close(gate)
        home.end()
