"""What is ready is submitted within the limits: leftovers, the last look at PAUSE, fair choice."""

from __future__ import annotations

from pathlib import Path

from lab import OPT_SP, Daemon, Lab

from crystald.names import JobId
from crystald.schedulers.base import Limit, Limits
from crystald.schedulers.simulated import Mishap
from crystald.tasks.pace import LASTS_S
from crystald.tasks.policy import QueueSettings, StepPolicy

OPT = OPT_SP[:1]


def materials(count: int) -> list[str]:
    return [f"M{number:03d}" for number in range(count)]


async def test_what_one_burst_leaves_over_goes_out_without_any_job_having_to_end(
    fast_path: Path,
) -> None:
    lab = Lab(fast_path)
    lab.queue = QueueSettings(max_submit=5, slow_start=0)
    daemon = await lab.boot()
    await lab.submit(daemon, *materials(23), steps=OPT)
    for _ in range(5):
        await daemon.round()
    assert len(lab.scheduler.jobs) == 23
    assert {job.state for job in lab.scheduler.jobs.values()} == {"PENDING"}
    await daemon.leave()


async def rounds(lab: Lab, daemon: Daemon, seconds: float = 0.0) -> int:
    """Let time pass and the daemon look; tell how many jobs there are."""
    lab.clock.boot_s += seconds
    for _ in range(4):
        await daemon.round()
    return len(lab.scheduler.jobs)


async def test_materials_begin_slowly_and_twice_as_many_whenever_their_jobs_last(
    fast_path: Path,
) -> None:
    lab = Lab(fast_path)
    lab.queue = QueueSettings(slow_start=3, max_submit=50)
    daemon = await lab.boot()
    await lab.submit(daemon, *materials(40), steps=OPT)
    assert await rounds(lab, daemon) == 3
    assert await rounds(lab, daemon, LASTS_S / 2) == 3
    assert await rounds(lab, daemon, LASTS_S / 2) == 3 + 6
    assert await rounds(lab, daemon, LASTS_S) == 9 + 12
    assert await rounds(lab, daemon, LASTS_S) == 40
    await daemon.leave()


async def test_where_jobs_end_at_once_what_has_begun_goes_on_before_further_materials_begin(
    fast_path: Path,
) -> None:
    lab = Lab(fast_path)
    lab.queue = QueueSettings(slow_start=2)
    daemon = await lab.boot()
    await lab.submit(daemon, *materials(9), steps=OPT_SP)
    for _ in range(40):
        await rounds(lab, daemon, 0.1)
        assert lab.scheduler.start_pending() <= 2
        lab.scheduler.finish_running()
    order = [where.split("step_")[1] for _, where in lab.runner.starts]
    assert [step[4:7] for step in order[:4]] == ["OPT", "OPT", "SP/", "SP/"]
    assert set(lab.picture().values()) == {"done"}
    assert lab.problems() == []
    await daemon.leave()


async def test_what_may_not_begin_yet_leaves_its_places_to_what_goes_on(fast_path: Path) -> None:
    lab = Lab(fast_path)
    first = {"OPT": StepPolicy(priority=1)}
    lab.queue = QueueSettings(slow_start=1, max_submit=2, steps=first)
    daemon = await lab.boot()
    await lab.submit(daemon, *materials(9), steps=OPT_SP)
    order = []
    for _ in range(4):
        await rounds(lab, daemon, 0.1)
        lab.scheduler.start_pending()
        order = [where.split("step_")[1][4:7] for _, where in lab.runner.starts]
        lab.scheduler.finish_running()
    assert order == ["OPT", "OPT", "SP/", "OPT", "SP/", "OPT", "SP/"]
    await daemon.leave()


async def test_no_more_than_the_scheduler_takes_and_then_one_to_try(fast_path: Path) -> None:
    lab = Lab(fast_path)
    limits = (Limit("you", "3 jobs", submitted=3), Limit("all", "9 jobs", submitted=9))
    lab.scheduler.granted = Limits(limits)
    lab.scheduler.mishaps.extend([None, None, None, Mishap.DEFERRED])
    daemon = await lab.boot()
    await lab.submit(daemon, *materials(8), steps=OPT)
    await daemon.round()
    assert len(lab.scheduler.jobs) == 3
    await daemon.round()
    refused = lab.ask("SELECT reason FROM calculations WHERE state = 'ready' AND reason <> ''")
    assert refused == [("AssocMaxSubmitJobLimit",)]
    await lab.work(daemon)
    assert set(lab.picture().values()) == {"done"}
    assert lab.problems() == []
    await daemon.leave()


async def test_a_run_at_its_limit_does_not_stand_before_another(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.queue = QueueSettings(max_jobs_per_run=2)
    daemon = await lab.boot()
    await lab.submit(daemon, *materials(40), steps=OPT)
    await lab.submit(daemon, "last", steps=OPT)
    for _ in range(4):
        await daemon.round()
    assert len(lab.scheduler.jobs) == 3
    assert any("last" in job.order.name for job in lab.scheduler.jobs.values())
    await daemon.leave()


async def test_a_pause_that_comes_while_a_deck_is_made_is_honoured(fast_path: Path) -> None:
    lab = Lab(fast_path)
    pause = lab.state / "PAUSE"
    scribe = lab.scribe

    def paused_meanwhile(*_: object) -> str:
        pause.touch()
        return scribe()

    lab.scribe = paused_meanwhile  # type: ignore[method-assign]
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT)
    await daemon.round()
    assert lab.scheduler.jobs == {}
    assert lab.ask("SELECT state FROM calculations") == [("ready",)]
    lab.scribe = scribe  # type: ignore[method-assign]
    await daemon.leave()
    pause.unlink()
    daemon = await lab.boot()
    await lab.work(daemon)
    assert lab.ask("SELECT state FROM calculations") == [("done",)]
    assert not lab.problems()
    await daemon.leave()


async def test_a_quota_costs_one_attempt_a_try(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    lab.scheduler.mishaps.extend([Mishap.DEFERRED] * 1000)
    await lab.submit(daemon, *materials(10), steps=OPT)
    for _ in range(360):  # an hour
        await daemon.round()
        lab.clock.boot_s += 10.0
    tried = 1000 - len(lab.scheduler.mishaps)
    assert 4 <= tried <= 8
    lab.scheduler.mishaps.clear()
    await lab.work(daemon, rounds=400)
    assert lab.ask("SELECT DISTINCT state FROM calculations") == [("done",)]
    assert not lab.problems()
    await daemon.leave()


async def test_a_canary_that_waits_for_a_person_keeps_its_place(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.queue = QueueSettings(canary=2, fuse=0)
    daemon = await lab.boot()
    await lab.submit(daemon, *materials(6), steps=OPT)
    await daemon.round()
    assert len(lab.scheduler.jobs) == 2
    for job in list(lab.scheduler.jobs):
        lab.scheduler.start_pending()
        lab.scheduler.fail_node(JobId(job.cluster, job.number))
    for _ in range(30):
        lab.clock.boot_s += 20.0
        await daemon.round()
    assert lab.ask("SELECT count(*) FROM calculations WHERE state = 'decision'") == [(2,)]
    assert len(lab.scheduler.jobs) == 2
    await daemon.leave()
