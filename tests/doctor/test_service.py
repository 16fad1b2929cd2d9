"""``crystalctl service``: with a user manager, without one, and with the real daemon."""

from __future__ import annotations

import json
import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from homes import Home

from crystalctl.units import unit_name

Type = Callable[..., tuple[int, str, str]]


def test_with_a_user_manager_it_is_enabled(
    made: Home, units: Path, systemd: Path, typed: Type
) -> None:
    code, out, _ = typed(made.path, "service", "install", "--now")
    name = unit_name(made.path)
    assert code == 0
    assert (units / name).is_file()
    assert [line.split()[2:] for line in systemd.read_text().splitlines() if "user" in line][
        1:4
    ] == [
        ["daemon-reload"],
        ["enable", name],
        ["--no-block", "start", name],
    ]
    assert "loginctl enable-linger" in out
    code, out, _ = typed(made.path, "service", "status", "--json")
    state = json.loads(out)
    assert code == 0
    assert (state["active"], state["current"], state["linger"]) == ("active", True, False)


@pytest.mark.usefixtures("tools")
def test_without_one_the_words_to_type_are_given(made: Home, units: Path, typed: Type) -> None:
    code, out, _ = typed(made.path, "service", "install")
    assert code == 0
    assert (units / unit_name(made.path)).is_file()
    assert "systemctl --user enable" in out
    assert "crystalctl service cron" in out
    assert typed(made.path, "service", "status")[0] == 1


def test_uninstall_leaves_other_homes_alone(
    made: Home, tmp_path: Path, units: Path, systemd: Path, typed: Type
) -> None:
    other = Path(shutil.copytree(made.path, tmp_path / "another"))
    for home in (made.path, other):
        assert typed(home, "service", "install")[0] == 0
    stranger = units / "crystald@.service"
    stranger.write_text("")
    wants = units / "default.target.wants"
    wants.mkdir()
    for home in (made.path, other):
        (wants / unit_name(home)).symlink_to(units / unit_name(home))
    assert typed(made.path, "service", "uninstall")[0] == 0
    left = {path.name for path in units.iterdir()}
    assert left == {unit_name(other), stranger.name, wants.name}
    assert [path.name for path in wants.iterdir()] == [unit_name(other)]
    assert f"disable --now {unit_name(made.path)}" in systemd.read_text()
    assert typed(made.path, "service", "uninstall")[0] == 0


def test_a_manager_that_refuses_is_told(
    made: Home, units: Path, systemd: Path, typed: Type
) -> None:
    tool = systemd.parent / "systemctl"
    tool.write_text('#!/bin/sh\ncase $2 in enable|disable) echo "masked" >&2; exit 1;; esac\n')
    code, _, err = typed(made.path, "service", "install")
    assert code == 1
    assert "masked" in err
    assert typed(made.path, "service", "uninstall")[0] == 1
    assert (units / unit_name(made.path)).is_file()


@pytest.mark.usefixtures("tools", "units")
def test_show_uses_the_template_of_the_home(made: Home, typed: Type) -> None:
    assert "Type=notify" in typed(made.path, "service", "show")[1]
    template = made.path / "config" / "systemd" / "crystald.service.j2"
    template.write_text("# mine: {{ command }}\n")
    assert typed(made.path, "service", "show")[1].startswith('# mine: "@/')
    template.unlink()
    assert "Type=notify" in typed(made.path, "service", "show")[1]


@pytest.mark.usefixtures("tools", "units")
def test_cron_lines_are_printed(made: Home, typed: Type) -> None:
    code, out, _ = typed(made.path, "service", "cron")
    assert code == 0
    (visit,) = (line for line in out.splitlines() if not line.startswith("#"))
    assert visit.startswith("*/10 * * * * ")
    assert "--once" in visit


@pytest.mark.process
def test_systemd_hears_of_the_daemon_through_an_abstract_socket(made: Home) -> None:
    address = f"crystald-test-{made.path.stat().st_ino}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{address}")
        listener.settimeout(30)
        try:
            daemon = made.start(NOTIFY_SOCKET=f"@{address}")
            assert b"READY=1" in listener.recv(1000).split(b"\n")
            assert made.endpoint()["pid"] == daemon.pid  # ready means: it can be reached
            daemon.send_signal(signal.SIGTERM)
            assert b"STOPPING=1" in listener.recv(1000).split(b"\n")
            daemon.communicate(timeout=30)
            assert daemon.returncode == 0
        finally:
            made.end()


@pytest.mark.process
def test_the_exit_code_of_a_second_daemon_is_the_one_that_prevents_a_restart(
    made: Home, units: Path, tools: Path, typed: Type
) -> None:
    try:
        made.up()
        second = made.start()
        second.communicate(timeout=30)
        shown = typed(made.path, "service", "show")[1]
        assert f"RestartPreventExitStatus={second.returncode}\n" in shown
    finally:
        made.end()
