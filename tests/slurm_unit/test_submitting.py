"""One sbatch per token, and its answer outlives whoever asked for it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from clocks import SimulatedClock
from slurm_prints import Bin
from waiting import until

from crystald.durable import is_locked, lock
from crystald.models import Accepted, Deferred, Rejected, SbatchLife, Unclear
from crystald.names import JobId
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.slurm import handover
from crystald.schedulers.slurm.records import Records

pytestmark = pytest.mark.process

MakeOrder = Callable[..., SubmitOrder]
FAILED = "sbatch: error: Batch job submission failed:"
QUOTA = (
    f"printf '%s\\n' 'sbatch: error: AssocMaxSubmitJobLimit' '{FAILED} Job violates accounting/QOS "
    "policy (x)' >&2; exit 1"
)
REFUSAL = f"echo '{FAILED} Invalid qos specification' >&2; exit 1"
GATE = 'while [ ! -e "{gate}" ]; do sleep 0.02; done'


async def test_accepted(opened, commands: Bin, make_order: MakeOrder) -> None:
    order = make_order(name="3%2C4_SP")
    commands.command("sbatch", "pwd >&2; env | grep SBATCH_ >&2; echo hello; echo 4711")
    slurm = opened()
    os.environ["SBATCH_QOS"] = "x"
    try:
        assert await slurm.submit(order) == Accepted(JobId("hpc", "4711"))
    finally:
        del os.environ["SBATCH_QOS"]
    (argv,) = commands.calls("sbatch")
    assert argv.split()[:3] == [
        "--parsable",
        f"--job-name={order.name}",
        f"--comment={order.token}",
    ]
    log = f"--output={order.directory}/slurm-%j.log"
    assert argv.endswith(f"--chdir={order.directory} {log} {order.script}")
    assert slurm.calls_per_hour()["sbatch"] == 1


async def test_a_token_is_handed_over_once(opened, commands: Bin, make_order: MakeOrder) -> None:
    order = make_order()
    assert isinstance(await opened().submit(order), Accepted)
    again = await opened().submit(order)
    assert again == Unclear("it was handed over before")
    assert len(commands.calls("sbatch")) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (QUOTA, Deferred),
        (REFUSAL, Rejected),
        ("exit 0", Unclear),
        ("echo 4711; exit 1", Unclear),
        ("echo 4711; kill -9 $$", Unclear),
        ("echo 4711; kill -9 $PPID", Unclear),
        ("exec false", Unclear),
    ],
)  # fmt: skip
async def test_answers(opened, commands: Bin, make_order: MakeOrder, body: str, kind: type) -> None:
    commands.command("sbatch", body)
    slurm, order = opened(), make_order()
    assert isinstance(await slurm.submit(order), kind)
    seen = (await slurm.observe({order.token: None}))[order.token]
    assert isinstance(seen.answer, kind)
    assert seen.sbatch is SbatchLife.DEAD
    assert seen.dead_s is not None


async def test_nothing_is_started_without_sbatch(opened, commands: Bin, make_order, state) -> None:
    (commands.place / "sbatch").unlink()
    answer = await opened(sbatch="no-such-sbatch").submit(make_order())
    assert isinstance(answer, Deferred)
    assert "no-such-sbatch" in answer.reason
    assert not state.exists()


async def test_nothing_is_started_without_a_record(
    opened, commands: Bin, make_order: MakeOrder, state: Path
) -> None:
    make_file(state)
    answer = await opened().submit(make_order())
    assert isinstance(answer, Deferred)
    assert commands.calls("sbatch") == []


async def test_nothing_is_started_before_the_controller_spoke(
    opened, commands: Bin, make_order, state
) -> None:
    commands.prints("scontrol", "", 1, "Unable to contact slurm controller (connect failure)\n")
    slurm = opened()
    assert isinstance(await slurm.submit(make_order()), Deferred)
    assert slurm.trouble is not None
    assert commands.calls("sbatch") == []
    assert not state.exists()


async def test_a_controller_that_sbatch_cannot_reach_is_spared(
    opened, commands: Bin, make_order
) -> None:
    unreachable = f"{FAILED} Unable to contact slurm controller (connect failure)"
    commands.command("sbatch", f"echo '{unreachable}' >&2; exit 1")
    slurm = opened()
    assert isinstance(await slurm.submit(make_order(1)), Unclear)
    answer = await slurm.submit(make_order(2))
    assert isinstance(answer, Deferred)
    assert "Unable to contact" in answer.reason
    assert len(commands.calls("sbatch")) == 1


async def test_an_sbatch_that_takes_long_is_waited_for_by_others(
    opened, commands: Bin, make_order: MakeOrder, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    commands.command("sbatch", f"{GATE.format(gate=gate)}; echo 4711")
    slurm, order = opened(patience_s=0.1), make_order()
    assert isinstance(await slurm.submit(order), Unclear)
    seen = (await slurm.observe({order.token: None}))[order.token]
    assert (seen.sbatch, seen.answer, seen.answered) == (SbatchLife.RUNNING, None, True)
    gate.touch()

    async def answer() -> object:
        return (await slurm.observe({order.token: None}))[order.token].answer

    assert await until(answer, "sbatch's answer") == Accepted(JobId("hpc", "4711"))
    seen = (await slurm.observe({order.token: None}))[order.token]
    assert seen.sbatch is SbatchLife.DEAD
    assert seen.dead_s is not None
    assert 0 <= seen.dead_s < 30


async def test_an_sbatch_that_is_stuck_keeps_its_turn(
    opened, commands: Bin, make_order: MakeOrder, tmp_path: Path
) -> None:
    gate, clock = tmp_path / "gate", SimulatedClock()
    commands.command("sbatch", f"{GATE.format(gate=gate)}; echo 4711")
    slurm = opened(clock, patience_s=0.1, submitters=2)
    answers = []
    for number in range(6):
        clock.boot_s += 601.0  # sbatch is left in peace no longer
        answers.append(await slurm.submit(make_order(number)))
    assert [type(answer) for answer in answers] == [Unclear] * 2 + [Deferred] * 4
    assert answers[-1] == Deferred("2 sbatch are still at work")
    assert len(commands.calls("sbatch")) == 2
    gate.touch()
    numbers = iter(range(10, 100))

    async def accepted() -> bool:
        clock.boot_s += 601.0
        return isinstance(await slurm.submit(make_order(next(numbers))), Accepted)

    assert await until(accepted, "a turn is free again")


async def test_a_child_that_an_sbatch_leaves_behind_keeps_no_turn(
    opened, commands: Bin, make_order: MakeOrder, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    wait = GATE.format(gate=gate)
    commands.command("sbatch", f"( {wait} ) >/dev/null 2>&1 & echo 4711")
    slurm = opened(patience_s=10.0, submitters=1)
    try:
        for number in range(3):
            order = make_order(number)
            assert await slurm.submit(order) == Accepted(JobId("hpc", "4711"))
            seen = (await slurm.observe({order.token: None}))[order.token]
            assert seen.sbatch is SbatchLife.DEAD
        assert slurm.trouble is None
    finally:
        gate.touch()


async def test_a_wrapper_whose_daemon_has_gone_ends_all_the_same(
    commands: Bin, make_order: MakeOrder, state: Path
) -> None:
    order = make_order()
    record = state / order.token
    record.mkdir(parents=True)
    held = lock(record / "lock")
    assert held is not None
    gone = handover.start(
        record,
        held,
        [str(commands.place / "sbatch")],
        order.directory,
        limit_s=60.0,
        environ=commands.environ,
    )
    os.close(gone)

    async def free() -> bool:
        return (record / "end").exists() and not is_locked(record / "lock")

    assert await until(free, "the wrapper has ended")


LOCKED_BY = """
import os, sys
from pathlib import Path
from crystald.durable import lock
from crystald.schedulers.slurm.handover import start

record, sbatch, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
os.dup2(lock(record / "lock"), number)
os.closerange(3, number)
start(record, number, [sbatch], record, limit_s=60.0, environ=os.environ)
"""


@pytest.mark.parametrize("number", [9, 10])
async def test_an_sbatch_whose_wrapper_was_killed_lives_whatever_number_its_lock_has(
    commands: Bin, tmp_path: Path, number: int
) -> None:
    gate, gone = tmp_path / "gate", tmp_path / "gone"
    wrapper = "read -r pid name state wrapper rest </proc/$PPID/stat; kill -9 $wrapper"
    dead = 'while [ -e "/proc/$wrapper/exe" ]; do sleep 0.02; done'
    commands.command("sbatch", f"{wrapper}; {dead}; : >{gone}; {GATE.format(gate=gate)}")
    argv = [sys.executable, "-c", LOCKED_BY]
    argv += [str(tmp_path), str(commands.place / "sbatch"), str(number)]
    await asyncio.to_thread(subprocess.run, argv, check=True, env=commands.environ)
    try:
        assert await until(gone.exists, "the wrapper is dead")
        assert is_locked(tmp_path / "lock")
    finally:
        gate.touch()


async def test_an_answer_that_nobody_hears_becomes_durable(
    commands: Bin, make_order: MakeOrder, state: Path
) -> None:
    commands.command("sync", "exit 0")
    order = make_order()
    record = state / order.token
    record.mkdir(parents=True)
    held = lock(record / "lock")
    assert held is not None
    argv = [str(commands.place / "sbatch")]
    gone = handover.start(
        record, held, argv, order.directory, limit_s=60.0, environ=commands.environ
    )
    os.close(gone)
    told = await until(lambda: commands.calls("sync"), "it is made durable")
    assert told == [f"{record}/end {record}"]


async def test_the_end_carries_the_job(
    opened, commands: Bin, make_order: MakeOrder, state: Path
) -> None:
    commands.command("sync", "exit 0")
    commands.command("sbatch", "echo 4711; echo warning >&2")
    slurm, order = opened(), make_order()
    assert await slurm.submit(order) == Accepted(JobId("hpc", "4711"))
    (state / order.token / "out").write_text("")  # as a machine may leave it that died
    seen = (await slurm.observe({order.token: None}))[order.token]
    assert seen.answer == Accepted(JobId("hpc", "4711"))
    assert commands.calls("sync") == []  # whoever asked keeps it


async def test_who_waits_for_the_job_is_told_it(
    opened, make_order: MakeOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> None:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(Records, "read", unreadable)
    assert isinstance(await opened().submit(make_order()), Accepted)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("echo hello; echo 4711", Accepted),
        ("echo 4712; echo; echo 4711", Accepted),
        ("printf 4711", Accepted),
        ("exit 0", Unclear),
        ("echo job 4711", Unclear),
        ("echo 4711; exit 1", Unclear),
        (REFUSAL, Rejected),
    ],
)
async def test_what_the_end_does_not_carry_is_durable_before_it(
    opened, commands: Bin, make_order: MakeOrder, state: Path, body: str, kind: type
) -> None:
    commands.command("sync", '[ ! -e "${1%out}end" ] || echo "too late" >>"$1"')
    commands.command("sbatch", body)
    order = make_order()
    assert isinstance(await opened().submit(order), kind)
    record = state / order.token
    assert commands.calls("sync") == [f"{record}/out {record}/err"]
    assert "too late" not in (record / "out").read_text()


async def test_after_an_sbatch_without_an_answer_the_next_one_waits(
    opened, commands: Bin, make_order: MakeOrder
) -> None:
    clock = SimulatedClock()
    commands.command("sbatch", "exit 0")
    slurm = opened(clock)
    for number, rest_s in enumerate((15, 30, 60)):
        assert isinstance(await slurm.submit(make_order(2 * number)), Unclear)
        assert slurm.trouble is not None
        assert "printed no job id" in slurm.trouble.text
        assert (await slurm.load()).jobs is None
        clock.boot_s += rest_s - 1
        assert isinstance(await slurm.submit(make_order(2 * number + 1)), Deferred)
        clock.boot_s += 1
    assert len(commands.calls("sbatch")) == 3
    assert (await slurm.load()).jobs == 0
    commands.command("sbatch", "echo 4711")
    assert isinstance(await slurm.submit(make_order(20)), Accepted)
    assert slurm.trouble is None


@pytest.mark.parametrize(
    ("launcher", "kind"),
    [
        (f"{handover.LAUNCHER}\nkill -9 $$", Accepted),
        ("kill -9 $$", Unclear),
        ("exit 2", Unclear),
    ],
)
async def test_a_launcher_that_is_killed_proves_nothing(
    opened, make_order: MakeOrder, monkeypatch, launcher: str, kind: type
) -> None:
    monkeypatch.setattr(handover, "LAUNCHER", launcher)
    assert isinstance(await opened().submit(make_order()), kind)


async def test_an_sbatch_that_hangs_is_ended(opened, commands: Bin, make_order) -> None:
    commands.command("sbatch", "trap '' HUP; sleep 600 & wait")
    slurm, order = opened(sbatch_s=1.0), make_order()
    assert isinstance(await slurm.submit(order), Unclear)
    seen = (await slurm.observe({order.token: None}))[order.token]
    assert (seen.sbatch, type(seen.answer)) == (SbatchLife.DEAD, Unclear)


DAEMON = """
import asyncio, os, sys
from pathlib import Path
from crystald.clock import Clock, SystemClock
from crystald.models import Resources
from crystald.names import Token
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

async def main():
    state, token, script = sys.argv[1:]
    slurm = SlurmScheduler(SlurmSettings(), Path(state), SystemClock())
    order = SubmitOrder(Token(token), "x." + token, Path(script).parent, Path(script), Resources())
    print(await slurm.submit(order))

asyncio.run(main())
"""


def start_daemon(
    before: list[str], state: Path, order: SubmitOrder, commands: Bin
) -> subprocess.Popen[bytes]:
    """Start a process that submits an order, by way of another command if one is given."""
    argv = [sys.executable, "-c", DAEMON, str(state), order.token, str(order.script)]
    return subprocess.Popen([*before, *argv], env=commands.environ)


async def test_the_answer_survives_the_daemon(
    opened, commands: Bin, make_order: MakeOrder, state: Path, tmp_path: Path
) -> None:
    gate, order = tmp_path / "gate", make_order()
    commands.command("sbatch", f"{GATE.format(gate=gate)}; echo 4711")
    daemon = start_daemon([], state, order, commands)
    await until(lambda: commands.calls("sbatch"), "sbatch runs")
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    slurm = opened()
    seen = (await slurm.observe({order.token: None}))[order.token]
    assert (seen.sbatch, seen.answer) == (SbatchLife.RUNNING, None)
    gate.touch()

    async def answer() -> object:
        return (await slurm.observe({order.token: None}))[order.token].answer

    assert await until(answer, "the answer is found") == Accepted(JobId("hpc", "4711"))
    assert len(commands.calls("sbatch")) == 1


async def test_a_daemon_that_is_killed_by_its_sbatch_loses_nothing(
    opened, commands: Bin, make_order: MakeOrder, state: Path
) -> None:
    order = make_order()
    pid = state.parent / "pid"
    commands.command("sbatch", f'echo 4711; kill -9 "$(cat "{pid}")"')
    announced = 'mkdir -p "$0" && echo $$ >"$0/pid" && exec "$@"'
    daemon = start_daemon(["/bin/sh", "-c", announced, str(state.parent)], state, order, commands)
    assert daemon.wait() == -signal.SIGKILL
    slurm = opened()

    async def answer() -> object:
        return (await slurm.observe({order.token: None}))[order.token].answer

    assert await until(answer, "the answer is found") == Accepted(JobId("hpc", "4711"))


def make_file(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("no directory")
