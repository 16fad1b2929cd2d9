"""Which calculations go to the scheduler now: what is ready, held against policy and pace."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crystald.kit import Kit
from crystald.schedulers.base import Load, Scheduler
from crystald.store import attempts, choice
from crystald.tasks.deferral import Deferral
from crystald.tasks.pace import Pace
from crystald.tasks.patience import Patience
from crystald.tasks.policy import Ours, QueueSettings, Standing, Waiting, choose, let_begin, room

FIRST = 1
"""The position of what a material begins with."""
MINUTE_S = 60.0


@dataclass(frozen=True)
class _Seen:
    """What one look at the database shows.

    Attributes
    ----------
    waiting
        What comes first.
    standing
        What there is already, as far as policy asks.
    free
        How many may go.
    not_judged
        How many attempts have ended and wait for their judgement, as far as the pace asks.
    ended
        The young calculations whose jobs have ended.
    """

    waiting: Sequence[Waiting]
    standing: Standing
    free: int
    not_judged: int
    ended: Sequence[int]


class Chooser:
    """Chooses what is handed over next, and remembers what is under way.

    Parameters
    ----------
    kit
        What every part of the daemon works with.
    scheduler
        Asked how many jobs there are, and how many it takes.
    queue
        The limits.
    patience, deferral
        Of the submitter: which rows wait, and whether the scheduler said "later".
    put_off
        Gives the ended attempts that are not looked at now: nobody waits for those.
    """

    def __init__(
        self,
        kit: Kit,
        scheduler: Scheduler,
        queue: QueueSettings,
        patience: Patience,
        deferral: Deferral,
        put_off: Callable[[], Sequence[int]],
    ) -> None:
        self._kit = kit
        self._scheduler = scheduler
        self._queue = queue
        self._patience = patience
        self._deferral = deferral
        self._put_off = put_off
        self._pace = Pace(queue.slow_start)
        self._submitted_s: deque[float] = deque()
        self._under_way: dict[int, Waiting] = {}
        self._left = queue.max_submit

    def begin_burst(self) -> None:
        """Let as many go as one burst may have."""
        self._left = self._queue.max_submit

    @property
    def has_chosen(self) -> bool:
        """Whether anything was chosen in this burst."""
        return self._left < self._queue.max_submit

    def rest_s(self, longest_s: float) -> float:
        """Tell how long there is nothing new to choose unless something happens."""
        return self._pace.rest_s(self._kit.clock.boottime_s(), longest_s)

    def submitted(self) -> None:
        """Note that a submission begins."""
        self._submitted_s.append(self._kit.clock.boottime_s())

    def taken(self, calculation: int) -> None:
        """Note that the scheduler has taken a job of a calculation."""
        self._pace.begun(calculation, self._kit.clock.boottime_s())

    def let_go(self, item: Waiting) -> None:
        """Note that what was chosen is not under way any more."""
        del self._under_way[item.id]

    async def next(self, lanes: int) -> Sequence[Waiting]:
        """Choose at most so many; what is under way counts, intended or not."""
        most = min(lanes, self._left)
        if not most:
            return ()
        load = await self._scheduler.load()
        granted = (await self._scheduler.limits()).submitted if load.jobs is not None else None
        self._tell_of(load)
        begun = list(self._under_way.values())
        seen = await self._look(load, granted, begun, most)
        self._pace.look(seen.ended, self._kit.clock.boottime_s())
        chosen = self._choose(seen, begun)
        self._left -= len(chosen)
        self._under_way.update((item.id, item) for item in chosen)
        return chosen

    async def _look(
        self, load: Load, granted: int | None, begun: Sequence[Waiting], most: int
    ) -> _Seen:
        # taken here: the look runs in a thread, while the loop goes on
        without = [*self._patience.waiting(), *self._under_way]
        put_off, young, minute = self._put_off(), self._pace.young, self._last_minute()
        pending, tries = (
            max(1, self._queue.slow_start),
            self._deferral.limit(self._queue.max_submit),
        )

        def look(connection: sqlite3.Connection) -> _Seen:
            live, unclear = attempts.live_count(connection), attempts.intent_count(connection)
            free = room(self._queue, load.jobs, Ours(live, unclear, minute), granted)
            free = max(0, min(min(free, tries) - len(begun), most))
            waiting = self._candidates(connection, free, without)
            return _Seen(
                waiting,
                self._standing(connection, waiting).beside(begun),
                free,
                len(attempts.ended(connection, pending, put_off)),
                attempts.not_live(connection, young),
            )

        return await self._kit.database.read(look)

    def _choose(self, seen: _Seen, begun: Sequence[Waiting]) -> Sequence[Waiting]:
        """Choose by policy, and let what goes on have the places of those that may not begin now."""
        chosen = choose(self._queue, seen.waiting, seen.standing, seen.free)
        going_on = sum(not item.begins for item in chosen)
        let = let_begin(chosen, self._beginners(seen.not_judged, begun, going_on))
        if len(let) == len(chosen):
            return chosen
        rest = [item for item in seen.waiting if not item.begins or item in let]
        return choose(self._queue, rest, seen.standing, seen.free)

    def _beginners(self, not_judged: int, begun: Sequence[Waiting], going_on: int) -> int:
        """Tell how many may begin: nobody waits for what begins, but somebody for what has ended."""
        abreast = 1 if not_judged else self._kit.abreast
        return self._pace.beginners(
            not_judged + len(begun) + going_on,
            max(0, abreast - sum(item.begins for item in begun)),
        )

    def _last_minute(self) -> int:
        since_s = self._kit.clock.boottime_s() - MINUTE_S
        while self._submitted_s and self._submitted_s[0] <= since_s:
            self._submitted_s.popleft()
        return len(self._submitted_s)

    def _candidates(
        self, connection: sqlite3.Connection, free: int, without: Sequence[int]
    ) -> list[Waiting]:
        """Read what comes first; where policy has more to say, of each kind."""
        candidates = choice.ready_of_each if self._queue.chooses else choice.ready
        batch = candidates(connection, free, without) if free else ()
        return [Waiting(c.id, c.run_id, c.step, c.position == FIRST) for c in batch]

    def _standing(self, connection: sqlite3.Connection, waiting: Sequence[Waiting]) -> Standing:
        if not self._queue.chooses or not waiting:
            return Standing()
        canary = self._queue.canary
        kinds = {(item.run_id, item.step) for item in waiting} if canary else set()
        return Standing(
            attempts.live_by_step(connection),
            {kind: choice.done_count(connection, kind, canary) for kind in kinds},
            {kind: choice.unsettled_count(connection, kind, canary) for kind in kinds},
        )

    def _tell_of(self, load: Load) -> None:
        if load.jobs is not None:
            self._kit.banners.clear("queue")
            return
        trouble = self._scheduler.health().trouble or "the scheduler does not answer"
        self._kit.banners.show("queue", trouble, "Nothing is submitted meanwhile.")
