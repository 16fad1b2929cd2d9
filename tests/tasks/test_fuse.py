"""Fuses: jobs that end soon and alike stop the rest of their run, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import OPT_SP, Lab

from crystald.store import runs
from crystald.store.fuses import Ending, Fuse, FuseLimits, after, note

LIMITS = FuseLimits(3, 60.0, nodes=True)
MATERIALS = tuple(f"M{n}" for n in range(8))


def end(fault: str = "x", seconds: float | None = 5.0, node: str = "", number: int = 1) -> Ending:
    return Ending("r1", number, number, node, seconds, fault)


def burn(*endings: Ending) -> Fuse:
    fuse = Fuse()
    for ending in endings:
        fuse = after(fuse, ending, LIMITS)
    return fuse


def test_alike_ends_are_counted_in_a_row() -> None:
    assert burn(end(), end(), end()).count == 3
    assert burn(end(), end("y"), end()).count == 1


@pytest.mark.parametrize("good", [end(""), end("x", 61.0)])
def test_a_good_or_long_job_makes_the_run_safe(good: Ending) -> None:
    assert burn(end(), good, end(), end(), end()) == Fuse(safe=True)


def test_an_end_of_unknown_length_says_nothing() -> None:
    assert burn(end(), end("x", None), end()).count == 2


@given(st.lists(st.sampled_from([end(), end("y"), end(""), end("x", 90.0), end("x", None)])))
def test_only_soon_and_alike_ends_ever_count(endings: list[Ending]) -> None:
    fuse = burn(*endings)
    assert fuse.count <= sum(1 for e in endings if e.fault and (e.seconds or 99) <= 60)
    if any(e.seconds is not None and (not e.fault or e.seconds > 60) for e in endings):
        assert fuse.safe


async def test_the_output_of_a_job_that_failed_is_led_to(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.runner.faults = {"OPT"}
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await lab.work(daemon)
    (directory,) = lab.ask("SELECT directory FROM calculations WHERE state = 'decision'")
    (shown,) = (lab.workspace / directory[0]).glob("*.out")
    assert shown.is_symlink()
    assert "ERROR" in shown.read_text()
    await daemon.leave()


async def test_a_blown_fuse_holds_the_rest_and_asks_once(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.runner.faults = {"OPT"}
    lab.scheduler.slots = 1
    daemon = await lab.boot()
    await lab.submit(daemon, *MATERIALS, steps=OPT_SP)
    await lab.work(daemon)
    states = [row[0] for row in lab.ask("SELECT state FROM calculations WHERE step = 'OPT'")]
    begun = states.count("decision")
    assert begun in (3, 4)  # a fourth job may have begun before it could be withdrawn
    assert states.count("ready") == 8 - begun
    assert lab.ask("SELECT count(*) FROM calculations WHERE held AND state = 'ready'") == [
        (8 - begun,)
    ]
    questions = [row[0] for row in lab.ask("SELECT question FROM decisions")]
    assert sum("the rest of the run is held" in question for question in questions) == 1
    assert len(lab.runner.starts) == begun
    cancelled = [job for job in lab.scheduler.jobs.values() if job.state == "CANCELLED"]
    assert len(cancelled) == 8 - begun
    lab.runner.faults = set()
    await daemon.kit.database.write(
        lambda tx: (
            tx.execute("UPDATE calculations SET held = 0").rowcount and tx.changes.add("ready")
        )
    )
    await lab.work(daemon)
    states = [row[0] for row in lab.ask("SELECT state FROM calculations WHERE step = 'OPT'")]
    assert (states.count("decision"), states.count("done")) == (begun, 8 - begun)
    assert lab.problems() == []
    await daemon.leave()


async def test_a_sick_node_is_left_out(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, *MATERIALS, steps=OPT_SP)
    await daemon.round()
    write = daemon.kit.database.write
    await write(lambda tx: note(tx, end("", 900.0, "n1", 1), LIMITS))
    blown = [
        await write(lambda tx, n=n: note(tx, end("x", 5.0, "n1", n), LIMITS)) for n in (2, 3, 4)
    ]
    assert blown == [False, False, True]
    found = await daemon.kit.database.read(lambda c: runs.preparation(c, 8))
    assert found.excluded_nodes == ("n1",)
    assert lab.ask("SELECT count(*) FROM decisions") == [(1,)]
    await daemon.leave()
