"""Slow start: the places open by time, close by quick ends, and never all at once."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from crystald.tasks.pace import IDLE_S, LASTS_S, SOON_S, Pace

MANY = 1000
NUMBERS = count(1)


def begin(pace: Pace, many: int, now_s: float) -> None:
    for _ in range(many):
        pace.begun(next(NUMBERS), now_s)


def test_places_double_whenever_those_that_have_begun_last() -> None:
    pace, now_s = Pace(4), 0.0
    for expected in (4, 8, 16, 32):
        assert pace.beginners(0, MANY) == expected
        begin(pace, expected, now_s)
        assert pace.beginners(0, MANY) == 0
        now_s += LASTS_S
        pace.look((), now_s)


def test_one_that_ends_at_once_closes_what_was_opened() -> None:
    pace = Pace(4)
    begin(pace, 4, 0.0)
    pace.look((), LASTS_S)
    begin(pace, 3, LASTS_S)
    pace.look(pace.young[:1], LASTS_S + 0.1)
    assert len(pace.young) == 2
    assert pace.beginners(0, MANY) == 2


def test_what_comes_back_takes_places_but_not_the_last_one() -> None:
    pace = Pace(4)
    assert pace.beginners(3, MANY) == 1
    assert pace.beginners(9, MANY) == 1
    begin(pace, 1, 0.0)
    assert pace.beginners(1, MANY) == 2
    assert pace.beginners(9, MANY) == 0


def test_after_a_while_nothing_is_known_any_more() -> None:
    pace = Pace(4)
    begin(pace, 4, 0.0)
    pace.look((), LASTS_S)
    assert pace.beginners(0, MANY) == 8
    pace.look((), IDLE_S)
    assert pace.beginners(0, MANY) == 4


def test_without_a_slow_start_all_may_begin() -> None:
    pace = Pace(0)
    begin(pace, 5, 0.0)
    assert pace.young == ()
    assert pace.beginners(9, 7) == 7
    assert pace.rest_s(0.0, 15.0) == 15.0


def test_it_rests_until_the_next_one_lasts() -> None:
    pace = Pace(4)
    assert pace.rest_s(7.0, 15.0) == 15.0
    begin(pace, 1, 7.0)
    begin(pace, 1, 8.0)
    assert pace.rest_s(8.0, 15.0) == LASTS_S - 1.0
    assert pace.rest_s(7.0 + LASTS_S, 15.0) == SOON_S  # it was not looked at yet


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=30))
def test_as_many_as_at_first_may_always_be_out_and_it_is_never_stuck(
    first: int, turns: list[tuple[int, int]]
) -> None:
    pace, now_s = Pace(first), 0.0
    for ended, eighths in turns:
        begin(pace, pace.beginners(0, MANY), now_s)
        assert len(pace.young) >= first
        now_s += eighths / 8
        pace.look(pace.young[:ended], now_s)
    pace.look((), now_s + LASTS_S)
    assert pace.young == ()
    assert pace.beginners(MANY, MANY) == 1
