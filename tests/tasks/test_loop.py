"""Loops: woken or due, one bad item never stops the others, trouble is shown and passes."""

from __future__ import annotations

import asyncio

import pytest
from clocks import SimulatedClock

from crystald.errors import StoreError, WorkspaceError
from crystald.kit import Banners
from crystald.tasks.loop import BACK_OFF_LAST_S, Task, each, in_turns


class Rounds:
    """Rounds that give what they are told to, then stop the loop."""

    def __init__(self, stop: asyncio.Event, *outcomes: float | Exception) -> None:
        self.stop, self.outcomes, self.seen_s = stop, list(outcomes), []

    async def __call__(self) -> float:
        outcome = self.outcomes.pop(0)
        if not self.outcomes:
            self.stop.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def run(*outcomes: float | Exception) -> tuple[SimulatedClock, Banners]:
    stop, clock = asyncio.Event(), SimulatedClock(0.0)
    banners = Banners(clock)
    await Task("t", Rounds(stop, *outcomes)).run(stop, clock, banners)
    return clock, banners


async def test_it_sleeps_as_long_as_the_round_says() -> None:
    clock, _ = await run(5.0, 0.0, 7.0, 1.0)
    assert clock.boot_s == 12.0


async def test_trouble_is_shown_with_its_age_and_retried_later_and_later() -> None:
    trouble = WorkspaceError("disk full", "make room")
    clock, banners = await run(trouble, trouble, trouble, trouble)
    assert clock.boot_s == 1.0 + 2.0 + 4.0
    shown = banners.all()["t"]
    assert (shown.text, shown.hint) == ("disk full", "make room")
    assert shown.since_at.endswith("00:00.000Z")


async def test_trouble_that_has_passed_is_not_shown() -> None:
    _, banners = await run(WorkspaceError("disk full"), 1.0)
    assert banners.all() == {}


async def test_back_off_is_bounded() -> None:
    clock, _ = await run(*[WorkspaceError("x")] * 20)
    assert clock.boot_s < 20 * BACK_OFF_LAST_S


async def test_any_other_error_ends_the_task() -> None:
    with pytest.raises(StoreError):
        await run(StoreError("corrupt"), 1.0)


async def test_a_wake_during_a_round_is_not_lost() -> None:
    stop, clock = asyncio.Event(), SimulatedClock(0.0)
    task: Task

    async def look() -> float:
        if clock.boot_s == 0.0 and not looks:
            task.wake.set()
        looks.append(clock.boot_s)
        if len(looks) == 2:
            stop.set()
        return 100.0

    looks: list[float] = []
    task = Task("t", look)
    await task.run(stop, clock, Banners(clock))
    assert looks == [0.0, 0.0]


async def test_one_bad_item_never_stops_the_others() -> None:
    seen = []

    async def work(item: int) -> None:
        seen.append(item)
        if item == 1:
            raise WorkspaceError("bad item")

    with pytest.raises(WorkspaceError, match="bad item"):
        await each([0, 1, 2], work)
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("lanes", [1, 3])
async def test_all_are_worked_on_although_one_fails(lanes: int) -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        await asyncio.sleep(0)
        if item == 1:
            raise WorkspaceError("sick")
        done.append(item)

    with pytest.raises(WorkspaceError, match="sick"):
        await each(range(5), work, lanes)
    assert done == [0, 2, 3, 4]


class Desk:
    """Items that may be worked on, the most urgent first; each takes until it is let go."""

    def __init__(self, *items: int) -> None:
        self.ready = list(items)
        self.begun: list[int] = []
        self.most = 0
        self.news = asyncio.Event()
        self._ends: dict[int, asyncio.Future[None]] = {}

    async def choose(self, most: int) -> list[int]:
        await asyncio.sleep(0)
        chosen = sorted(self.ready)[:most]
        self.ready = [item for item in self.ready if item not in chosen]
        return chosen

    async def work(self, item: int) -> None:
        self.begun.append(item)
        self._ends[item] = asyncio.get_running_loop().create_future()
        self.most = max(self.most, len(self._ends))
        try:
            await self._ends[item]
        finally:
            del self._ends[item]

    def add(self, item: int) -> None:
        self.ready.append(item)
        self.news.set()

    async def end(self, item: int, error: Exception | None = None) -> None:
        if error:
            self._ends[item].set_exception(error)
        else:
            self._ends[item].set_result(None)
        await self.settled()

    def under_way(self) -> list[int]:
        return list(self._ends)

    async def settled(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.mark.parametrize("lanes", [1, 2])
async def test_what_is_urgent_goes_next_and_not_behind_all_that_waited(lanes: int) -> None:
    desk = Desk(5, 6, 7)
    turns = asyncio.ensure_future(in_turns(desk.choose, desk.work, lanes, desk.news))
    await desk.settled()
    assert desk.begun == [5, 6][:lanes]
    desk.add(1)
    await desk.end(5)
    assert desk.begun[lanes:] == [1]
    while not turns.done():
        await desk.end(*desk.under_way()[:1])
    await turns
    assert sorted(desk.begun) == [1, 5, 6, 7]
    assert desk.most == lanes


async def test_what_comes_while_others_are_under_way_begins_at_once_in_a_free_lane() -> None:
    desk = Desk(5)
    turns = asyncio.ensure_future(in_turns(desk.choose, desk.work, 2, desk.news))
    await desk.settled()
    desk.add(6)
    await desk.settled()
    assert desk.begun == [5, 6]
    await desk.end(5)
    await desk.end(6)
    await turns


async def test_time_alone_may_be_a_reason_to_choose_again() -> None:
    desk, passed = Desk(5), asyncio.Event()

    async def rest(news: asyncio.Event) -> None:
        await passed.wait()
        passed.clear()

    turns = asyncio.ensure_future(in_turns(desk.choose, desk.work, 2, desk.news, rest))
    await desk.settled()
    desk.ready.append(6)
    await desk.settled()
    assert desk.begun == [5]
    passed.set()
    await desk.settled()
    assert desk.begun == [5, 6]
    for number in (5, 6):
        await desk.end(number)
        passed.set()
    await turns


@pytest.mark.parametrize("lanes", [1, 2])
async def test_after_an_error_nothing_more_is_begun_and_what_is_under_way_ends(lanes: int) -> None:
    desk = Desk(5, 6, 7)
    turns = asyncio.ensure_future(in_turns(desk.choose, desk.work, lanes, desk.news))
    await desk.settled()
    await desk.end(5, WorkspaceError("sick"))
    if lanes == 2:
        assert not turns.done()
        await desk.end(6)
    with pytest.raises(WorkspaceError, match="sick"):
        await turns
    assert desk.begun == [5, 6][:lanes]


async def test_a_choice_that_fails_lets_what_is_under_way_end() -> None:
    desk = Desk(5)

    async def choose(most: int) -> list[int]:
        if desk.begun:
            raise StoreError("sick")
        return await desk.choose(most)

    turns = asyncio.ensure_future(in_turns(choose, desk.work, 2, desk.news))
    await desk.settled()
    desk.add(6)
    await desk.settled()
    assert not turns.done()
    await desk.end(5)
    with pytest.raises(StoreError, match="sick"):
        await turns
