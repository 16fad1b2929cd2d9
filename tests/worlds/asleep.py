"""A daemon that falls asleep at its fate, and an heir on another host that finishes meanwhile."""

from __future__ import annotations

import pytest
from lab import Daemon, Lab

from crystald.errors import HeldError, LeaseError


async def heir(lab: Lab) -> Daemon:
    """Take over from another host; a renewal that the sleeper had begun may still be committed."""
    try:
        return await lab.boot(host="login2")
    except HeldError:
        return await lab.boot(host="login2")


async def wakes_up_to_nothing(lab: Lab, sleeper: Daemon) -> None:
    """Wake it up, wherever it slept; then none of its rounds may do a thing."""
    for waiting in sleeper.fate.sleepers():
        try:
            await waiting
        except LeaseError:
            continue
    with pytest.raises(LeaseError):
        for _ in range(50):
            lab.clock.boot_s += 10.0
            await sleeper.round()


async def part(second: Daemon, first: Daemon) -> None:
    await second.leave()
    await first.abandon()
    first.fate.bury()
