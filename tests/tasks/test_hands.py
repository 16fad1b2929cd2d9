"""Work on files that does not come back is told, and takes nothing from the rest."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from waiting import until

from crystald.daemon import WORK
from crystald.errors import UnfinishedError, WorkFailedError, WorkspaceError
from crystald.hands.files import Files
from crystald.hands.workshop import FRAME, Workshop

IMPORTS = "import os, time"
PID = "__import__('os').getpid()"
LONG = """
while not os.path.exists({!r}):
    time.sleep(0.01)
"""
ODD = """
class OddError(Exception):
    def __init__(self, one, two):
        super().__init__(one)

raise OddError("odd", 2)
"""


async def test_work_that_hangs_is_told_until_it_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crystald.hands.files.HANGS_AFTER_S", 0.01)
    told: list[Mapping[str, int]] = []
    files, gate = Files(told.append), threading.Event()

    def look_at_the_mount() -> str:
        gate.wait(30)
        return "seen"

    looks = [asyncio.ensure_future(files.run(look_at_the_mount)) for _ in range(20)]
    await until(lambda: told and told[-1] == {"look_at_the_mount": 20}, "all of it is told")
    assert await files.run(len, "others go on") == 12
    gate.set()
    assert await asyncio.gather(*looks) == ["seen"] * 20
    assert told[-1] == {}
    files.close()


async def test_what_a_file_system_says_is_a_trouble_that_may_pass() -> None:
    workshop = Workshop(1, 10.0)

    def broken() -> None:
        raise OSError(116, "Stale file handle", "/workspace/x")

    with pytest.raises(WorkspaceError, match="Stale file handle"):
        await workshop.files(broken)
    workshop.close()


async def test_the_loop_goes_on_while_a_worker_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    went_on, start = threading.Event(), ForkServerProcess.start

    def begins_slowly(process: ForkServerProcess) -> None:
        assert went_on.wait(30), "the loop stands still"
        start(process)

    monkeypatch.setattr(ForkServerProcess, "start", begins_slowly)
    workshop = Workshop(1, 60.0)
    length = asyncio.create_task(workshop.heavy(len, "a deck"))
    await until(lambda: workshop._busy, "the work is taken")
    went_on.set()
    assert await length == 6
    workshop.close()


async def test_a_worker_works_on_and_several_work_at_once() -> None:
    workshop = Workshop(2, 60.0)
    pids = await asyncio.gather(*(workshop.heavy(eval, PID) for _ in range(20)))
    assert 1 <= len(set(pids)) <= 2
    assert os.getpid() not in pids
    more = await workshop.heavy(len, b"x" * 3_000_000), await workshop.heavy(bytes, 3_000_000)
    assert more == (3_000_000, bytes(3_000_000))
    workshop.close()


async def test_work_whose_worker_dies_is_unfinished_and_that_of_others_goes_on(
    tmp_path: Path,
) -> None:
    workshop = Workshop(2, 60.0)
    other = asyncio.create_task(workshop.heavy(exec, IMPORTS + LONG.format(str(tmp_path / "go"))))
    with pytest.raises(UnfinishedError, match="exec did not finish"):
        await workshop.heavy(exec, f"{IMPORTS}; os.kill(os.getpid(), 9)")
    assert await workshop.heavy(len, "a deck") == 6
    (tmp_path / "go").touch()
    assert await other is None
    workshop.close()


async def test_a_worker_that_died_at_rest_is_not_given_work() -> None:
    workshop = Workshop(1, 60.0)
    first = await workshop.heavy(eval, PID)
    os.kill(first, 9)
    await until(lambda: workshop._idle[0].has_gone, "its end is seen")
    assert await workshop.heavy(eval, PID) != first
    workshop.close()


async def test_work_that_takes_too_long_is_ended_and_its_worker_with_it() -> None:
    workshop = Workshop(1, 60.0)
    first = await workshop.heavy(eval, PID)
    workshop._timeout_s = 0.05
    with pytest.raises(UnfinishedError, match="exec did not finish"):
        await workshop.heavy(exec, f"{IMPORTS}; time.sleep(600)")
    await until(lambda: not Path(f"/proc/{first}").exists(), "its worker is gone")
    workshop._timeout_s = 60.0
    assert await workshop.heavy(len, "a deck") == 6
    workshop.close()


def _is_gone(pid: int) -> bool:
    """Tell whether a process has ended, although nobody may have asked how."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().split()[2] in "ZX"


async def test_work_that_takes_too_long_is_ended_although_the_starter_of_workers_was_killed() -> (
    None
):
    workshop = Workshop(1, 60.0)
    first = await workshop.heavy(eval, PID)
    starter = await workshop.heavy(eval, "__import__('os').getppid()")
    os.kill(starter, 9)
    await until(lambda: _is_gone(starter), "the starter is gone")
    workshop._timeout_s = 0.05
    with pytest.raises(UnfinishedError, match="exec did not finish"):
        await workshop.heavy(exec, f"{IMPORTS}; time.sleep(600)")
    await until(lambda: _is_gone(first), "its worker is gone")
    workshop._timeout_s = 60.0
    assert await workshop.heavy(eval, PID) != first
    workshop.close()


@pytest.mark.parametrize("trouble", [EOFError("unexpected EOF"), OSError(11, "No more processes")])
async def test_a_worker_that_cannot_be_started_says_nothing_of_the_work(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def start(_: ForkServerProcess) -> None:
        raise trouble

    workshop = Workshop(1, 60.0)
    with monkeypatch.context() as patch:
        patch.setattr(ForkServerProcess, "start", start)
        with pytest.raises(WorkspaceError, match="no process could be started") as raised:
            await workshop.heavy(len, "a deck")
    assert not isinstance(raised.value, UnfinishedError)
    assert await workshop.heavy(len, "a deck") == 6
    workshop.close()


async def test_a_terminal_interrupts_no_work() -> None:
    workshop = Workshop(1, 60.0)
    interrupt = "(os := __import__('os')).kill(os.getpid(), 2)"
    assert await workshop.heavy(eval, interrupt) is None
    assert await workshop.heavy(len, "a deck") == 6
    workshop.close()


async def test_what_work_raises_is_raised_here() -> None:
    workshop = Workshop(1, 60.0)
    first = await workshop.heavy(eval, PID)
    with pytest.raises(WorkspaceError, match="/nowhere"):
        await workshop.heavy(os.listdir, "/nowhere")
    with pytest.raises(WorkFailedError, match="eval failed unexpectedly: ZeroDivisionError"):
        await workshop.heavy(eval, "1 / 0")
    with pytest.raises(WorkFailedError, match="cannot pickle|can't pickle"):
        await workshop.heavy(eval, "(n for n in ())")
    with pytest.raises(WorkFailedError, match="OddError: odd"):
        await workshop.heavy(exec, ODD)
    with pytest.raises(WorkFailedError, match="pickle"):
        await workshop.heavy(len, (n for n in ()))  # type: ignore[arg-type]
    assert await workshop.heavy(eval, PID) == first  # none of it is the worker's fault
    workshop.close()


async def test_whoever_waits_no_more_ends_the_worker() -> None:
    workshop = Workshop(1, 60.0)
    first = await workshop.heavy(eval, PID)
    work = asyncio.create_task(workshop.heavy(exec, f"{IMPORTS}; time.sleep(600)"))
    await until(lambda: not workshop._idle, "it works")
    work.cancel()
    await until(lambda: not Path(f"/proc/{first}").exists(), "its worker is gone")
    assert await workshop.heavy(len, "a deck") == 6
    workshop.close()


async def test_workers_without_work_go_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crystald.hands.workshop.IDLE_S", 0.0)
    workshop = Workshop(1, 60.0)
    first = await workshop.heavy(eval, PID)
    await until(lambda: not Path(f"/proc/{first}").exists(), "it is gone")
    assert await workshop.heavy(eval, PID) != first
    workshop.close()


AT_WORK = """
import asyncio
from crystald.hands.workshop import Workshop

async def main():
    workshop = Workshop(2, 600.0)
    work = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    await asyncio.gather(*(workshop.heavy(exec, work) for _ in range(2)))

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_workers_end_with_their_daemon_whatever_they_do() -> None:
    daemon = await asyncio.create_subprocess_exec(
        sys.executable, "-c", AT_WORK, stdout=subprocess.PIPE
    )
    assert daemon.stdout is not None
    pids = [int(await daemon.stdout.readline()) for _ in range(2)]
    daemon.kill()
    await daemon.wait()
    for pid in pids:
        await until(lambda pid=pid: _is_gone(pid), "the worker is gone")


BEGUN = """
import asyncio
from crystald.daemon import WORK
from crystald.hands.workshop import Workshop

async def main():
    workshop = Workshop(1, 60.0, begin_with=WORK)
    print(*await workshop.heavy(eval, "sorted(__import__('sys').modules)"))
    print(await workshop.heavy(eval, "__import__('os').environ['OPENBLAS_NUM_THREADS']"))
    workshop.close()

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_workers_begin_with_what_they_do_for_every_job_and_without_heavy_libraries() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", BEGUN], capture_output=True, text=True, check=True, timeout=60
    )
    *modules, threads = ran.stdout.split()
    loaded = set(modules)
    assert threads == os.environ.get("OPENBLAS_NUM_THREADS", "1")
    assert {*FRAME, "crystald.tasks.judging", "crystald.tasks.making"} <= loaded
    assert set(WORK) <= loaded
    assert not {"numpy", "ase", "scipy", "spglib", "gemmi", "matplotlib", "structlog"} & loaded
