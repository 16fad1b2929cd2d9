"""A million random frames, and as many connections as there may be files: the service goes on."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from waiting import until
from wiring import Peers, Serve, asked

from crystald.wire import crowd
from crystald.wire.keys import OPERATOR, load_key
from crystald.wire.keys import RING as RINGER

FRAMES = 1_000_000
GROWTH_BYTES_MAX = 40 * 2**20
FILES = 256
CROWDING = """
import resource, socket, sys
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
held = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(400)]
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.process
@pytest.mark.timeout(240)
async def test_a_million_random_frames(serve: Serve, peers: Peers, state: Path) -> None:
    me = psutil.Process()
    key = load_key(state / "keys", RINGER)
    async with serve() as serving:
        operator = peers.owner(serving.address, OPERATOR)
        sender = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("random_frames.py")),
            *(str(serving.address.port), serving.address.public_key),
            *(key.public.decode(), key.secret.decode(), str(FRAMES), "20261124"),
        )
        ended = asyncio.create_task(sender.wait())
        sizes = []
        while not ended.done():
            assert json.loads(await asked(operator, "ping"))["ok"]
            sizes.append(me.memory_info().rss)
            await asyncio.wait((ended,), timeout=0.2)
        assert await ended == 0
        assert json.loads(await asked(operator, "ping"))["ok"]
        assert len(sizes) > 4
        assert max(sizes) - sizes[len(sizes) // 4] < GROWTH_BYTES_MAX
        assert {command for command, _ in serving.desk.asked} == {"ping"}
        assert serving.desk.batches == []


@pytest.fixture
def few_files() -> Iterator[int]:
    """Let this process open only a few files more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, hard))
    try:
        yield FILES
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.process
@pytest.mark.timeout(120)
async def test_as_many_connections_as_files(few_files: int, serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        operator = peers.owner(serving.address, OPERATOR)
        assert json.loads(await asked(operator, "ping"))["ok"]
        stranger = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", CROWDING, str(serving.address.port)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert stranger.stdout is not None
        assert await stranger.stdout.readline() == b"held\n"
        await until(lambda: not crowd.is_crowded(few_files // 2), "there is room again")
        assert json.loads(await asked(peers.owner(serving.address, OPERATOR), "ping"))["ok"]
        stranger.kill()
        await stranger.wait()


def test_no_file_left_is_a_crowd(few_files: int) -> None:
    with ExitStack() as held:
        for _ in range(few_files):
            try:
                held.enter_context(socket.socket())
            except OSError:
                break
        assert crowd.is_crowded(10**9)
    assert not crowd.is_crowded(few_files)


def test_a_system_that_does_not_tell_is_not_judged(tmp_path: Path) -> None:
    assert not crowd.is_crowded(0, tmp_path / "absent")


def test_half_of_the_files_are_for_connections(few_files: int) -> None:
    assert crowd.files_for_connections() == few_files // 2
    assert os.sysconf("SC_OPEN_MAX") == few_files
