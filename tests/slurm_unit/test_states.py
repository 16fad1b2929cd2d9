"""Every word of Slurm for the state of a job, and the ways it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.models import Life
from crystald.schedulers.slurm.exits import exit_code
from crystald.schedulers.slurm.ids import parse_id
from crystald.schedulers.slurm.reasons import plain, plain_end
from crystald.schedulers.slurm.states import STATES, job_state

GONE = {
    "BOOT_FAIL": "BF", "CANCELLED": "CA", "COMPLETED": "CD", "DEADLINE": "DL", "FAILED": "F",
    "NODE_FAIL": "NF", "OUT_OF_MEMORY": "OOM", "PREEMPTED": "PR", "TIMEOUT": "TO",
}  # fmt: skip
WAITING = {
    "PENDING": "PD", "CONFIGURING": "CF", "REQUEUED": "RQ", "REQUEUE_FED": "RF",
    "REQUEUE_HOLD": "RH", "RESV_DEL_HOLD": "RD", "SPECIAL_EXIT": "SE",
}  # fmt: skip
RUNNING = {
    "RUNNING": "R", "COMPLETING": "CG", "RESIZING": "RS", "SIGNALING": "SI", "STAGE_OUT": "SO",
    "STOPPED": "ST", "SUSPENDED": "S",
}  # fmt: skip


@pytest.mark.parametrize(("long", "short"), GONE.items())
def test_ends(long: str, short: str) -> None:
    for word in (long, short, f"{long}+", f"{long} by 1000"):
        assert (job_state(word).word, job_state(word).life) == (long, Life.GONE)


@pytest.mark.parametrize(("long", "short"), (WAITING | RUNNING).items())
def test_lives(long: str, short: str) -> None:
    for word in (long, short, long.lower()):
        state = job_state(word)
        assert (state.word, state.life, state.running) == (long, Life.ALIVE, long in RUNNING)


@pytest.mark.parametrize("word", ["EXPEDITING", "POWER_UP_NODE", "UPDATE_DB"])
def test_new_flags_are_alive(word: str) -> None:
    assert job_state(word).life is Life.ALIVE


@pytest.mark.parametrize("word", ["REVOKED", "RV", "LAUNCH_FAILED", "MELTING", "", "?", "COMPLETE"])
def test_what_decides_nothing_is_unknown(word: str) -> None:
    assert job_state(word).life is Life.UNKNOWN


def test_joined_words_are_gone_only_together() -> None:
    assert job_state("COMPLETED,COMPLETING").life is Life.ALIVE
    assert job_state("FAILED,LAUNCH_FAILED").life is Life.UNKNOWN
    assert job_state("TIMEOUT,FAILED").life is Life.GONE


@given(st.text())
def test_no_text_is_gone_by_chance(text: str) -> None:
    words = {part.strip().upper().removesuffix("+") for part in text.split(",")}
    if not words & STATES.keys():
        assert job_state(text).life is not Life.GONE or " " in text.strip()


@pytest.mark.parametrize(
    ("text", "number", "task", "component", "step", "cluster"),
    [
        ("123", "123", None, None, None, None),
        ("123_4", "123", "4", None, None, None),
        ("123_[1-9,12%2]", "123", "[1-9,12%2]", None, None, None),
        ("123+0", "123", None, "0", None, None),
        ("123.batch", "123", None, None, "batch", None),
        ("123_4.0", "123", "4", None, "0", None),
        ("123;hpc", "123", None, None, None, "hpc"),
    ],
)
def test_ids(text: str, number: str, task, component, step, cluster) -> None:
    found = parse_id(text)
    assert found is not None
    assert (found.number, found.task, found.component) == (number, task, component)
    assert (found.step, found.cluster) == (step, cluster)


@pytest.mark.parametrize("text", ["", "0", "-1", "12a", "1 2", "123;", "١٢", "12\n", "12345678901"])
def test_no_ids(text: str) -> None:
    assert parse_id(text) is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [("0:0", 0), ("3:0", 3), ("0:15", 143), ("1:9", 137), ("768", 3), ("9", 137), ("0", 0),
     ("", None), ("N/A", None), ("4294967295", None)],
)  # fmt: skip
def test_exit_codes(printed: str, code: int | None) -> None:
    assert exit_code(printed) == code


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Resources", "nodes to become free"),
        ("(ReqNodeNotAvail, Reserved for maintenance)", "maintenance"),
        ("AssocMaxSubmitJobLimit", "submitted jobs as your association"),
        ("QOSGrpCpuLimit", "the group uses as much as the quality of service"),
        ("QOSMaxCpuPerUserLimit", "you use as much"),
        ("AssocMaxWallDurationPerJobLimit", "time"),
        ("Nodes required for job are DOWN, DRAINED or reserved for jobs", "drained or kept"),
        ("SomethingNew", "SomethingNew"),
    ],
)
def test_reasons_in_plain_words(reason: str, words: str) -> None:
    assert words in plain(reason)


def test_no_reason_is_no_words() -> None:
    assert plain("None") == plain("") == ""


def test_what_had_kept_a_job_waiting_does_not_tell_its_end() -> None:
    assert "time limit" in plain_end("TimeLimit")
    assert plain_end("BeginTime") == plain_end("None") == ""
