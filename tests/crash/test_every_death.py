"""Death at every commit and at every await of every task: it ends the same, nothing runs twice."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from fate import Death, Fate
from lab import IMPOSSIBLE, OPT_SP, Daemon, Lab

import crystald.tasks
from crystald.schedulers.simulated import Mishap
from crystald.store.answers import answer, question
from crystald.store.decisions import Choice
from crystald.store.holding import EVERYTHING, hold, release
from crystald.store.runs import NewStep
from crystald.tasks import byhand

TASKS = Path(crystald.tasks.__file__).parent
OUT_OF_REACH = {
    "loop.py": "the loop around the rounds: it holds nothing, and the lab calls rounds itself",
    "housekeeper.py": "backups have tests of their own",
}
LANES = ("gather(", "await recorded")
"""The lab works on one after the other: a death in one of several lanes is that of its one lane."""


@dataclass(frozen=True)
class Scene:
    """What happens beside the death."""

    mishaps: tuple[Mishap, ...] = ()
    faults: tuple[str, ...] = ()
    steps: tuple[NewStep, ...] = OPT_SP
    material: str = "MgO"
    paused: bool = False
    held: bool = False
    answered: str = ""
    """What a person finds who accepts the result of a job that was lost with its node."""
    elsewhere: bool = False
    """Whether a person runs the script on a host that nobody sees, and says later that it ended."""


SP_BAND = (NewStep("SP", 1, {}), NewStep("BAND", 2, {"wavefunction": "SP"}))
SCENES = {
    "plain": Scene(),
    "with a picture": Scene(steps=SP_BAND),
    "answer lost": Scene((Mishap.ANSWER_LOST,)),
    "sbatch dies": Scene((Mishap.DIES,)),
    "quota": Scene((Mishap.DEFERRED,)),
    "refused": Scene((Mishap.REJECTED,) * 9),
    "fault": Scene(faults=("OPT",)),
    "no deck": Scene(material=IMPOSSIBLE),
    "paused": Scene(paused=True, steps=OPT_SP[:1]),
    "held while queued": Scene(held=True, steps=OPT_SP[:1]),
    "accepted": Scene(answered="whole", steps=OPT_SP[:1]),
    "accepted and gone": Scene(answered="gone", steps=OPT_SP[:1]),
    "by hand elsewhere": Scene(elsewhere=True, steps=OPT_SP[:1]),
}
HAND = "hand.elsewhere-77-4711"


@pytest.fixture(autouse=True)
def _asked_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byhand, "SHOWN_AFTER_S", 30.0)


async def life(root: Path, fate: Fate, scene: Scene) -> Lab:
    """Run a scene with one death, then a second daemon to the end."""
    lab = Lab(root)
    lab.runner.faults = set(scene.faults)
    lab.scheduler.mishaps.extend(scene.mishaps)
    if scene.answered:
        lose_what_ends(lab)
    daemon = await lab.boot()
    await lab.submit(daemon, scene.material, steps=scene.steps)
    fate.suspensions = fate.commits = 0
    daemon.fate = daemon.hook.fate = fate
    if scene.paused:
        (lab.state / "PAUSE").touch()
    try:
        if scene.held:
            await hold_and_release(lab, daemon)
        await run_elsewhere(lab, daemon, scene)
        await work(lab, daemon)
        await accept(lab, daemon, scene)
        await daemon.leave()
    except Death:
        await daemon.abandon()
        fate.bury()
        heir = await lab.boot()
        await heir.kit.database.write(lambda tx: release(tx, [EVERYTHING]))
        await run_elsewhere(lab, heir, scene)
        await work(lab, heir)
        await accept(lab, heir, scene)
        await heir.leave()
    return lab


async def run_elsewhere(lab: Lab, daemon: Daemon, scene: Scene) -> None:
    """Let a person run a script by hand as soon as there is one, and say at last that it ended."""
    rounds = 0
    while scene.elsewhere and not claimed_by_hand(lab):
        await daemon.round()
        lab.clock.boot_s += 20.0
        rounds += 1
        assert rounds < 50
    if not scene.elsewhere:
        return
    for _ in range(8):
        lab.scheduler.start_pending()
        await daemon.round()
        lab.clock.boot_s += 20.0
    for (number,) in lab.ask("SELECT id FROM decisions WHERE answered_at IS NULL"):
        offered = await daemon.kit.database.read(lambda c, n=number: question(c, n).choices)
        if offered[0] is Choice.GONE:
            await daemon.kit.database.write(lambda tx, n=number: answer(tx, n, 1))


def claimed_by_hand(lab: Lab) -> bool:
    """Claim a script that lies there for a person's own run; tell whether one is claimed so."""
    for script in lab.workspace.glob("workflow_outputs/*/*/*/attempts/*/job.sh"):
        claim = script.parent / "claim"
        if not claim.is_symlink():
            claim.symlink_to(HAND)
        if str(claim.readlink()) == HAND:
            return True
    return False


def lose_what_ends(lab: Lab) -> None:
    """Let every job be lost with its node when its output is complete, before its script says so."""

    def finish_running() -> int:
        running = [job for job in lab.scheduler.jobs.values() if job.state == "RUNNING"]
        lab.runner.drop_rings = True
        for job in running:
            lab.runner.finish(job)
            (job.order.directory / "end.json").unlink()
            lab.scheduler.fail_node(job.id)
        return len(running)

    lab.scheduler.finish_running = finish_running  # type: ignore[method-assign]


async def accept(lab: Lab, daemon: Daemon, scene: Scene) -> None:
    """Accept what is offered to be accepted; what has gone meanwhile is asked anew."""
    if not scene.answered:
        return
    if scene.answered == "gone":
        for output in lab.workspace.glob("workflow_outputs/*/*/*/attempts/*/*/OUTPUT"):
            output.unlink()
    for (number,) in lab.ask("SELECT id FROM decisions WHERE answered_at IS NULL"):
        offered = await daemon.kit.database.read(lambda c, n=number: question(c, n).choices)
        if offered[0] is Choice.ACCEPT:
            await daemon.kit.database.write(lambda tx, n=number: answer(tx, n, 1))
    await work(lab, daemon)


async def hold_and_release(lab: Lab, daemon: Daemon) -> None:
    """Hold what waits in the scheduler until it is withdrawn, then let it go."""
    await daemon.round()
    await daemon.kit.database.write(lambda tx: hold(tx, [EVERYTHING], "test"))
    for _ in range(3):
        lab.clock.boot_s += 20.0
        await daemon.round()
    await daemon.kit.database.write(lambda tx: release(tx, [EVERYTHING]))


async def work(lab: Lab, daemon: Daemon) -> None:
    """Work; a pause is lifted after a while."""
    if (lab.state / "PAUSE").exists():
        await lab.work(daemon, rounds=3)
        assert not lab.scheduler.jobs
        (lab.state / "PAUSE").unlink()
    await lab.work(daemon)


@pytest.mark.parametrize("name", SCENES)
async def test_any_death_ends_the_same(name: str, fast_path: Path) -> None:
    scene, whole = SCENES[name], Fate()
    undisturbed = await life(fast_path / "undisturbed", whole, scene)
    expected = undisturbed.table()
    points = [("await", n + 1) for n in range(whole.suspensions)]
    points += [(kind, n + 1) for n in range(whole.commits) for kind in ("before", "after")]
    assert len(points) > 10
    for kind, n in points:
        fate = Fate((kind, n))
        lab = await life(fast_path / f"{kind}{n}", fate, scene)
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
        text = path.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Await):
                source = ast.get_source_segment(text, node) or ""
                if any(word in source for word in LANES):
                    continue
                found.add((path.name, node.lineno, node.end_lineno or node.lineno))
    return found


async def test_every_await_of_every_task_is_a_place_of_death(fast_path: Path) -> None:
    """Where the undisturbed scenes are suspended they die above; what they never reach is named."""
    reached: set[tuple[str, int]] = set()
    for name, scene in SCENES.items():
        whole = Fate()
        await life(fast_path / name, whole, scene)
        reached |= whole.passed
    missed = {
        f"{file}:{first}"
        for file, first, last in awaits()
        if not any(f == file and first <= line <= last for f, line in reached)
    }
    assert not missed
