"""A script that a person ran on another host: shown after a while, and ended by a person's word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lab import OPT_SP, Daemon, Lab

from crystald.errors import RefusedError
from crystald.store import answers
from crystald.store.decisions import Choice
from crystald.tasks import byhand
from crystald.tasks.byhand import SOURCE

HAND = "hand.elsewhere-77-4711"
STATE = "SELECT state FROM calculations"
SHOWN_AFTER_S = 300.0


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byhand, "SHOWN_AFTER_S", SHOWN_AFTER_S)


async def pass_by(lab: Lab, daemon: Daemon, seconds: float) -> None:
    until_s = lab.clock.boot_s + seconds
    while lab.clock.boot_s < until_s:
        await daemon.round()
        lab.clock.boot_s += 20.0


async def run_by_hand(lab: Lab) -> tuple[Daemon, Path]:
    """Let a person run the script of the first attempt on a host that nobody sees."""
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP[:1])
    await daemon.round()
    (directory,) = lab.ask("SELECT directory FROM attempts")[0]
    place = lab.workspace / directory
    (place / "claim").symlink_to(HAND)
    await pass_by(lab, daemon, 100.0)
    lab.scheduler.start_pending()  # the job that waited finds the claim taken
    await pass_by(lab, daemon, 100.0)
    assert lab.ask("SELECT state, job FROM attempts") == [("running", HAND)]
    return daemon, place


async def say(daemon: Daemon, choice: Choice) -> None:
    offered = await daemon.kit.database.read(lambda c: answers.question(c, 1).choices)
    place = offered.index(choice) + 1
    await daemon.kit.database.write(lambda tx: answers.answer(tx, 1, place))


async def test_a_persons_word_ends_it_and_a_new_attempt_follows(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon, place = await run_by_hand(lab)
    assert SOURCE not in daemon.kit.banners.all()
    await pass_by(lab, daemon, SHOWN_AFTER_S)
    banner = daemon.kit.banners.all()[SOURCE]
    assert f"MgO OPT was run by hand on another host ({HAND})" in banner.text
    assert "crystalctl decide d1" in banner.hint
    assert lab.ask(STATE) == [("running",)]  # nothing is concluded
    await pass_by(lab, daemon, SHOWN_AFTER_S)
    assert lab.ask("SELECT count(*) FROM decisions") == [(1,)]
    await say(daemon, Choice.GONE)
    assert lab.ask("SELECT state, witness FROM attempts") == [("ended", "a person's answer to d1")]
    await pass_by(lab, daemon, 60.0)
    assert SOURCE not in daemon.kit.banners.all()
    assert lab.ask(STATE) == [("decision",)]  # it left nothing that could be a result
    assert (place / "claim").readlink() == Path(HAND)
    number = lab.ask("SELECT max(id) FROM decisions")[0][0]
    await daemon.kit.database.write(lambda tx: answers.answer(tx, number, 1))
    await lab.work(daemon)
    assert lab.ask(STATE) == [("done",)]
    assert len(lab.runner.starts) == 1
    await daemon.leave()


async def test_one_that_tells_its_end_closes_the_question(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon, place = await run_by_hand(lab)
    await pass_by(lab, daemon, SHOWN_AFTER_S)
    (token,) = lab.ask("SELECT token FROM attempts")[0]
    end = {"v": 1, "job": HAND, "restart": 0, "exit": 1, "complete": True, "token": token}
    (place / "end.json").write_text(json.dumps(end))
    await pass_by(lab, daemon, 60.0)
    assert lab.ask("SELECT state FROM attempts") == [("judged",)]
    assert lab.ask("SELECT answer FROM decisions WHERE id = 1") == [("dismiss",)]
    with pytest.raises(RefusedError):
        await say(daemon, Choice.GONE)
    assert SOURCE not in daemon.kit.banners.all()
    await daemon.leave()


async def test_a_question_that_was_dismissed_is_not_asked_again(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon, _ = await run_by_hand(lab)
    await pass_by(lab, daemon, SHOWN_AFTER_S)
    await say(daemon, Choice.DISMISS)
    await pass_by(lab, daemon, 100.0)
    assert SOURCE not in daemon.kit.banners.all()
    assert lab.ask("SELECT count(*) FROM decisions") == [(1,)]
    assert lab.ask(STATE) == [("running",)]
    await daemon.leave()
