"""The daemon dies at its commits and awaits while it works with Slurm's commands: it ends the same.

Deaths at every point are those of the scheduler's twin (tests/crash); here the submission goes
through a real process of sbatch, its record and the reconciling of it. Every commit is a place of
death; of the many awaits, which are mostly those of reading, every few.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakelab import FakeLab
from lab import OPT_SP, Death, Fate, bury

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]

ROUNDS_MAX = 6


@dataclass(frozen=True)
class Scene:
    """What is wrong beside the death: the first sbatch, and accounting."""

    sbatch: str = ""
    sacct: str = ""
    every: int = 5


SCENES = {
    "plain": Scene(),
    "accepted, and an error": Scene("fails", "absent", 9),
    "accepted, and garbage": Scene("garbage", "lag", 11),
    "never sent": Scene("unsent", "absent", 41),
}


async def settle(lab: FakeLab, daemon) -> None:
    """Work until nothing moves any more."""
    for _ in range(ROUNDS_MAX):
        await lab.work(daemon)
        if lab.settled():
            return


async def life(root: Path, fate: Fate, scene: Scene) -> FakeLab:
    """Run a scene with one death, then a second daemon to the end."""
    lab = FakeLab(root)
    if scene.sbatch:
        lab.slurm.fault("sbatch", scene.sbatch, calls=1)
    if scene.sacct:
        lab.slurm.fault("sacct", scene.sacct)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    fate.suspensions = fate.commits = 0
    daemon.fate = daemon.hook.fate = fate
    try:
        await settle(lab, daemon)
        await daemon.leave()
    except Death:
        await daemon.abandon()
        bury()
        heir = await lab.boot()
        await settle(lab, heir)
        await heir.leave()
    return lab


@pytest.mark.parametrize("name", SCENES)
async def test_any_death_ends_the_same(name: str, fast_path: Path) -> None:
    scene, whole = SCENES[name], Fate()
    undisturbed = await life(fast_path / "undisturbed", whole, scene)
    expected = undisturbed.table()
    points = [("await", n + 1) for n in range(0, whole.suspensions, scene.every)]
    points += [(kind, n + 1) for n in range(whole.commits) for kind in ("before", "after")]
    assert len(points) > 30
    for kind, n in points:
        lab = await life(fast_path / f"{kind}{n}", Fate((kind, n)), scene)
        assert not lab.problems(), f"killed {kind} {n}"
        assert lab.table() == expected, f"killed {kind} {n}"
        starts = Counter(where for _, where in lab.runner.starts)
        assert set(starts.values()) == {1}, f"killed {kind} {n}"
        assert len(starts) == len(OPT_SP), f"killed {kind} {n}"
