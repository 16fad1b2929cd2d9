"""A server in this process with what it was asked and told, and peers of every kind."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import zmq
import zmq.asyncio

from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.wire.endpoint import Address, write_endpoint
from crystald.wire.frames import ANSWER, ASK
from crystald.wire.keys import KeyPair, load_key, load_server_keys, make_keys
from crystald.wire.messages import Request, encode
from crystald.wire.server import Server
from crystald.wire.settings import WireSettings

PORTS = (24_000, 24_900)
DEADLINE_S = 20.0


async def soon(work: Any) -> Any:
    """Await something that must not take for ever."""
    async with asyncio.timeout(DEADLINE_S):
        return await work


def ring_of(number: int) -> RingMessage:
    token = Token(f"{number:020x}")
    return RingMessage(token, JobId("local", str(number)), 0, "end", 0, complete=True)


@dataclass
class Desk:
    """Answers and takes rings; `hold` keeps commands named ``slow``, `committing` keeps rings."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    batches: list[list[RingMessage]] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    committing: asyncio.Event = field(default_factory=asyncio.Event)
    errors: dict[str, Exception] = field(default_factory=dict)
    ring_error: Exception | None = None

    def __post_init__(self) -> None:
        self.committing.set()

    async def answer(self, command: str, arguments: dict[str, Any]) -> object:
        self.asked.append((command, arguments))
        if command == "slow":
            await self.hold.wait()
        if command in self.errors:
            raise self.errors[command]
        return {"echo": arguments}

    async def rings(self, messages: Sequence[RingMessage]) -> None:
        self.batches.append(list(messages))
        await self.committing.wait()
        if self.ring_error is not None:
            raise self.ring_error


@dataclass
class Serving:
    """A server that runs."""

    desk: Desk
    address: Address
    stop: asyncio.Event
    task: asyncio.Task[None]


Serve = Callable[..., AbstractAsyncContextManager[Serving]]


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


class Peers:
    """Makes sockets of peers, good and bad."""

    def __init__(self, state: Path) -> None:
        self._keys = state / "keys"
        self.context = zmq.asyncio.Context()

    def bare(self, address: Address) -> zmq.asyncio.Socket:
        """A peer without any security."""
        socket = self.context.socket(zmq.DEALER)
        socket.linger = 0
        socket.connect(f"tcp://127.0.0.1:{address.port}")
        return socket

    def of(self, address: Address, pair: KeyPair) -> zmq.asyncio.Socket:
        socket = self.context.socket(zmq.DEALER)
        socket.linger = 0
        socket.sndhwm = socket.rcvhwm = 100_000
        socket.curve_publickey, socket.curve_secretkey = pair.public, pair.secret
        socket.curve_serverkey = address.public_key.encode()
        socket.connect(f"tcp://127.0.0.1:{address.port}")
        return socket

    def owner(self, address: Address, owner: str) -> zmq.asyncio.Socket:
        return self.of(address, load_key(self._keys, owner))


@pytest.fixture
async def peers(state: Path) -> AsyncIterator[Peers]:
    made = Peers(state)
    yield made
    made.context.destroy(linger=0)


async def asked(
    socket: zmq.asyncio.Socket, command: str, number: str = "n", **arguments: Any
) -> bytes:
    """Ask, and give the raw reply."""
    await socket.send_multipart([ASK, encode(Request(number, command, arguments))])
    kind, payload = await soon(socket.recv_multipart())
    assert kind == ANSWER
    return bytes(payload)
