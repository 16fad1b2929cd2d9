"""A daemon that is stopped for an hour, on another host than its heir, wakes up to nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from asleep import heir, part, wakes_up_to_nothing
from fakelab import FakeLab
from fate import Death, Fate
from lab import OPT_SP

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]

HOUR_S = 3600.0
EVERY = 23
"""Of how many awaits one is where it is stopped."""


async def scene(root: Path, fate: Fate, sbatch: str) -> FakeLab:
    """One daemon falls asleep at its fate; another finishes an hour later; then it wakes up."""
    lab = FakeLab(root)
    if sbatch:
        lab.slurm.fault("sbatch", sbatch, calls=1)
    first = await lab.boot(host="login1")
    await lab.submit(first, "MgO", steps=OPT_SP)
    fate.suspensions = 0
    first.fate = fate
    try:
        await lab.settle(first)
    except Death:
        fate.at = None
        lab.clock.boot_s += HOUR_S
        second = await heir(lab)
        await lab.settle(second)
        before, jobs = lab.table(), len(lab.slurm.jobs())
        await wakes_up_to_nothing(lab, first)
        lab.slurm.start_pending()
        assert (lab.table(), len(lab.slurm.jobs())) == (before, jobs)
        await part(second, first)
        return lab
    await first.leave()
    return lab


@pytest.mark.parametrize("sbatch", ["", "fails", "unsent"])
async def test_wherever_it_was_stopped_it_wakes_up_to_nothing(sbatch: str, fast_path: Path) -> None:
    whole = Fate()
    undisturbed = await scene(fast_path / "undisturbed", whole, sbatch)
    expected = undisturbed.table()
    assert {row[1] for row in expected} == {"done"}
    points = range(1, whole.suspensions + 1, EVERY)
    assert len(points) > 5
    for n in points:
        lab = await scene(fast_path / str(n), Fate(("await", n)), sbatch)
        assert not lab.problems(), f"slept at {n}"
        assert lab.table() == expected, f"slept at {n}"
        starts = Counter(where for _, where in lab.runner.starts)
        assert set(starts.values()) == {1}, f"slept at {n}"
