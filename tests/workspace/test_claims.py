"""Claims: exactly one winner, and nothing concluded from what cannot be read."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.errors import WorkspaceError
from crystald.models import MISSING_CLAIM, NO_CLAIM, REMOVED_CLAIM, UNKNOWN_CLAIM, Claim
from crystald.names import JobId, Token
from crystald.workspace.claims import (
    claim_of,
    end_of,
    hand_is_gone,
    is_of,
    read_claim,
    read_end,
    revoke,
)
from crystald.workspace.prepare import free_number, make_run, write_attempt


@pytest.fixture
def attempt(tmp_path: Path) -> Path:
    outputs = tmp_path / "workflow_outputs"
    outputs.mkdir()
    directory = outputs / "workflow_r1" / "step_001_OPT" / "mat_x"
    return directory / "attempts" / "01"


def test_free_before_and_after_the_directory_is_there(attempt: Path) -> None:
    assert read_claim(attempt) == MISSING_CLAIM
    attempt.mkdir(parents=True)
    assert read_claim(attempt) == NO_CLAIM


def test_a_vanished_workspace_is_unknown(tmp_path: Path) -> None:
    gone = tmp_path / "gone" / "w" / "r" / "s" / "m" / "attempts" / "01"
    assert read_claim(gone) == UNKNOWN_CLAIM


def test_an_empty_mount_point_is_unknown_and_stays_empty(attempt: Path, tmp_path: Path) -> None:
    (tmp_path / "workflow_outputs").rmdir()
    assert read_claim(attempt) == UNKNOWN_CLAIM
    assert revoke(attempt, 1) == UNKNOWN_CLAIM
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_directory_is_unknown(attempt: Path) -> None:
    attempt.mkdir(parents=True)
    attempt.chmod(0)
    try:
        assert read_claim(attempt) == UNKNOWN_CLAIM
        assert revoke(attempt, 1) == UNKNOWN_CLAIM
    finally:
        attempt.chmod(0o700)


def test_a_file_in_the_way_is_unknown(attempt: Path) -> None:
    attempt.mkdir(parents=True)
    (attempt / "claim").write_text("no link")
    assert read_claim(attempt) == UNKNOWN_CLAIM
    assert revoke(attempt, 1) == UNKNOWN_CLAIM


def test_revoking_makes_the_directory_and_wins(attempt: Path) -> None:
    assert revoke(attempt, 4) == Claim("revoked", epoch=4)
    assert revoke(attempt, 5) == Claim("revoked", epoch=4)


def test_revoking_a_claimed_attempt_loses(attempt: Path) -> None:
    attempt.mkdir(parents=True)
    subprocess.run(["ln", "-sT", "hpc.12", str(attempt / "claim")], check=True)
    assert revoke(attempt, 1) == Claim("job", JobId("hpc", "12"))


def test_exactly_one_of_many_wins(attempt: Path) -> None:
    attempt.mkdir(parents=True)

    def contend(n: int) -> Claim | int:
        if n % 2:
            return revoke(attempt, n)
        return subprocess.run(
            ["ln", "-sT", f"hpc.{n}", str(attempt / "claim")],
            check=False,
            stderr=subprocess.DEVNULL,
        ).returncode

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(contend, range(32)))
    winner = read_claim(attempt)
    jobs_won = outcomes.count(0)
    seen = {outcome for outcome in outcomes if isinstance(outcome, Claim)}
    assert seen == {winner}
    assert jobs_won == (1 if winner.kind == "job" else 0)


@given(st.text())
def test_any_text_of_a_link_is_understood_or_unknown(text: str) -> None:
    assert claim_of(text).kind in ("job", "revoked", "unknown")


@given(
    st.binary()
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_torn_and_foreign_end_records_are_none(data: bytes) -> None:
    assert end_of(data) is None


@pytest.mark.parametrize("number", ["1e400", "1e999999", "NaN", '"x"', "null", "[]"])
def test_numbers_that_are_none_are_none(number: str) -> None:
    text = f'{{"v":1,"job":"hpc.1","restart":0,"exit":{number},"complete":true}}'
    assert end_of(text.encode()) is None


def test_an_end_record_is_a_file(attempt: Path, tmp_path: Path) -> None:
    attempt.mkdir(parents=True)
    os.mkfifo(attempt / "end.json")
    assert read_end(attempt) is None
    (attempt / "end.json").unlink()
    (tmp_path / "other").write_text(
        '{"v":1,"job":"hpc.1","restart":0,"exit":0,"complete":true,"why":"end"}'
    )
    (attempt / "end.json").symlink_to(tmp_path / "other")
    assert read_end(attempt) is None


def test_an_end_record_that_cannot_be_read_is_not_absent(
    attempt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt.mkdir(parents=True)
    assert read_end(attempt) is None
    sound, says = os.open, [errno.EIO]

    def sick(path: str, *rest: int) -> int:
        if says:
            raise OSError(says.pop(), "sick", str(path))
        return sound(path, *rest)

    (attempt / "end.json").write_text('{"v":1,"job":"hpc.1","restart":0,"exit":0,"complete":true}')
    monkeypatch.setattr("crystald.workspace.claims.os.open", sick)
    with pytest.raises(OSError, match="sick"):
        read_end(attempt)
    says.append(errno.ENOENT)  # a cache that does not know it yet: the directory does
    assert read_end(attempt) is not None


def test_an_end_record(attempt: Path) -> None:
    attempt.mkdir(parents=True)
    value = {"v": 1, "job": "hpc.1", "restart": 2, "exit": 0, "complete": True, "why": "end"}
    (attempt / "end.json").write_text(json.dumps(value))
    end = read_end(attempt)
    assert end is not None
    assert (end.job, end.restart, end.complete) == (JobId("hpc", "1"), 2, True)


def test_traces_of_a_start_without_a_link_tell_that_it_was_removed(attempt: Path) -> None:
    attempt.mkdir(parents=True)
    (attempt / "token").write_text("0" * 20)
    (attempt / ".job.sh.partial").touch()
    assert read_claim(attempt) == NO_CLAIM
    (attempt / "17.0").mkdir()
    assert read_claim(attempt) == REMOVED_CLAIM
    assert revoke(attempt, 1) == REMOVED_CLAIM
    assert not os.path.lexists(attempt / "claim")


@pytest.mark.parametrize("name", ["17.0", "17.12", "login-1-77-1700000000.0"])
def test_a_directory_named_as_a_start_is_a_trace(attempt: Path, name: str) -> None:
    (attempt / name).mkdir(parents=True)
    assert read_claim(attempt) == REMOVED_CLAIM


@pytest.mark.parametrize("name", ["fort.34", "17.0", "login-1-77-1700000000.0", "slurm-17.0"])
def test_a_file_is_no_trace_of_a_start_whatever_it_is_called(attempt: Path, name: str) -> None:
    attempt.mkdir(parents=True)
    (attempt / name).touch()
    assert read_claim(attempt) == NO_CLAIM


@pytest.mark.parametrize("name", ["fort.34", "notes.1", ".17.0", "17.0.old", "17", "17."])
def test_a_directory_of_another_name_is_no_trace_of_a_start(attempt: Path, name: str) -> None:
    (attempt / name).mkdir(parents=True)
    assert read_claim(attempt) == NO_CLAIM


def test_an_attempt_with_files_beside_its_deck_can_be_fenced(attempt: Path) -> None:
    write_attempt(attempt, Token("0" * 20), {"x.d12": "d", "fort.34": "0 1 1"}, "s")
    assert read_claim(attempt) == NO_CLAIM
    assert revoke(attempt, 3) == Claim("revoked", epoch=3)


def test_whose_a_directory_is(attempt: Path) -> None:
    token = Token("0" * 20)
    assert is_of(attempt, token) is None
    write_attempt(attempt, token, {"d": "d"}, "s")
    assert is_of(attempt, token) is True
    assert is_of(attempt, Token("1" * 20)) is False


def test_a_script_by_hand_is_gone_with_its_process(tmp_path: Path) -> None:
    rest = " ".join(["1"] * 18)
    for pid, name, state in (
        (77, "job.sh", "S"),
        (78, "run it) Z 5", "R"),  # a copy under a name of its own
        (79, "job.sh", "Z"),
    ):
        (tmp_path / f"{pid}").mkdir()
        (tmp_path / f"{pid}" / "stat").write_text(f"{pid} ({name}) {state} {rest} 4711 0 0\n")

    def gone(text: str) -> bool:
        return hand_is_gone(JobId.parse(text), tmp_path, "login-1")

    assert not gone("hand.login-1-77-4711")
    assert gone("hand.login-1-77-4710")  # the id belongs to another process by now
    assert not gone("hand.login-1-78-4711")
    assert gone("hand.login-1-79-4711")
    assert gone("hand.login-1-80-4711")
    assert not gone("hand.login-2-80-4711")
    assert not gone("hand.80")
    assert not gone("hpc.login-1-80-4711")


def test_a_run_gets_a_directory_that_nobody_had(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="is not there"):
        make_run(tmp_path, 1)
    (tmp_path / "workflow_outputs" / "workflow_r1").mkdir(parents=True)
    assert [make_run(tmp_path, 1), make_run(tmp_path, 1), make_run(tmp_path, 7)] == [2, 3, 7]


def test_numbers_of_attempts_that_somebody_has_are_left_out(attempt: Path) -> None:
    attempts = attempt.parent
    assert free_number(attempts, 1) == 1
    attempt.mkdir(parents=True)
    (attempts / "02").symlink_to("nowhere")
    assert free_number(attempts, 1) == 3
