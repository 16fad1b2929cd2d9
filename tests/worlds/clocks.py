"""Clocks for tests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class SimulatedClock:
    """Time that passes only when told; the wall clock may jump, boottime never does."""

    boot_s: float = 1000.0
    wall_offset: timedelta = timedelta(0)
    start: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.boot_s) + self.wall_offset

    def boottime_s(self) -> float:
        return self.boot_s

    async def wait(self, event: asyncio.Event, timeout_s: float) -> bool:
        await asyncio.sleep(0)
        if not event.is_set():
            self.boot_s += timeout_s
        return event.is_set()
