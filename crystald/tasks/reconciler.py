"""The reconciler: what is known of live attempts becomes decisions; the only source of truth."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from crystald.kit import Kit
from crystald.models import Life, Observation
from crystald.names import Token
from crystald.schedulers.base import Scheduler
from crystald.states import AttemptState
from crystald.store import attempts, inbox
from crystald.store.attempts import LiveAttempt
from crystald.store.inbox import OpenRing
from crystald.tasks.byhand import ByHand
from crystald.tasks.doubts import Doubts
from crystald.tasks.loop import REST_S, each, in_lanes
from crystald.tasks.settling import Settler

PAGE = 500
SOON_S = 1.0
GIVE_UP_LOOKS = 30
"""Looks after which a ring is left to the sweeps; they know no hurry."""


class Reconciler:
    """Looks after attempts between intent and end.

    Parameters
    ----------
    settler
        Carries out what the protocol decides.
    poll_s
        Seconds between sweeps over everything while something is live.
    """

    def __init__(self, kit: Kit, scheduler: Scheduler, settler: Settler, poll_s: float) -> None:
        self._kit = kit
        self._scheduler = scheduler
        self._settler = settler
        self._poll_s = poll_s
        self._sweep_at_s = 0.0
        self._looks: dict[Token, int] = {}
        self._doubts = Doubts(kit.banners)
        self._by_hand = ByHand(kit)

    def hurry(self) -> None:
        """Let the next round sweep over everything, however long ago the last one was."""
        self._sweep_at_s = 0.0

    async def round(self) -> float:
        """Look into what rang; sweep over everything live when it is time."""
        rang, live = await self._answer_rings()
        if not live:
            self._settler.forget()
            self._looks.clear()
            self._doubts.forget()
            self._by_hand.forget()
            self._kit.banners.clear("scheduler")
            return REST_S
        left_s = self._sweep_at_s - self._kit.clock.boottime_s()
        if left_s <= 0:
            await self._sweep()
            left_s = min(self._poll_s, self._scheduler.look_s)
            self._sweep_at_s = self._kit.clock.boottime_s() + left_s
        return min(left_s, SOON_S) if rang else left_s

    async def _answer_rings(self) -> tuple[bool, int]:
        """Look into attempts that rang, without asking the scheduler.

        Returns
        -------
        tuple of bool and int
            Whether some remain, and how many attempts are live.
        """
        last, rings, live = await self._kit.database.read(
            lambda c: (inbox.last_id(c), _rang(c), attempts.live_count(c))
        )
        if not rings:
            return False, live
        settled: list[Token] = []

        async def answer(rang: tuple[OpenRing, LiveAttempt | None]) -> None:
            ring, found = rang
            if await self._answer(ring, found):
                settled.append(ring.token)

        # more at once than elsewhere: what is decided together is committed together
        await in_lanes(rings, answer, self._kit.abreast**2)
        # of attempts that have ended it was marked with their end
        left, live = await self._kit.database.read(
            lambda c: (inbox.unhandled(c, settled), attempts.live_count(c))
        )
        if left:
            await self._kit.database.write(lambda tx: inbox.handled(tx, left, last))
        return len(settled) < len(rings), live

    async def _answer(self, ring: OpenRing, found: LiveAttempt | None) -> bool:
        """Look into an attempt that rang; tell whether its rings are dealt with."""
        left = found and await self._settler.settle(found, None)
        if left is None:
            return True
        running = left is not found or left.attempt.state is AttemptState.RUNNING
        return (running and not ring.ended) or self._patience_ends(ring.token)

    def _patience_ends(self, token: Token) -> bool:
        self._looks[token] = self._looks.get(token, 0) + 1
        return self._looks[token] > GIVE_UP_LOOKS

    async def _sweep(self) -> None:
        """Hold all that is live against one answer of the scheduler, which is asked after it was read."""
        items = await self._live()
        seen = await self._scheduler.observe({i.attempt.token: i.attempt.job for i in items})
        pairs = [(item, seen[item.attempt.token]) for item in items]
        changed = [pair for pair in pairs if not _as_recorded(*pair)]
        await each(changed, self._settle, self._kit.abreast**2)
        await self._note_reasons(pairs)
        await self._by_hand.note(items)
        if trouble := self._scheduler.health().trouble:
            text = "Nothing is concluded from what it does not say."
            self._kit.banners.show("scheduler", trouble, text)
        else:
            self._kit.banners.clear("scheduler")
            self._doubts.note(seen, self._kit.clock.boottime_s())

    async def _settle(self, pair: tuple[LiveAttempt, Observation]) -> None:
        await self._settler.settle(*pair)

    async def _note_reasons(self, pairs: Sequence[tuple[LiveAttempt, Observation]]) -> None:
        """Keep why jobs wait or stand still, in the scheduler's words, where that has changed."""
        told = [(item, waits_for(item, observation)) for item, observation in pairs]
        changed = [
            (item, text)
            for item, text in told
            if text != item.reason and (text or item.reason.startswith(_job(item)))
        ]
        for start in range(0, len(changed), PAGE):
            few = changed[start : start + PAGE]
            await self._kit.database.write(lambda tx, few=few: attempts.note_reasons(tx, few))  # type: ignore[misc]

    async def _live(self) -> Sequence[LiveAttempt]:
        """Read what is live, page by page: as much as the scheduler holds, and no more."""
        items: list[LiveAttempt] = []
        while page := await self._page(items[-1].attempt.id if items else 0):
            items += page
        return items

    async def _page(self, after: int) -> Sequence[LiveAttempt]:
        return await self._kit.database.read(lambda c: attempts.live(c, after, PAGE))


def _rang(connection: sqlite3.Connection) -> list[tuple[OpenRing, LiveAttempt | None]]:
    """List what rang, each with its attempt while that is live."""
    rings = inbox.open_rings(connection, PAGE)
    return [(ring, attempts.live_by_token(connection, ring.token)) for ring in rings]


def waits_for(item: LiveAttempt, seen: Observation) -> str:
    """Tell why the recorded job waits, or stands still; what is known where nobody says now."""
    for sighting in seen.jobs:
        if sighting.job == item.attempt.job and sighting.life is Life.ALIVE:
            return f"{_job(item)}{sighting.reason}" if sighting.reason else ""
    return item.reason


def _job(item: LiveAttempt) -> str:
    return f"job {item.attempt.job}: "


def _as_recorded(item: LiveAttempt, seen: Observation) -> bool:
    """Tell whether the scheduler shows just what is recorded, so that no file need be read."""
    attempt = item.attempt
    if item.held and attempt.state is not AttemptState.RUNNING:
        return False
    if len(seen.jobs) != 1 or seen.jobs[0].life is not Life.ALIVE:
        return False
    job = seen.jobs[0]
    recorded_runs = attempt.state is AttemptState.RUNNING
    return (
        attempt.state is not AttemptState.INTENT
        and job.state != "COMPLETING"  # its program has ended, whatever keeps its node
        and job.job == attempt.job
        and job.running == recorded_runs
        and job.restart == attempt.restart
    )
