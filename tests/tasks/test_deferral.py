"""After "later": one try at a time, later and later, sooner where a job of ours has ended."""

from __future__ import annotations

from clocks import SimulatedClock

from crystald.tasks.deferral import FIRST_S, LAST_S, Deferral


def test_nothing_waits_before_anything_was_put_off() -> None:
    deferral = Deferral(SimulatedClock())
    assert not deferral.waits
    assert deferral.left_s(0) == 0
    assert deferral.limit(20) == 20


def test_tries_come_one_at_a_time_and_later_and_later() -> None:
    clock = SimulatedClock()
    deferral = Deferral(clock)
    pauses = []
    for _ in range(7):
        deferral.put_off()
        deferral.put_off()  # one that was under way beside it
        pauses.append(deferral.left_s(5))
        assert deferral.waits
        assert deferral.limit(20) == 1
        clock.boot_s += pauses[-1]
        assert not deferral.waits
    assert pauses[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert pauses[-1] == LAST_S
    deferral.passed()
    assert deferral.limit(20) == 20


def test_a_job_that_ends_makes_room_at_once() -> None:
    deferral = Deferral(SimulatedClock())
    deferral.put_off()
    assert deferral.left_s(6) == FIRST_S
    assert deferral.left_s(4) == 0
    assert not deferral.waits
