"""What goes wrong around one calculation stays with it: the others go on, and a person is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lab import OPT_SP, Daemon, Lab

from crystald.errors import UnfinishedError, WorkFailedError, WorkspaceError
from crystald.models import Accepted, Answer
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.simulated import Mishap
from crystald.tasks.judging import read_attempt
from crystald.tasks.making import make

OPT = OPT_SP[:1]


def attempt_of(lab: Lab, material: str) -> Path:
    """Give the directory of a material's newest attempt."""
    found = lab.workspace.glob(f"workflow_outputs/*/step_001_OPT/mat_{material}/attempts/*")
    return max(found)


def state_of(lab: Lab, material: str) -> str:
    return lab.ask(f"SELECT state FROM calculations WHERE material_id = '{material}'")[0][0]


async def running(lab: Lab, *materials: str) -> Daemon:
    """Boot, submit one step of some materials, and let their jobs run."""
    daemon = await lab.boot()
    await lab.submit(daemon, *materials, steps=OPT)
    await daemon.round()
    lab.scheduler.start_pending()
    lab.clock.boot_s += 20.0
    await daemon.round()
    assert {state_of(lab, material) for material in materials} == {"running"}
    return daemon


async def test_a_vanished_directory_of_a_running_job_becomes_a_question(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await running(lab, "MgO", "NaCl")
    shutil.rmtree(attempt_of(lab, "MgO"))
    for _ in range(3):
        lab.clock.boot_s += 20.0
        await daemon.round()
    assert state_of(lab, "MgO") == "running"
    for job, simulated in list(lab.scheduler.jobs.items()):
        if "MgO" in simulated.order.name:
            lab.scheduler.fail_node(job)
    await lab.work(daemon)
    assert (state_of(lab, "MgO"), state_of(lab, "NaCl")) == ("decision", "done")
    assert "vanished" in lab.ask("SELECT question FROM decisions")[0][0]
    await daemon.leave()


async def test_an_attempt_that_leads_out_of_the_workspace_stops_no_other(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await running(lab, "MgO", "NaCl")
    place = attempt_of(lab, "MgO")
    elsewhere = place.rename(fast_path / "elsewhere")
    place.symlink_to(elsewhere)
    await lab.work(daemon)
    assert (state_of(lab, "MgO"), state_of(lab, "NaCl")) == ("running", "done")
    assert "leads out of" in daemon.kit.banners.all()["attempts"].text
    place.unlink()
    elsewhere.rename(place)
    await lab.work(daemon)
    assert state_of(lab, "MgO") == "done"
    assert "attempts" not in daemon.kit.banners.all()
    await daemon.leave()


async def test_a_workspace_that_is_away_gets_no_attempts(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT)
    away = (lab.workspace / "workflow_outputs").rename(fast_path / "away")
    await lab.work(daemon, rounds=30)
    assert state_of(lab, "MgO") == "ready"
    assert not list(lab.workspace.iterdir())
    assert lab.ask("SELECT count(*) FROM attempts") == [(0,)]
    assert "mounted" in daemon.kit.banners.all()["submission"].hint
    away.rename(lab.workspace / "workflow_outputs")
    lab.clock.boot_s += 3600.0
    await lab.work(daemon)
    assert state_of(lab, "MgO") == "done"
    assert daemon.kit.banners.all() == {}
    await daemon.leave()


async def test_an_unclear_submission_is_tried_again_later_and_later(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.scheduler.mishaps.extend([Mishap.DIES] * 5)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT)
    await lab.work(daemon, rounds=400)
    assert state_of(lab, "MgO") == "done"
    assert lab.ask("SELECT count(*) FROM attempts") == [(6,)]
    assert lab.problems() == []
    await daemon.leave()


@pytest.mark.parametrize("mishap", [Mishap.DEFERRED, Mishap.REJECTED])
async def test_a_refused_script_that_a_person_runs_by_hand_is_followed(
    fast_path: Path, mishap: Mishap
) -> None:
    lab = Lab(fast_path)
    lab.scheduler.mishaps.append(mishap)
    daemon = await lab.boot()
    submit = lab.scheduler.submit

    async def hasty(order: SubmitOrder) -> Answer:
        answer = await submit(order)
        if not isinstance(answer, Accepted):
            lab.scheduler.accept(order)  # a person submits the script that lies there
            lab.scheduler.start_pending()
        return answer

    lab.scheduler.submit = hasty  # type: ignore[method-assign]
    await lab.submit(daemon, "MgO", steps=OPT)
    await lab.work(daemon)
    assert state_of(lab, "MgO") == "done"
    assert lab.ask("SELECT count(*) FROM attempts") == [(1,)]
    assert len(lab.runner.starts) == 1
    assert lab.problems() == []
    await daemon.leave()


async def test_a_refused_script_runs_nothing_afterwards(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.scheduler.mishaps.append(Mishap.DEFERRED)
    daemon = await lab.boot()
    orders: list[SubmitOrder] = []
    submit = lab.scheduler.submit

    async def kept(order: SubmitOrder) -> Answer:
        orders.append(order)
        return await submit(order)

    lab.scheduler.submit = kept  # type: ignore[method-assign]
    await lab.submit(daemon, "MgO", steps=OPT)
    await daemon.round()
    lab.scheduler.accept(orders[0])
    await lab.work(daemon)
    assert state_of(lab, "MgO") == "done"
    assert len(orders) == 2
    assert [token for token, _ in lab.runner.starts] == [orders[1].token]
    await daemon.leave()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UnfinishedError("read_attempt did not finish (TimeoutError)"), "did not finish"),
        (WorkFailedError("read_attempt failed unexpectedly: KeyError: 'x'"), "unexpectedly"),
    ],
)
async def test_an_output_that_cannot_be_read_becomes_a_question(
    fast_path: Path, error: Exception, words: str
) -> None:
    lab = Lab(fast_path)
    daemon = await running(lab, "MgO", "NaCl")
    break_heavy(daemon, read_attempt, "MgO", error)
    await lab.work(daemon)
    assert (state_of(lab, "MgO"), state_of(lab, "NaCl")) == ("decision", "done")
    reason = lab.ask("SELECT reason FROM calculations WHERE material_id = 'MgO'")[0][0]
    assert words in reason
    await daemon.leave()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (UnfinishedError("make did not finish (TimeoutError)"), "decision"),
        (WorkFailedError("make failed unexpectedly: KeyError: 'x'"), "decision"),
        (WorkspaceError("a file cannot be read just now"), "ready"),
    ],
)
async def test_a_deck_that_cannot_be_made_stops_no_other(
    fast_path: Path, error: Exception, state: str
) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", "NaCl", steps=OPT)
    break_heavy(daemon, make, "MgO", error)
    await lab.work(daemon, rounds=20)
    assert (state_of(lab, "MgO"), state_of(lab, "NaCl")) == (state, "done")
    await daemon.leave()


def break_heavy(daemon: Daemon, work: object, material: str, error: Exception) -> None:
    """Let heavy work on one material fail."""
    sound = daemon.kit.hands.heavy

    async def heavy(asked, *arguments):
        if asked is work and material in str(arguments[0]):
            raise error
        return await sound(asked, *arguments)

    daemon.kit.hands.heavy = heavy  # type: ignore[method-assign]
