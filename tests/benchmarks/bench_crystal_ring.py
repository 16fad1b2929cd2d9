"""Processor time of the ring of a job, from the start of Python until its end (``make bench``)."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from wiring import PORTS, Desk, ring_of, soon

from crystald.wire.endpoint import write_endpoint
from crystald.wire.keys import load_server_keys, make_keys
from crystald.wire.ring_command import ring_command
from crystald.wire.server import Server
from crystald.wire.settings import WireSettings

TIMES = 50
COMMAND = ring_command()
NAMED = COMMAND.index("--pyzmq")
ALONE = ("-I", "-S", "-c", "import os; os._exit(0)")


def took_ms(command: list[str]) -> float:
    """Tell how much processor time a program took; nothing else runs that ends meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


@pytest.mark.timeout(600)
async def test_rings_of_jobs(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    desk, stop, ring = Desk(), asyncio.Event(), ring_of(1)
    settings = WireSettings(interface="127.0.0.1", first_port=PORTS[0], last_port=PORTS[1])
    keys = load_server_keys(tmp_path / "keys")
    server = Server(settings, keys, answer=desk.answer, rings=desk.rings)
    task = asyncio.create_task(server.run(stop))
    write_endpoint(tmp_path, await soon(server.bound()), epoch=1, pid=os.getpid(), since="now")
    said = (
        *("--endpoint", str(tmp_path / "endpoint.json")),
        *("--key", str(tmp_path / "keys" / "ring.key")),
        *("--token", ring.token, "--job", str(ring.job), "--event", "end", "--exit", "0"),
    )
    ways = {
        "bare interpreter": (sys.executable, *ALONE),
        "crystal-ring by libzmq": (*COMMAND, *said),
        "crystal-ring by pyzmq": (*COMMAND[:4], *COMMAND[NAMED:], *said),
    }
    rounds = [
        [await asyncio.to_thread(took_ms, list(way)) for way in ways.values()] for _ in range(TIMES)
    ]
    stop.set()
    await soon(task)
    assert sum(map(len, desk.batches)) == 2 * TIMES
    print(f"\n{'processor time, ms':<26} {'least':>6} {'median':>6}")
    for name, column in zip(ways, map(sorted, zip(*rounds, strict=True)), strict=True):
        print(f"{name:<26} {column[0]:>6.1f} {column[TIMES // 2]:>6.1f}")
