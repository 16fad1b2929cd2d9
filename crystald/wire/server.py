"""The server: one encrypted socket, a gate before it, rings and requests behind it."""

from __future__ import annotations

import asyncio
import errno
import socket as sockets
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import psutil
import structlog
import zmq
import zmq.asyncio

from crystald.errors import ConfigError
from crystald.wire.answering import Answer, Answering
from crystald.wire.crowd import files_for_connections, is_crowded, keep_room
from crystald.wire.endpoint import Address
from crystald.wire.frames import ASK, RING
from crystald.wire.gate import DOMAIN, Gate
from crystald.wire.keys import OPERATOR, ServerKeys
from crystald.wire.messages import MESSAGE_BYTES_MAX
from crystald.wire.rates import Rates
from crystald.wire.ringing import Ringing, Rings
from crystald.wire.settings import WireSettings

FINISH_S = 5.0
"""How long the end waits for what is being worked on."""

LINGER_MS = 500
"""How long the end waits for the last replies to leave."""

_OPTIONS = {
    zmq.LINGER: 0,
    zmq.CURVE_SERVER: 1,
    zmq.ZAP_ENFORCE_DOMAIN: 1,
    zmq.MAXMSGSIZE: MESSAGE_BYTES_MAX + 1024,
    zmq.HANDSHAKE_IVL: 10_000,
    zmq.TCP_KEEPALIVE: 1,
    zmq.BACKLOG: 4096,
    zmq.SNDHWM: 20_000,  # more than Ringing.WAITING_MAX: no acknowledgement is dropped
}
_BURST = 512
_AGAIN_S = 0.05
_NOT_YET = (errno.EADDRINUSE, errno.EMFILE, errno.ENFILE)

log = structlog.get_logger("crystald.wire")


class Server:
    """Listens while the daemon runs.

    Parameters
    ----------
    settings
        Where.
    keys
        Its own pair, and who has which role.
    answer
        Carries out what operators ask; awaited for each request by itself.
    rings
        Makes rings durable; those that arrived together in one call.
    """

    def __init__(
        self, settings: WireSettings, keys: ServerKeys, *, answer: Answer, rings: Rings
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._ringing = Ringing(rings, self._send)
        self._answering = Answering(answer, self._send, settings.max_requests)
        self._rates = Rates(time.monotonic)
        self._context = zmq.asyncio.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._address: Address | None = None
        self._listening = asyncio.Event()

    async def bound(self) -> Address:
        """Wait until it listens, and give where."""
        while self._address is None:
            await self._listening.wait()
        return self._address

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then answer what has begun.

        Raises
        ------
        ConfigError
            No port of the range is free.
        ExceptionGroup
            A part of it has died, or rings could not be made durable for good.
        """
        try:
            gate = Gate(self._context, self._keys.roles)
            self._address = self._bind()
            self._listening.set()
            await self._serve(gate, stop)
            self._socket.close(linger=LINGER_MS)
            gate.close()
            await asyncio.to_thread(self._context.term)
        finally:
            with suppress(asyncio.CancelledError):
                await self._answering.abandon()
            self._context.destroy(linger=0)

    async def _serve(self, gate: Gate, stop: asyncio.Event) -> None:
        """Run all parts until `stop` is set: the reader ends first, the others when all is said."""
        crowded = partial(is_crowded, files_for_connections())
        async with asyncio.TaskGroup() as group:
            parts = [
                group.create_task(part, name=name)
                for part, name in (
                    (gate.run(), "gate"),
                    (self._ringing.run(), "ringing"),
                    (keep_room(crowded, partial(self._drop_all, crowded)), "room"),
                    (self._read(), "reader"),
                )
            ]
            await stop.wait()
            parts[-1].cancel()
            await self._finish()
            for part in parts:
                part.cancel()

    async def _finish(self) -> None:
        try:
            async with asyncio.timeout(FINISH_S):
                await self._ringing.finished()
                await self._answering.finished()
        except TimeoutError:
            log.warning("wire.abandoned")

    def _bind(self) -> Address:
        settings, socket = self._settings, self._socket
        for option, value in _OPTIONS.items():
            socket.setsockopt(option, value)
        socket.setsockopt(zmq.CURVE_SECRETKEY, self._keys.own.secret)
        socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN)
        for port in range(settings.first_port, settings.last_port + 1):
            try:
                socket.bind(f"tcp://{settings.interface}:{port}")
            except zmq.ZMQError as error:
                if error.errno != errno.EADDRINUSE:
                    raise _no_interface(settings, error) from error
                continue
            return self._listens_at(port)
        raise ConfigError(
            f"no port from {settings.first_port} to {settings.last_port} is free",
            "Widen wire.first_port and wire.last_port in config/crystald.yaml.",
        )

    def _listens_at(self, port: int) -> Address:
        bound = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        ip = bound.removeprefix("tcp://").rpartition(":")[0]
        addresses = _addresses() if ip == "0.0.0.0" else (ip,)  # noqa: S104 - compared
        return Address(sockets.gethostname(), addresses, port, self._keys.own.public.decode())

    async def _drop_all(self, crowded: Callable[[], bool]) -> None:
        """Close every connection; libzmq does so when its listener goes.

        It listens again once the files are free: libzmq ends the process when it binds and finds
        none (``getifaddrs`` of ``ip_resolver.cpp``).
        """
        bound = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self._socket.unbind(bound)
        while crowded():  # noqa: ASYNC110 - no event tells of closed files
            await asyncio.sleep(_AGAIN_S)
        while True:
            try:
                self._socket.bind(bound)
            except zmq.ZMQError as error:
                if error.errno not in _NOT_YET:
                    raise
                await asyncio.sleep(_AGAIN_S)
            else:
                return

    async def _read(self) -> None:
        """Take messages in; after a burst, let others have their turn."""
        while True:
            await self._take(await self._socket.recv_multipart(copy=False))
            with suppress(zmq.Again):
                for _ in range(_BURST):
                    frames = await self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
                    await self._take(frames)
            await asyncio.sleep(0)

    async def _take(self, frames: list[zmq.Frame]) -> None:
        """Hand a message over by its kind and its peer's role; drop what has no place."""
        if len(frames) != 3 or not self._rates.allows(frames[0].bytes):
            return
        peer, kind, payload = frames
        role = payload.get("User-Id")
        if kind.bytes == RING:
            await self._ringing.take(peer.bytes, payload.bytes)
        elif kind.bytes == ASK and role == OPERATOR:
            await self._answering.take(peer.bytes, payload.bytes)

    async def _send(self, peer: bytes, kind: bytes, payload: bytes) -> None:
        """Send without waiting: what a peer does not fetch is dropped."""
        with suppress(zmq.Again):
            await self._socket.send_multipart((peer, kind, payload), zmq.NOBLOCK)


def _addresses() -> tuple[str, ...]:
    """Give the IPv4 addresses of this machine, those of its own last."""
    found = {
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family == sockets.AF_INET
    }
    return tuple(sorted(found, key=lambda ip: (ip.startswith("127."), ip)))


def _no_interface(settings: WireSettings, error: zmq.ZMQError) -> ConfigError:
    return ConfigError(
        f"wire.interface: {settings.interface!r} cannot be listened on: {error.strerror}",
        "Name a network interface of this machine or one of its IPv4 addresses, or give '*'.",
    )
