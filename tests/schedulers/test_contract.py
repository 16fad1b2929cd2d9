"""What every scheduler keeps: one suite for Slurm's, the local one and their simulated twin."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import fakeslurm
import pytest
from clocks import SimulatedClock
from fakelab import FakeSlurm
from waiting import until

from crystald.models import Accepted, Life, Resources, Sighting
from crystald.names import JobId, Token
from crystald.schedulers.base import Scheduler, SubmitOrder
from crystald.schedulers.local.scheduler import LocalScheduler
from crystald.schedulers.simulated import SimulatedJob, SimulatedScheduler
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

ENDLESS = "trap 'exit 143' TERM; sleep 600 & wait $!"


class ShellRunner:
    """Gives simulated jobs the ends that their scripts would have."""

    def start(self, job: SimulatedJob) -> int | None:
        text = job.order.script.read_text()
        with (job.order.directory / "ran").open("a") as ran:
            ran.write("ran\n")
        return None if ENDLESS in text else int(text.split("exit ")[1].split()[0])

    def finish(self, job: SimulatedJob) -> int:
        return 0


@dataclass
class Bench:
    """A scheduler with its way of letting time pass, and of being opened anew."""

    scheduler: Scheduler
    again: Callable[[], Scheduler]
    turn: Callable[[], Awaitable[None]]
    root: Path
    by_hand: Callable[[SubmitOrder], Awaitable[JobId]] | None = None
    made: int = 0

    def order(self, script: str, token: Token | None = None) -> SubmitOrder:
        self.made += 1
        token = token or Token(f"{self.made:020x}")
        directory = self.root / f"attempt {self.made}"
        directory.mkdir()
        path = directory / "job.sh"
        path.write_text(f"#!/bin/bash\necho ran >>ran\n{script}\n")
        return SubmitOrder(token, f"x.{token}", directory, path, Resources())

    async def submit(self, script: str, token: Token | None = None) -> tuple[SubmitOrder, JobId]:
        order = self.order(script, token)
        answer = await self.scheduler.submit(order)
        assert isinstance(answer, Accepted)
        return order, answer.job

    async def copy(self, order: SubmitOrder) -> JobId:
        """Submit an order once more; past the scheduler, where that refuses to."""
        if self.by_hand is not None:
            return await self.by_hand(order)
        answer = await self.scheduler.submit(order)
        assert isinstance(answer, Accepted)
        return answer.job

    async def sighting(self, order: SubmitOrder, job: JobId) -> Sighting:
        await self.turn()
        seen = await self.scheduler.observe({order.token: job})
        assert seen[order.token].answered
        return next(s for s in seen[order.token].jobs if s.job == job)

    async def gone(self, order: SubmitOrder, job: JobId) -> Sighting:
        async def look() -> Sighting | None:
            sighting = await self.sighting(order, job)
            return sighting if sighting.life is Life.GONE else None

        return await until(look, f"{job} is gone")  # type: ignore[return-value]

    async def runs(self, order: SubmitOrder, job: JobId) -> None:
        async def look() -> bool:
            return (await self.sighting(order, job)).running

        await until(look, f"{job} runs")


def slurm_bench(root: Path) -> Bench:
    """Slurm's scheduler on fake commands: time passes with every turn."""
    programs = fakeslurm.install(root / "slurm")
    clock = SimulatedClock()
    slurm = FakeSlurm(root / "slurm", ShellRunner(), clock, slots=2)
    environ = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}

    def opened() -> Scheduler:
        return SlurmScheduler(
            SlurmSettings(), root / "submissions", clock, run=slurm, environ=environ
        )

    async def turn() -> None:
        clock.boot_s += 10.0
        slurm.start_pending()

    async def by_hand(order: SubmitOrder) -> JobId:
        (job,) = slurm.jobs()
        return JobId(fakeslurm.CLUSTER, str(slurm.copy(job)))

    return Bench(opened(), opened, turn, root, by_hand)


@pytest.fixture(params=["local", "simulated", "slurm"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    if request.param == "slurm":
        yield slurm_bench(tmp_path)
        return
    if request.param == "simulated":
        simulated = SimulatedScheduler(ShellRunner(), slots=2)

        async def turn() -> None:
            simulated.start_pending()

        yield Bench(simulated, lambda: simulated, turn, tmp_path)
        return
    local = LocalScheduler(tmp_path / "state", slots=2)

    async def wait() -> None:
        await asyncio.sleep(0)

    made = Bench(local, lambda: LocalScheduler(tmp_path / "state", slots=2), wait, tmp_path)
    yield made
    for number in range(1, made.made + 1):
        await local.cancel(JobId("local", str(number)), f"x.{number:020x}")
    await until(lambda: _quiet(local), "all jobs are over")


async def _quiet(local: LocalScheduler) -> bool:
    return (await local.load()).jobs == 0


@pytest.mark.parametrize("code", [0, 1, 143])
async def test_a_job_ends_with_its_exit_code(bench: Bench, code: int) -> None:
    order, job = await bench.submit(f"exit {code}")
    gone = await bench.gone(order, job)
    assert (gone.state, gone.exit_code) == ("FAILED" if code else "COMPLETED", code)
    assert job.cluster == bench.scheduler.cluster


async def test_limits_are_told_in_plain_words_or_not_at_all(bench: Bench) -> None:
    limits = await bench.scheduler.limits()
    assert all(limit.whose and limit.words for limit in limits.all)
    assert limits.submitted is None
    assert await bench.scheduler.limits() == limits


async def test_an_unknown_token_is_answered_with_nothing(bench: Bench) -> None:
    token = Token("f" * 20)
    seen = await bench.scheduler.observe({token: None})
    assert seen[token].answered
    assert seen[token].jobs == ()


async def test_two_jobs_of_one_token_are_both_seen(bench: Bench) -> None:
    first, one = await bench.submit("exit 0", Token("a" * 20))
    two = await bench.copy(first)
    await bench.turn()
    seen = await bench.scheduler.observe({first.token: one})
    assert [sighting.job for sighting in seen[first.token].jobs] == [one, two]


async def test_slots_are_kept_and_waiting_jobs_follow(bench: Bench) -> None:
    long = [await bench.submit(ENDLESS) for _ in range(2)]
    for pair in long:
        await bench.runs(*pair)
    waiting = await bench.submit("exit 0")
    assert (await bench.sighting(*waiting)).state == "PENDING"
    assert (await bench.scheduler.load()).jobs == 3
    await bench.scheduler.cancel(long[0][1], long[0][0].name)
    assert (await bench.gone(*waiting)).state == "COMPLETED"


async def test_cancel_wants_id_and_name(bench: Bench) -> None:
    order, job = await bench.submit(ENDLESS)
    await bench.runs(order, job)
    await bench.scheduler.cancel(job, "another name")
    await bench.scheduler.cancel(JobId(job.cluster, "4711"), order.name)
    assert (await bench.sighting(order, job)).running
    await bench.scheduler.cancel(job, order.name)
    await bench.scheduler.cancel(job, order.name)
    assert (await bench.gone(order, job)).state == "CANCELLED"


async def test_a_cancelled_pending_job_never_runs(bench: Bench) -> None:
    long = [await bench.submit(ENDLESS) for _ in range(2)]
    for pair in long:
        await bench.runs(*pair)
    order, job = await bench.submit("exit 0")
    await bench.scheduler.cancel(job, order.name)
    assert (await bench.gone(order, job)).state == "CANCELLED"
    for other, number in long:
        await bench.scheduler.cancel(number, other.name)
        await bench.gone(other, number)
    assert not (order.directory / "ran").exists()


async def test_jobs_outlive_the_one_who_submitted_them(bench: Bench) -> None:
    order, job = await bench.submit(ENDLESS)
    await bench.runs(order, job)
    bench.scheduler = bench.again()
    assert (await bench.sighting(order, job)).running


async def test_each_submission_starts_once(bench: Bench) -> None:
    pairs = [await bench.submit("exit 0") for _ in range(10)]
    for order, job in pairs:
        await bench.gone(order, job)
        assert (order.directory / "ran").read_text() == "ran\n"
