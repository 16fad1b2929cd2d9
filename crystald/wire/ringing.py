"""Rings: taken in together, handed over in one call, acknowledged when that call has returned."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from crystald.errors import CrystaldError, WireError
from crystald.models import RingMessage
from crystald.wire.frames import REFUSED, RUNG
from crystald.wire.messages import decode_ring

WAITING_MAX = 16_384
"""Rings that may wait for the hand-over; of more, the spool tells."""

Send = Callable[[bytes, bytes, bytes], Awaitable[None]]
"""Sends to a peer: its name on the socket, kind, payload."""

Rings = Callable[[Sequence[RingMessage]], Awaitable[None]]
"""Makes rings durable; returns when they are."""

log = structlog.get_logger("crystald.wire")


class Ringing:
    """Collects rings while the ones before are made durable."""

    def __init__(self, rings: Rings, send: Send) -> None:
        self._rings = rings
        self._send = send
        self._waiting: list[tuple[bytes, RingMessage]] = []
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()
        self._bad = 0

    async def take(self, peer: bytes, payload: bytes) -> None:
        """Take a ring in, or refuse it."""
        if len(self._waiting) >= WAITING_MAX:
            await self._send(peer, REFUSED, b"busy")
            return
        try:
            message = decode_ring(payload)
        except WireError as error:
            self._report(error)
            await self._send(peer, REFUSED, b"no ring")
            return
        self._waiting.append((peer, message))
        self._none.clear()
        self._some.set()

    def _report(self, error: WireError) -> None:
        """Log the 1st, 2nd, 4th, 8th, … bad ring: a flood of them must not fill the disk."""
        self._bad += 1
        if self._bad & (self._bad - 1) == 0:
            log.warning("ring.bad", why=error.message, times=self._bad)

    async def run(self) -> None:
        """Hand over until cancelled; an error that is not retryable ends this."""
        while True:
            await self._some.wait()
            self._some.clear()
            batch, self._waiting = self._waiting, []
            await self._hand_over(batch)
            if not self._waiting:
                self._none.set()

    async def finished(self) -> None:
        """Wait until none waits."""
        await self._none.wait()

    async def _hand_over(self, batch: list[tuple[bytes, RingMessage]]) -> None:
        kind = RUNG
        try:
            await self._rings([message for _, message in batch])
        except CrystaldError as error:
            if not error.retryable:
                raise
            log.warning("ring.trouble", rings=len(batch), error=error.message)
            kind = REFUSED
        for peer, message in batch:
            await self._send(peer, kind, message.token.encode())
