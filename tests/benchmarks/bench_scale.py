"""A daemon with a million calculations: at rest, asked, and started again (``make bench``)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import tracked
from grown import fill
from homes import Home
from stopwatch import median_ms, programs_ms
from waiting import wait_until

from crystald.wire.client import Client

CALCULATIONS = 1_000_000
REST_S = 60.0
ASKED, COMMANDS = 30, 7
JOBS, MOVED = 10_000, 500
FINISHED = 100_000
SLURM = """\
daemon: {workers: 1}
scheduler: {kind: slurm}
wire: {first_port: 22000, last_port: 22900}
"""
LEFT = (
    (
        "SELECT count(*) FROM attempts a JOIN calculations c ON c.id = a.calculation_id"
        " WHERE a.state = 'accepted' AND c.reason = 'job ' || a.job"
    ),
    f"SELECT {MOVED} - count(*) FROM attempts WHERE id > {FINISHED} AND state IN ('ended', 'judged')",
)
"""Jobs whose reason, or start, is not noted yet; jobs whose end is not recorded yet."""


def fresh(place: Path, size: int) -> Home:
    """Make a home whose database has grown."""
    home = Home(place, lease_s=30.0).make()
    fill(home.state / "materials.db", size)
    return home


def forgotten(home: Home) -> None:
    """End the daemon and remove what takes much room."""
    home.end()
    for database in (*home.state.glob("materials.db*"), *home.path.glob("backup/*")):
        database.unlink()


def backed_up(home: Home) -> None:
    """Let a daemon that starts find a backup of today."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    (home.path / "backup" / f"materials-{stamp}.db").touch()


def used_s(process: psutil.Process) -> float:
    """Tell the CPU time of a process and its children."""
    family = [process, *process.children(recursive=True)]
    return sum(sum(member.cpu_times()[:2]) for member in family)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A daemon on a million calculations that has made its backup and come to rest."""
    home = fresh(tmp_path_factory.mktemp("large") / "home", CALCULATIONS)
    try:
        began_s = time.monotonic()
        daemon = home.up()
        print(
            f"\n{CALCULATIONS} calculations: ready {time.monotonic() - began_s:.2f} s after start"
        )
        backups = home.path / "backup"
        wait_until(lambda: [*backups.glob("materials-*.db")], "the first backup is made", 600)
        print(f"the first backup was there after {time.monotonic() - began_s:.0f} s")
        assert daemon.poll() is None
        yield home
    finally:
        forgotten(home)


@pytest.mark.timeout(1800)
def test_rest(large: Home) -> None:
    process = psutil.Process(large.daemons[0].pid)
    large.ctl("status")  # it has worked, and rests again
    before_s = used_s(process)
    time.sleep(REST_S)
    share = (used_s(process) - before_s) / REST_S
    memory_mb = process.memory_info().rss / 2**20
    print(f"\nat rest: {share:.2%} of a processor over {REST_S:.0f} s, {memory_mb:.0f} MB")


QUESTIONS = (
    ("status", "status", {}),
    ("ls", "ls", {"kind": "calculations"}),
    ("ls --run r500", "ls", {"kind": "calculations", "run": "r500"}),
    ("ls runs", "ls", {"kind": "runs"}),
    ("show c500000", "show", {"id": "c500000"}),
    ("show r500", "show", {"id": "r500"}),
    ("log c500000", "log", {"id": "c500000"}),
)


@pytest.mark.timeout(1800)
def test_answers(large: Home) -> None:
    crystalctl = ("-m", "crystalctl.main", "--home", str(large.path))
    programs = [("-c", "pass"), *((*crystalctl, *words.split()) for words, *_ in QUESTIONS)]
    bare_ms, *whole_ms = programs_ms(programs, COMMANDS)
    print(f"\n{'command':<14} {'answer/ms':>10} {'whole - interpreter/ms':>23}")
    for (words, command, arguments), ms in zip(QUESTIONS, whole_ms, strict=True):

        def ask(command: str = command, arguments: dict[str, object] = arguments) -> None:
            with Client(large.state) as client:
                client.ask(command, arguments)

        print(f"{words:<14} {median_ms(ask, ASKED):>10.1f} {ms - bare_ms:>23.0f}")


@pytest.mark.timeout(600)
def test_restart_with_tracked_jobs(tmp_path: Path) -> None:
    home = fresh(tmp_path / "home", FINISHED)
    (home.path / "config" / "crystald.yaml").write_text(SLURM)
    jobs = tracked.mixture(JOBS, MOVED)
    tracked.record_all(home.state / "materials.db", jobs, FINISHED + 1)
    tracked.write_all(home.path / "workspace", jobs)
    slurm = tracked.commands(tmp_path / "bin", jobs)
    backed_up(home)
    try:
        began_s = time.monotonic()
        daemon = home.start(PATH=slurm.environ["PATH"])
        wait_until(lambda: not any(home.rows(sql)[0][0] for sql in LEFT), "all is known", 300)
        print(f"\n{JOBS} jobs, of which {MOVED} started and {MOVED} ended while nobody looked:")
        print(f"all recorded {time.monotonic() - began_s:.1f} s after the start of the daemon")
        process = psutil.Process(daemon.pid)
        memory_mb, times = process.memory_info().rss / 2**20, process.cpu_times()
        calls = json.loads(home.ctl("status", "--json"))["scheduler"]["calls_per_hour"]
        print(f"{times.user + times.system:.1f} s of CPU, {memory_mb:.0f} MB, calls {calls}")
    finally:
        forgotten(home)
