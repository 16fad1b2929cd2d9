"""Intake: rings and spool files become rows of the inbox; acknowledged only after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import structlog

from crystald.kit import Kit
from crystald.models import RingMessage
from crystald.store import attempts, inbox
from crystald.store.inbox import Received
from crystald.tasks.loop import REST_S
from crystald.wire.spool import SpoolFile, read_spool, remove_spooled, spool_stamp

LOOK_S = 1.0
BATCH = 500

log = structlog.get_logger("crystald.intake")


class Intake:
    """Takes in what jobs say.

    Parameters
    ----------
    spool
        The directory where jobs leave their messages.
    """

    def __init__(self, kit: Kit, spool: Path) -> None:
        self._kit = kit
        self._spool = spool
        self._stamp: int | None = None

    async def receive(self, messages: Sequence[RingMessage]) -> None:
        """Commit messages from the wire; the server acknowledges when this returns."""
        received = await self._kit.database.write(lambda tx: inbox.receive(tx, messages))
        _report(received)

    async def round(self) -> float:
        """Take in the spool when its directory has changed; look often only while jobs live."""
        stamp = await self._kit.hands.files(spool_stamp, self._spool)
        if stamp != self._stamp:
            taken = await self._take_in()
            if taken:
                return 0.0
            self._stamp = stamp
        live = await self._kit.database.read(attempts.live_count)
        return LOOK_S if live else REST_S

    async def _take_in(self) -> int:
        self._kit.lease.check()
        spooled: tuple[SpoolFile, ...] = await self._kit.hands.files(read_spool, self._spool, BATCH)
        messages = [file.message for file in spooled]
        if messages:
            received = await self._kit.database.write(lambda tx: inbox.receive(tx, messages))
            _report(received)
        self._kit.lease.check()
        await self._kit.hands.files(remove_spooled, [file.path for file in spooled])
        return len(spooled)


def _report(received: Received) -> None:
    if received.foreign:
        log.warning("ring.foreign", messages=received.foreign)
