"""Whatever sbatch, squeue and sacct do, each program runs exactly once and the run ends the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import fakeslurm
import pytest
from fakelab import FakeLab
from lab import OPT_SP, Daemon

pytestmark = pytest.mark.process

HOUR_S = 3600.0
DONE = {"done"}


async def ends_well(lab: FakeLab, daemon: Daemon, materials: int = 1) -> None:
    """Everything gets done, and every program was started once."""
    until_s = lab.clock.boot_s + HOUR_S
    while not lab.settled() and lab.clock.boot_s < until_s:  # a sick Slurm is left in peace a while
        await lab.work(daemon)
    assert set(lab.picture().values()) == DONE
    assert not lab.problems()
    starts = Counter(where for _, where in lab.runner.starts)
    assert len(starts) == len(OPT_SP) * materials
    assert set(starts.values()) == {1}
    await daemon.leave()


@pytest.mark.parametrize(
    "fault",
    ["hangs", "fails", "garbage", "warning", "stderr", "cluster", "slow", "unsent", "late"],
)
@pytest.mark.parametrize("accounting", [True, False])
async def test_an_sbatch_that_misbehaves(fault: str, accounting: bool, fast_path: Path) -> None:
    lab = FakeLab(fast_path, sbatch_s=2.0, patience_s=0.3 if fault == "slow" else 30.0)
    lab.slurm.fault("sbatch", fault, calls=1)
    if not accounting:
        lab.slurm.fault("sacct", "absent")
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await ends_well(lab, daemon)


async def test_an_sbatch_that_is_not_there_yet(fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    hidden = lab.programs / "sbatch"
    hidden.rename(lab.programs / "later")
    lab.settings = lab.settings.__class__(sbatch=str(hidden))
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    for _ in range(20):
        await daemon.round()
        lab.clock.boot_s += 10.0
    assert set(lab.picture().values()) <= {"ready", "waiting"}
    (lab.programs / "later").rename(hidden)
    await ends_well(lab, daemon)


@pytest.mark.parametrize("fault", ["absent", "refused", "lag", "reuse", "hangs"])
async def test_accounting_that_misbehaves(fault: str, fast_path: Path) -> None:
    lab = FakeLab(fast_path, sbatch_s=2.0)
    lab.slurm.fault("sacct", fault)
    lab.slurm.fault("sbatch", "fails", calls=1)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await ends_well(lab, daemon)


async def an_hour(lab: FakeLab, daemon: Daemon) -> set[str]:
    """Let an hour pass; give what the banners told meanwhile."""
    told = set()
    until_s = lab.clock.boot_s + HOUR_S
    while lab.clock.boot_s < until_s:
        await daemon.round()
        told |= {banner.text for banner in daemon.kit.banners.all().values()}
        lab.clock.boot_s += 20.0
    return told


SICK = {
    "squeue hangs": ({"squeue": "hangs"}, "did not answer"),
    "squeue fails": ({"squeue": "fails"}, "Unable to contact"),
    "squeue says nothing": ({"squeue": "empty"}, "squeue does not show jobs"),
    "squeue leaves out half": ({"squeue": "half"}, "squeue does not show jobs"),
    "squeue stops in a line": ({"squeue": "torn"}, "no whole number of records"),
    "squeue answers from a cache": ({"squeue": "stale"}, ""),  # nothing has changed since
    "squeue invents states": ({"squeue": "unknown"}, "not known (FROBNICATED)"),
    "scontrol fails": ({"scontrol": "fails"}, ""),  # nobody needs it meanwhile
    "scontrol fails, squeue half": (
        {"scontrol": "fails", "squeue": "half"},
        "Unable to contact",
    ),
    "scontrol hangs, squeue empty": (
        {"scontrol": "hangs", "squeue": "empty"},
        "did not answer",
    ),
    "all fail": (dict.fromkeys(("squeue", "scontrol", "sacct"), "fails"), "Unable to contact"),
    "all hang": (dict.fromkeys(("squeue", "scontrol", "sacct"), "hangs"), "did not answer"),
}
"""What is sick, and what the banner says of it."""


@pytest.mark.parametrize("name", SICK)
@pytest.mark.parametrize("state", ["queued", "running"])
async def test_an_hour_of_sickness_changes_nothing(name: str, state: str, fast_path: Path) -> None:
    lab, (faults, words) = FakeLab(fast_path), SICK[name]
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", "NaCl", "Si", steps=OPT_SP)
    for _ in range(6):
        await daemon.round()
    if state == "running":
        lab.slurm.start_pending()
        for _ in range(3):
            await daemon.round()
            lab.clock.boot_s += 20.0
    before = lab.picture()
    assert Counter(before.values())[state] == 3
    for command, fault in faults.items():
        lab.slurm.fault(command, fault, for_s=HOUR_S)
    told = await an_hour(lab, daemon)
    assert lab.picture() == before
    assert not words or any(text.startswith("Slurm: ") and words in text for text in told), told
    await ends_well(lab, daemon, materials=3)
    assert "scheduler" not in daemon.kit.banners.all()


async def test_a_squeue_that_answers_from_a_cache_is_told_by_a_later_job(fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await daemon.round()
    lab.slurm.fault("squeue", "stale", for_s=HOUR_S)
    await daemon.round()
    await lab.submit(daemon, "NaCl", steps=OPT_SP)
    told = await an_hour(lab, daemon)
    assert any("squeue does not show jobs" in text for text in told)
    assert Counter(lab.picture().values()) == {"queued": 2, "waiting": 2}
    await ends_well(lab, daemon, materials=2)


async def test_a_second_copy_ends_at_its_claim(fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    for _ in range(6):
        await daemon.round()
    (job,) = lab.slurm.jobs()
    lab.slurm.copy(job)
    await ends_well(lab, daemon)
    assert len(lab.slurm.jobs()) == len(OPT_SP) + 1


async def test_an_id_that_was_used_before(fast_path: Path) -> None:
    """The numbers start again while the daemon still knows jobs of the same numbers."""
    lab = FakeLab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await lab.work(daemon)
    with fakeslurm.opened(lab.slurm.place) as model:
        model.jobs.clear()
        model.next_number = 100
    await lab.submit(daemon, "NaCl", steps=OPT_SP)
    await ends_well(lab, daemon, materials=2)


async def test_an_sbatch_of_another_host_is_waited_out(fast_path: Path) -> None:
    """Its lock may not be seen here: it may be at work for as long as sbatch may be."""
    lab = FakeLab(fast_path, sbatch_s=600.0)
    lab.slurm.fault("sbatch", "unsent", calls=1)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await daemon.round()
    (end,) = lab.state.glob("submissions/*/end")
    end.unlink()
    await daemon.leave()
    heir = await lab.boot(host="login2")
    until_s = lab.clock.boot_s + 600.0 + 10.0 + 180.0
    while lab.clock.boot_s < until_s - 20.0:
        await heir.round()
        lab.clock.boot_s += 20.0
    assert lab.ask("SELECT number, state FROM attempts") == [(1, "intent")]
    await ends_well(lab, heir)
    assert lab.ask("SELECT count(*) FROM attempts WHERE state = 'revoked'") == [(1,)]


@pytest.mark.parametrize("age", ["0 sec", "2 sec"])
async def test_a_controller_is_looked_at_as_often_whatever_it_remembers(
    age: str, fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakeslurm, "CONFIG", fakeslurm.CONFIG.replace("300 sec", age))
    lab = FakeLab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await daemon.round()
    lab.slurm.start_pending()
    until_s, rounds = lab.clock.boot_s + HOUR_S / 4, 0
    while lab.clock.boot_s < until_s and rounds < 100:
        lab.clock.boot_s += await daemon.assembly.reconciler.round()
        rounds += 1
    await ends_well(lab, daemon)
    assert rounds <= HOUR_S / 4 / 15.0 + 1
