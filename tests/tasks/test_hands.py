"""Work on files that does not come back is told, and takes nothing from the rest."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Mapping

import pytest
from waiting import until

from crystald import hands
from crystald.daemon import WORK
from crystald.errors import WorkspaceError
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
