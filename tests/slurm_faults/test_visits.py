"""A home that ``crystald --once`` visits now and then: each visit is a process that remembers nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from fakelab import FakeLab
from lab import OPT_SP

from crystald.once import visit

pytestmark = pytest.mark.process

OPT = OPT_SP[:1]
EVERY_S = 600.0


async def visited(lab: FakeLab, *, submits: bool = False, steps=OPT) -> None:
    """Visit the home once, and let the time to the next visit pass."""
    daemon = await lab.boot()
    if submits:
        await lab.submit(daemon, "MgO", steps=steps)
    longest_s = lab.scheduler.quiet_s + lab.scheduler.submission_s
    try:
        assert await visit(daemon.assembly, daemon.kit, longest_s, asyncio.Event())
    finally:
        await daemon.leave()
    lab.clock.boot_s += EVERY_S


@pytest.mark.parametrize("accounting", [True, False])
async def test_a_run_is_done_by_visits_alone(accounting: bool, fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    if not accounting:
        lab.slurm.fault("sacct", "absent")
    await visited(lab, submits=True, steps=OPT_SP)
    for _ in range(8):
        if lab.settled():
            break
        lab.slurm.start_pending()
        await visited(lab)
        lab.slurm.finish_running()
        await visited(lab)
    assert set(lab.picture().values()) == {"done"}
    starts = Counter(where for _, where in lab.runner.starts)
    assert len(starts) == len(OPT_SP)
    assert set(starts.values()) == {1}
    assert not lab.problems()


@pytest.mark.parametrize("runs", [True, False])
async def test_a_job_that_was_forgotten_between_visits_is_denied_twice(
    runs: bool, fast_path: Path
) -> None:
    lab = FakeLab(fast_path)
    lab.slurm.fault("sacct", "absent")
    await visited(lab, submits=True)
    if runs:
        lab.slurm.start_pending()
        await visited(lab)
        lab.slurm.kill("NODE_FAIL", output="OPT\nCYC 3\n")
    else:
        lab.slurm.set_state("PENDING", "CANCELLED")
    lab.slurm.forget()
    before = lab.picture()
    await visited(lab)
    assert lab.picture() == before
    await visited(lab)
    assert set(lab.picture().values()) == {"decision"}
    assert len(lab.slurm.jobs()) == 1
