"""Rows that fail are put off, later and later, while the others go on."""

from __future__ import annotations

import asyncio

import pytest
from clocks import SimulatedClock
from waiting import until

from crystald.errors import StaleLeaseError, WorkspaceError
from crystald.kit import Banners
from crystald.tasks.loop import REST_S
from crystald.tasks.patience import FIRST_S, LAST_S, Patience


class Bench:
    """Patience, and rows that fail or not."""

    def __init__(self) -> None:
        self.clock = SimulatedClock(0.0)
        self.banners = Banners(self.clock)
        self.patience = Patience(self.clock, self.banners, "rows")
        self.failing: set[int] = set()
        self.seen: list[int] = []

    async def work(self, row: int) -> bool:
        self.seen.append(row)
        if row in self.failing:
            raise WorkspaceError(f"row {row} fails", "wait")
        return True


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_one_that_fails_never_stops_the_others(bench: Bench) -> None:
    bench.failing = {2}
    await bench.patience.each([1, 2, 3], bench.work)
    assert bench.seen == [1, 2, 3]
    assert bench.patience.waiting() == (2,)
    assert bench.banners.all()["rows"].text == "row 2 fails"


async def test_the_delay_doubles_up_to_its_bound(bench: Bench) -> None:
    bench.failing = {1}
    delays = []
    for _ in range(20):
        await bench.patience.each([1], bench.work)
        delays.append(bench.patience.rest())
        bench.clock.boot_s += delays[-1]
        assert bench.patience.waiting() == ()
    assert delays[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert max(delays) == LAST_S
    assert bench.patience.failures(1) == 20


async def test_success_forgets_and_clears(bench: Bench) -> None:
    bench.failing = {1}
    await bench.patience.each([1], bench.work)
    bench.failing = set()
    await bench.patience.each([1], bench.work)
    assert bench.patience.failures(1) == 0
    assert bench.banners.all() == {}
    assert bench.patience.rest() == REST_S


async def test_a_row_that_went_elsewhere_is_forgotten_once_due(bench: Bench) -> None:
    bench.failing = {1}
    await bench.patience.each([1], bench.work)
    bench.clock.boot_s += FIRST_S
    assert bench.patience.rest() == REST_S
    assert bench.patience.failures(1) == 0
    assert bench.banners.all() == {}


async def test_many_troubles_make_one_banner(bench: Bench) -> None:
    bench.failing = {1, 2, 3}
    await bench.patience.each([1, 2, 3], bench.work)
    assert bench.banners.all()["rows"].text == "row 1 fails (and 2 more)"


async def test_trouble_that_is_not_the_rows_own_is_everybodys(bench: Bench) -> None:
    async def stale(row: int) -> bool:
        raise StaleLeaseError("not renewed")

    with pytest.raises(StaleLeaseError):
        await bench.patience.each([1, 2], stale)
    assert bench.patience.waiting() == ()


async def test_rows_abreast_share_the_work_and_an_error_stops_the_rest() -> None:
    patience, begun, go = Bench().patience, [], asyncio.Event()

    async def work(row: int) -> bool:
        begun.append(row)
        if row == 2:
            raise StaleLeaseError("another daemon", "none")
        await go.wait()
        begun.append(-row)
        return True

    each = asyncio.ensure_future(patience.each(range(1, 9), work, abreast=3))
    await until(lambda: begun == [1, 2, 3], "three are under way")
    go.set()
    with pytest.raises(StaleLeaseError):
        await each
    assert begun == [1, 2, 3, -1, -3]
