"""Rings that do not arrive are told; those that do, before or after their file, are not missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lab import Daemon, Lab

from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.tasks.doorbell import HEARD_MAX, MISSED_MAX, RING_S, Doorbell
from crystald.tasks.intake import Intake
from crystald.wire.messages import encode_ring

LATER_S = RING_S + 1


def end(number: int) -> RingMessage:
    token = Token(f"{number:020x}")
    return RingMessage(token, JobId("hpc", str(number)), 0, "end", 0, complete=True)


ENDS = [end(number) for number in range(10)]


def attended() -> Doorbell:
    """Give a doorbell whose spool was just seen empty."""
    bell = Doorbell()
    bell.empty(0.0)
    return bell


def test_of_a_flood_of_rings_only_the_newest_are_remembered() -> None:
    bell, many = attended(), [end(number) for number in range(HEARD_MAX + 2)]
    bell.rang(many, 0.0)
    bell.spooled([*many[:3], many[-1]], 0.0)
    assert bell.missed(LATER_S) == 2


def test_jobs_that_nobody_heard_are_counted_once() -> None:
    bell = attended()
    bell.spooled(ENDS[:2], 0.0)
    bell.spooled(ENDS[:2], 1.0)
    assert bell.missed(RING_S) == 0
    assert bell.missed(LATER_S) == 2
    assert bell.missed(LATER_S * 9) == 2


@pytest.mark.parametrize("first", ["ring", "file"])
def test_ring_and_file_come_in_any_order(first: str) -> None:
    bell = attended()
    for act in (bell.rang, bell.spooled) if first == "ring" else (bell.spooled, bell.rang):
        act(ENDS, 0.0)
    assert bell.missed(LATER_S) == 0


def test_one_ring_shows_that_the_way_is_open() -> None:
    bell = attended()
    bell.spooled(ENDS[:5], 0.0)
    assert bell.missed(LATER_S) == 5
    bell.rang(ENDS[6:7], LATER_S)
    assert bell.missed(LATER_S) == 0


def test_a_start_is_not_rung() -> None:
    bell = attended()
    bell.spooled([replace(ENDS[0], event="start")], 0.0)
    assert bell.missed(LATER_S) == 0


def test_what_ended_while_nobody_was_there_to_hear_says_nothing() -> None:
    bell = Doorbell()
    bell.spooled(ENDS[:5], 100.0)  # the night's, read at the start
    assert bell.missed(100.0 + LATER_S) == 0
    bell.empty(200.0)
    bell.spooled(ENDS[5:7], 9000.0)  # the machine was asleep, or the daemon stopped
    assert bell.missed(9000.0 + LATER_S) == 0
    bell.empty(9100.0)
    bell.spooled(ENDS[7:], 9101.0)
    assert bell.missed(9101.0 + LATER_S) == 3


async def test_a_night_without_a_daemon_is_no_firewall(fast_path: Path) -> None:
    lab = Lab(fast_path)
    for message in ENDS:
        (lab.spool / f"{message.token}.end.json").write_bytes(encode_ring(message))
    daemon = await lab.boot()
    intake = Intake(daemon.kit, lab.spool)
    for _ in range(8):
        await intake.round()
        lab.clock.boot_s += LATER_S / 4
        await daemon.kit.lease.renew()
    assert not list(lab.spool.glob("*.json"))
    assert "rings" not in daemon.kit.banners.all()
    await daemon.leave()


async def jobs_end_unheard(lab: Lab, daemon: Daemon, intake: Intake) -> None:
    await intake.round()
    for message in ENDS[:MISSED_MAX]:
        (lab.spool / f"{message.token}.end.json").write_bytes(encode_ring(message))
    await intake.round()
    assert "rings" not in daemon.kit.banners.all()
    for _ in range(4):  # in steps, so that the lease is renewed in between
        lab.clock.boot_s += LATER_S / 4
        await daemon.kit.lease.renew()
    await intake.round()


async def test_status_says_that_rings_do_not_arrive(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    intake = Intake(daemon.kit, lab.spool)
    await jobs_end_unheard(lab, daemon, intake)
    assert "do not arrive" in daemon.kit.banners.all()["rings"].text
    await intake.receive(ENDS[5:6])
    assert "rings" not in daemon.kit.banners.all()
    await daemon.leave()


async def test_where_the_spool_is_heard_nobody_misses_a_ring(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    intake = Intake(daemon.kit, lab.spool, near=True)
    with intake.hearing() as heard:
        assert heard
        await jobs_end_unheard(lab, daemon, intake)
    assert "rings" not in daemon.kit.banners.all()
    await daemon.leave()
