"""What the scheduler refuses: one question a run, and none where it may be the scheduler that is ill."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import OPT_SP, Daemon, Lab

from crystald.models import Answer, Deferred, Rejected
from crystald.schedulers.base import SubmitOrder
from crystald.store import answers
from crystald.store.decisions import Choice
from crystald.tasks.deferral import LAST_S
from crystald.tasks.policy import QueueSettings

OPT = OPT_SP[:1]
MATERIALS = tuple(f"M{number:02d}" for number in range(40))
OPEN = "SELECT question, evidence FROM decisions WHERE answered_at IS NULL"


def answered(lab: Lab, *says: Answer | None) -> None:
    """Let the scheduler give these answers in turn, the last one for ever; None accepts."""
    left = list(says)
    submit = type(lab.scheduler).submit

    async def other(order: SubmitOrder) -> Answer:
        said = left.pop(0) if len(left) > 1 else left[0]
        return said or await submit(lab.scheduler, order)

    lab.scheduler.submit = other  # type: ignore[method-assign]


async def pass_by(lab: Lab, daemon: Daemon, seconds: float) -> None:
    until_s = lab.clock.boot_s + seconds
    while lab.clock.boot_s < until_s:
        await daemon.round()
        lab.clock.boot_s += 20.0


def counted(lab: Lab) -> dict[tuple[str, int], int]:
    rows = lab.ask("SELECT state, held, count(*) FROM calculations GROUP BY state, held")
    return {(state, held): count for state, held, count in rows}


async def test_a_wrong_account_is_one_question(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    answered(lab, Rejected("Invalid account"))
    await lab.submit(daemon, *MATERIALS, steps=OPT)
    await pass_by(lab, daemon, 600.0)
    assert counted(lab) == {("ready", 1): 40}
    (question,) = lab.ask(OPEN)
    assert "refused 3 jobs in a row of run r1: Invalid account; the run is held" in question[0]
    assert lab.ask("SELECT count(*) FROM attempts")[0][0] <= 3 + daemon.kit.abreast
    answered(lab, None)
    await daemon.kit.database.write(lambda tx: release(tx, lab))
    await lab.work(daemon, rounds=200)
    assert counted(lab) == {("done", 0): 40}
    assert lab.ask(OPEN) == []
    assert lab.problems() == []
    await daemon.leave()


def release(transaction, lab: Lab) -> None:
    (number,) = lab.ask("SELECT id FROM decisions WHERE answered_at IS NULL")[0]
    asked, choice = answers.answer(transaction, number, 1)
    assert (choice, asked.choices) == (Choice.RELEASE, (Choice.RELEASE, Choice.DISMISS))


async def test_a_mistake_that_was_not_mended_is_asked_about_again(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    answered(lab, Rejected("Invalid account"))
    await lab.submit(daemon, *MATERIALS[:5], steps=OPT)
    await pass_by(lab, daemon, 100.0)
    await daemon.kit.database.write(lambda tx: release(tx, lab))
    await pass_by(lab, daemon, 100.0)
    assert counted(lab) == {("ready", 1): 5}
    assert len(lab.ask(OPEN)) == 1
    await daemon.leave()


@pytest.mark.parametrize(
    "says",
    [
        [Rejected("too long"), Rejected("too long"), None, Rejected("too long"), None],
        [Rejected("too long"), Rejected("too wide"), Rejected("too long"), None],
    ],
)
async def test_refusals_of_single_jobs_hold_nobody_else(
    says: list[Answer | None], fast_path: Path
) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    answered(lab, *says)
    await lab.submit(daemon, *MATERIALS[:6], steps=OPT)
    await lab.work(daemon)
    assert counted(lab) == {("decision", 0): 3, ("done", 0): 3}
    assert len(lab.ask(OPEN)) == 3
    await daemon.leave()


async def test_paths_and_names_of_jobs_make_no_two_refusals_of_one(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    answered(lab, *[Rejected(f"unable to open file /w/{name}/job.sh") for name in MATERIALS])
    await lab.submit(daemon, *MATERIALS[:6], steps=OPT)
    await pass_by(lab, daemon, 100.0)
    assert counted(lab) == {("ready", 1): 6}
    assert len(lab.ask(OPEN)) == 1
    await daemon.leave()


async def test_without_a_fuse_every_refusal_is_its_own_question(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.queue = QueueSettings(fuse=0)
    daemon = await lab.boot()
    answered(lab, Rejected("Invalid account"))
    await lab.submit(daemon, *MATERIALS[:6], steps=OPT)
    await pass_by(lab, daemon, 100.0)
    assert counted(lab) == {("decision", 0): 6}
    await daemon.leave()


async def test_a_sick_name_service_is_told_and_waited_for(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    answered(lab, Deferred("Invalid user id", sick=True))
    await lab.submit(daemon, *MATERIALS[:6], steps=OPT)
    await pass_by(lab, daemon, 600.0)
    assert counted(lab) == {("ready", 0): 6}
    assert lab.ask(OPEN) == []
    banner = daemon.kit.banners.all()["refusals"]
    assert banner.text == "the scheduler refuses jobs: Invalid user id"
    assert lab.ask("SELECT count(*) FROM attempts")[0][0] < 10
    answered(lab, None)
    await pass_by(lab, daemon, LAST_S)
    await lab.work(daemon)
    assert counted(lab) == {("done", 0): 6}
    assert "refusals" not in daemon.kit.banners.all()
    await daemon.leave()
