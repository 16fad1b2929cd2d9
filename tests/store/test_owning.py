"""A first daemon is ended, also one that ends by itself just then."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator

import pytest
from clocks import SimulatedClock

from crystald import owning
from crystald.store.lease import Identity


def gone() -> Identity:
    """A process that has ended and was waited for."""
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return Identity(os.uname().nodename, process.pid, "1", "boot")


@pytest.mark.parametrize("looks", [[False, False], [True, False, False], [True] * 200])
async def test_a_daemon_that_ends_while_it_is_being_ended_is_no_trouble(
    looks: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: Iterator[bool] = iter(looks)
    monkeypatch.setattr(owning, "_alive", lambda holder: next(told))
    clock = SimulatedClock()
    began_s = clock.boot_s
    await owning._end_here(gone(), clock, asyncio.Event())
    assert clock.boot_s - began_s <= owning.END_FIRST_S
