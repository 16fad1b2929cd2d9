"""Rings are hints: lost, tripled, reversed, forged, they change when, never what."""

from __future__ import annotations

from pathlib import Path

from lab import Lab

from crystald.models import RingMessage
from crystald.names import JobId, Token


async def finished(lab: Lab, tripled: bool = False) -> Lab:
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", "NaCl")
    if not tripled:
        await lab.work(daemon)
    else:
        for _ in range(40):
            await daemon.assembly.intake.receive(lab.runner.told[::-1] * 3)
            await lab.work(daemon, rounds=1)
    await daemon.leave()
    return lab


async def test_all_rings_lost_gives_the_same_later(fast_path: Path) -> None:
    heard = await finished(Lab(fast_path / "heard"))
    deaf = Lab(fast_path / "deaf")
    deaf.runner.drop_rings = True
    await finished(deaf)
    assert deaf.table() == heard.table()
    assert all(row[1] == "done" for row in heard.table())
    assert deaf.problems() == heard.problems() == []
    assert deaf.clock.boot_s > heard.clock.boot_s


async def test_all_rings_three_times_and_reversed_give_the_same(fast_path: Path) -> None:
    heard = await finished(Lab(fast_path / "heard"))
    noisy = await finished(Lab(fast_path / "noisy"), tripled=True)
    assert noisy.table() == heard.table()
    assert noisy.problems() == []


async def test_forged_rings_change_nothing(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO")
    await daemon.round()
    before = lab.picture()
    token = next(iter(lab.scheduler.jobs.values())).order.token
    forged = [
        RingMessage(Token("f" * 20), JobId("x", "1"), 0, "end", 0, complete=True),
        RingMessage(token, JobId("evil", "666"), 0, "start"),
        RingMessage(token, JobId("evil", "666"), 7, "end", 0, complete=True),
    ]
    await daemon.assembly.intake.receive(forged)
    for _ in range(5):
        await daemon.round()
    assert lab.picture() == before
    await lab.work(daemon)
    assert set(lab.picture().values()) == {"done"}
    assert lab.problems() == []
    await daemon.leave()
