"""Time as an argument: what the parts of the daemon ask, and the clock of this machine."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where a part gets its time from."""

    def now(self) -> datetime:
        """Tell the wall clock, UTC; for people only, never for a decision."""

    def boottime_s(self) -> float:
        """Tell seconds that never step and go on while the machine sleeps (CLOCK_BOOTTIME)."""

    async def wait(self, event: asyncio.Event, timeout_s: float) -> bool:
        """Wait for `event`, at most `timeout_s`; tell whether it was set."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Tell the wall clock, UTC."""
        return datetime.now(UTC)

    def boottime_s(self) -> float:
        """Tell CLOCK_BOOTTIME in seconds."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    async def wait(self, event: asyncio.Event, timeout_s: float) -> bool:
        """Wait for `event`, at most `timeout_s`; tell whether it was set."""
        try:
            async with asyncio.timeout(timeout_s):
                await event.wait()
        except TimeoutError:
            return False
        return True


def utc_text(instant: datetime) -> str:
    """Write an instant as the database and the wire carry it.

    Examples
    --------
    >>> utc_text(datetime(2026, 11, 23, 8, 5, 1, 250000, tzinfo=UTC))
    '2026-11-23T08:05:01.250Z'
    """
    return (
        instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        + f"{instant.microsecond // 1000:03d}Z"
    )
