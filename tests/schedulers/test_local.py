"""The local scheduler: dead supervisors, vanished jobs, time limits, files that cannot be read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import until, wait_until

from crystald.models import Accepted, Resources
from crystald.names import Token
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.local import jobs, supervisor
from crystald.schedulers.local.jobs import Board, JobFile, JobState
from crystald.schedulers.local.scheduler import LocalScheduler

TOKEN = Token("0" * 20)


@pytest.fixture
def board(tmp_path: Path) -> Board:
    made = Board(tmp_path / "state")
    made.make()
    return made


def accept(board: Board, script: str, limit_s: int | None = None, unique: str = "u") -> int:
    directory = board.root.parent / f"a{unique}"
    directory.mkdir()
    (directory / "job.sh").write_text(f"echo ran >>ran\n{script}\n")
    job = JobFile("n", TOKEN, str(directory / "job.sh"), str(directory), limit_s)
    return jobs.accept(board, job, unique)


def look(board: Board, slots: int = 2) -> supervisor.Supervisor:
    made = supervisor.Supervisor(board, slots, os.environ)
    made.look()
    return made


def reap(*supervisors: supervisor.Supervisor) -> None:
    for made in supervisors:
        for process in made.children.values():
            process.wait(30)


def state(board: Board, number: int) -> JobState:
    return jobs.state_of(board, number)[0]


def test_a_job_that_was_marked_started_is_never_started_again(board: Board) -> None:
    number = accept(board, "exit 0")
    jobs.mark(board.jobs / str(number) / "started", "0")  # the supervisor died just after this
    made = look(board)
    assert not made.children
    assert state(board, number) is JobState.NODE_FAIL
    assert not (board.root.parent / "au" / "ran").exists()


def test_a_dead_supervisors_jobs_go_on_and_are_seen(board: Board) -> None:
    gate = board.root.parent / "gate"
    number = accept(board, f"until [ -e '{gate}' ]; do sleep 0.02; done")
    first = look(board, slots=1)
    second_job = accept(board, "exit 0", unique="v")
    second = look(board, slots=1)
    assert not second.children, "the slot of the inherited job was given away"
    assert state(board, number) is JobState.RUNNING
    gate.touch()
    wait_until(lambda: state(board, number) is JobState.COMPLETED, "the inherited job ended")
    second.look()
    wait_until(lambda: state(board, second_job) is JobState.COMPLETED, "its slot was used")
    reap(first, second)


def test_a_job_whose_processes_were_killed_has_vanished(board: Board) -> None:
    number = accept(board, "sleep 600")
    made = look(board)
    pid = board.jobs / str(number) / "pid"
    wait_until(lambda: pid.exists() and pid.read_text().strip(), "it runs")
    os.killpg(int(pid.read_text()), signal.SIGKILL)
    wait_until(lambda: state(board, number) is JobState.NODE_FAIL, "it has vanished")
    reap(made)


def test_an_exit_is_believed_though_something_still_holds_the_lock(board: Board) -> None:
    number = accept(board, "sleep 600 & echo $! >child; exit 7")
    made = look(board)
    wait_until(lambda: jobs.state_of(board, number) == (JobState.FAILED, 7), "it failed with 7")
    os.kill(int((board.root.parent / "au" / "child").read_text()), signal.SIGKILL)
    reap(made)


def test_a_time_limit_ends_a_job(board: Board) -> None:
    number = accept(board, "trap 'exit 9' TERM; sleep 600 & wait $!", limit_s=0)
    made = supervisor.Supervisor(board, 1, os.environ)
    made.look()
    pid = board.jobs / str(number) / "pid"
    wait_until(lambda: pid.exists() and pid.read_text().strip(), "it runs")
    wait_until(lambda: made.look() or True, "looked")
    wait_until(
        lambda: made.look() is not None and state(board, number) is JobState.TIMEOUT, "it timed out"
    )
    reap(made)


def test_what_was_not_accepted_whole_is_not_there(board: Board) -> None:
    number = accept(board, "exit 0")
    (board.pending / str(number)).unlink()  # the daemon died before the act of acceptance
    assert state(board, number) is JobState.UNACCEPTED
    assert not look(board).children


def test_a_small_environment(board: Board) -> None:
    made = supervisor.Supervisor(board, 1, {"PATH": "/bin", "SECRET": "x", "HOME": "/h"})
    given = made._environment(3)
    assert given["CRYSTALD_JOB_ID"] == "3"
    assert "SECRET" not in given


async def test_the_supervisor_can_be_killed_at_any_time(tmp_path: Path) -> None:
    local = LocalScheduler(tmp_path / "state", slots=3)
    orders = []
    for n in range(12):
        directory = tmp_path / f"a{n}"
        directory.mkdir()
        (directory / "job.sh").write_text("echo ran >>ran\nsleep 0.05\n")
        token = Token(f"{n:020x}")
        order = SubmitOrder(token, f"n.{token}", directory, directory / "job.sh", Resources())
        assert isinstance(await local.submit(order), Accepted)
        orders.append(order)
        for pid in local._supervisors:
            os.kill(pid, signal.SIGKILL)

    async def over() -> bool:
        seen = await local.observe({order.token: None for order in orders})
        states = {sighting.state for o in seen.values() for sighting in o.jobs}
        return not states & {"PENDING", "RUNNING"} and sum(len(o.jobs) for o in seen.values()) == 12

    await until(over, "all jobs are over")
    for order in orders:
        ran = order.directory / "ran"
        assert not ran.exists() or ran.read_text() == "ran\n"


async def test_an_unreadable_directory_answers_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no directory")
    local = LocalScheduler(tmp_path / "state", slots=1)
    assert not (await local.observe({TOKEN: None}))[TOKEN].answered
    assert (await local.load()).jobs is None


def test_the_supervisor_is_light() -> None:
    code = "import crystald.schedulers.local.supervisor, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"asyncio", "structlog", "msgspec", "zmq", "numpy"} & set(loaded.stdout.split())
