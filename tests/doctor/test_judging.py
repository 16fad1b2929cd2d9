"""What is said of facts, without looking at anything."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.doctor import machine, network, node, places, programs, trials
from crystald.doctor.lines import Line, all_well
from crystald.doctor.trials import Tried, try_place
from crystald.schedulers.slurm.examine import Grade
from crystald.store.filesystem import Mount
from crystald.wire.endpoint import Address
from crystald.wire.settings import WireSettings

WELL = dict.fromkeys(
    ("claim", "sync", "spool", "workspace", "scratch", "trap USR1", "trap TERM"), "yes"
) | {
    "host": "n1",
    "bash": "5.2.15",
    "doorbell": "Python 3.11.7, libzmq 4.3.5",
    "environment": "0",
    "end": "yes",
}
NEAR = node.Clocks(100.0, 100.1, 100.2, 100.3)


def grades(lines: object) -> list[Grade]:
    return [line.grade for line in lines]  # type: ignore[attr-defined]


def worst(lines: object) -> str:
    found = grades(lines)
    return next((g.value for g in (Grade.BAD, Grade.WARN) if g in found), "ok")


def texts(lines: object) -> str:
    return " | ".join(f"{line.text} {line.cure}" for line in lines)  # type: ignore[attr-defined]


def mount(kind: str, *options: str) -> Mount:
    return Mount("/data", kind, frozenset(options))


@pytest.mark.parametrize(
    ("topic", "found", "slurm", "expected"),
    [
        ("state", mount("ext4", "rw", "relatime"), False, "ok"),
        ("state", mount("ext4", "rw"), True, "warn"),
        ("workspace", mount("lustre", "rw", "flock"), True, "ok"),
        ("workspace", mount("nfs4", "ro"), True, "bad"),
        ("state", mount("nfs", "rw", "nolock"), True, "bad"),
        ("state", mount("lustre", "rw", "localflock"), True, "bad"),
        ("state", mount("nfs4", "rw", "soft"), True, "warn"),
        ("state", mount("tmpfs", "rw"), False, "warn"),
        ("scratch", mount("tmpfs", "rw"), True, "ok"),
        ("scratch", mount("xfs", "rw", "noexec"), True, "warn"),
    ],
)
def test_file_systems(topic: str, found: Mount, slurm: bool, expected: str) -> None:
    assert worst(places.judge_mount(topic, found, slurm=slurm)) == expected


@pytest.mark.parametrize(
    ("uid", "mode", "private", "expected"),
    [
        (1, 0o755, False, "ok"),
        (1, 0o775, False, "bad"),
        (1, 0o755, True, "bad"),
        (2, 0o700, True, "bad"),
    ],
)
def test_owners(uid: int, mode: int, private: bool, expected: str) -> None:
    line = places.judge_owner("home", places.Entry(Path("/h"), uid, mode), 1, private=private)
    assert line.grade == expected


def test_room() -> None:
    assert worst(places.judge_room("state", places.Room(10.0, 10**6))) == "bad"
    assert worst(places.judge_room("state", places.Room(1e6, 500))) == "warn"
    assert worst(places.judge_room("state", places.Room(1e6, None))) == "ok"


def test_trials_that_fail_are_told_where_they_matter() -> None:
    tried = Tried({"flock": "a lock was given twice"}, ("flock", "fsync"), 0.0, 0.1)
    assert worst(places.judge_trials("state", tried)) == "bad"
    assert worst(places.judge_trials("workspace", tried)) == "ok"
    skewed = Tried({}, ("fsync",), -30.0, 0.1)
    assert "30.0 s behind" in texts(places.judge_trials("state", skewed))


def test_trials_leave_nothing(tmp_path: Path) -> None:
    tried = try_place(tmp_path, ".trial", journal="delete")
    assert tried.failures == {}
    assert "database" in tried.names
    assert abs(tried.skew_s or 0.0) < 1.0
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_links_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refused)
    monkeypatch.setattr(Path, "hardlink_to", refused)
    tried = try_place(tmp_path, ".trial")
    assert set(tried.failures) == {"claim link", "hard link"}


def test_a_second_link_of_one_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "symlink_to", lambda *_: None)
    assert "twice" in try_place(tmp_path, ".trial").failures["claim link"]


def test_time_stamps_of_another_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = trials.time.time()
    monkeypatch.setattr(trials.time, "time", lambda: now_s - 3600.0)
    assert (try_place(tmp_path, ".trial").skew_s or 0.0) == pytest.approx(3600.0, abs=30.0)


def test_machine() -> None:
    assert machine.judge_python((3, 10, 2), "python3").grade is Grade.BAD
    assert worst(machine.judge_packages({"zmq": ("27", None)})) == "bad"
    assert worst(machine.judge_packages({"zmq": ("27", "27.3.0")})) == "ok"
    assert worst(machine.judge_limits(machine.Limits(256, None, None))) == "warn"
    assert "cron" in texts(machine.judge_limits(machine.Limits(None, None, 1800)))
    assert machine.judge_clock("NTPSynchronized=no\n").grade is Grade.WARN
    assert machine.judge_clock("NTPSynchronized=yes\n").grade is Grade.OK
    assert machine.judge_clock(None).grade is Grade.OK


def test_every_package_has_its_least_version() -> None:
    found = machine.packages()
    assert {"pyzmq", "click", "aiosqlite"} <= set(found)


@pytest.mark.parametrize(
    ("user", "manager", "expected"),
    [
        ("Linger=yes", "KillUserProcesses=yes", "ok"),
        ("Linger=no", "KillUserProcesses=no", "warn"),
        (None, "KillUserProcesses=yes", "warn"),
        (None, None, "ok"),
    ],
)
def test_sessions(user: str | None, manager: str | None, expected: str) -> None:
    assert worst(machine.judge_sessions("me", user, manager)) == expected


def test_who_runs_the_home() -> None:
    alive = network.Contact({"pid": 7, "host": "login1", "since": "t0"})
    assert "process 7 on login1" in network.judge_daemon(alive, None).text
    dead = {"pid": 7, "host": "login1", "gave_back": False}
    assert network.judge_daemon(network.Contact(), dead).grade is Grade.WARN
    given_back = dead | {"gave_back": True}
    assert network.judge_daemon(network.Contact(), given_back).grade is Grade.OK
    assert network.judge_daemon(network.Contact(), None).grade is Grade.OK


def test_addresses() -> None:
    own = network.Contact({}, Address("login1", ("127.0.0.1",), 1, ""), {"127.0.0.1": True})
    assert worst(network.judge_address(own, slurm=True)) == "bad"
    assert worst(network.judge_address(own, slurm=False)) == "ok"
    closed = network.Contact({}, Address("login1", ("10.0.0.5",), 1, ""), {"10.0.0.5": False})
    assert worst(network.judge_address(closed, slurm=True)) == "warn"
    assert worst(network.judge_port(WireSettings(), None, ["10.0.0.5"])) == "bad"


def test_programs() -> None:
    assert programs.judge_program("crystal", "P", "/bin/P", elsewhere=False).grade is Grade.OK
    assert programs.judge_program("crystal", "P", None, elsewhere=True).grade is Grade.WARN
    assert programs.judge_program("crystal", "P", None, elsewhere=False).grade is Grade.BAD


def test_a_node_where_all_is_well() -> None:
    assert worst(node.judge_node(WELL, NEAR)) == "ok"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"claim": "a link was made twice"}, "bad"),
        ({"workspace": "Read-only file system"}, "bad"),
        ({"trap USR1": "the trap was not run"}, "bad"),
        ({"bash": "4.1.2"}, "bad"),
        ({"environment": "ended the shell"}, "bad"),
        ({"program Pcrystal": ""}, "bad"),
        ({"program Pcrystal": "/opt/Pcrystal"}, "ok"),
        ({"port 10.0.0.5": "no connection"}, "warn"),
        ({"port 10.0.0.5": "no connection", "port 10.1.0.5": "yes"}, "ok"),
    ],
)
def test_a_node_where_something_is_not(facts: dict[str, str], expected: str) -> None:
    assert worst(node.judge_node(WELL | facts, NEAR)) == expected


def test_a_node_without_pyzmq_or_answers() -> None:
    facts = {key: value for key, value in WELL.items() if key != "doorbell"}
    assert worst(node.judge_node(facts, NEAR)) == "warn"
    assert worst(node.judge_node(WELL, None)) == "warn"
    assert not all_well(node.judge_node({}, None))


def test_clocks_of_a_node() -> None:
    ahead = node.Clocks(160.0, 100.1, 100.2, 160.4)
    assert "59.9 s ahead" in texts(node.judge_node(WELL, ahead))
    late = node.Clocks(100.0, 140.0, 140.0, 180.0)  # nothing is known, but it is slow
    assert "80 s" in texts(node.judge_node(WELL, late))


@given(st.text())
def test_any_report_of_a_job_is_judged(text: str) -> None:
    facts = node.read_facts(text)
    node.read_reply(facts.get("reply"))
    assert all(isinstance(line, Line) for line in node.judge_node(facts, None))


def test_the_script_is_shell_whatever_paths_hold(tmp_path: Path) -> None:
    nasty = tmp_path / "a $(touch x) 'b' \"c\" %j\n;"
    order = node.NodeOrder(
        nasty, "n", nasty, nasty, nasty, ("/p y", "-I"), ("$(x)",), ("1.2.3.4",), 1
    )
    text = node.node_script(order)
    assert programs._complaint(text) == ""
