"""Pictures wait until nobody waits for anything else, and never longer than a minute."""

from __future__ import annotations

import asyncio
from pathlib import Path

from clocks import SimulatedClock
from lab import OPT_SP, Daemon, Lab

from crystald.once import visit
from crystald.store.runs import NewStep
from crystald.tasks.leisure import LATEST_S, STILL_S, Leisure

SP_BAND = (NewStep("SP", 1, {}), NewStep("BAND", 2, {"wavefunction": "SP"}))


def test_its_turn_comes_when_two_looks_saw_nobody_wait() -> None:
    clock = SimulatedClock()
    leisure = Leisure(clock)
    assert leisure.left_s(others=False) == STILL_S
    clock.boot_s += STILL_S
    assert leisure.early_s() == 0
    assert leisure.left_s(others=False) == 0
    assert leisure.left_s(others=False) == 0  # and stays, as long as nobody waits
    assert leisure.left_s(others=True) == STILL_S


def test_news_between_two_looks_let_it_wait_on_without_a_look() -> None:
    clock = SimulatedClock()
    leisure = Leisure(clock)
    leisure.left_s(others=False)
    clock.boot_s += STILL_S / 2
    assert leisure.early_s() == STILL_S / 2
    clock.boot_s += STILL_S / 2
    assert leisure.early_s() == 0
    assert leisure.left_s(others=False) == STILL_S


def test_after_a_minute_it_has_one_turn_whoever_waits() -> None:
    clock = SimulatedClock()
    leisure, looks = Leisure(clock), 1
    began_s = clock.boottime_s()
    while (left_s := leisure.left_s(others=True)) > 0:
        clock.boot_s += left_s
        looks += 1
    assert clock.boottime_s() - began_s == LATEST_S
    assert looks == LATEST_S / STILL_S + 1
    assert leisure.left_s(others=True) == STILL_S
    leisure.nothing_due()
    clock.boot_s += LATEST_S
    assert leisure.left_s(others=True) == STILL_S


def test_who_is_hurried_never_waits() -> None:
    leisure = Leisure(SimulatedClock())
    leisure.left_s(others=True)
    leisure.hurry()
    assert leisure.early_s() == 0
    assert leisure.left_s(others=True) == 0


def drawn(lab: Lab) -> int:
    return lab.ask("SELECT count(*) FROM files WHERE suffix = 'png'")[0][0]


async def ended(lab: Lab) -> Daemon:
    """Bring one material to its end, while another one is ready and cannot be submitted."""
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=SP_BAND)
    for _ in range(2):
        await daemon.round()
        lab.scheduler.start_pending()
        await daemon.round()
        lab.scheduler.finish_running()
        lab.clock.boot_s += 1.0
    (lab.state / "PAUSE").touch()
    await lab.submit(daemon, "NaCl", steps=OPT_SP)
    await daemon.round()
    return daemon


async def test_a_picture_waits_while_something_is_ready_but_not_for_ever(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await ended(lab)
    began_s = lab.clock.boottime_s()
    while not drawn(lab):
        assert lab.clock.boottime_s() < began_s + LATEST_S + STILL_S
        lab.clock.boot_s += STILL_S
        await daemon.round()
    assert lab.clock.boottime_s() >= began_s + LATEST_S - STILL_S
    await daemon.leave()


async def test_a_picture_is_drawn_soon_when_nothing_is_ready(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await ended(lab)
    await daemon.kit.database.write(lambda tx: tx.execute("UPDATE calculations SET held = 1"))
    for _ in range(3):
        lab.clock.boot_s += STILL_S
        await daemon.round()
    assert drawn(lab) == 1
    await daemon.leave()


async def test_a_step_without_a_picture_is_not_looked_at_for_one(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await ended(lab)
    looked = lab.ask("SELECT step, pictured FROM calculations WHERE state = 'done' ORDER BY id")
    assert looked == [("SP", 1), ("BAND", 0)]
    await daemon.leave()


async def test_a_visit_draws_what_is_due_although_something_waits(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await ended(lab)
    assert not drawn(lab)
    assert await visit(daemon.assembly, daemon.kit, 0.0, asyncio.Event())
    assert drawn(lab) == 1
    await daemon.leave()
