"""On a real Slurm: crystald beside the same scripts up front and beside jobs that start a manager.

All of them bring the same chains (OPT, SP, then BAND and DOSS) through the same Slurm within one
run; programs do nothing but leave the files of an earlier run. Duplicates and lost steps are
counted by starts in each.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import ways
from bringing import bring, hand_overs_s
from replay import Recording, record, replaying, unheard
from slurmhomes import copies
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


@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", ["heard", "rung"])
def test_hand_over_of_few(host: SlurmHost, recording: Recording, tmp_path: Path, way: str) -> None:
    home = replaying(host, tmp_path / "few", recording)
    row = bring(home if way == "heard" else unheard(home), tmp_path / "in", FEW)
    print(f"job's end ({way}) → sbatch of its child answered: {ways.told(row.delays_s)}")


@pytest.mark.timeout(1800)
def test_ways_of_submitting(host: SlurmHost, recording: Recording, tmp_path: Path) -> None:
    home = replaying(host, tmp_path / "many", recording)
    row = bring(home, tmp_path / "in", MANY)
    up_front = ways.rendered_up_front(
        host, home, tmp_path / "again", MANY, lambda witness: recording.program(witness)[1]
    )
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
