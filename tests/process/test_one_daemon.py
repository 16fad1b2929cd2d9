"""One daemon per home, with real processes, signals and kernels."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from homes import Home
from waiting import wait_until

pytestmark = pytest.mark.process

OTHER_HOST = ("unshare", "--uts", "sh", "-c", 'hostname otherhost && exec "$@"', "sh")


def can_rename_host() -> bool:
    command = [*OTHER_HOST, "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_second_daemon_is_refused_with_host_and_pid(home: Home) -> None:
    first = home.up()
    second = home.start()
    _, said = second.communicate(timeout=30)
    assert second.returncode == 4
    assert f"process {first.pid} on host {os.uname().nodename}" in said
    assert home.lease()["pid"] == first.pid


def test_it_ends_on_a_signal_and_gives_the_home_back(home: Home) -> None:
    daemon = home.up()
    daemon.send_signal(signal.SIGTERM)
    daemon.communicate(timeout=30)
    assert daemon.returncode == 0
    assert home.lease()["held"] == 0
    assert home.endpoint() == {}


def test_after_kill_9_the_next_one_takes_over_within_the_lease(home: Home) -> None:
    first = home.up()
    first.kill()
    first.wait()
    began_s = time.monotonic()
    second = home.start()
    home.ready(second, timeout_s=home.lease_s + 10)
    assert home.lease()["pid"] == second.pid
    assert home.lease()["epoch"] == 2
    assert time.monotonic() - began_s < home.lease_s + 10


def test_a_stopped_first_one_wakes_up_to_nothing(home: Home) -> None:
    first = home.up()
    first.send_signal(signal.SIGSTOP)
    second = home.start()
    home.ready(second)
    before = home.rows("SELECT count(*) FROM journal")
    first.send_signal(signal.SIGCONT)
    _, said = first.communicate(timeout=30)
    assert first.returncode == 1
    assert "taken over" in said
    assert home.lease()["pid"] == second.pid
    assert home.endpoint()["pid"] == second.pid
    assert home.rows("SELECT count(*) FROM journal") == before


@pytest.mark.skipif(not can_rename_host(), reason="needs the right to make a UTS namespace")
def test_a_daemon_on_another_host_waits_for_the_lease(home: Home) -> None:
    first = home.up()
    refused = home.start(prefix=OTHER_HOST)
    _, said = refused.communicate(timeout=30)
    assert refused.returncode == 4
    assert f"process {first.pid} on host {os.uname().nodename}" in said
    first.kill()
    first.wait()
    began_s = time.monotonic()
    heir = home.start(prefix=OTHER_HOST)
    wait_until(lambda: home.lease()["epoch"] == 2, "it takes over", home.lease_s + 15)
    assert time.monotonic() - began_s >= home.lease_s * 0.9
    assert home.lease()["host"] == "otherhost"
    assert heir.poll() is None


def test_take_over_ends_the_first(home: Home) -> None:
    first = home.up()
    second = home.start("--take-over")
    home.ready(second)
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert home.lease()["pid"] == second.pid


@pytest.mark.skipif(not can_rename_host(), reason="needs the right to make a UTS namespace")
def test_take_over_from_another_host_goes_through_the_state_directory(home: Home) -> None:
    first = home.start(prefix=OTHER_HOST)
    wait_until(home.endpoint, "the first is ready")
    second = home.up("--take-over")
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert home.lease()["pid"] == second.pid
    assert not (home.state / "STOP").exists()


@pytest.mark.skipif(not can_rename_host(), reason="needs the right to make a UTS namespace")
def test_a_daemon_that_cannot_be_reached_is_stopped_by_a_file(home: Home) -> None:
    daemon = home.start(prefix=OTHER_HOST)
    wait_until(home.endpoint, "it is ready")
    (home.state / "endpoint.json").unlink()
    assert "on otherhost has given the home back" in home.ctl("down")
    daemon.communicate(timeout=30)
    assert daemon.returncode == 0
    assert "the daemon is down" in home.ctl("down")


def test_a_stop_that_was_meant_for_an_earlier_daemon_stops_no_later_one(home: Home) -> None:
    home.up().kill()
    (home.state / "STOP").write_text("1\n")
    second = home.up()
    assert home.lease()["epoch"] == 2
    counter = home.lease()["counter"]
    wait_until(lambda: home.lease()["counter"] > counter + 3, "it has looked")  # type: ignore[operator]
    assert second.poll() is None


def test_a_daemon_that_sleeps_is_named_with_what_ends_it(home: Home) -> None:
    daemon = home.up()
    daemon.send_signal(signal.SIGSTOP)
    (home.state / "endpoint.json").unlink()
    home.ctl("down", "--timeout", "1", code=3)
    assert daemon.poll() is None


def test_systemd_is_told(home: Home, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        daemon = home.up(NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert listener.recv(100) == b"READY=1"
        daemon.terminate()
        assert listener.recv(100) == b"STOPPING=1"


def test_once_looks_and_ends(home: Home) -> None:
    daemon = home.start("--once")
    daemon.communicate(timeout=30)
    assert daemon.returncode == 0
    assert home.lease()["held"] == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schedular: {kind: local}\n", "schedular"),
        ("scheduler: {kind: local, slots: many}\n", "slots"),
        ("scheduler: [\n", "line"),
    ],
)
def test_a_wrong_configuration_is_told_and_nothing_is_made(
    home: Home, text: str, words: str
) -> None:
    (home.path / "config" / "crystald.yaml").write_text(text)
    daemon = home.start()
    _, said = daemon.communicate(timeout=30)
    assert daemon.returncode == 2
    assert words in said
    assert "Traceback" not in said
    assert not (home.state / "materials.db").exists()
