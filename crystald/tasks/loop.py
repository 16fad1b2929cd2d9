"""How every task runs: look, handle, sleep until woken or until its interval has passed.

A task is level-triggered: its round looks for rows in a state and moves them on. Waking only
makes it look earlier, so a lost wake costs time and nothing else, and a restart needs no code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import structlog

from crystald.clock import Clock
from crystald.errors import CrystaldError
from crystald.kit import Banners

BACK_OFF_FIRST_S: Final = 1.0
BACK_OFF_LAST_S: Final = 60.0
REST_S: Final = 86_400.0
"""How long a task sleeps that has nothing to do: until it is woken."""

log = structlog.get_logger("crystald.tasks")


Round = Callable[[], Awaitable[float]]
"""One look at the rows: gives the seconds until the next look (0: at once, there is more)."""


T = TypeVar("T")


async def in_lanes(items: Iterable[T], work: Callable[[T], Awaitable[object]], lanes: int) -> None:
    """Work on every item, several at once; the first error ends all.

    After an error no further item is begun, those under way come to their end, and the first
    error is raised.

    Parameters
    ----------
    lanes
        How many items may be under way at once.
    """
    left = iter(items)
    errors: list[Exception] = []

    async def lane() -> None:
        for item in left:
            try:
                await work(item)
            except Exception as error:  # noqa: BLE001  (raised below, when all have come to rest)
                errors.append(error)
            if errors:
                return

    if lanes == 1:
        await lane()
    else:
        await asyncio.gather(*(lane() for _ in range(lanes)))
    if errors:
        raise errors[0]


async def each(items: Iterable[T], work: Callable[[T], Awaitable[object]], lanes: int = 1) -> None:
    """Work on every item although some fail retryably; raise the first such error at the end."""
    troubles: list[CrystaldError] = []

    async def tried(item: T) -> None:
        try:
            await work(item)
        except CrystaldError as error:
            if not error.retryable:
                raise
            troubles.append(error)

    await in_lanes(items, tried, lanes)
    if troubles:
        raise troubles[0]


Choice = Callable[[int], Awaitable[Sequence[T]]]
"""Chooses at most so many items, none of those that are under way."""

Rest = Callable[[asyncio.Event], Awaitable[object]]
"""Waits for news, or until there may be something to choose without any."""


async def in_turns(
    choose: Choice[T],
    work: Callable[[T], Awaitable[object]],
    lanes: int,
    news: asyncio.Event,
    rest: Rest = asyncio.Event.wait,
) -> None:
    """Work on what is chosen, several at once, choosing anew whenever a lane is free.

    What comes while others are under way so waits for none of them, and what is more urgent goes
    before what was there first. It ends when nothing is chosen and nothing is under way. After an
    error nothing more is chosen, those under way come to their end, and the first error is raised.

    Parameters
    ----------
    news
        Set by whoever knows that there may be something to choose, and at the end of each item.
    rest
        Waits for them.
    """
    turns = _Turns(work, news)
    if lanes == 1:
        while not turns.errors and (chosen := await choose(1)):
            await turns.one(chosen[0])
    else:
        await _side_by_side(choose, turns, lanes, rest)
    if turns.errors:
        raise turns.errors[0]


async def _side_by_side(choose: Choice[T], turns: _Turns[T], lanes: int, rest: Rest) -> None:
    async with asyncio.TaskGroup() as group:
        while True:
            turns.news.clear()
            free = lanes - turns.under_way
            try:
                chosen = await choose(free) if free and not turns.errors else ()
            except Exception as error:  # noqa: BLE001  (raised when all have come to rest)
                turns.errors.append(error)
                continue
            turns.under_way += len(chosen)
            for item in chosen:
                group.create_task(turns.counted(item))
            if not turns.under_way:
                return
            await rest(turns.news)


class _Turns(Generic[T]):
    """Items under way, and the errors of those that have ended."""

    def __init__(self, work: Callable[[T], Awaitable[object]], news: asyncio.Event) -> None:
        self._work = work
        self.news = news
        self.under_way = 0
        self.errors: list[Exception] = []

    async def one(self, item: T) -> None:
        try:
            await self._work(item)
        except Exception as error:  # noqa: BLE001  (raised when all have come to rest)
            self.errors.append(error)

    async def counted(self, item: T) -> None:
        try:
            await self.one(item)
        finally:
            self.under_way -= 1
            self.news.set()


@dataclass
class Task:
    """A named loop around a round.

    Attributes
    ----------
    name
        A verb's doer: ``submitter``.
    round
        One look.
    wake
        Set by whoever knows that there is something to see.
    back_off_s
        Longest pause after trouble.
    """

    name: str
    round: Round
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    back_off_s: float = BACK_OFF_LAST_S

    async def run(self, stop: asyncio.Event, clock: Clock, banners: Banners) -> None:
        """Look again and again until `stop` is set; a round that has begun is finished.

        A retryable error is shown as a banner and the round tried again, later and later; any
        other ends the task and with it the daemon.
        """
        failures = 0
        while not stop.is_set():
            self.wake.clear()
            try:
                pause_s = await self.round()
                failures = 0
                banners.clear(self.name)
            except CrystaldError as error:
                if not error.retryable:
                    raise
                pause_s = min(BACK_OFF_FIRST_S * 2**failures, self.back_off_s)
                failures += 1
                banners.show(self.name, error.message, error.hint)
                log.warning("task.trouble", task=self.name, error=error.message, again_s=pause_s)
                await clock.wait(stop, pause_s)  # no news makes trouble pass any sooner
                continue
            if pause_s > 0 and not stop.is_set():
                await clock.wait(self.wake, pause_s)
