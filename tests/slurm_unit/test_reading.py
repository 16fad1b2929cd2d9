"""What Slurm's commands print, read: whole, torn, forged, and from strange names."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slurm_prints import CONFIG, record, shown

from crystald.models import Life
from crystald.names import Token
from crystald.schedulers.slurm import probe, sacct, scontrol, squeue
from crystald.schedulers.slurm.scontrol import Denied, Roll, Unsaid
from crystald.schedulers.slurm.squeue import QueuedJob, TornAnswerError

TOKEN = Token("0123456789abcdef0123")
NAME = f"MgO_SP.{TOKEN}"
DENIAL = "slurm_load_jobs error: Invalid job id specified\n"


def test_a_queue_is_read() -> None:
    jobs = squeue.parse(
        record(12, "PENDING", NAME, comment=TOKEN, reason="QOSMaxJobsPerUserLimit")
        + record(13, "FAILED", "other", restarts=2, code=256)
    )
    assert [job.token for job in jobs] == [TOKEN, None]
    first, second = (job.sighting("hpc") for job in jobs)
    assert (first.life, first.running, first.exit_code) == (Life.ALIVE, False, None)
    assert (second.life, second.restart, second.exit_code) == (Life.GONE, 2, 1)
    assert str(second.job) == "hpc.13"
    assert squeue.parse(b"") == ()


@pytest.mark.parametrize(
    ("state", "raw", "code"),
    [
        ("COMPLETED", 0, 0),
        ("FAILED", 768, 3),
        ("FAILED", 9, 137),
        ("CANCELLED", 0, None),
        ("NODE_FAIL", 0, None),
        ("TIMEOUT", 15, 143),
        ("RUNNING", 0, None),
    ],
)
def test_a_zero_counts_only_of_a_job_that_came_to_its_end(state, raw, code) -> None:
    (job,) = squeue.parse(record(1, state, code=raw))
    assert job.sighting("hpc").exit_code == code


names = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=120)


@given(st.lists(names, max_size=5))
def test_names_of_others_change_nothing(texts: list[str]) -> None:
    answer = b"".join(record(i + 1, name=t, comment=t[::-1]) for i, t in enumerate(texts))
    jobs = squeue.parse(record(99, name=NAME) + answer)
    assert [job.number for job in jobs] == ["99", *(str(i + 1) for i in range(len(texts)))]
    assert jobs[0].token == TOKEN


@given(st.integers(1, 4), st.data())
def test_an_answer_that_is_cut_inside_a_record_is_noticed(count: int, data) -> None:
    answer = b"".join(record(i + 1, name=NAME) for i in range(count))
    cut = data.draw(st.integers(1, len(answer) - 1).filter(lambda n: n % squeue.RECORD))
    with pytest.raises(TornAnswerError):
        squeue.parse(answer[:cut])


@pytest.mark.parametrize(
    "answer",
    [
        b"squeue: error: something\n",
        b"CLUSTER: hpc\n" + record(1),
        record("123_[1-9]"),
        record("x"),
        record(1, state=""),
        record(1)[:-1] + b"x",
        b"\0" * squeue.RECORD,
    ],
)
def test_what_is_no_record_is_no_answer(answer: bytes) -> None:
    with pytest.raises(TornAnswerError):
        squeue.parse(answer)


@given(st.binary(max_size=2000))
def test_garbage_is_noticed_or_empty(answer: bytes) -> None:
    try:
        assert squeue.parse(answer) == ()
    except TornAnswerError:
        assert answer


def test_the_question_is_one_for_all_jobs() -> None:
    arguments = squeue.arguments()
    assert arguments[:6] == ("-a", "--me", "-t", "all", "-h", "-r")
    assert squeue.arguments(("--user", "me"))[1:3] == ("--user", "me")


def test_the_controller_shows_a_job() -> None:
    line = shown(12, "TIMEOUT", NAME, restarts=1, code="0:15", reason="TimeLimit")
    job = scontrol.parse("12", 0, line, "")
    assert isinstance(job, QueuedJob)
    assert (job.token, job.state.word, job.restarts, job.exit_code) == (TOKEN, "TIMEOUT", 1, 143)
    assert job.reason == "TimeLimit"


def test_a_task_of_an_array_is_read() -> None:
    line = shown(12, name=NAME).replace(" JobName", " ArrayJobId=10 ArrayTaskId=2 JobName", 1)
    job = scontrol.parse("12", 0, line, "")
    assert isinstance(job, QueuedJob)
    assert job.token == TOKEN


@pytest.mark.parametrize(("code", "out", "err"), [(1, "", DENIAL), (1, DENIAL, "")])
def test_the_controller_denies_a_job(code: int, out: str, err: str) -> None:
    assert scontrol.parse("12", code, out, err) == Denied()


@pytest.mark.parametrize(
    ("code", "out", "err"),
    [
        (None, "", DENIAL),
        (0, "", ""),
        (0, "", DENIAL),
        (0, shown(13, name=NAME), ""),
        (0, "JobId=12 JobName=x", ""),
        (1, "", ""),
        (1, "", "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n"),
        (1, "", "slurm_load_jobs error: Socket timed out on send/recv operation\n"),
        (1, "", DENIAL + "scontrol: error: something else\n"),
        (1, "", "bash: scontrol: Invalid job id specified, they said\n"),
        (127, "", "scontrol: not found\n"),
    ],
)
def test_everything_else_denies_nothing(code: int | None, out: str, err: str) -> None:
    assert isinstance(scontrol.parse("12", code, out, err), Unsaid)


STRANGE = [
    "my job",
    "a  b\tc",
    "two\nlines",
    "x JobState=FAILED y",
    "x UserId=z",
    "",
    "Кварц №2 ",
    f"x {NAME}",
]


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("comment", ["", "two words UserId=", "0 1"])
def test_a_job_of_any_name_is_somebodys(name: str, comment: str) -> None:
    job = scontrol.parse("12", 0, shown(12, "RUNNING", name, comment=comment, uid=77_777), "")
    assert isinstance(job, QueuedJob)
    assert (job.number, job.uid) == ("12", 77_777)


@pytest.mark.parametrize(
    "name",
    [f"x\nJobId=12 JobName={NAME} UserId=me(7) JobState=COMPLETED\ny", "x UserId=me(7) GroupId=q"],
)
def test_of_a_job_that_imitates_another_user_nothing_is_known(name: str) -> None:
    job = scontrol.parse("12", 0, shown(12, "RUNNING", name, uid=77_777), "")
    assert isinstance(job, QueuedJob)
    assert (job.uid, job.token, job.state.life) == (None, None, Life.UNKNOWN)


def test_a_part_of_a_job_is_no_answer() -> None:
    assert isinstance(scontrol.parse("12", 0, "JobId=12 JobName=my jo", ""), Unsaid)


@pytest.mark.parametrize("group", ["ArrayJobId=12 ArrayTaskId=2", "HetJobId=12 HetJobOffset=1"])
@pytest.mark.parametrize("tasks", [1, 2])
def test_an_id_of_which_only_tasks_of_an_array_are_left_is_its_users(
    group: str, tasks: int
) -> None:
    lines = [
        shown(n, name=NAME, uid=77_777).replace(" JobName", f" {group} JobName", 1)
        for n in range(13, 13 + tasks)
    ]
    job = scontrol.parse("12", 0, "".join(lines), "")
    assert isinstance(job, QueuedJob)
    assert (job.number, job.uid, job.token, job.state.life) == ("12", 77_777, None, Life.UNKNOWN)


def test_users_may_have_blanks_in_their_names() -> None:
    text = shown(12, "RUNNING", "a b", uid=77_777).replace("UserId=me", "UserId=jane doe")
    job = scontrol.parse("12", 0, text, "")
    assert isinstance(job, QueuedJob)
    assert (job.uid, job.name) == (77_777, "a b")


def test_a_roll_call_is_whole_or_nothing() -> None:
    out = shown(11, name="two\nlines UserId=x") + shown(12, name=NAME)
    roll = scontrol.parse_all(0, out)
    assert roll is not None
    assert [job.token for job in roll.jobs] == [TOKEN]
    assert roll.numbers == {"11", "12"}
    assert scontrol.parse_all(0, "No jobs in the system\n") == Roll((), frozenset())
    assert scontrol.parse_all(0, "") is None
    assert scontrol.parse_all(0, out[:-1]) is None
    assert scontrol.parse_all(1, out) is None
    assert scontrol.parse_all(None, "") is None


@given(st.lists(st.sampled_from(["theirs", NAME, f"x.{TOKEN}", "two\nlines", "a b"]), max_size=9))
def test_what_is_kept_of_a_roll_call_tells_the_same(names: list[str]) -> None:
    out = "".join(
        shown(number, name=name, comment=TOKEN if name == "two\nlines" else "")
        for number, name in enumerate(names, 1)
    )
    asked = {str(number).encode() for number in range(3, 6)}
    kept = scontrol.keep(out.encode(), asked).decode()
    assert len(kept.splitlines()) <= len(out.splitlines())
    roll, of_all = scontrol.parse_all(0, kept), scontrol.parse_all(0, out)
    assert (roll is None) == (of_all is None) == (not names)
    if roll and of_all:
        assert [j for j in roll.jobs if j.token] == [j for j in of_all.jobs if j.token]
        assert roll.numbers >= {number.decode() for number in asked} & of_all.numbers


def test_a_group_that_is_asked_for_is_there_with_any_of_its_jobs() -> None:
    array = shown(13, name="theirs").replace("JobId=13 ", "JobId=13 ArrayJobId=12 ArrayTaskId=3 ")
    kept = scontrol.keep((shown(7, name="x") * 3 + array).encode(), {b"12"}).decode()
    roll = scontrol.parse_all(0, kept)
    assert roll is not None
    assert roll.numbers == {"7", "12", "13"}


@pytest.mark.parametrize(
    ("out", "alive", "whole"),
    [
        ("No jobs in the system\n", (), True),
        (shown(12, name=NAME), ((TOKEN, "12"),), True),
        (shown(12, name=NAME), (), False),
        (shown(12, name=NAME), ((TOKEN, "12"), (TOKEN, "14")), False),
        (shown(12, name="theirs"), ((TOKEN, "12"),), False),
    ],
)
def test_a_roll_call_is_held_against_what_the_queue_shows(
    out: str, alive: tuple[tuple[Token, str], ...], *, whole: bool
) -> None:
    roll = scontrol.parse_all(0, out)
    assert roll is not None
    assert roll.is_whole(alive) is whole


def test_a_roll_call_without_a_job_that_can_be_read_is_an_answer() -> None:
    assert scontrol.parse_all(0, shown(11, name="a\nb")) == Roll((), frozenset({"11"}))
    assert scontrol.parse_all(0, "something else\n") is None


def accounted(number: int, state: str, name: str = NAME, *, submit: int = 1, code: str = "0:0",
              cluster: str = "hpc", comment: str = "") -> str:  # fmt: skip
    return f"{number}|{cluster}|{state}|{code}|{submit}|{name}|{comment}\n"


def test_accounting_tells_how_a_job_ended() -> None:
    found = sacct.ended(
        sacct.parse(accounted(12, "CANCELLED by 1000", code="0:15")), "hpc", [TOKEN]
    )
    job = found[TOKEN][0]
    assert (job.state.word, job.exit_code, job.restarts) == ("CANCELLED", 143, 0)


def test_the_last_start_of_a_job_counts() -> None:
    first = accounted(12, "NODE_FAIL", submit=10)
    again = accounted(12, "PENDING", submit=20)
    done = accounted(12, "COMPLETED", submit=20)
    assert sacct.ended(sacct.parse(again + first), "hpc", [TOKEN]) == {}
    job = sacct.ended(sacct.parse(done + first), "hpc", [TOKEN])[TOKEN][0]
    assert (job.state.word, job.restarts) == ("COMPLETED", 1)


@pytest.mark.parametrize(
    "line",
    [
        accounted(12, "RUNNING"),
        accounted(12, "COMPLETED", name="somebody"),
        accounted(12, "COMPLETED", cluster="other"),
        accounted(12, "COMPLETED", name=NAME[:-1]),
        accounted(12, "MELTED"),
        "12|hpc|COMPLETED\n",
        "garbage\n",
        "\n",
    ],
)
def test_accounting_is_believed_only_when_it_says_an_end_of_ours(line: str) -> None:
    assert sacct.ended(sacct.parse(line), "hpc", [TOKEN]) == {}


def test_names_with_bars_and_comments_are_matched() -> None:
    line = accounted(12, "FAILED", name="a|b|c", comment=TOKEN, code="2:0")
    assert sacct.ended(sacct.parse(line), "hpc", [TOKEN])[TOKEN][0].exit_code == 2


def test_sacct_is_asked_for_each_start() -> None:
    arguments = sacct.arguments("now-1days", numbers=["1", "2"])
    assert {"-X", "-D", "-n", "-P", "--jobs=1,2", "--starttime=now-1days"} <= set(arguments)
    assert "--name=a,b" in sacct.arguments("now-1days", names=["a", "b"])


def test_the_configuration_is_read() -> None:
    found = probe.parse(CONFIG)
    assert found is not None
    assert (found.cluster, found.version, found.min_job_age_s) == ("hpc", "22.05.8", 300.0)
    assert (found.message_timeout_s, found.kill_wait_s, found.max_jobs) == (10.0, 30.0, 10000)
    assert (found.accounting, found.comments, found.rate_limited) == (True, False, True)
    assert (found.requeues, found.knows_me, found.look_s) == (True, True, 150.0)


@pytest.mark.parametrize(
    ("printed", "look_s"),
    [("300 sec", 150.0), ("20 sec", 15.0), ("2 sec", 15.0), ("0 sec", math.inf), ("x", None)],
)
def test_looks_are_as_often_as_the_controller_forgets_within_reason(
    printed: str, look_s: float | None
) -> None:
    found = probe.parse(CONFIG.replace("300 sec", printed))
    assert found is not None
    assert found.look_s == look_s


@pytest.mark.parametrize("out", ["", "ClusterName = (null)\n", "slurm_load_ctl_conf error: x\n"])
def test_no_configuration(out: str) -> None:
    assert probe.parse(out) is None


def test_an_old_squeue_is_asked_by_name() -> None:
    found = probe.parse(CONFIG.replace("22.05.8", "19.05.5"))
    assert found is not None
    assert not found.knows_me
