"""A first denial outlives the daemon that heard it, on the same boot; everything else is heard anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from clocks import SimulatedClock
from slurm_prints import Answers, record

from crystald.models import Observation
from crystald.names import JobId, Token
from crystald.protocol import DENIED
from crystald.schedulers.slurm.denials import NAME, Denials
from crystald.schedulers.slurm.records import Machine
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

TOKEN, BOOT = Token("1" * 20), "b" * 36
JOB = JobId("hpc", "12")
Look = Callable[..., object]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "submissions"


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture
def answers(clock: SimulatedClock) -> Answers:
    return Answers(clock)


@pytest.fixture
def look(directory: Path, clock: SimulatedClock, answers: Answers) -> Look:
    """Look as a daemon that has just started, a while after the last one."""

    async def looked(job: JobId = JOB, boot: str = BOOT, after_s: float = 61.0) -> Observation:
        clock.boot_s += after_s
        machine = Machine("here", boot, clock.boottime_s)
        slurm = SlurmScheduler(SlurmSettings(), directory, clock, run=answers, machine=machine)
        return (await slurm.observe({TOKEN: job}))[TOKEN]

    return looked


def write(directory: Path, text: str) -> None:
    directory.mkdir()
    (directory / NAME).write_text(text)


def make(obstacle: Path) -> None:
    obstacle.mkdir(parents=True)


async def test_another_daemon_hears_the_second_denial(look: Look) -> None:
    assert not (await look()).answered
    assert not (await look(after_s=30.0)).answered
    assert [s.state for s in (await look()).jobs] == [DENIED]
    assert [s.state for s in (await look(after_s=200_000.0)).jobs] == [DENIED]


async def test_a_denial_is_old_after_a_day_and_counts_all_the_same(look: Look) -> None:
    assert not (await look()).answered
    assert [s.state for s in (await look(after_s=200_000.0)).jobs] == [DENIED]


async def test_a_job_that_was_seen_in_between_was_never_gone(look: Look, answers: Answers) -> None:
    assert not (await look()).answered
    answers.queue = [record(12, name=f"x.{TOKEN}")]
    assert (await look()).answered
    answers.queue = []
    assert not (await look()).answered


async def test_what_was_denied_before_the_machine_started_does_not_count(look: Look) -> None:
    assert not (await look(boot="a" * 36)).answered
    assert not (await look()).answered
    assert (await look()).answered


async def test_a_denial_of_another_job_of_the_token_does_not_count(look: Look) -> None:
    assert not (await look(JobId("hpc", "11"))).answered
    assert not (await look()).answered
    assert (await look()).answered


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"boot": 1}',
        f'{{"boot": "{BOOT}", "denied": {{"{TOKEN}": ["nonsense", 1.0]}}}}',
        f'{{"boot": "{BOOT}", "denied": {{"{TOKEN}": ["hpc.12", 1e9]}}}}',
        f'{{"boot": "{BOOT}", "denied": {{"../x": ["hpc.12", 1.0]}}}}',
    ],
)
async def test_a_memory_that_makes_no_sense_is_none(look: Look, directory: Path, text: str) -> None:
    write(directory, text)
    assert not (await look()).answered
    assert (await look()).answered


async def test_what_cannot_be_kept_is_remembered_meanwhile(
    directory: Path, clock: SimulatedClock, answers: Answers
) -> None:
    obstacle = directory / NAME
    make(obstacle)
    machine = Machine("here", BOOT, clock.boottime_s)
    slurm = SlurmScheduler(SlurmSettings(), directory, clock, run=answers, machine=machine)
    assert not (await slurm.observe({TOKEN: JOB}))[TOKEN].answered
    clock.boot_s += 61.0
    assert (await slurm.observe({TOKEN: JOB}))[TOKEN].answered
    obstacle.rmdir()
    clock.boot_s += 61.0
    await slurm.observe({TOKEN: JOB})
    assert Denials(directory, BOOT).read(clock.boot_s).keys() == {TOKEN}
