"""Held calculations: nothing is submitted, waiting jobs are withdrawn, running ones go on."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import OPT_SP, Daemon, Lab

from crystald.errors import NotFoundError
from crystald.models import Answer
from crystald.schedulers.base import SubmitOrder
from crystald.store import holding, views
from crystald.store.holding import EVERYTHING

OPT = OPT_SP[:1]


async def hold(daemon: Daemon, *names: str) -> int:
    targets = await daemon.kit.database.read(
        lambda c: [holding.target(c, name) for name in names] or [EVERYTHING]
    )
    return await daemon.kit.database.write(lambda tx: holding.hold(tx, targets, "by a person"))


async def release(daemon: Daemon, *names: str) -> int:
    targets = await daemon.kit.database.read(
        lambda c: [holding.target(c, name) for name in names] or [EVERYTHING]
    )
    return await daemon.kit.database.write(lambda tx: holding.release(tx, targets))


def states(lab: Lab) -> dict[str, str]:
    return dict(lab.ask("SELECT material_id || ' ' || step, state FROM calculations"))


async def progress(daemon: Daemon, run: str) -> dict[str, object]:
    return await daemon.kit.database.read(lambda c: views.run_progress(c, run))


@pytest.mark.parametrize("name", ["r1", "MgO", "c1", ""])
async def test_what_is_held_is_not_submitted(fast_path: Path, name: str) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    run = await lab.submit(daemon, "MgO", steps=OPT)
    assert await hold(daemon, *[name] * bool(name)) == 1
    assert await hold(daemon, *[name] * bool(name)) == 0
    await lab.work(daemon, rounds=10)
    assert not lab.scheduler.jobs
    assert (await progress(daemon, run))["settled"]
    assert await release(daemon, *[name] * bool(name)) == 1
    assert not (await progress(daemon, run))["settled"]
    await lab.work(daemon)
    assert states(lab) == {"MgO OPT": "done"}
    await daemon.leave()


async def test_a_waiting_job_is_withdrawn_and_comes_again(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", "NaCl", steps=OPT)
    await daemon.round()
    assert len(lab.scheduler.jobs) == 2
    await hold(daemon, "MgO")
    lab.clock.boot_s += 20.0
    await daemon.round()
    assert states(lab) == {"MgO OPT": "ready", "NaCl OPT": "queued"}
    cancelled = [j.order.name for j in lab.scheduler.jobs.values() if j.state == "CANCELLED"]
    assert [name.partition("_")[0] for name in cancelled] == ["MgO"]
    await lab.work(daemon)
    assert states(lab) == {"MgO OPT": "ready", "NaCl OPT": "done"}
    await release(daemon, "MgO")
    await lab.work(daemon)
    assert states(lab) == {"MgO OPT": "done", "NaCl OPT": "done"}
    assert lab.problems() == []
    await daemon.leave()


async def test_a_running_job_goes_on(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO")
    await daemon.round()
    lab.scheduler.start_pending()
    await daemon.round()
    await hold(daemon, "r1")
    await lab.work(daemon)
    found = states(lab)
    assert found.pop("MgO OPT") == "done"
    assert set(found.values()) == {"ready", "waiting"}
    await release(daemon, "r1")
    await lab.work(daemon)
    assert set(states(lab).values()) == {"done"}
    await daemon.leave()


async def test_holding_again_and_again_is_no_failure(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT)
    for _ in range(5):
        await daemon.round()
        await hold(daemon, "MgO")
        lab.clock.boot_s += 20.0
        await daemon.round()
        await release(daemon, "MgO")
    await lab.work(daemon)
    assert states(lab) == {"MgO OPT": "done"}
    assert lab.ask("SELECT count(*) FROM attempts") == [(6,)]
    assert len(lab.runner.starts) == 1
    await daemon.leave()


async def test_what_waits_for_something_held_waits_for_a_person(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    run = await lab.submit(daemon, "MgO", steps=OPT_SP)
    await hold(daemon, "c1")
    assert (await progress(daemon, run))["settled"]
    await daemon.leave()


async def test_a_wrong_name_holds_nothing(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO")
    with pytest.raises(NotFoundError):
        await hold(daemon, "MgO", "r7")
    assert lab.ask("SELECT count(*) FROM calculations WHERE held") == [(0,)]
    await daemon.leave()


async def test_what_is_held_while_it_waits_for_its_turn_is_not_submitted(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", "NaCl", steps=OPT)
    submit = lab.scheduler.submit

    async def after_a_while(order: SubmitOrder) -> Answer:
        if order.name.startswith("MgO"):
            await hold(daemon, "MgO")
        return await submit(order)

    lab.scheduler.submit = after_a_while  # type: ignore[method-assign]
    await daemon.round()
    assert [job.order.name[:4] for job in lab.scheduler.jobs.values()] == ["NaCl"]
    assert lab.ask("SELECT state, held FROM calculations WHERE material_id = 'MgO'") == [
        ("ready", 1)
    ]
    assert lab.ask("SELECT state, why FROM attempts WHERE job IS NULL") == [
        ("rejected", "its calculation is held")
    ]
    lab.scheduler.submit = submit  # type: ignore[method-assign]
    await daemon.kit.database.write(lambda tx: holding.release(tx, [EVERYTHING]))
    await daemon.round()  # at once: nobody but a person has said "later"
    assert len(lab.scheduler.jobs) == 2
    await lab.work(daemon)
    assert set(states(lab).values()) == {"done"}
    assert lab.problems() == []
    await daemon.leave()
