"""What it costs when crystald brings chains through a Slurm."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import psutil
import ways
from replay import STEPS, answers_of
from slurmhomes import SlurmHome, copies


def bring(home: SlurmHome, place: Path, materials: int) -> ways.Row:
    """Let the daemon bring chains through; tell what it costs.

    Parameters
    ----------
    place
        Where their CIFs are made.
    """
    try:
        daemon = home.up()
        began_s = time.monotonic()
        run = home.submit(copies(place, materials))
        home.wait(run, 600)
        row = ways.counted("crystald", began_s, home.starts(), materials)
        home.check(run)
        _tell_costs(home, daemon.pid, materials)
        return replace(row, delays_s=tuple(hand_overs_s(home)))
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
