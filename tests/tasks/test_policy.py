"""Queue policy never exceeds a limit and never acts on an unknown load."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.tasks.policy import (
    Ours,
    QueueSettings,
    Standing,
    StepPolicy,
    Waiting,
    choose,
    let_begin,
    room,
)


@given(st.integers(1, 500), st.data(), st.integers(1, 50), st.integers(0, 900), st.integers(0, 900))
def test_limits_are_never_exceeded(maximum, data, burst, in_scheduler, live) -> None:
    unclear = data.draw(st.integers(0, live))
    reserve = data.draw(st.integers(0, maximum - 1))
    settings = QueueSettings(max_jobs=maximum, reserve=reserve, max_submit=burst)
    free = room(settings, in_scheduler, Ours(live, unclear))
    assert 0 <= free <= burst
    assert free == 0 or max(in_scheduler + unclear, live) + free <= maximum - reserve


@given(st.integers(0, 400), st.integers(0, 300), st.integers(0, 300))
def test_beyond_what_the_scheduler_takes_one_is_tried(in_scheduler, live, most) -> None:
    settings, ours = QueueSettings(), Ours(live)
    free = room(settings, in_scheduler, ours, most)
    assert free <= room(settings, in_scheduler, ours)
    assert free <= 1 or live + free <= most


def test_unknown_load_means_no_room() -> None:
    assert room(QueueSettings(), None, Ours()) == 0


def test_a_reserve_without_room_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="reserve must be smaller"):
        msgspec.convert({"max_jobs": 10, "reserve": 10}, QueueSettings)


def waiting(*items: tuple[str, str]) -> list[Waiting]:
    return [Waiting(number, run, step) for number, (run, step) in enumerate(items, start=1)]


MIXED = waiting(("r1", "OPT"), ("r1", "BAND"), ("r2", "OPT"), ("r2", "BAND2"), ("r1", "OPT"))


@pytest.mark.parametrize(
    ("settings", "standing", "chosen"),
    [
        (QueueSettings(), Standing(), [1, 2, 3, 4, 5]),
        (QueueSettings(steps={"BAND": StepPolicy(priority=1)}), Standing(), [2, 4, 1, 3, 5]),
        (QueueSettings(steps={"BAND": StepPolicy(max_jobs=1)}), Standing(), [1, 2, 3, 5]),
        (
            QueueSettings(steps={"BAND": StepPolicy(max_jobs=1)}),
            Standing(live={("r9", "BAND"): 1}),
            [1, 3, 5],
        ),
        (QueueSettings(max_jobs_per_run=1), Standing(), [1, 3]),
        (QueueSettings(max_jobs_per_run=2), Standing(live={("r1", "SP"): 1}), [1, 3, 4]),
        (QueueSettings(canary=1), Standing(), [1, 2, 3, 4]),
        (QueueSettings(canary=1), Standing(live={("r1", "OPT"): 1}), [2, 3, 4]),
        (QueueSettings(canary=1), Standing(done={("r1", "OPT"): 1}), [1, 2, 3, 4, 5]),
        (QueueSettings(canary=1), Standing(unsettled={("r1", "OPT"): 1}), [2, 3, 4]),
    ],
)
def test_the_choice(settings: QueueSettings, standing: Standing, chosen: list[int]) -> None:
    assert [item.id for item in choose(settings, MIXED, standing, 99)] == chosen
    assert [item.id for item in choose(settings, MIXED, standing, 2)] == chosen[:2]


ITEMS = st.lists(
    st.tuples(st.sampled_from(["r1", "r2"]), st.sampled_from(["OPT", "SP", "BAND", "BAND2"]))
)


@given(ITEMS, st.integers(1, 5), st.integers(1, 5), st.integers(0, 3), st.integers(0, 20))
def test_no_limit_is_ever_passed(
    items: list[tuple[str, str]], band: int, per_run: int, canary: int, free: int
) -> None:
    settings = QueueSettings(
        steps={"BAND": StepPolicy(max_jobs=band)}, max_jobs_per_run=per_run, canary=canary
    )
    found = waiting(*items)
    taken = choose(settings, found, Standing(), free)
    assert len(set(taken)) == len(taken) <= free
    assert sum(item.type == "BAND" for item in taken) <= band
    for run in ("r1", "r2"):
        assert sum(item.run_id == run for item in taken) <= per_run
        for step in ("OPT", "SP", "BAND", "BAND2"):
            of_step = sum((item.run_id, item.step) == (run, step) for item in taken)
            assert not canary or of_step <= canary


def test_the_rate() -> None:
    settings = QueueSettings(per_minute=5)
    assert [room(settings, 0, Ours(last_minute=used)) for used in (0, 3, 5, 9)] == [5, 2, 0, 0]


def test_a_step_type_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'BANDS' is no step type"):
        QueueSettings(steps={"BANDS": StepPolicy()})


def test_few_materials_begin_and_what_goes_on_always_does() -> None:
    first = [Waiting(n, "r1", "OPT", begins=True) for n in range(4)]
    further = [Waiting(9, "r1", "SP")]
    assert let_begin([*first, *further], 1) == [first[0], *further]
    assert let_begin([*first, *further], 0) == further
    assert let_begin(first, 4) == first
