"""Queue policy never exceeds a limit and never acts on an unknown load."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.tasks.policy import QueueSettings, room


@given(st.integers(1, 500), st.data(), st.integers(1, 50), st.integers(0, 900), st.integers(0, 900))
def test_limits_are_never_exceeded(maximum, data, burst, in_scheduler, live) -> None:
    reserve = data.draw(st.integers(0, maximum - 1))
    settings = QueueSettings(max_jobs=maximum, reserve=reserve, max_submit=burst)
    free = room(settings, in_scheduler, live)
    assert 0 <= free <= burst
    assert free == 0 or max(in_scheduler, live) + free <= maximum - reserve


def test_unknown_load_means_no_room() -> None:
    assert room(QueueSettings(), None, 0) == 0


def test_a_reserve_without_room_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="reserve must be smaller"):
        msgspec.convert({"max_jobs": 10, "reserve": 10}, QueueSettings)
