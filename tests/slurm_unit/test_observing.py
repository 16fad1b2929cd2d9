"""What the scheduler tells of jobs, whatever Slurm's commands do; time passes only when told."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from clocks import SimulatedClock
from fakeslurm import AWAY
from slurm_prints import CONFIG, Answers, record, shown

from crystald.errors import SchedulerUnavailableError
from crystald.models import Life, Observation
from crystald.names import JobId, Token
from crystald.protocol import DENIED
from crystald.schedulers.base import Limits
from crystald.schedulers.slurm.client import user_name
from crystald.schedulers.slurm.records import Machine
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

T1, T2 = Token("1" * 20), Token("2" * 20)


@dataclass
class World:
    clock: SimulatedClock
    answers: Answers
    slurm: SlurmScheduler

    async def look(self, token: Token = T1, job: str | None = None) -> Observation:
        recorded = JobId.parse(job) if job else None
        return (await self.slurm.observe({token: recorded}))[token]

    def later(self, seconds: float) -> None:
        self.clock.boot_s += seconds


@pytest.fixture
def make_world(tmp_path: Path):
    def made(**settings: object) -> World:
        clock = SimulatedClock()
        answers = Answers(clock)
        machine = Machine("here", "b" * 36, clock.boottime_s)
        slurm = SlurmScheduler(
            SlurmSettings(**settings),  # type: ignore[arg-type]
            tmp_path / "submissions",
            clock,
            run=answers,
            machine=machine,
        )
        return World(clock, answers, slurm)

    return made


@pytest.fixture
def world(make_world) -> World:
    return make_world()


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


async def test_a_job_that_squeue_misses_is_shown_by_the_controller(world: World) -> None:
    world.answers.jobs = {"12": shown(12, "RUNNING", f"x.{T1}")}
    seen = await world.look(job="hpc.12")
    assert (seen.answered, seen.jobs[0].life) == (True, Life.ALIVE)
    assert world.slurm.trouble is not None
    assert "squeue does not show" in world.slurm.trouble.text
    world.answers.queue = [record(12, name=f"x.{T1}")]
    world.later(3)
    await world.look(job="hpc.12")
    assert world.slurm.trouble is None


async def test_only_a_second_denial_counts(world: World) -> None:
    assert not (await world.look(job="hpc.12")).answered
    for _ in range(3):
        world.later(15)
        assert not (await world.look(job="hpc.12")).answered
    assert world.answers.times("scontrol", "12") == 1
    world.later(15)
    seen = await world.look(job="hpc.12")
    assert seen.answered
    assert [(s.life, s.state) for s in seen.jobs] == [(Life.GONE, DENIED)]


def many(count: int) -> dict[Token, JobId | None]:
    return {Token(f"{n:020x}"): JobId("hpc", str(n)) for n in range(1, count + 1)}


def accounted(tokens: Mapping[Token, JobId | None], state: str = "COMPLETED") -> str:
    return "".join(f"{job and job.number}|hpc|{state}|0:0|9|x.{t}|\n" for t, job in tokens.items())


async def test_a_thousand_that_vanish_together_are_told_by_few_questions(world: World) -> None:
    tokens = many(1000)
    world.answers.accounting = accounted(tokens)
    lagging = Token(f"{7:020x}")  # put back; accounting has only its first start yet
    world.answers.jobs = {
        "7": shown(7, "PENDING", f"x.{lagging}", restarts=1),
        "8": shown(8, "RUNNING", "somebody.else"),
    }
    seen = await world.slurm.observe(tokens)
    assert {s.life for t, o in seen.items() if t != lagging for s in o.jobs} == {Life.GONE}
    assert all(o.answered and len(o.jobs) == 1 for o in seen.values())
    assert (seen[lagging].jobs[0].life, seen[lagging].jobs[0].restart) == (Life.ALIVE, 1)
    calls = world.slurm.calls_per_hour()
    assert calls == {"scontrol": 2, "squeue": 1, "sacct": 2}


async def test_absence_from_a_roll_call_concludes_nothing(world: World) -> None:
    tokens = many(50)
    waited_s = 0.0
    while waited_s < 59.0:
        seen = await world.slurm.observe(tokens)
        assert not any(o.answered or o.jobs for o in seen.values())
        world.later(15)
        waited_s += 15
    assert world.answers.times("scontrol", "-a") == 1
    while tokens:
        seen = await world.slurm.observe(tokens)
        assert {s.state for o in seen.values() for s in o.jobs} <= {DENIED}
        for token in [token for token, o in seen.items() if o.answered]:
            del tokens[token]
        world.later(15)
        waited_s += 15
    asked = [argv for argv in world.answers.called if argv[:3] == ("scontrol", "show", "job")]
    assert len(asked) == 2 * 50
    assert waited_s <= 150.0


async def test_a_roll_call_that_is_not_answered_leaves_many_unknown(world: World) -> None:
    world.answers.jobs, world.answers.accounting = None, accounted(many(50))
    seen = await world.slurm.observe(many(50))
    assert not any(o.answered for o in seen.values())
    assert world.answers.times("sacct") == 0


async def test_a_denial_by_the_controller_of_another_cluster_is_none(world: World) -> None:
    await world.look(job="hpc.12")
    world.answers.config = CONFIG.replace("hpc", "other")
    for _ in range(10):
        world.later(61)
        assert not (await world.look(job="hpc.12")).answered


async def test_a_job_that_comes_back_between_two_denials_was_never_gone(world: World) -> None:
    await world.look(job="hpc.12")
    world.later(40)
    world.answers.queue = [record(12, name=f"x.{T1}")]
    assert (await world.look(job="hpc.12")).jobs[0].life is Life.ALIVE
    world.later(40)
    world.answers.queue = []
    assert not (await world.look(job="hpc.12")).answered


async def test_a_job_that_only_the_controller_shows_between_two_denials_was_never_gone(
    world: World,
) -> None:
    await world.look(job="hpc.12")
    world.later(61)
    world.answers.jobs = {"12": shown(12, "RUNNING", f"x.{T1}")}
    assert (await world.look(job="hpc.12")).jobs[0].life is Life.ALIVE
    world.later(61)
    world.answers.jobs = {}
    assert not (await world.look(job="hpc.12")).answered
    world.later(61)
    assert [s.state for s in (await world.look(job="hpc.12")).jobs] == [DENIED]


async def test_accounting_tells_how_a_denied_job_ended(world: World) -> None:
    world.answers.accounting = f"12|hpc|TIMEOUT|0:15|5|x.{T1}|\n"
    seen = await world.look(job="hpc.12")
    assert [(s.state, s.exit_code) for s in seen.jobs] == [("TIMEOUT", 143)]
    assert seen.answered


@pytest.mark.parametrize("state", ["RUNNING", "PENDING"])
async def test_nothing_is_concluded_while_accounting_says_that_a_denied_job_lives(
    world: World, state: str
) -> None:
    world.answers.accounting = f"12|hpc|{state}|0:0|5|x.{T1}|\n"
    for _ in range(240):
        assert not (await world.look(job="hpc.12")).answered
        world.later(15)
    world.answers.accounting = None  # its last word stands
    world.later(600)
    assert not (await world.look(job="hpc.12")).answered
    assert world.answers.times("scontrol", "12") <= 10
    assert world.answers.times("sacct") <= 10
    world.answers.accounting = f"12|hpc|NODE_FAIL|0:0|5|x.{T1}|\n"
    world.later(700)
    assert [s.state for s in (await world.look(job="hpc.12")).jobs] == ["NODE_FAIL"]


async def test_a_job_whose_end_accounting_lost_is_denied_after_a_day(world: World) -> None:
    world.answers.accounting = f"12|hpc|RUNNING|0:0|5|x.{T1}|\n"
    for _ in range(24):
        assert not (await world.look(job="hpc.12")).answered
        world.later(3600)
    assert [s.state for s in (await world.look(job="hpc.12")).jobs] == [DENIED]


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize("allowed", ["now-29days", "now-23hours"])
async def test_accounting_that_does_not_look_back_so_far_is_asked_for_less(
    world: World, allowed: str, code: int
) -> None:
    told = f"12|hpc|TIMEOUT|0:15|5|x.{T1}|\n"

    def sacct(argv: Sequence[str]) -> tuple[int, str, str]:
        if f"--starttime={allowed}" in argv:
            return 0, told, ""
        return code, "", "sacct: error: slurmdbd: Too wide of a date range in query\n"

    world.answers._sacct = sacct  # type: ignore[method-assign]
    assert [s.state for s in (await world.look(job="hpc.12")).jobs] == ["TIMEOUT"]
    before = world.answers.times("sacct")
    world.later(61)
    assert (await world.look(job="hpc.12")).answered
    assert world.answers.times("sacct") == before + 1


async def test_accounting_that_refuses_every_range_is_left_in_peace(world: World) -> None:
    said = "sacct: error: slurmdbd: Too wide of a date range in query\n"
    world.answers._sacct = lambda argv: (1, "", said)  # type: ignore[method-assign]
    assert not (await world.look(job="hpc.12")).answered
    assert world.answers.times("sacct") == 5
    world.later(10)
    await world.look(T2, "hpc.13")
    assert world.answers.times("sacct") == 5
    world.later(61)
    assert [s.state for s in (await world.look(job="hpc.12")).jobs] == [DENIED]


async def test_accounting_alone_ends_nothing(world: World) -> None:
    world.answers.accounting = f"12|hpc|NODE_FAIL|0:0|5|x.{T1}|\n"
    world.answers.jobs = {"12": shown(12, "PENDING", f"x.{T1}", restarts=1)}
    seen = await world.look(job="hpc.12")
    assert [(s.life, s.restart) for s in seen.jobs] == [(Life.ALIVE, 1)]
    world.answers.jobs = None
    world.later(700)
    assert not (await world.look(job="hpc.12")).answered


async def test_an_id_that_belongs_to_another_job_proves_nothing(world: World) -> None:
    world.answers.queue = [record(12, name="another")]
    world.answers.jobs = {"12": shown(12, "RUNNING", "another")}
    for _ in range(5):
        world.later(100)
        assert not (await world.look(job="hpc.12")).answered
    world.answers.accounting = f"12|hpc|COMPLETED|0:0|5|x.{T1}|\n12|hpc|RUNNING|0:0|9|another|\n"
    world.later(700)
    assert (await world.look(job="hpc.12")).jobs[0].state == "COMPLETED"


@pytest.mark.parametrize(
    "other",
    [
        shown(12, "RUNNING", "theirs", uid=77_777),
        shown(12, "RUNNING", "my job", uid=77_777),
        shown(12, "RUNNING", "two\nlines", uid=77_777),
        shown(12, "RUNNING", "x UserId=y", uid=77_777),
        shown(12, "PENDING", f"MgO_SP.{T2}"),
    ],
)
async def test_an_id_that_somebody_elses_job_has_is_a_denial(world: World, other: str) -> None:
    """The controller's ids began again: without accounting nobody else would ever tell."""
    world.answers.jobs = {"12": other}
    assert not (await world.look(job="hpc.12")).answered
    world.later(59)
    assert not (await world.look(job="hpc.12")).answered
    world.later(1)
    seen = await world.look(job="hpc.12")
    assert seen.answered
    assert [(s.life, s.state) for s in seen.jobs] == [(Life.GONE, DENIED)]
    assert world.slurm.trouble is None


async def test_a_job_that_imitates_another_is_no_sickness_of_the_controller(world: World) -> None:
    name = f"x UserId=me({os.geteuid()})"
    world.answers.jobs = {"12": shown(12, "RUNNING", name, uid=77_777)}
    for _ in range(5):
        assert not (await world.look(job="hpc.12")).answered
        assert world.slurm.trouble is None
        world.later(61)
    assert (await world.slurm.load()).jobs == 0


async def test_jobs_of_another_cluster_stay_unknown(world: World) -> None:
    for _ in range(3):
        world.later(100)
        assert not (await world.look(job="old.12")).answered
    assert world.answers.times("scontrol", "12") == 0


async def test_jobs_by_hand_are_not_looked_for(world: World) -> None:
    seen = await world.look(job="hand.n1-77-1700000000")
    assert (seen.answered, seen.jobs) == (True, ())


async def test_few_missing_jobs_are_asked_for_in_one_look(world: World) -> None:
    tokens = {Token(f"{n:020x}"): JobId("hpc", str(n)) for n in range(1, 51)}
    world.answers.jobs = {
        job.number: shown(job.number, "RUNNING", f"x.{t}") for t, job in tokens.items()
    }
    single = world.answers._scontrol

    def scontrol(argv: Sequence[str]) -> tuple[int, str, str]:
        """Answer a roll call without any of ours."""
        return (0, shown(9999), "") if argv[1] == "-a" else single(argv)

    world.answers._scontrol = scontrol  # type: ignore[method-assign]
    told: set[Token] = set()
    for look in range(1, 4):
        world.later(15)
        seen = await world.slurm.observe(tokens)
        told |= {token for token, observation in seen.items() if observation.answered}
        assert len(told) == min(20 * look, 50)


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
