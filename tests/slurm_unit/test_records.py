"""Records of submissions: whole or not there, what they prove of an sbatch, and when they go."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crystald.models import Accepted, SbatchLife
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.slurm import records as record_room
from crystald.schedulers.slurm.records import HandedOverError, Records, this_machine

pytestmark = pytest.mark.process

MakeOrder = Callable[..., SubmitOrder]


async def test_a_record_goes_when_its_job_is_recorded(
    opened, make_order: MakeOrder, state: Path
) -> None:
    slurm, order = opened(), make_order()
    answer = await slurm.submit(order)
    assert isinstance(answer, Accepted)
    assert (state / order.token).is_dir()
    await slurm.observe({order.token: answer.job})
    assert not (state / order.token).exists()


async def test_records_of_an_earlier_daemon_go_as_well(opened, make_order, state: Path) -> None:
    order = make_order()
    answer = await opened().submit(order)
    assert isinstance(answer, Accepted)
    await opened().observe({order.token: answer.job})
    assert not (state / order.token).exists()


def test_a_record_on_another_host_is_not_known_to_be_dead(state: Path, make_order) -> None:
    here = this_machine()
    order = make_order()
    _, held = Records(state, here).begin(order.token, order.name, "hpc")
    there = Records(state, replace(here, host="elsewhere", boot="0" * 36))
    record = there.read(order.token)
    assert record is not None
    assert record.life is SbatchLife.RUNNING  # a lock that is seen is believed
    os.close(held)
    record = there.read(order.token)
    assert record is not None
    assert (record.life, record.name) == (SbatchLife.UNKNOWN, order.name)
    record = Records(state, here).read(order.token)
    assert record is not None
    assert (record.life, record.code) == (SbatchLife.DEAD, None)


def test_an_end_of_an_earlier_boot_counts_from_when_it_is_seen(state: Path, make_order) -> None:
    here, order = this_machine(), make_order()
    place, held = Records(state, here).begin(order.token, order.name, "hpc")
    os.close(held)
    (place / "end").write_text(f"0 1.0 1.5 {'0' * 36}\n")
    record = Records(state, here).read(order.token)
    assert record is not None
    assert (record.life, record.code, record.dead_s) == (SbatchLife.DEAD, 0, 0.0)


@pytest.mark.parametrize(
    ("began", "ended", "dead_s"),
    [
        (5000, 5100, 900),
        (5900, 5999, 1),
        (10, 110, 900),  # a container's own uptime, which began later: the record tells the age
        (10, 990, 20),
        (90_000, 90_100, 0),  # a clock that is ahead: counted from when the end is seen
        (110, 10, 1000),
    ],
)
def test_the_age_of_an_end_is_bounded_by_that_of_its_record(
    state: Path, make_order, began: int, ended: int, dead_s: int
) -> None:
    now_s = 5000.0
    machine = replace(this_machine(), uptime_s=lambda: now_s)
    records, order = Records(state, machine), make_order()
    place, held = records.begin(order.token, order.name, "hpc")
    os.close(held)
    (place / "end").write_text(f"0 {began} {ended} {machine.boot}\n")
    now_s = 6000.0
    record = records.read(order.token)
    assert record is not None
    assert record.dead_s == dead_s
    now_s = 6500.0
    record = records.read(order.token)
    assert record is not None
    assert record.dead_s == max(500, dead_s + 500 if dead_s else 0)


def test_the_death_of_an_sbatch_that_told_no_end_counts_from_when_it_is_seen(
    state: Path, make_order
) -> None:
    now_s = 100.0
    order = make_order()
    records = Records(state, replace(this_machine(), uptime_s=lambda: now_s))
    _, held = records.begin(order.token, order.name, "hpc")

    def dead_s() -> float | None:
        record = records.read(order.token)
        assert record is not None
        return record.dead_s

    assert dead_s() is None
    now_s = 900.0
    os.close(held)
    assert dead_s() == 0.0
    now_s = 1000.0
    assert dead_s() == 100.0


BOOT = "0" * 36


@pytest.mark.parametrize(
    "torn",
    ["", "0 1", "0 1.5 2.5 x\n", "garbage\n", f"0 1.5 2.5 {BOOT} 47", f"0 1.5 2.5 {BOOT} \0\0\n"],
)
def test_a_torn_end_is_none(state: Path, make_order, torn: str) -> None:
    here, order = this_machine(), make_order()
    place, held = Records(state, here).begin(order.token, order.name, "hpc")
    os.close(held)
    (place / "end").write_text(torn)
    record = Records(state, here).read(order.token)
    assert record is not None
    assert record.code is None


def test_a_record_that_was_begun_by_halves_is_a_record(state: Path, make_order) -> None:
    order = make_order()
    records = Records(state, this_machine())
    assert records.read(order.token) is None
    (state / order.token).mkdir()
    record = records.read(order.token)
    assert record is not None
    assert (record.life, record.code) == (SbatchLife.UNKNOWN, None)
    with pytest.raises(HandedOverError):
        records.begin(order.token, order.name, "hpc")


@pytest.mark.parametrize("dies_at", ["lock", "mark", "rename"])
def test_who_dies_before_a_record_is_whole_has_begun_nothing(
    state: Path, make_order, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    """The next daemon need not wait for as long as an sbatch may work."""
    order, here = make_order(), this_machine()
    records = Records(state, here)
    assert records.read(order.token) is None

    def die(*_: object) -> None:
        os._exit(9)

    child = os.fork()
    if not child:
        target = Path if dies_at == "rename" else record_room
        monkeypatch.setattr(target, dies_at, die)
        records.begin(order.token, order.name, "hpc")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert Records(state, here).read(order.token) is None
    (left,) = state.iterdir()
    os.utime(left, (0, 0))
    Records(state, here).tidy(done=(), still=())
    assert not list(state.iterdir())
    _, held = Records(state, here).begin(order.token, order.name, "hpc")
    os.close(held)


def test_a_record_is_made_once(state: Path, make_order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by those who both saw that there is none."""
    order, here = make_order(), this_machine()
    _, held = Records(state, here).begin(order.token, order.name, "hpc")
    monkeypatch.setattr(Path, "exists", exists_later(state / order.token))
    with pytest.raises(HandedOverError):
        Records(state, here).begin(order.token, order.name, "hpc")
    os.close(held)
    assert [path.name for path in state.iterdir()] == [order.token]
    assert (state / order.token / "begun").read_text()


def exists_later(place: Path) -> Callable[..., bool]:
    """Deny a path when it is asked for the first time."""
    asked: list[Path] = []
    really = Path.exists

    def exists(path: Path, **options: bool) -> bool:
        asked.append(path)
        return really(path, **options) and not (path == place and asked.count(place) == 1)

    return exists


def move_away(path: Path) -> None:
    path.rename(path.parent / "away")


async def test_records_that_vanish_as_a_whole_say_nothing(
    opened, make_order: MakeOrder, state: Path
) -> None:
    slurm, order = opened(), make_order()
    await slurm.submit(order)
    move_away(state)
    seen = (await slurm.observe({order.token: None}))[order.token]
    assert (seen.answered, seen.answer) == (False, None)


def test_records_that_nobody_needs_go_after_a_while(state: Path, make_order) -> None:
    now_s = 0.0
    machine = replace(this_machine(), uptime_s=lambda: now_s)
    records, closed, live = Records(state, machine), make_order(1), make_order(2)
    for order in (closed, live):
        _, held = records.begin(order.token, order.name, "hpc")
        os.close(held)
    for minute in range(0, 8 * 60, 10):
        now_s = minute * 60.0
        records.tidy(done=[], still=[live.token])
    assert (state / live.token).is_dir()
    assert not (state / closed.token).exists()


def test_records_are_kept_while_nobody_asks(state: Path, make_order) -> None:
    now_s = 0.0
    machine = replace(this_machine(), uptime_s=lambda: now_s)
    records, order = Records(state, machine), make_order()
    _, held = records.begin(order.token, order.name, "hpc")
    os.close(held)
    for hour in (1, 20, 40):
        now_s = hour * 3600.0
        records.tidy(done=[], still=[])
    assert (state / order.token).is_dir()
