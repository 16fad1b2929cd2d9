"""The local scheduler: dead supervisors, vanished jobs, time limits, files that cannot be read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from leftovers import kill
from waiting import until, wait_until

from crystald.durable import is_locked, lock, mark
from crystald.errors import SchedulerUnavailableError
from crystald.models import Accepted, Deferred, Resources
from crystald.names import JobId, Token
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.local import jobs, processes, supervisor
from crystald.schedulers.local.jobs import Board, JobFile, JobState
from crystald.schedulers.local.scheduler import LocalScheduler

TOKEN = Token("0" * 20)


@dataclass
class Bench:
    """A board, its jobs, and supervisors that look when they are told."""

    board: Board
    now_s: float = 1000.0
    supervisors: list[supervisor.Supervisor] = field(default_factory=list)

    def accept(self, script: str, limit_s: int | None = None, lead_s: int = 0) -> int:
        number = len(jobs.ids(self.board.jobs)) + 1
        place = self.place(number)
        place.mkdir()
        (place / "job.sh").write_text(f"echo ran >>ran\n{script}\n")
        asked = JobFile("n", TOKEN, str(place / "job.sh"), str(place), limit_s, lead_s)
        assert jobs.prepare(self.board, asked) == number
        jobs.accept(self.board, number)
        return number

    def place(self, number: int) -> Path:
        return self.board.root.parent / f"attempt {number}"

    def look(self, slots: int = 2) -> supervisor.Supervisor:
        """A new supervisor looks once, as after the death of the last one."""
        self.board.make(slots)
        made = supervisor.Supervisor(self.board, os.environ, clock=lambda: self.now_s)
        self.supervisors.append(made)
        made.look()
        return made

    def state(self, number: int) -> JobState:
        return jobs.state_of(self.board, number)[0]

    def file(self, number: int, name: str) -> str:
        """Wait until a script wrote a file, and read it."""
        path = self.place(number) / name
        wait_until(lambda: path.exists() and path.read_text().endswith("\n"), f"{name} is there")
        return path.read_text().strip()

    def becomes(self, number: int, state: JobState) -> None:
        wait_until(lambda: self.state(number) is state, f"job {number} is {state}")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    board = Board(tmp_path / "state")
    board.make(2)
    made = Bench(board)
    yield made
    for number in jobs.ids(board.running):
        processes.tell(board.job(number), signal.SIGKILL)
    for one in made.supervisors:
        for process in one.children.values():
            process.wait(30)


def alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def parent(pid: str) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_job_that_was_marked_started_is_never_started_again(bench: Bench) -> None:
    number = bench.accept("exit 0")
    mark(bench.board.job(number) / "started", "0")  # the supervisor died just after this
    made = bench.look()
    assert not made.children
    assert bench.state(number) is JobState.NODE_FAIL
    assert not (bench.place(number) / "ran").exists()
    assert not made.look()


def test_a_dead_supervisors_jobs_go_on_and_keep_their_slots(bench: Bench) -> None:
    number = bench.accept("until [ -e gate ]; do sleep 0.02; done")
    bench.look(slots=1)
    other = bench.accept("exit 0")
    second = bench.look(slots=1)
    assert not second.children, "the slot of the inherited job was given away"
    assert second.sleep_s() == pytest.approx(supervisor.INHERITED_LOOK_S)
    assert bench.state(number) is JobState.RUNNING
    (bench.place(number) / "gate").touch()
    bench.becomes(number, JobState.COMPLETED)
    second.look()
    bench.becomes(other, JobState.COMPLETED)


def test_a_job_whose_processes_were_all_killed_has_vanished(bench: Bench) -> None:
    number = bench.accept("echo $$ >me; sleep 600")
    bench.look()
    script = bench.file(number, "me")
    wrapper = parent(script)
    os.kill(wrapper, signal.SIGKILL)
    assert bench.state(number) is JobState.RUNNING, "the script goes on"
    assert processes.tell(bench.board.job(number), signal.SIGKILL)
    bench.becomes(number, JobState.NODE_FAIL)


@pytest.mark.parametrize("leave", ["", "setsid -w true; ", "set -m; "])
def test_an_exit_code_means_that_nothing_of_the_job_runs(bench: Bench, leave: str) -> None:
    number = bench.accept(f"{leave}sleep 600 & echo $! >child; exit 7")
    bench.look()
    child = bench.file(number, "child")
    wait_until(lambda: jobs.state_of(bench.board, number) == (JobState.FAILED, 7), "it failed")
    assert not alive(child)
    assert not is_locked(bench.board.job(number) / "lock") or bench.supervisors[0].children


def test_the_program_of_a_killed_script_does_not_go_on(bench: Bench) -> None:
    number = bench.accept("sleep 600 & echo $! >child; wait $!")
    bench.look()
    child = bench.file(number, "child")
    os.kill(parent(child), signal.SIGKILL)
    bench.becomes(number, JobState.FAILED)
    assert jobs.state_of(bench.board, number)[1] == 137
    assert not alive(child)


def test_a_time_limit_warns_the_script_then_ends_it(bench: Bench) -> None:
    script = "trap 'echo warned >warned' USR1; trap 'exit 9' TERM; echo . >up; while :; do sleep 0.02; done"
    number = bench.accept(script, limit_s=100, lead_s=20)
    made = bench.look()
    bench.file(number, "up")
    assert made.sleep_s() == pytest.approx(80)
    bench.now_s += 80
    made.look()
    assert bench.file(number, "warned") == "warned"
    assert made.sleep_s() == pytest.approx(20)
    bench.now_s += 20
    made.look()
    bench.becomes(number, JobState.TIMEOUT)
    assert jobs.state_of(bench.board, number) == (JobState.TIMEOUT, 9)


def test_a_job_that_does_not_listen_is_killed_after_the_grace(bench: Bench) -> None:
    number = bench.accept("trap '' TERM; echo . >up; sleep 600")
    made = bench.look()
    bench.file(number, "up")
    mark(bench.board.job(number) / "cancel")
    mark(bench.board.asked / str(number))
    made.look()
    assert made.sleep_s() == pytest.approx(supervisor.INHERITED_LOOK_S)
    made.look()
    assert made.sleep_s() == pytest.approx(supervisor.GRACE_S)
    assert bench.state(number) is JobState.RUNNING
    bench.now_s += supervisor.GRACE_S
    made.look()
    bench.becomes(number, JobState.CANCELLED)
    assert jobs.state_of(bench.board, number)[1] == 137


def test_nothing_is_signalled_whose_ids_may_be_anothers(bench: Bench) -> None:
    number = bench.accept("echo $$ >me; exec sleep 600")
    bench.look()
    script, job = bench.file(number, "me"), bench.board.job(number)
    known = (job / "processes").read_text().split()
    for changed in ([*known[:2], "another-boot", known[3]], [*known[:3], "1"], ["torn"]):
        (job / "processes").write_text(" ".join(changed))
        assert not processes.tell(job, signal.SIGKILL)
        assert not processes.warn(job)
    assert alive(script)
    (job / "processes").write_text(" ".join(known))
    assert processes.tell(job, signal.SIGKILL)


def test_what_was_not_accepted_is_not_there(bench: Bench) -> None:
    number = bench.accept("exit 0")
    (bench.board.pending / str(number)).unlink()  # the daemon died before the act of acceptance
    assert bench.state(number) is JobState.UNACCEPTED
    assert not bench.look().children


@pytest.mark.parametrize("harm", ["directory", "file"])
def test_a_job_that_cannot_be_started_keeps_nobody_else_waiting(bench: Bench, harm: str) -> None:
    bad = bench.accept("exit 0")
    if harm == "directory":
        (bench.place(bad) / "job.sh").unlink()
        bench.place(bad).rmdir()
    else:
        (bench.board.job(bad) / "job.json").write_text("[]")
    good = bench.accept("exit 0")
    made = bench.look(slots=1)
    assert jobs.state_of(bench.board, bad) == (JobState.FAILED, 127)
    assert made.look()
    bench.becomes(good, JobState.COMPLETED)


def test_ids_are_never_given_twice(bench: Bench) -> None:
    first = bench.accept("exit 0")
    (bench.board.root / "last").write_text("0")
    assert bench.accept("exit 0") == first + 1
    (bench.board.root / "last").unlink()
    assert bench.accept("exit 0") == first + 2


def test_a_small_environment() -> None:
    given = processes.job_environment(3, {"PATH": "/bin", "SECRET": "x", "HOME": "/h"})
    assert given["CRYSTALD_JOB_ID"] == "3"
    assert "SECRET" not in given


def order(root: Path, number: int, script: str = "exit 0", **resources: int) -> SubmitOrder:
    directory = root / f"order {number}"
    directory.mkdir()
    (directory / "job.sh").write_text(f"echo ran >>ran\n{script}\n")
    token = Token(f"{number:020x}")
    return SubmitOrder(token, f"n.{token}", directory, directory / "job.sh", Resources(**resources))


def supervisors_of(root: Path) -> list[int]:
    """Find supervisors by their command line, as ps would."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"crystald.schedulers.local.supervisor" in words and str(root).encode() in words:
            found.append(int(place.name))
    return found


async def test_the_supervisor_can_be_killed_at_any_time(tmp_path: Path) -> None:
    local = LocalScheduler(tmp_path / "state", slots=3)
    orders = [order(tmp_path, n, "sleep 0.05") for n in range(12)]
    for one in orders:
        assert isinstance(await local.submit(one), Accepted)
        for pid in supervisors_of(tmp_path / "state"):
            kill(pid)

    async def over() -> bool:
        seen = await local.observe({one.token: None for one in orders})
        states = {sighting.state for o in seen.values() for sighting in o.jobs}
        return not states & {"PENDING", "RUNNING"} and sum(len(o.jobs) for o in seen.values()) == 12

    await until(over, "all jobs are over")
    for one in orders:
        ran = one.directory / "ran"
        assert not ran.exists() or ran.read_text() == "ran\n"


async def test_one_supervisor_that_has_nothing_of_ours_and_ends(tmp_path: Path) -> None:
    local, root = LocalScheduler(tmp_path / "state", slots=2), tmp_path / "state"
    held, ours = os.pipe()
    os.set_inheritable(ours, True)
    for n in range(5):
        await local.submit(order(tmp_path, n, "sleep 0.2"))
    # what it forks for a job bears its name for a moment
    await until(lambda: len(supervisors_of(root)) == 1, "one supervisor is there")
    os.close(ours)
    assert os.read(held, 1) == b"", "somebody else holds our pipe"
    os.close(held)
    await until(lambda: not supervisors_of(root), "the supervisor ended")
    assert (root / "supervisor.log").read_text() == ""
    assert (await local.load()).jobs == 0


async def test_a_full_disk_defers_and_leaves_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device", "job.json")

    local, one = LocalScheduler(tmp_path / "state", slots=1), order(tmp_path, 1)
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "prepare", full)
        assert await local.submit(one) == Deferred("job.json: No space left on device")
    assert (await local.observe({one.token: None}))[one.token].jobs == ()


async def test_an_unreadable_directory_answers_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no directory")
    local = LocalScheduler(tmp_path / "state", slots=1)
    assert not (await local.observe({TOKEN: None}))[TOKEN].answered
    assert (await local.load()).jobs is None


async def test_a_directory_that_vanished_answers_nothing(tmp_path: Path) -> None:
    local = LocalScheduler(tmp_path / "state", slots=1)
    assert (await local.observe({TOKEN: None}))[TOKEN].answered
    (tmp_path / "state").rename(tmp_path / "away")
    assert not (await local.observe({TOKEN: None}))[TOKEN].answered


async def test_one_torn_job_is_unknown_and_the_others_are_not(tmp_path: Path) -> None:
    local = LocalScheduler(tmp_path / "state", slots=1)
    (tmp_path / "state").mkdir()
    await local.observe({TOKEN: None})
    (tmp_path / "state" / "tokens" / TOKEN).write_text("no directory")
    seen = await local.observe({TOKEN: None, Token("1" * 20): None})
    assert [o.answered for o in seen.values()] == [False, True]


async def test_cancelling_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    local = LocalScheduler(tmp_path / "state", slots=1)
    await local.observe({TOKEN: None})
    place = tmp_path / "state" / "jobs" / "1"
    place.mkdir()
    (place / "job.json").write_text("{")
    with pytest.raises(SchedulerUnavailableError, match="local.1"):
        await local.cancel(JobId("local", "1"), "n")


def test_a_lock_is_held_by_whoever_inherits_it(tmp_path: Path) -> None:
    held = lock(tmp_path / "lock")
    assert held is not None
    assert lock(tmp_path / "lock") is None
    child = subprocess.Popen(["sleep", "600"], pass_fds=(held,))
    os.close(held)
    assert is_locked(tmp_path / "lock")
    child.kill()
    child.wait()
    assert not is_locked(tmp_path / "lock")


def test_the_supervisor_is_light() -> None:
    code = (
        "import crystald.schedulers.local.supervisor, sys, json; print(json.dumps([*sys.modules]))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"asyncio", "structlog", "msgspec", "zmq", "numpy"} & set(json.loads(loaded.stdout))
