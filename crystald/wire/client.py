"""The client: asks the daemon and waits for the answer; no event loop, quick to import."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import zmq

from crystald import errors
from crystald.errors import CrystaldError, WireError
from crystald.wire.endpoint import Endpoint, read_endpoint, waves
from crystald.wire.frames import ANSWER, ASK
from crystald.wire.keys import OPERATOR, KeyPair, load_key

CONNECT_S: Final = 1.0
"""Seconds that a wave of addresses gets before the next is tried instead."""

CONNECT_LAST_S: Final = 5.0
"""Seconds that the last wave gets: whoever is not reached by then is down, however long an answer
may take."""

CONNECT_GONE_S: Final = 0.2
"""Seconds that the first wave gets, and no other, where the daemon's process should be on this host
and is not to be seen."""

LOOK_S: Final = 1.0
"""Seconds between looks whether the answer can still come over this connection."""

SAFE_TO_REPEAT: Final = frozenset(
    {"ping", "status", "ls", "show", "progress", "log", "audit", "stop", "submit"}
)
"""Commands that may be asked twice: looking ones, and those that know a repetition by its id."""


class Client:
    """A connection to the daemon of a state directory.

    Parameters
    ----------
    state
        With ``endpoint.json`` and ``keys/``.
    timeout_s
        How long an answer may take.
    """

    def __init__(self, state: Path, timeout_s: float = 30.0) -> None:
        self._state = state
        self._timeout_s = timeout_s
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close at once; what was not answered is given up."""
        self._context.destroy(linger=0)

    def ask(
        self, command: str, arguments: Mapping[str, object], timeout_s: float | None = None
    ) -> Any:
        """Ask, and give the result.

        Raises
        ------
        WireError
            Nobody answers.
        CrystaldError
            What the daemon answered instead of a result.
        """
        deadline_s = time.monotonic() + (self._timeout_s if timeout_s is None else timeout_s)
        key = load_key(self._state / "keys", OPERATOR)
        identity = secrets.token_hex(8)
        request = {"v": 1, "id": identity, "command": command, "arguments": dict(arguments)}
        payload = json.dumps(request).encode()
        while True:
            endpoint = read_endpoint(self._state)
            with self._established(endpoint, key, deadline_s) as socket:
                reply = _asked(socket, payload, identity, deadline_s) if socket else None
            if reply is not None:
                return _result(reply)
            if socket is None or command not in SAFE_TO_REPEAT or time.monotonic() >= deadline_s:
                raise _silent(endpoint)

    @contextmanager
    def _established(
        self, endpoint: Endpoint, key: KeyPair, deadline_s: float
    ) -> Iterator[zmq.Socket[bytes] | None]:
        """Give a socket over whatever address leads to the daemon; None where none does."""
        gone = _gone(endpoint)
        groups = waves(endpoint.address, os.uname().nodename)[: 1 if gone else None]
        for place, group in enumerate(groups):
            patience_s = CONNECT_LAST_S if place == len(groups) - 1 else CONNECT_S
            until_s = time.monotonic() + (CONNECT_GONE_S if gone else patience_s)
            with self._connected(endpoint, key, group) as socket:
                if _shook_hands(socket, min(until_s, deadline_s)):
                    yield socket
                    return
        yield None

    def _connected(
        self, endpoint: Endpoint, key: KeyPair, addresses: tuple[str, ...]
    ) -> zmq.Socket[bytes]:
        socket = self._context.socket(zmq.DEALER)
        socket.linger = 0
        socket.immediate = True  # nothing is queued for an address that leads nowhere
        socket.curve_publickey, socket.curve_secretkey = key.public, key.secret
        socket.curve_serverkey = endpoint.address.public_key.encode()
        for address in addresses:
            socket.connect(address)
        return socket


def _shook_hands(socket: zmq.Socket[bytes], until_s: float) -> bool:
    """Wait until a handshake has succeeded."""
    while (left_s := until_s - time.monotonic()) > 0:
        if socket.poll(min(20, int(left_s * 1000) + 1), zmq.POLLOUT):
            return True
    return False


def _asked(
    socket: zmq.Socket[bytes], payload: bytes, identity: str, deadline_s: float
) -> dict[str, Any] | None:
    """Send a request and wait for its answer; None when the connection or the time is lost.

    A request that takes long is waited for, not asked again: it would be worked on twice.
    """
    with _losses(socket) as losses:
        socket.send_multipart([ASK, payload])
        while (left_s := deadline_s - time.monotonic()) > 0:
            if socket.poll(int(min(left_s, LOOK_S) * 1000) + 1):
                if (reply := _received(socket, identity)) is not None:
                    return reply
            elif losses.poll(0):
                return None
    return None


@contextmanager
def _losses(socket: zmq.Socket[bytes]) -> Iterator[zmq.Socket[bytes]]:
    """Give a socket on which a message tells that the connection was lost."""
    losses = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    try:
        yield losses
    finally:
        socket.disable_monitor()
        losses.close(linger=0)


def _received(socket: zmq.Socket[bytes], identity: str) -> dict[str, Any] | None:
    """Read a message; None when it is not the answer."""
    frames = socket.recv_multipart()
    if len(frames) != 2 or frames[0] != ANSWER:
        return None
    reply = _decoded(frames[1])
    return reply if reply.get("id") == identity else None


def _gone(endpoint: Endpoint) -> bool:
    """Tell whether the daemon should be a process of this host, and none is there."""
    if endpoint.address.host != os.uname().nodename:
        return False
    try:
        status = Path(f"/proc/{endpoint.pid}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def _silent(endpoint: Endpoint) -> WireError:
    return WireError(
        f"the daemon (process {endpoint.pid} on {endpoint.address.host}) does not answer",
        "Is it alive? crystalctl up starts it; a firewall may be in the way: "
        f"port {endpoint.address.port}.",
    )


def _decoded(payload: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(payload)
    except ValueError:
        return {}
    return reply if isinstance(reply, dict) else {}


def _result(reply: dict[str, Any]) -> Any:
    if reply.get("ok"):
        return reply.get("result")
    problem = reply.get("error") or {}
    kind = ERRORS.get(str(problem.get("code")), CrystaldError)
    raise kind(
        str(problem.get("message", "the daemon answered an error")), str(problem.get("hint", ""))
    )


def _kinds(base: type[CrystaldError]) -> Iterator[type[CrystaldError]]:
    yield base
    for kind in base.__subclasses__():
        yield from _kinds(kind)


ERRORS: Final = {
    kind.code: kind
    for kind in _kinds(errors.CrystaldError)
    if kind.__module__ == errors.__name__  # a kind of somebody's own goes by its parent's code
}
"""code on the wire -> class."""
