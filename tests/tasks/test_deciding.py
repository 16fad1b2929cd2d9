"""What a person answers is carried out once: results accepted and published, tried again, given up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fate import Mortal
from lab import MGO, OPT_SP, Daemon, Lab

from crystald.errors import NotFoundError, RefusedError, RequestError
from crystald.models import PropertyValue, StepReading, Verdict, VerdictKind
from crystald.store import answers
from crystald.store.answers import Question
from crystald.store.decisions import Choice
from crystald.store.details import show
from crystald.tasks.judging import read_attempt

READING = StepReading(
    Verdict(VerdictKind.OK), "crystal", "23", (PropertyValue("energy", -1.0, "Ha"),), MGO
)
BLOCK = "suspect: the volume of the cell changed by -30 % (PRIMITIVE CELL)"


def read_as(daemon: Daemon, **readings: StepReading) -> None:
    """Let the attempts of some steps be read so."""
    sound = daemon.kit.hands.heavy

    async def heavy(work, *arguments):
        if work is read_attempt and (reading := readings.get(arguments[2])):
            return reading
        return await sound(work, *arguments)

    daemon.kit.hands.heavy = heavy


async def blocked(lab: Lab) -> Daemon:
    """Let an OPT end well but for a check that asks a person."""
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    read_as(daemon, OPT=replace(READING, marks=(BLOCK,), blocks=(BLOCK,)))
    await lab.work(daemon, rounds=60)
    assert states(lab) == ["decision", "waiting"]
    return daemon


def states(lab: Lab) -> list[str]:
    return [row[0] for row in lab.ask("SELECT state FROM calculations ORDER BY id")]


async def answer(daemon: Daemon, choice: Choice, number: int = 1) -> Question:
    """Answer with one of the choices that are offered."""
    offered = await daemon.kit.database.read(lambda c: answers.question(c, number).choices)
    place = offered.index(choice) + 1
    asked, said = await daemon.kit.database.write(lambda tx: answers.answer(tx, number, place))
    assert said is choice
    return asked


async def shown(daemon: Daemon, name: str) -> dict[str, object]:
    return await daemon.kit.database.read(lambda c: show(c, name))


async def test_an_accepted_result_is_published_and_its_children_go_on(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await blocked(lab)
    question = await shown(daemon, "d1")
    assert [one["choice"] for one in question["choices"]] == ["accept", "retry", "give-up"]
    assert not lab.ask("SELECT 1 FROM files")
    await answer(daemon, Choice.ACCEPT)
    await lab.work(daemon)
    assert states(lab) == ["done", "done"]
    opt = await shown(daemon, "c1")
    assert opt["marks"] == [BLOCK, "suspect: a person accepted it (d1)"]
    assert [value["name"] for value in opt["properties"]] == ["energy"]
    assert {"d12", "out"} <= {file["suffix"] for file in opt["files"]}
    assert all((lab.workspace / file["path"]).is_file() for file in opt["files"])
    assert len(lab.runner.starts) == 2
    assert lab.problems() == []
    assert lab.ask("SELECT text FROM journal WHERE event = 'answered'") == [("d1: accept",)]
    await daemon.leave()


async def test_an_answer_outlives_the_daemon_that_took_it(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await blocked(lab)
    await answer(daemon, Choice.ACCEPT)
    await daemon.abandon()
    lab.clock.boot_s += 100.0
    daemon = await lab.boot()
    await lab.work(daemon)
    assert states(lab) == ["done", "done"]
    assert len(lab.runner.starts) == 2
    await daemon.leave()


async def test_a_second_daemon_carries_out_what_the_first_published_only(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await blocked(lab)
    await answer(daemon, Choice.ACCEPT)
    daemon.fate.at = ("before", daemon.fate.commits + 1)
    collector = next(task for task in daemon.assembly.tasks if task.name == "collector")
    with pytest.raises(BaseException, match="before a commit"):
        await Mortal(collector.round(), daemon.fate)
    await daemon.abandon()
    assert states(lab) == ["decision", "waiting"]
    lab.clock.boot_s += 100.0
    daemon = await lab.boot()
    await lab.work(daemon)
    assert states(lab) == ["done", "done"]
    await daemon.leave()


async def test_what_was_accepted_and_has_gone_is_asked_anew(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await blocked(lab)
    read_as(daemon, OPT=replace(READING, missing=("fort.9",)))
    await answer(daemon, Choice.ACCEPT)
    await lab.work(daemon, rounds=5)
    assert states(lab) == ["decision", "waiting"]
    again = await shown(daemon, "d2")
    assert "cannot be accepted any more" in again["question"]
    assert "fort.9 is missing" in again["question"]
    assert [one["choice"] for one in again["choices"]] == ["retry", "give-up"]
    await daemon.leave()


async def test_a_new_attempt(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await blocked(lab)
    read_as(daemon, OPT=READING)
    await answer(daemon, Choice.RETRY)
    await lab.work(daemon)
    assert states(lab) == ["done", "done"]
    assert lab.ask("SELECT number, state FROM attempts WHERE calculation_id = 1") == [
        (1, "judged"),
        (2, "judged"),
    ]
    assert lab.problems() == []
    await daemon.leave()


async def test_what_is_given_up_skips_what_needs_it(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await blocked(lab)
    await answer(daemon, Choice.GIVE_UP)
    await lab.work(daemon, rounds=5)
    assert states(lab) == ["failed", "skipped"]
    await daemon.leave()


async def test_a_fault_is_not_offered_to_be_accepted(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.runner.faults = {"OPT"}
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    await lab.work(daemon, rounds=60)
    question = await daemon.kit.database.read(lambda c: answers.question(c, 1))
    assert question.choices == (Choice.RETRY, Choice.GIVE_UP)
    await daemon.leave()


async def test_a_blown_fuse_is_answered_with_the_release_of_the_run(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.runner.faults = {"OPT"}
    lab.queue = replace_queue(lab, max_submit=3)
    daemon = await lab.boot()
    await lab.submit(daemon, *(f"M{n}" for n in range(5)), steps=OPT_SP)
    await lab.work(daemon, rounds=60)
    ((number,),) = lab.ask("SELECT id FROM decisions WHERE question LIKE '%is held'")
    assert lab.ask("SELECT count(*) FROM calculations WHERE held") != [(0,)]
    await answer(daemon, Choice.RELEASE, number)
    assert lab.ask("SELECT count(*) FROM calculations WHERE held") == [(0,)]
    await daemon.leave()


def replace_queue(lab: Lab, **changes: object):
    """Give the lab's limits with changes."""
    return type(lab.queue)(
        **{f: getattr(lab.queue, f) for f in lab.queue.__struct_fields__} | changes
    )


async def test_wrong_answers_change_nothing(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await blocked(lab)
    write, before = daemon.kit.database.write, lab.journal()
    for number, choice, error in ((7, 1, NotFoundError), (1, 4, RequestError)):
        with pytest.raises(error):
            await write(lambda tx, n=number, c=choice: answers.answer(tx, n, c))
    assert lab.journal() == before
    await answer(daemon, Choice.GIVE_UP)
    with pytest.raises(RefusedError, match="answered: give-up"):
        await write(lambda tx: answers.answer(tx, 1, 1))
    evidence = json.loads(lab.ask("SELECT evidence FROM decisions")[0][0])
    assert evidence["proposed"] == "accept"
    await daemon.leave()
