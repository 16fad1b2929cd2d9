"""What tests of the wire share: a desk to serve for, and peers of every kind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import zmq
import zmq.asyncio

from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.wire.endpoint import Address
from crystald.wire.frames import ANSWER, ASK, RING
from crystald.wire.keys import KeyPair, load_key
from crystald.wire.messages import Request, encode, encode_ring

T = TypeVar("T")
PORTS = (24_000, 24_900)
DEADLINE_S = 20.0


async def soon(work: Awaitable[T]) -> T:
    """Await something that must not take for ever."""
    async with asyncio.timeout(DEADLINE_S):
        return await work


def ring_of(number: int) -> RingMessage:
    token = Token(f"{number:020x}")
    return RingMessage(token, JobId("local", str(number)), 0, "end", 0, complete=True)


@dataclass
class Desk:
    """Answers and takes rings: ``slow`` waits for `hold`, rings wait for `committing`."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    batches: list[list[RingMessage]] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    committing: asyncio.Event = field(default_factory=asyncio.Event)
    errors: dict[str, Exception] = field(default_factory=dict)
    results: dict[str, object] = field(default_factory=dict)
    ring_error: Exception | None = None

    def __post_init__(self) -> None:
        self.committing.set()

    async def answer(self, command: str, arguments: dict[str, Any]) -> object:
        self.asked.append((command, arguments))
        if command == "slow":
            await self.hold.wait()
        if command in self.errors:
            raise self.errors[command]
        return self.results.get(command, {"echo": arguments})

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


class Peers:
    """Makes sockets of peers, good and bad."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys
        self.context = zmq.asyncio.Context()
        self._kept: list[zmq.asyncio.Socket] = []  # the context holds them weakly

    def close(self) -> None:
        """Close every peer."""
        self.context.destroy(linger=0)
        self._kept.clear()

    def bare(self) -> zmq.asyncio.Socket:
        """A peer without any security, not yet connected."""
        socket = self.context.socket(zmq.DEALER)
        socket.linger = 0
        socket.sndhwm = socket.rcvhwm = 100_000
        self._kept.append(socket)
        return socket

    def of(self, address: Address, pair: KeyPair, server: bytes = b"") -> zmq.asyncio.Socket:
        """A peer with a key pair."""
        socket = self.bare()
        socket.curve_publickey, socket.curve_secretkey = pair.public, pair.secret
        socket.curve_serverkey = server or address.public_key.encode()
        socket.connect(f"tcp://127.0.0.1:{address.port}")
        return socket

    def owner(self, address: Address, owner: str) -> zmq.asyncio.Socket:
        """A peer with the key of a role."""
        return self.of(address, load_key(self._keys, owner))


async def tell(
    socket: zmq.asyncio.Socket, command: str, number: str = "n", **arguments: Any
) -> None:
    """Send a request."""
    await socket.send_multipart([ASK, encode(Request(number, command, arguments))])


async def asked(
    socket: zmq.asyncio.Socket, command: str, number: str = "n", **arguments: Any
) -> bytes:
    """Ask, and give the raw reply."""
    await tell(socket, command, number, **arguments)
    kind, payload = await soon(socket.recv_multipart())
    assert kind == ANSWER
    return bytes(payload)


async def rung(socket: zmq.asyncio.Socket, number: int) -> list[bytes]:
    """Ring, and give what comes back."""
    await socket.send_multipart([RING, encode_ring(ring_of(number))])
    return list(await soon(socket.recv_multipart()))
