"""What the scheduler tells of jobs, whatever Slurm's commands do; time passes only when told."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest
from fakeslurm import AWAY
from slurm_prints import CONFIG, record, shown
from slurmworld import T1, T2, World

from crystald.errors import SchedulerUnavailableError
from crystald.models import Life
from crystald.names import JobId, Token
from crystald.schedulers.base import Limits
from crystald.schedulers.slurm.client import user_name


async def test_jobs_are_found_by_their_token(world: World) -> None:
    world.answers.queue = [
        record(12, "PENDING", f"MgO_SP.{T1}", reason="Priority"),
        record(9, "COMPLETED", "renamed", comment=T1),
        record(13, name="mine by hand"),
    ]
    seen = await world.look()
    assert seen.answered
    assert [(str(s.job), s.state) for s in seen.jobs] == [
        ("hpc.9", "COMPLETED"),
        ("hpc.12", "PENDING"),
    ]
    assert seen.jobs[1].reason == "jobs with a higher priority are before it (Priority)"
    assert world.slurm.cluster == "hpc"
    assert world.slurm.quiet_s == 180.0


async def test_a_round_of_many_pages_is_one_question(world: World) -> None:
    for page in range(10):
        await world.slurm.observe({Token(f"{page:020x}"): None})
    assert world.answers.times("squeue") == 1
    world.later(3)
    await world.look()
    assert world.answers.times("squeue") == 2
    assert world.slurm.calls_per_hour() == {"scontrol": 1, "squeue": 2}


async def test_a_controller_that_is_away_leaves_all_unknown_for_an_hour(world: World) -> None:
    await world.look()
    world.answers.queue, world.answers.jobs = None, None
    before = len(world.answers.called)
    for _ in range(240):
        world.later(15)
        for job in (None, "hpc.12"):
            seen = await world.look(job=job)
            assert (seen.answered, seen.jobs) == (False, ())
        assert (await world.slurm.load()).jobs is None
        assert world.slurm.trouble is not None
    assert len(world.answers.called) - before < 20
    assert "Unable to contact" in (world.slurm.trouble.text if world.slurm.trouble else "")
    world.answers.queue, world.answers.jobs = [record(12, name=f"x.{T1}")], {}
    world.later(600)
    assert (await world.look(job="hpc.12")).answered
    assert world.slurm.trouble is None


async def test_a_squeue_that_is_empty_for_an_hour_loses_no_job(world: World) -> None:
    world.answers.jobs = {
        "12": shown(12, "RUNNING", f"x.{T1}"),
        "13": shown(13, "PENDING", f"x.{T2}"),
    }
    for _ in range(240):
        world.later(15)
        recorded = await world.look(T1, "hpc.12")
        assert recorded.jobs[0].life is Life.ALIVE
        submitted = await world.look(T2)
    assert [str(s.job) for s in submitted.jobs] == ["hpc.13"]


async def test_half_an_answer_is_none(world: World) -> None:
    world.answers.queue = [record(12, name=f"x.{T1}")[:50]]
    seen = await world.look()
    assert not seen.answered
    assert world.slurm.trouble is not None
    assert "no whole number of records" in world.slurm.trouble.text


async def test_a_hanging_squeue_is_no_answer(world: World) -> None:
    await world.look()
    world.answers.takes_s = 1000.0
    world.later(3)
    assert not (await world.look()).answered


async def test_a_submission_without_a_job_is_absent_only_after_a_roll_call(world: World) -> None:
    assert (await world.look()).answered
    world.later(61)
    assert (await world.look()).answered
    assert world.answers.times("scontrol", "-a") == 1
    world.answers.jobs = None
    world.later(61)
    seen = await world.look()
    assert not seen.answered


async def test_a_roll_call_that_takes_long_is_no_sign_of_sickness(world: World) -> None:
    world.answers.jobs = {"9": shown(9, "RUNNING", "a name that is", uid=77_777)}
    await world.look()
    world.later(61)
    run = world.slurm._client._run

    async def slowly(argv, timeout_s: float, sieve=None):
        ran = await run(argv, timeout_s, sieve)
        return replace(ran, took_s=50.0) if argv[:2] == ("scontrol", "-a") else ran

    world.slurm._client._run = slowly
    assert (await world.look()).answered
    assert world.answers.times("scontrol", "-a") == 1
    assert world.slurm.trouble is None


async def test_a_forgotten_job_of_a_submission_is_found_in_accounting(world: World) -> None:
    place = world.slurm._submissions._records
    _, held = place.begin(T1, f"MgO_SP.{T1}", "hpc")
    os.close(held)
    await world.look()
    world.answers.accounting = f"12|hpc|CANCELLED by 7|0:15|5|MgO_SP.{T1}|\n"
    world.later(61)
    seen = await world.look()
    assert [(str(s.job), s.state) for s in seen.jobs] == [("hpc.12", "CANCELLED")]
    assert world.answers.times("sacct", f"--name=MgO_SP.{T1}") == 1


async def test_the_load_counts_everything_that_may_live(world: World) -> None:
    world.answers.queue = [
        record(1, "PENDING", "by hand"),
        record(2, "COMPLETED", f"x.{T1}"),
        record(3, "MELTING", "y"),
        record(4, "COMPLETING", "z"),
    ]
    assert (await world.slurm.load()).jobs == 3
    for _ in range(5):
        await world.slurm.load()
    assert world.answers.times("squeue") == 1
    world.slurm._queue.accepted()
    assert (await world.slurm.load()).jobs == 4
    world.later(16)
    assert (await world.slurm.load()).jobs == 3


async def test_a_look_holds_every_job_that_was_accepted_before(world: World) -> None:
    await world.look()
    world.slurm._queue.accepted()
    world.answers.queue = [record(12, "PENDING", f"x.{T1}")]
    seen = await world.look(job="hpc.12")
    assert seen.jobs[0].state == "PENDING"
    assert world.answers.times("scontrol", "12") == 0


async def test_a_job_is_cancelled_by_id_and_name(world: World) -> None:
    await world.slurm.cancel(JobId("hpc", "12"), "x.y")
    assert world.answers.called[-1] == ("scancel", "--name=x.y", "12")
    calls = len(world.answers.called)
    for foreign in ("hand.n1-7-1", "other.12", "hpc.--me"):
        await world.slurm.cancel(JobId.parse(foreign), "x.y")
    assert len(world.answers.called) == calls


@pytest.mark.parametrize(
    ("err", "fine"),
    [
        ("scancel: error: Kill job error on job id 12: Invalid job id specified", True),
        (
            "scancel: error: Kill job error on job id 12: Job/step already completing or completed",
            True,
        ),
        (AWAY, False),
        ("", False),
    ],
)
async def test_a_cancel_that_fails_is_tried_again(world: World, err: str, fine: bool) -> None:
    world.answers._scancel = lambda argv: (1, "", err)  # type: ignore[method-assign]
    if fine:
        await world.slurm.cancel(JobId("hpc", "12"), "x.y")
        return
    with pytest.raises(SchedulerUnavailableError, match=r"hpc\.12"):
        await world.slurm.cancel(JobId("hpc", "12"), "x.y")


async def test_a_configured_cluster_is_insisted_on(make_world) -> None:
    world = make_world(cluster="mine")
    assert not (await world.look()).answered
    assert world.slurm.trouble is not None
    assert "not of mine" in world.slurm.trouble.text


async def test_accounting_can_be_switched_off(make_world) -> None:
    world = make_world(accounting=False)
    world.answers.accounting = f"12|hpc|TIMEOUT|0:15|5|x.{T1}|\n"
    await world.look(job="hpc.12")
    assert world.answers.times("sacct") == 0


async def test_a_site_without_accounting_is_not_asked_for_it(world: World) -> None:
    world.answers.config = CONFIG.replace("accounting_storage/slurmdbd", "(null)")
    await world.look(job="hpc.12")
    assert world.answers.times("sacct") == 0


async def test_limits_are_asked_for_once_an_hour(world: World) -> None:
    sound = world.answers._scontrol
    granted = (
        "ClusterName=hpc Account=chem UserName=ME(1) DefAssoc=Yes MaxJobs=10(3) MaxSubmitJobs=20(3)\n"
    ).replace("ME", user_name())

    def scontrol(argv: Sequence[str]) -> tuple[int, str, str]:
        if "partition" in argv:
            return 0, "PartitionName=main Default=YES MaxTime=01:00:00 State=UP\n", ""
        return (0, granted, "") if "assoc_mgr" in argv else sound(argv)

    world.answers._scontrol = scontrol  # type: ignore[method-assign]
    for _ in range(5):
        limits = await world.slurm.limits()
        world.later(600)
    assert limits.submitted == 20
    assert [(limit.whose, limit.running, limit.time_s) for limit in limits.all] == [
        ("the partition main", None, 3600),
        ("your limits in the account chem", 10, None),
    ]
    assert world.answers.times("scontrol") == 2
    granted = granted.replace("MaxSubmitJobs=20", "MaxSubmitJobs=30")
    world.later(600)
    assert (await world.slurm.limits()).submitted == 30


async def test_limits_that_are_not_told_are_none(world: World) -> None:
    world.answers.jobs = None
    assert await world.slurm.limits() == Limits()
    assert world.slurm.trouble is not None
