"""Jobs that are missing from the queue: denied twice, told by accounting, or not known to be gone."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import pytest
from slurm_prints import CONFIG, record, shown
from slurmworld import T1, T2, World

from crystald.models import Life
from crystald.names import JobId, Token
from crystald.protocol import DENIED


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


def there(world: World) -> Token:
    """Let one more job run, that everybody shows; give its token."""
    alive = Token("a" * 20)
    world.answers.queue = [record(4711, name=f"x.{alive}")]
    world.answers.jobs = {"4711": shown(4711, "RUNNING", f"x.{alive}")}
    return alive


@pytest.mark.parametrize("others", [True, False])
async def test_two_whole_roll_calls_deny_a_thousand(world: World, *, others: bool) -> None:
    """They are whole where they show what the queue shows, or where the controller has no job at all."""
    tokens = many(1000)
    if others:
        there(world)
    waited_s = 0.0
    while waited_s < 59.0:
        seen = await world.slurm.observe(tokens)
        assert not any(o.answered or o.jobs for o in seen.values())
        world.later(15)
        waited_s += 15
    seen = await world.slurm.observe(tokens)
    assert [(s.state, s.life) for o in seen.values() for s in o.jobs] == [
        (DENIED, Life.GONE)
    ] * 1000
    assert world.answers.times("scontrol", "-a") == 2
    assert world.answers.times("scontrol", "show", "job") == 2


async def test_a_whole_roll_call_denies_nothing_that_is_there_under_its_number_or_its_token(
    world: World,
) -> None:
    tokens = many(50)
    there(world)
    assert world.answers.jobs is not None
    world.answers.jobs |= {
        "1": shown(1, "RUNNING", "renamed"),
        "2": shown(2, "RUNNING", "x UserId=me(7)"),
        "333": shown(333, "RUNNING", f"x.{3:020x}"),
        "50": shown(60).replace("JobId=60 ", "JobId=60 ArrayJobId=50 ArrayTaskId=1 "),
    }
    for _ in range(12):
        seen = await world.slurm.observe(tokens)
        for token in [token for token, o in seen.items() if o.answered]:
            assert [s.state for s in seen[token].jobs] == [DENIED]
            del tokens[token]
        world.later(15)
    # the controller itself denies 3, when it is asked for it alone; of the others it says nothing
    assert [job.number for job in tokens.values() if job] == ["1", "2", "50"]


@pytest.mark.parametrize("why", ["others only", "without what the queue shows"])
async def test_absence_from_a_roll_call_that_may_be_torn_concludes_nothing(
    world: World, why: str
) -> None:
    tokens = many(50)
    there(world)
    assert world.answers.jobs is not None
    if why == "others only":
        world.answers.queue = []
    else:
        world.answers.jobs = {"8888": shown(8888, "RUNNING", "somebody.else")}
    waited_s = 0.0
    while waited_s < 59.0:
        seen = await world.slurm.observe(tokens)
        assert not any(o.answered or o.jobs for o in seen.values())
        world.later(15)
        waited_s += 15
    while tokens and waited_s < 300.0:
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
