"""Work on files that does not come back is told, and takes nothing from the rest."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

import pytest
from waiting import until

from crystald import hands
from crystald.daemon import WORK
from crystald.errors import UnfinishedError, WorkspaceError
from crystald.hands import FRAME, Files, Workshop


async def test_work_that_hangs_is_told_until_it_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "HANGS_AFTER_S", 0.01)
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
    went_on, submit = threading.Event(), ProcessPoolExecutor.submit

    def begins_slowly(pool: ProcessPoolExecutor, *work: object) -> object:
        assert went_on.wait(30), "the loop stands still"
        return submit(pool, *work)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", begins_slowly)
    workshop = Workshop(1, 60.0)
    length = asyncio.create_task(workshop.heavy(len, "a deck"))
    await until(lambda: workshop._busy, "the work is taken")
    went_on.set()
    assert await length == 6
    workshop.close()


async def test_work_whose_workers_were_ended_meanwhile_is_unfinished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workshop, submit = Workshop(1, 60.0), ProcessPoolExecutor.submit

    def ended_before(pool: ProcessPoolExecutor, *work: object) -> object:
        pool.shutdown()
        return submit(pool, *work)

    with monkeypatch.context() as patched:
        patched.setattr(ProcessPoolExecutor, "submit", ended_before)
        with pytest.raises(UnfinishedError, match="len did not finish"):
            await workshop.heavy(len, "a deck")
    assert await workshop.heavy(len, "a deck") == 6
    workshop.close()


BEGUN = """
import asyncio
from crystald.daemon import WORK
from crystald.hands import Workshop

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
