"""A store on real files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from clocks import SimulatedClock

from crystald.store.database import Database, open_database
from crystald.store.lease import Identity, Lease
from crystald.store.migrate import migrate

ME = Identity("login1", 100, "1", "boot")


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture
async def database(tmp_path: Path, clock: SimulatedClock) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "materials.db", clock) as opened:
        await opened.run(migrate)
        lease = Lease(opened, clock, ME, 30.0)
        assert await lease.try_take(lock_free=True)
        yield opened
