"""The gate: who may connect at all (ZAP, ZeroMQ RFC 27), decided by the client's public key.

libzmq asks on an in-process socket before it lets a byte of a peer's messages through. The answer
carries the role as user id, which then comes with every message of that peer.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
import zmq
import zmq.asyncio
from zmq.utils import z85

ENDPOINT = "inproc://zeromq.zap.01"
DOMAIN = b"crystald"
_VERSION = b"1.0"

log = structlog.get_logger("crystald.wire")


class Gate:
    """Answers who has which role; denies everybody else.

    Parameters
    ----------
    context
        The one of the sockets to be guarded.
    roles
        Public key (Z85) -> role.
    """

    def __init__(self, context: zmq.asyncio.Context, roles: Mapping[bytes, str]) -> None:
        self._roles = {z85.decode(key): role for key, role in roles.items()}
        self._denied = b"", 0
        self._socket = context.socket(zmq.REP)
        self._socket.bind(ENDPOINT)

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            question = await self._socket.recv_multipart()
            await self._socket.send_multipart(self._verdict(question))

    def _verdict(self, question: list[bytes]) -> list[bytes]:
        version, number, domain, address, _, mechanism, *credentials = question
        role = None
        if (version, domain, mechanism) == (_VERSION, DOMAIN, b"CURVE") and len(credentials) == 1:
            role = self._roles.get(credentials[0])
        if role is None:
            self._report(address)
            return [_VERSION, number, b"400", b"unknown key", b"", b""]
        return [_VERSION, number, b"200", b"", role.encode(), b""]

    def _report(self, address: bytes) -> None:
        """Log the 1st, 2nd, 4th, 8th, … denial in a row of an address: libzmq retries for ever."""
        last, times = self._denied
        times = times + 1 if last == address else 1
        self._denied = address, times
        if times & (times - 1) == 0:
            log.info("wire.denied", address=address.decode(errors="replace"), times=times)

    def close(self) -> None:
        """Close its socket; nobody is let in any more."""
        self._socket.close(linger=0)
