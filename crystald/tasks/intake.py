"""Intake: rings and spool files become rows of the inbox; acknowledged only after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from crystald.kit import Kit
from crystald.models import RingMessage
from crystald.store import attempts, inbox
from crystald.store.inbox import Received
from crystald.tasks.doorbell import MISSED_MAX, RING_S, Doorbell
from crystald.tasks.loop import REST_S
from crystald.wire.spool import SpoolFile, read_spool, remove_spooled, spool_stamp
from crystald.wire.watch import watching

LOOK_S = 1.0
LOOK_NEAR_S = 0.2
"""On a file system of this machine a look costs nothing, and shows at once what was written."""
BATCH = 500

log = structlog.get_logger("crystald.intake")


class Intake:
    """Takes in what jobs say.

    Parameters
    ----------
    spool
        The directory where jobs leave their messages.
    near
        Whether it is on a file system of this machine, whose kernel sees all that comes into it.

    Attributes
    ----------
    news
        Set by whoever knows that there is something in it.
    """

    def __init__(self, kit: Kit, spool: Path, *, near: bool = False) -> None:
        self._kit = kit
        self._spool = spool
        self._near, self._heard = near, False
        self.news = asyncio.Event()
        self._stamp: int | None = None
        self._changed = True
        self._doorbell = Doorbell()

    @contextmanager
    def hearing(self) -> Iterator[bool]:
        """Hear at once of what comes into the spool, where it is near; tell whether it is so.

        Then looks only make sure, and a ring that does not come delays nothing.
        """
        if not self._near:
            yield False
            return
        with watching(self._spool, self.news.set) as heard:
            self._heard = heard
            try:
                yield heard
            finally:
                self._heard = False

    async def receive(self, messages: Sequence[RingMessage]) -> None:
        """Commit messages from the wire; the server acknowledges when this returns."""
        received = await self._kit.database.write(lambda tx: inbox.receive(tx, messages))
        self._doorbell.rang(messages, self._kit.clock.boottime_s())
        self._tell_of_silence()
        _report(received)

    async def round(self) -> float:
        """Take in the spool when its directory has changed; look often only while jobs live.

        After a change it is read once more at the next look: a file that came in the same tick of
        the file system's clock, just after the reading, has left the stamp as it was.
        """
        began_s = self._kit.clock.boottime_s()
        before = None if self._changed else self._stamp
        stamp, spooled = await self._kit.hands.files(self._look, before)
        if spooled:
            await self._take_in(spooled)
            return 0.0
        self._stamp, self._changed = stamp, stamp != self._stamp
        self._doorbell.empty(began_s)
        self._tell_of_silence()
        live = await self._kit.database.read(attempts.live_count)
        if live:
            return LOOK_NEAR_S if self._near and not self._heard else LOOK_S
        return RING_S if self._doorbell.awaits else REST_S

    def _tell_of_silence(self) -> None:
        missed = self._doorbell.missed(self._kit.clock.boottime_s())
        if missed < MISSED_MAX:
            self._kit.banners.clear("rings")
            return
        self._kit.banners.show(
            "rings",
            f"rings do not arrive: {missed} jobs in a row ended unheard",
            "What jobs leave in the spool is found all the same, a little later. Is there a"
            " firewall between the nodes and the port of state/endpoint.json?",
        )

    def _look(self, before: int | None) -> tuple[int, tuple[SpoolFile, ...]]:
        """Read the spool unless its stamp is as before; give the stamp that it had first."""
        stamp = spool_stamp(self._spool)
        if stamp == before:
            return stamp, ()
        self._kit.lease.check()  # what is no message is set aside
        return stamp, read_spool(self._spool, BATCH)

    async def _take_in(self, spooled: Sequence[SpoolFile]) -> None:
        messages = [file.message for file in spooled]
        received = await self._kit.database.write(lambda tx: inbox.receive(tx, messages))
        if not self._heard:
            self._doorbell.spooled(messages, self._kit.clock.boottime_s())
        _report(received)
        self._kit.lease.check()
        await self._kit.hands.files(remove_spooled, [file.path for file in spooled])


def _report(received: Received) -> None:
    if received.foreign:
        log.warning("ring.foreign", messages=received.foreign)
