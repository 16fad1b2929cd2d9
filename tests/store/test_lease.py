"""One daemon per home: the lease, on two hosts over one directory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from clocks import SimulatedClock
from hypothesis import given
from hypothesis import strategies as st

from crystald.errors import HeldError, LeaseError, StaleLeaseError
from crystald.store.database import open_database
from crystald.store.lease import Identity, Lease, LeaseRow, lock_of_home, may_take, read_lease
from crystald.store.migrate import migrate

FIRST = Identity("login1", 100, "1", "boot a")
OTHER = Identity("login2", 200, "2", "boot b")


@pytest.fixture
async def pair(tmp_path: Path):
    """Two daemons on two hosts, each with a clock of its own, over one file."""
    mine, theirs = SimulatedClock(1000.0), SimulatedClock(5000.0)
    path = tmp_path / "materials.db"
    async with open_database(path, mine) as a, open_database(path, theirs) as b:
        await a.run(migrate)
        yield Lease(a, mine, FIRST, 30.0), mine, Lease(b, theirs, OTHER, 30.0), theirs, a, b


async def test_a_living_holder_is_named_to_the_second(pair) -> None:
    first, _, second, theirs, *_ = pair
    assert await first.try_take(lock_free=False)
    assert not await second.try_take(lock_free=True)
    theirs.boot_s += 20.0
    await first.renew()
    with pytest.raises(HeldError, match="process 100 on host login1") as refused:
        await second.try_take(lock_free=True)
    assert (refused.value.host, refused.value.pid) == ("login1", 100)


async def test_a_silent_holder_is_followed_after_the_lease_and_not_before(pair) -> None:
    first, _, second, theirs, _, b = pair
    await first.try_take(lock_free=False)
    assert not await second.try_take(lock_free=True)
    theirs.boot_s += 29.9
    assert not await second.try_take(lock_free=True)
    theirs.boot_s += 0.2
    assert await second.try_take(lock_free=True)
    assert b.epoch == 2


async def test_a_holder_that_wakes_up_later_changes_nothing(pair) -> None:
    first, mine, second, theirs, a, _ = pair
    await first.try_take(lock_free=False)
    await second.try_take(lock_free=True)
    theirs.boot_s += 31.0
    await second.try_take(lock_free=True)
    mine.boot_s += 31.0
    with pytest.raises(StaleLeaseError):
        first.check()
    with pytest.raises(LeaseError, match="login2 process 200"):
        await first.renew()
    with pytest.raises(LeaseError):
        await a.write(lambda tx: tx.execute("DELETE FROM journal"))


@pytest.mark.parametrize("jump_h", [-1, 1])
async def test_wall_clock_jumps_change_nothing(pair, jump_h: int) -> None:
    first, mine, second, theirs, *_ = pair
    await first.try_take(lock_free=False)
    await second.try_take(lock_free=True)
    mine.wall_offset = theirs.wall_offset = timedelta(hours=jump_h)
    assert not await second.try_take(lock_free=True)
    first.check()
    await first.renew()
    with pytest.raises(HeldError):
        await second.try_take(lock_free=True)


async def test_a_dead_holder_on_the_same_machine_is_followed_at_once(pair) -> None:
    first, mine, _, _, _, b = pair
    await first.try_take(lock_free=True)
    heir = Lease(b, mine, replace(FIRST, pid=101), 30.0)
    assert not await heir.try_take(lock_free=False)
    assert await heir.try_take(lock_free=True)


async def test_a_lease_given_back_is_free(pair) -> None:
    first, _, second, *_ = pair
    await first.try_take(lock_free=False)
    await first.release()
    assert await second.try_take(lock_free=False)


async def test_two_observers_never_both_take(pair) -> None:
    first, _, second, _, a, b = pair
    row = await a.run(read_lease)
    taken = [await first.try_take(lock_free=False), await second.try_take(lock_free=False)]
    assert taken == [True, False]
    assert row.epoch == 0
    assert b.epoch == 0


def test_the_lock_is_exclusive_and_freed_by_closing(tmp_path: Path) -> None:
    import os

    lock = lock_of_home(tmp_path / "lock")
    assert lock is not None
    assert lock_of_home(tmp_path / "lock") is None
    os.close(lock)
    again = lock_of_home(tmp_path / "lock")
    assert again is not None
    os.close(again)


@given(
    held=st.booleans(),
    lock_free=st.booleans(),
    same=st.booleans(),
    still_s=st.floats(-1, 100),
    lease_s=st.floats(2, 60),
)
def test_nobody_takes_from_a_living_holder(held, lock_free, same, still_s, lease_s) -> None:
    me = FIRST if same else OTHER
    row = LeaseRow(3, 7, held, FIRST, "")
    taken = may_take(row, me, lock_free=lock_free, still_s=still_s, lease_s=lease_s)
    evidence = not held or (lock_free and same) or still_s >= lease_s
    assert taken == evidence
