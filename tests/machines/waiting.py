"""Wait for a condition with a deadline; never sleep and hope."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable

PERIOD_S, PERIOD_MAX_S = 0.01, 0.5


def _pause_s(took_s: float) -> float:
    """How long to wait until the next look: looking takes a fifth of the time at most."""
    return min(PERIOD_MAX_S, max(PERIOD_S, 4 * took_s))


def wait_until(condition: Callable[[], object], what: str, timeout_s: float = 30.0) -> object:
    """Wait until `condition` gives something true; give it."""
    deadline_s = time.monotonic() + timeout_s
    while True:
        began_s = time.monotonic()
        if last := condition():
            return last
        if time.monotonic() > deadline_s:
            raise AssertionError(f"{what}: not within {timeout_s} s (last seen: {last!r})")
        time.sleep(_pause_s(time.monotonic() - began_s))


async def until(condition: Callable[[], object], what: str, timeout_s: float = 30.0) -> object:
    """Wait in the event loop until `condition` (which may be a coroutine function) gives something true."""
    deadline_s = time.monotonic() + timeout_s
    while True:
        last = condition()
        if inspect.isawaitable(last):
            last = await last
        if last:
            return last
        if time.monotonic() > deadline_s:
            raise AssertionError(f"{what}: not within {timeout_s} s (last seen: {last!r})")
        await asyncio.sleep(PERIOD_S)
