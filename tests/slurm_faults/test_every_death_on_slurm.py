"""The daemon dies at its commits and awaits while it works with Slurm's commands: it ends the same.

Deaths at every point are those of the scheduler's twin (tests/crash); here the submission goes
through a real process of sbatch, its record and the reconciling of it. Undisturbed, and where the
answer of sbatch is lost, every commit is a place of death; of the commits of other scenes and of the
many awaits, which are mostly those of reading, every few are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakelab import FakeLab
from fate import Death, Fate
from lab import OPT_SP

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Scene:
    """What is wrong beside the death.

    Attributes
    ----------
    sbatch, sacct
        The first sbatch, and accounting.
    squeue
        From the death on, for a quarter of an hour.
    puts_back
        How often running jobs are put back.
    every, commits
        Of how many awaits, and of how many commits, one is a place of death.
    """

    sbatch: str = ""
    sacct: str = ""
    squeue: str = ""
    puts_back: int = 0
    materials: tuple[str, ...] = ("MgO",)
    every: int = 5
    commits: int = 1


SCENES = {
    "plain": Scene(every=7),
    "accepted, and an error": Scene("fails", "absent", every=16),
    "accepted, and garbage": Scene("garbage", "lag", every=22, commits=5),
    "never sent": Scene("unsent", "absent", every=35, commits=7),
    "put back": Scene(puts_back=1, sacct="absent", every=15, commits=4),
    "squeue fails after the death": Scene(squeue="fails", every=16, commits=5),
    "squeue is empty after the death": Scene(squeue="empty", every=24, commits=6),
    "three materials": Scene("fails", materials=("MgO", "NaCl", "Si"), every=36, commits=13),
}


async def life(root: Path, fate: Fate, scene: Scene) -> FakeLab:
    """Run a scene with one death, then a second daemon to the end."""
    lab = FakeLab(root)
    lab.slurm.puts_back = scene.puts_back
    if scene.sbatch:
        lab.slurm.fault("sbatch", scene.sbatch, calls=1)
    if scene.sacct:
        lab.slurm.fault("sacct", scene.sacct)
    daemon = await lab.boot()
    await lab.submit(daemon, *scene.materials, steps=OPT_SP)
    fate.suspensions = fate.commits = 0
    daemon.fate = daemon.hook.fate = fate
    try:
        await lab.settle(daemon)
        await daemon.leave()
    except Death:
        await daemon.abandon()
        fate.bury()
        if scene.squeue:
            lab.slurm.fault("squeue", scene.squeue, for_s=900.0)
        heir = await lab.boot()
        await lab.settle(heir)
        await heir.leave()
    return lab


def starts_too_often(lab: FakeLab) -> dict[str, int]:
    """Give attempts whose program started more often than their job was started by Slurm."""
    allowed = {job.comment: 1 + job.restarts for job in lab.slurm.jobs()}
    starts = Counter(token for token, _ in lab.runner.starts)
    return {token: n for token, n in starts.items() if n > allowed[token]}


@pytest.mark.parametrize("name", SCENES)
async def test_any_death_ends_the_same(name: str, fast_path: Path) -> None:
    scene, whole = SCENES[name], Fate()
    undisturbed = await life(fast_path / "undisturbed", whole, scene)
    expected = undisturbed.table()
    assert {row[1] for row in expected} == {"done"}
    points = [("await", n + 1) for n in range(0, whole.suspensions, scene.every)]
    counted = range(0, whole.commits, scene.commits)
    points += [(kind, n + 1) for n in counted for kind in ("before", "after")]
    assert len(points) > 15
    for kind, n in points:
        lab = await life(fast_path / f"{kind}{n}", Fate((kind, n)), scene)
        assert not starts_too_often(lab), f"killed {kind} {n}"
        assert not lab.runner.bad, f"killed {kind} {n}"
        assert lab.table() == expected, f"killed {kind} {n}"
        tokens = {token for token, _ in lab.runner.starts}
        assert len(tokens) == len(OPT_SP) * len(scene.materials), f"killed {kind} {n}"
