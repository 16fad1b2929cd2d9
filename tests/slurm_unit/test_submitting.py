"""One sbatch per token, and its answer outlives whoever asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from clocks import SimulatedClock
from slurm_prints import Bin
from waiting import until

from crystald.clock import Clock, SystemClock
from crystald.models import Accepted, Deferred, Rejected, SbatchLife, Unclear
from crystald.names import JobId
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.slurm import handover
from crystald.schedulers.slurm import records as record_room
from crystald.schedulers.slurm.records import HandedOverError, Records, this_machine
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

pytestmark = pytest.mark.process

MakeOrder = Callable[..., SubmitOrder]
FAILED = "sbatch: error: Batch job submission failed:"
QUOTA = (
    f"printf '%s\\n' 'sbatch: error: AssocMaxSubmitJobLimit' '{FAILED} Job violates accounting/QOS "
    "policy (x)' >&2; exit 1"
)
REFUSAL = f"echo '{FAILED} Invalid qos specification' >&2; exit 1"
GATE = 'while [ ! -e "{gate}" ]; do sleep 0.02; done'


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "submissions"


@pytest.fixture
def opened(commands: Bin, state: Path) -> Callable[..., SlurmScheduler]:
    def make(clock: Clock | None = None, **settings: object) -> SlurmScheduler:
        return SlurmScheduler(
            SlurmSettings(**settings),  # type: ignore[arg-type]
            state,
            clock or SystemClock(),
            environ=commands.environ,
        )

    return make


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
    [('"$@" &\nkill -9 $$', Accepted), ("kill -9 $$", Unclear), ("exit 2", Unclear)],
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


async def test_a_record_goes_when_its_job_is_recorded(
    opened, make_order: MakeOrder, state: Path
) -> None:
    slurm, order = opened(), make_order()
    answer = await slurm.submit(order)
    assert isinstance(answer, Accepted)
    assert (state / order.token).is_dir()
    await slurm.observe({order.token: answer.job})
    assert not (state / order.token).exists()


async def test_records_of_an_earlier_daemon_go_as_well(opened, make_order, state: Path) -> None:
    order = make_order()
    answer = await opened().submit(order)
    assert isinstance(answer, Accepted)
    await opened().observe({order.token: answer.job})
    assert not (state / order.token).exists()


def test_a_record_on_another_host_is_not_known_to_be_dead(state: Path, make_order) -> None:
    here = this_machine()
    order = make_order()
    _, held = Records(state, here).begin(order.token, order.name, "hpc")
    there = Records(state, replace(here, host="elsewhere", boot="0" * 36))
    record = there.read(order.token)
    assert record is not None
    assert record.life is SbatchLife.RUNNING  # a lock that is seen is believed
    os.close(held)
    record = there.read(order.token)
    assert record is not None
    assert (record.life, record.name) == (SbatchLife.UNKNOWN, order.name)
    record = Records(state, here).read(order.token)
    assert record is not None
    assert (record.life, record.code) == (SbatchLife.DEAD, None)


def test_an_end_of_an_earlier_boot_counts_from_when_it_is_seen(state: Path, make_order) -> None:
    here, order = this_machine(), make_order()
    place, held = Records(state, here).begin(order.token, order.name, "hpc")
    os.close(held)
    (place / "end").write_text(f"0 1.0 1.5 {'0' * 36}\n")
    record = Records(state, here).read(order.token)
    assert record is not None
    assert (record.life, record.code, record.dead_s) == (SbatchLife.DEAD, 0, 0.0)


@pytest.mark.parametrize(
    ("began", "ended", "dead_s"),
    [
        (5000, 5100, 900),
        (5900, 5999, 1),
        (10, 110, 900),  # a container's own uptime, which began later: the record tells the age
        (10, 990, 20),
        (90_000, 90_100, 0),  # a clock that is ahead: counted from when the end is seen
        (110, 10, 1000),
    ],
)
def test_the_age_of_an_end_is_bounded_by_that_of_its_record(
    state: Path, make_order, began: int, ended: int, dead_s: int
) -> None:
    now_s = 5000.0
    machine = replace(this_machine(), uptime_s=lambda: now_s)
    records, order = Records(state, machine), make_order()
    place, held = records.begin(order.token, order.name, "hpc")
    os.close(held)
    (place / "end").write_text(f"0 {began} {ended} {machine.boot}\n")
    now_s = 6000.0
    record = records.read(order.token)
    assert record is not None
    assert record.dead_s == dead_s
    now_s = 6500.0
    record = records.read(order.token)
    assert record is not None
    assert record.dead_s == max(500, dead_s + 500 if dead_s else 0)


def test_the_death_of_an_sbatch_that_told_no_end_counts_from_when_it_is_seen(
    state: Path, make_order
) -> None:
    now_s = 100.0
    order = make_order()
    records = Records(state, replace(this_machine(), uptime_s=lambda: now_s))
    _, held = records.begin(order.token, order.name, "hpc")

    def dead_s() -> float | None:
        record = records.read(order.token)
        assert record is not None
        return record.dead_s

    assert dead_s() is None
    now_s = 900.0
    os.close(held)
    assert dead_s() == 0.0
    now_s = 1000.0
    assert dead_s() == 100.0


@pytest.mark.parametrize("torn", ["", "0 1", "0 1.5 2.5 x\n", "garbage\n"])
def test_a_torn_end_is_none(state: Path, make_order, torn: str) -> None:
    here, order = this_machine(), make_order()
    place, held = Records(state, here).begin(order.token, order.name, "hpc")
    os.close(held)
    (place / "end").write_text(torn)
    record = Records(state, here).read(order.token)
    assert record is not None
    assert record.code is None


def test_a_record_that_was_begun_by_halves_is_a_record(state: Path, make_order) -> None:
    order = make_order()
    records = Records(state, this_machine())
    assert records.read(order.token) is None
    (state / order.token).mkdir()
    record = records.read(order.token)
    assert record is not None
    assert (record.life, record.code) == (SbatchLife.UNKNOWN, None)
    with pytest.raises(HandedOverError):
        records.begin(order.token, order.name, "hpc")


@pytest.mark.parametrize("dies_at", ["lock", "mark", "rename"])
def test_who_dies_before_a_record_is_whole_has_begun_nothing(
    state: Path, make_order, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    """The next daemon need not wait for as long as an sbatch may work."""
    order, here = make_order(), this_machine()
    records = Records(state, here)
    assert records.read(order.token) is None

    def die(*_: object) -> None:
        os._exit(9)

    child = os.fork()
    if not child:
        target = Path if dies_at == "rename" else record_room
        monkeypatch.setattr(target, dies_at, die)
        records.begin(order.token, order.name, "hpc")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert Records(state, here).read(order.token) is None
    (left,) = state.iterdir()
    os.utime(left, (0, 0))
    Records(state, here).tidy(done=(), still=())
    assert not list(state.iterdir())
    _, held = Records(state, here).begin(order.token, order.name, "hpc")
    os.close(held)


def test_a_record_is_made_once(state: Path, make_order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by those who both saw that there is none."""
    order, here = make_order(), this_machine()
    _, held = Records(state, here).begin(order.token, order.name, "hpc")
    monkeypatch.setattr(Path, "exists", exists_later(state / order.token))
    with pytest.raises(HandedOverError):
        Records(state, here).begin(order.token, order.name, "hpc")
    os.close(held)
    assert [path.name for path in state.iterdir()] == [order.token]
    assert (state / order.token / "begun").read_text()


def exists_later(place: Path) -> Callable[..., bool]:
    """Deny a path when it is asked for the first time."""
    asked: list[Path] = []
    really = Path.exists

    def exists(path: Path, **options: bool) -> bool:
        asked.append(path)
        return really(path, **options) and not (path == place and asked.count(place) == 1)

    return exists


def make_file(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("no directory")


def move_away(path: Path) -> None:
    path.rename(path.parent / "away")


async def test_records_that_vanish_as_a_whole_say_nothing(
    opened, make_order: MakeOrder, state: Path
) -> None:
    slurm, order = opened(), make_order()
    await slurm.submit(order)
    move_away(state)
    seen = (await slurm.observe({order.token: None}))[order.token]
    assert (seen.answered, seen.answer) == (False, None)


def test_records_that_nobody_needs_go_after_a_while(state: Path, make_order) -> None:
    now_s = 0.0
    machine = replace(this_machine(), uptime_s=lambda: now_s)
    records, closed, live = Records(state, machine), make_order(1), make_order(2)
    for order in (closed, live):
        _, held = records.begin(order.token, order.name, "hpc")
        os.close(held)
    for minute in range(0, 8 * 60, 10):
        now_s = minute * 60.0
        records.tidy(done=[], still=[live.token])
    assert (state / live.token).is_dir()
    assert not (state / closed.token).exists()


def test_records_are_kept_while_nobody_asks(state: Path, make_order) -> None:
    now_s = 0.0
    machine = replace(this_machine(), uptime_s=lambda: now_s)
    records, order = Records(state, machine), make_order()
    _, held = records.begin(order.token, order.name, "hpc")
    os.close(held)
    for hour in (1, 20, 40):
        now_s = hour * 3600.0
        records.tidy(done=[], still=[])
    assert (state / order.token).is_dir()
