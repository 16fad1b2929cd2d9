"""Commands that ask end in time, with all that they started, and never flood the daemon."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from slurm_prints import Bin, shown
from waiting import until

from crystald.clock import SystemClock
from crystald.names import Token
from crystald.schedulers.slurm import commands as module
from crystald.schedulers.slurm.client import SlurmClient
from crystald.schedulers.slurm.commands import Commands
from crystald.schedulers.slurm.settings import SlurmSettings

pytestmark = pytest.mark.process

TOKEN = Token("0123456789abcdef0123")


def lives(pid: str) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def run(commands: Bin) -> Commands:
    return Commands(SystemClock(), commands.environ)


async def test_a_command_is_read_to_its_end(commands: Bin, run: Commands) -> None:
    commands.command("ask", "cat; echo out; echo 'ask: error: a' >&2; echo b >&2; exit 7")
    ran = await run(["ask", "x y"], 10)
    assert (ran.code, ran.out, ran.said) == (7, b"out\n", "b")
    assert 0 <= ran.took_s < 10


async def test_a_command_that_hangs_is_ended_with_its_children(
    commands: Bin, run: Commands, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    commands.command("ask", f'trap "" TERM HUP; sleep 600 & echo $! >"{pid}"; wait; wait')
    ran = await run(["ask"], 0.5)
    assert (ran.code, ran.out) == (None, b"")
    assert "did not answer within" in ran.said
    await until(lambda: not lives(pid.read_text().strip()), "its child is gone")


async def test_a_flood_is_no_answer(
    commands: Bin, run: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_BYTES_MAX", 100_000)
    commands.command("ask", "exec yes")
    ran = await run(["ask"], 30)
    assert (ran.code, ran.out) == (None, b"")
    assert "printed more than" in ran.said


async def test_a_roll_call_of_a_large_site_is_sifted_as_it_comes(
    commands: Bin, run: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_BYTES_MAX", 100_000)
    theirs = "".join(shown(number, name="theirs", uid=77_777) for number in range(1, 5001))
    commands.prints("scontrol", theirs + shown(5001, name=f"MgO_SP.{TOKEN}") + theirs)
    client = SlurmClient(SlurmSettings(), run, SystemClock(), "me")
    roll = await client.roll_call({"77"})
    assert roll is not None
    assert [job.number for job in roll.jobs if job.token] == ["5001"]
    assert roll.numbers >= {"77", "5001"}
    assert len(roll.numbers) < 500, "of the others, no more than the first of each piece"
    assert client.controller.trouble is None
    commands.prints("scontrol", theirs[:-1])
    assert await client.roll_call() is None


@pytest.mark.parametrize("argv", [["no-such-command"], ["ask\0"], ["/"]])
async def test_what_cannot_be_started_is_no_answer(run: Commands, argv: list[str]) -> None:
    ran = await run(argv, 10)
    assert ran.code is None
    assert "cannot be started" in ran.said


async def test_who_stops_waiting_leaves_nothing_behind(
    commands: Bin, run: Commands, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    commands.command("ask", f'echo $$ >"{pid}"; exec sleep 600')
    asked = asyncio.create_task(run(["ask"], 600))
    await until(lambda: pid.exists() and pid.read_text(), "it runs")
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await until(lambda: not lives(pid.read_text().strip()), "it is gone")
