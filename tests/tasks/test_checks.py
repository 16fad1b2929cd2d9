"""What checks found is kept with the result and shown; what blocks becomes a question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lab import MGO, OPT_SP, Daemon, Lab

from crystald.models import PropertyValue, StepReading, Verdict, VerdictKind
from crystald.store.details import show
from crystald.tasks.judging import read_attempt

MARKS = ("suspect: the volume of the cell changed by -30 % (PRIMITIVE CELL)",)
READING = StepReading(
    Verdict(VerdictKind.OK), "crystal", "23", (PropertyValue("energy", -1.0, "Ha"),), MGO
)


def reading_as(daemon: Daemon, reading: StepReading) -> list[tuple[object, ...]]:
    """Let every attempt be read so; gives what was asked."""
    sound, asked = daemon.kit.hands.heavy, []

    async def heavy(work, *arguments):
        if work is not read_attempt:
            return await sound(work, *arguments)
        asked.append(arguments)
        return reading

    daemon.kit.hands.heavy = heavy
    return asked


@pytest.mark.parametrize("blocks", [(), MARKS])
async def test_marks_are_shown_and_blocks_are_asked(fast_path: Path, blocks) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    asked = reading_as(daemon, replace(READING, marks=MARKS, blocks=blocks))
    await lab.work(daemon, rounds=60)
    shown = await daemon.kit.database.read(lambda connection: show(connection, "c1"))
    if blocks:
        assert (shown["state"], shown["marks"]) == ("decision", [])
        assert "the volume of the cell changed" in shown["reason"]
    else:
        assert (shown["state"], shown["marks"]) == ("done", [*MARKS])
        (_, _, step, workspace, parents, actions) = asked[-1]
        assert step == "SP"
        assert actions == {}
        assert [*parents] == ["geometry"]
        assert parents["geometry"]["out"].endswith(".out")
        assert (workspace / parents["geometry"]["out"]).is_file()
    await daemon.leave()
