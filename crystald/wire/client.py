"""The client: asks the daemon and waits for the answer; no event loop, quick to import."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

import zmq

from crystald import errors
from crystald.errors import CrystaldError, WireError
from crystald.wire.endpoint import Endpoint, read_endpoint, waves
from crystald.wire.frames import ANSWER, ASK
from crystald.wire.keys import OPERATOR, KeyPair, load_key

LOOK_AGAIN_S: Final = 3.0
"""Seconds without an answer after which the endpoint is read again: the daemon may be a new one."""

CONNECT_S: Final = 1.0
"""Seconds that a wave of addresses gets before the next is tried as well."""

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
            left_s = deadline_s - time.monotonic()
            again = command in SAFE_TO_REPEAT and left_s > LOOK_AGAIN_S
            reply = self._exchange(
                endpoint, key, payload, identity, LOOK_AGAIN_S if again else left_s
            )
            if reply is not None:
                return _result(reply)
            if not again or time.monotonic() >= deadline_s:
                raise WireError(
                    f"the daemon (process {endpoint.pid} on {endpoint.address.host}) does not answer",
                    "Is it alive? crystalctl up starts it; a firewall may be in the way: "
                    f"port {endpoint.address.port}.",
                )

    def _exchange(
        self, endpoint: Endpoint, key: KeyPair, payload: bytes, identity: str, timeout_s: float
    ) -> dict[str, Any] | None:
        """Send a request over whatever address leads to the daemon; None without an answer."""
        deadline_s = time.monotonic() + max(0.0, timeout_s)
        groups = waves(endpoint.address, os.uname().nodename)
        for place, group in enumerate(groups):
            last = place == len(groups) - 1
            until_s = deadline_s if last else min(deadline_s, time.monotonic() + CONNECT_S)
            with self._connected(endpoint, key, group) as socket:
                if not _established(socket, until_s):
                    continue
                socket.send_multipart([ASK, payload])
                return _answer(socket, identity, deadline_s)
        return None

    def _connected(
        self, endpoint: Endpoint, key: KeyPair, addresses: tuple[str, ...]
    ) -> zmq.Socket[bytes]:
        socket = self._context.socket(zmq.DEALER)
        socket.linger = 0
        socket.curve_publickey, socket.curve_secretkey = key.public, key.secret
        socket.curve_serverkey = endpoint.address.public_key.encode()
        for address in addresses:
            socket.connect(address)
        return socket


def _established(socket: zmq.Socket[bytes], until_s: float) -> bool:
    """Wait until a handshake has succeeded: nothing is queued for an address that leads nowhere."""
    while (left_s := until_s - time.monotonic()) > 0:
        if socket.poll(min(20, int(left_s * 1000) + 1), zmq.POLLOUT):
            return True
    return False


def _answer(socket: zmq.Socket[bytes], identity: str, deadline_s: float) -> dict[str, Any] | None:
    while (left_s := deadline_s - time.monotonic()) > 0:
        if not socket.poll(int(left_s * 1000) + 1):
            continue
        frames = socket.recv_multipart()
        if len(frames) != 2 or frames[0] != ANSWER:
            continue
        reply = _decoded(frames[1])
        if reply.get("id") == identity:
            return reply
    return None


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


ERRORS: Final = {kind.code: kind for kind in _kinds(errors.CrystaldError)}
"""code on the wire -> class."""
