"""The spool is read when it has changed, and what came just after the reading is not missed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from lab import OPT_SP, Lab

from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.store.inbox import DUPLICATES_MAX
from crystald.tasks import intake as intake_module
from crystald.tasks.intake import LOOK_NEAR_S, LOOK_S, Intake
from crystald.tasks.loop import REST_S
from crystald.wire import watch
from crystald.wire.messages import encode_ring


def leave(spool: Path, number: int) -> Path:
    """Leave a message."""
    token, job = Token(f"{number:020x}"), JobId("hpc", str(number))
    place = spool / f"{token}.end.json"
    place.write_bytes(encode_ring(RingMessage(token, job, 0, "end", 0, complete=True)))
    return place


async def test_a_file_that_came_within_one_tick_of_the_stamp_is_found(fast_path: Path) -> None:
    """Where the clock of the file system is coarse, the directory does not show that file."""
    lab = Lab(fast_path)
    daemon = await lab.boot()
    intake = Intake(daemon.kit, lab.spool)
    leave(lab.spool, 1)
    assert await intake.round() == 0
    assert await intake.round() > 0
    stamp = lab.spool.stat().st_mtime_ns
    place = leave(lab.spool, 2)
    os.utime(lab.spool, ns=(stamp, stamp))
    await intake.round()
    assert not place.exists()
    await daemon.leave()


async def test_a_spool_that_is_still_is_not_read_again_and_again(
    fast_path: Path, monkeypatch
) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    intake = Intake(daemon.kit, lab.spool)
    looks = []
    for look in (intake_module.spool_stamp, intake_module.read_spool):

        def counted(*arguments, look=look):
            looks.append(look.__name__)
            return look(*arguments)

        monkeypatch.setattr(intake_module, look.__name__, counted)
    for _ in range(10):
        await intake.round()
    assert looks.count("spool_stamp") == 10
    assert looks.count("read_spool") == 2
    await daemon.leave()


async def test_a_spool_that_is_heard_is_looked_at_less_often(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await daemon.round()
    intake = Intake(daemon.kit, lab.spool, near=True)
    assert await intake.round() == LOOK_NEAR_S
    with intake.hearing() as heard:
        assert heard
        assert await intake.round() == LOOK_S
    assert await intake.round() == LOOK_NEAR_S
    await daemon.leave()


async def test_only_what_is_watched_counts_as_heard(fast_path: Path, monkeypatch) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    with Intake(daemon.kit, lab.spool).hearing() as heard:
        assert not heard  # over the network
    monkeypatch.setattr(watch, "_watch", lambda _: None)  # the kernel has none to give
    with Intake(daemon.kit, lab.spool, near=True).hearing() as heard:
        assert not heard
    await daemon.leave()


async def test_what_comes_is_heard_and_taken_in_without_a_ring(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    intake = Intake(daemon.kit, lab.spool, near=True)
    with intake.hearing():
        while await intake.round() < REST_S:
            pass
        intake.news.clear()
        leave(lab.root, 1).rename(lab.spool / "1.end.json")
        await asyncio.wait_for(intake.news.wait(), 20)
        await intake.round()
    assert list(lab.spool.iterdir()) == []
    await daemon.leave()


async def test_forged_copies_of_a_job_are_noted_a_few_times_and_no_more(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP[:1])
    await daemon.round()
    token = Token(lab.ask("SELECT token FROM attempts")[0][0])
    intake = Intake(daemon.kit, lab.spool)

    async def ring(number: int, restart: int) -> None:
        job = JobId("hpc", str(number))
        await intake.receive([RingMessage(token, job, restart, "duplicate", 0, complete=False)])

    def noted() -> tuple[int, ...]:
        tables = (
            "journal WHERE event = 'duplicate'",
            "jobs WHERE note <> ''",
            "inbox WHERE event = 'duplicate'",
        )
        return tuple(lab.ask(f"SELECT count(*) FROM {table}")[0][0] for table in tables)

    for restart in range(20):
        await ring(77, restart)
    assert noted() == (1, 1, 1)
    for number in range(100, 140):
        await ring(number, 0)
    assert noted() == (DUPLICATES_MAX,) * 3
    await intake.receive([RingMessage(token, JobId("hpc", "9"), 0, "end", 0, complete=True)])
    assert lab.ask("SELECT count(*) FROM inbox WHERE event = 'end'") == [(1,)]
    await daemon.leave()
