"""A server in this process, and peers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from wiring import PORTS, Desk, Peers, Serve, Serving, soon

from crystald.wire.endpoint import write_endpoint
from crystald.wire.keys import load_server_keys, make_keys
from crystald.wire.server import Server
from crystald.wire.settings import WireSettings


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory with keys."""
    make_keys(tmp_path / "keys")
    return tmp_path


@pytest.fixture
def serve(state: Path) -> Serve:
    """Serve from the state directory for the length of a block; it must end cleanly."""

    @asynccontextmanager
    async def serving(
        desk: Desk | None = None, epoch: int = 1, **more: Any
    ) -> AsyncIterator[Serving]:
        desk, stop = desk or Desk(), asyncio.Event()
        given = {"interface": "127.0.0.1", "first_port": PORTS[0], "last_port": PORTS[1]} | more
        keys = load_server_keys(state / "keys")
        server = Server(WireSettings(**given), keys, answer=desk.answer, rings=desk.rings)
        task = asyncio.create_task(server.run(stop))
        address = await soon(server.bound())
        write_endpoint(state, address, epoch=epoch, pid=os.getpid(), since="now")
        try:
            yield Serving(desk, address, stop, task)
        finally:
            stop.set()
            desk.hold.set()
            desk.committing.set()
            await soon(task)

    return serving


@pytest.fixture
async def peers(state: Path) -> AsyncIterator[Peers]:
    made = Peers(state / "keys")
    yield made
    made.close()
