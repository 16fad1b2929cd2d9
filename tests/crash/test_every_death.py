"""Death at every commit and at every await of every task: it ends the same, nothing runs twice."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from lab import OPT_SP, Death, Fate, Lab, bury

import crystald.tasks
from crystald.schedulers.simulated import Mishap

TASKS = Path(crystald.tasks.__file__).parent
OUT_OF_REACH = {
    "loop.py": "the loop around the rounds: it holds nothing, and the lab calls rounds itself",
    "housekeeper.py": "backups have tests of their own",
}


async def life(
    root: Path, fate: Fate, mishap: Mishap | None = None, faults: tuple[str, ...] = ()
) -> Lab:
    """Run two steps of one material with one death, then a second daemon to the end."""
    lab = Lab(root)
    lab.runner.faults = set(faults)
    if mishap:
        lab.scheduler.mishaps.append(mishap)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    fate.suspensions = fate.commits = 0
    daemon.fate = fate
    daemon.kit.database._hook._fate = fate
    try:
        await lab.work(daemon)
        await daemon.leave()
    except Death:
        await daemon.abandon()
        bury()
        heir = await lab.boot()
        await lab.work(heir)
        await heir.leave()
    return lab


SCENES: dict[str, tuple[Mishap | None, tuple[str, ...]]] = {
    "plain": (None, ()),
    "answer lost": (Mishap.ANSWER_LOST, ()),
    "sbatch dies": (Mishap.DIES, ()),
    "quota": (Mishap.DEFERRED, ()),
    "refused": (Mishap.REJECTED, ()),
    "fault": (None, ("OPT",)),
}


@pytest.fixture(scope="module")
def reached() -> set[tuple[str, int]]:
    return set()


@pytest.mark.parametrize("scene", SCENES)
async def test_any_death_ends_the_same(
    scene: str, fast_path: Path, reached: set[tuple[str, int]]
) -> None:
    mishap, faults = SCENES[scene]
    whole = Fate()
    undisturbed = await life(fast_path / "undisturbed", whole, mishap, faults)
    expected = undisturbed.table()
    points = [("await", n + 1) for n in range(whole.suspensions)]
    points += [(kind, n + 1) for n in range(whole.commits) for kind in ("before", "after")]
    assert len(points) > 50
    for kind, n in points:
        fate = Fate((kind, n))
        lab = await life(fast_path / f"{kind}{n}", fate, mishap, faults)
        reached |= fate.passed
        assert not lab.problems(), f"killed {kind} {n}"
        assert lab.table() == expected, f"killed {kind} {n}"
        starts = Counter(where for _, where in lab.runner.starts)
        assert max(starts.values(), default=1) == 1, f"killed {kind} {n}"


def awaits() -> set[tuple[str, int, int]]:
    """Every await of every task: file, first and last line."""
    found = set()
    for path in sorted(TASKS.glob("*.py")):
        if path.name in OUT_OF_REACH:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Await):
                found.add((path.name, node.lineno, node.end_lineno or node.lineno))
    return found
