"""The unit of a home: its name, and what systemd reads back from it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystalctl.systemd import Systemd
from crystalctl.units import UnitOrder, cron_lines, escape_path, quote_word, render_unit, unit_name
from crystald.errors import RequestError
from crystald.shipped import shipped

TEMPLATE = (shipped("config") / "systemd" / "crystald.service.j2").read_text()
HOSTILE = 'a %h "b" $HOME ${X} ünï\'\\c; #x'

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="no systemd-analyze (Debian: apt install systemd)",
)
needs_escape = pytest.mark.skipif(
    shutil.which("systemd-escape") is None, reason="no systemd-escape (Debian: apt install systemd)"
)


def order(home: Path, program: str = "/bin/sh", *, local: bool = False) -> UnitOrder:
    variables = {"PATH": "/opt/50%/bin:/usr/bin", "SLURM_CONF": '/etc/"s $x/slurm.conf'}
    return UnitOrder(home, (program, "--home", str(home)), variables, local)


def settings(text: str) -> dict[str, str]:
    lines = [line.partition("=") for line in text.splitlines() if line[:1].isalpha()]
    return {key: value for key, _, value in lines}


@needs_escape
@pytest.mark.parametrize(
    "home",
    ["/", "/home/me/.crystald", "/.hidden", "/a-b/c_d:e.f", f"/data/{HOSTILE}", "/trailing/dot."],
)
def test_names_are_those_of_systemd(home: str) -> None:
    said = subprocess.run(
        ["systemd-escape", "--path", home], capture_output=True, text=True, check=True
    )
    assert escape_path(Path(home)) == said.stdout.rstrip("\n")


@given(
    st.lists(
        st.text(min_size=1).filter(
            lambda t: "/" not in t and "\0" not in t and t not in (".", "..")
        )
    )
)
def test_names_are_short_plain_and_tell_homes_apart(parts: list[str]) -> None:
    home = Path("/", *parts)
    name = unit_name(home)
    assert len(name) < 256
    assert name.isascii()
    assert "/" not in name
    assert unit_name(home / "x") != name


def test_what_the_unit_promises() -> None:
    found = settings(render_unit(order(Path("/home/me/h")), TEMPLATE))
    expected = {
        "Type": "notify",
        "NotifyAccess": "main",
        "KillMode": "process",
        "Restart": "on-failure",
        "RestartPreventExitStatus": "4",
        "UMask": "0077",
        "Nice": "10",
        "MemoryHigh": "4G",
        "WorkingDirectory": "/home/me/h",
    }
    assert {key: found[key] for key in expected} == expected
    assert int(found["TimeoutStopSec"]) > 180
    assert {"RestartSec", "StartLimitBurst", "StartLimitIntervalSec"} <= set(found)


def test_jobs_that_run_inside_the_unit_get_all_memory() -> None:
    assert "MemoryHigh" not in settings(render_unit(order(Path("/h"), local=True), TEMPLATE))


@needs_analyze
@pytest.mark.parametrize("name", ["plain", HOSTILE])
def test_systemd_reads_back_what_was_meant(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    home.mkdir()
    program = home / "the program"
    shutil.copy("/bin/sh", program)
    unit = tmp_path / unit_name(home)
    unit.write_text(render_unit(order(home, str(program)), TEMPLATE))
    (tmp_path / "run").mkdir(mode=0o700)
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path / "run"), "LC_ALL": "C.UTF-8"}
    call = ["systemd-analyze", "verify", "--user", "--man=no", str(unit)]
    quiet = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    assert (quiet.returncode, quiet.stdout + quiet.stderr) == (0, "")
    loud = subprocess.run(
        call,
        env=environment | {"SYSTEMD_LOG_LEVEL": "debug"},
        capture_output=True,
        text=True,
        check=False,
    )
    read = [line.strip() for line in (loud.stdout + loud.stderr).splitlines()]
    assert f"WorkingDirectory: {home}" in read
    assert "Environment: PATH=/opt/50%/bin:/usr/bin" in read
    assert 'Environment: SLURM_CONF=/etc/"s $x/slurm.conf' in read
    (line,) = (line for line in read if line.startswith("Command Line: "))
    words = [
        word.replace("\\$\\$", "$") for word in shlex.split(line.removeprefix("Command Line: "))
    ]
    direct = [str(program), "--home", str(home)]
    through_a_shell = ["/bin/sh", "-c", 'exec "$0" "$@"', *direct]
    assert words == (direct if name == "plain" else through_a_shell)


def test_words_are_quoted_whole() -> None:
    assert quote_word("a b") == '"a b"'
    assert quote_word("$X", command=False) == '"$X"'


@pytest.mark.parametrize("home", ["/a\nb", "/a\x7fb", "/a\udcff", "/a ", "/a\\"])
def test_paths_that_no_unit_can_hold_are_refused(home: str) -> None:
    with pytest.raises(RequestError, match="no unit can name it") as refused:
        render_unit(order(Path(home)), TEMPLATE)
    assert "crystalctl up" in refused.value.hint


def test_a_wrong_template_is_told() -> None:
    with pytest.raises(RequestError, match="template of the unit"):
        render_unit(order(Path("/h")), "{{ nothing }}")


def test_lines_for_cron_do_what_they_say(tmp_path: Path) -> None:
    home = tmp_path / HOSTILE
    home.mkdir()
    program, log = home / "tell", home / "cron.out"
    program.write_text('#!/bin/sh\nprintf "<%s>" "$PATH" "$@"\n')
    program.chmod(0o755)
    made = UnitOrder(home, (str(program), "--home", str(home)), {"PATH": "/50%:/usr/bin"}, True)
    for line, last in zip(
        cron_lines(made, (str(program), "up"), log), ("--once", "up"), strict=True
    ):
        minute = line.split(" ", 5)
        assert minute[:5] == ["*/10", "*", "*", "*", "*"]
        # cron hands the text to sh with every \% made a percent sign (crontab(5))
        subprocess.run(["/bin/sh", "-c", minute[5].replace("\\%", "%")], check=True)
        said = log.read_text()
        assert said.startswith("</50%:/usr/bin>")
        assert said.endswith(f"<{last}>")
        log.unlink()


@pytest.mark.parametrize(
    ("code", "out", "err", "expected"),
    [
        (0, "Linger=yes\n", "", True),
        (0, "Linger=no\n", "", False),
        (1, "", "Failed to get user: User ID 7 is not logged in or lingering", False),
        (1, "", "Failed to connect to bus: Host is down", None),
        (0, "gibberish", "", None),
    ],
)
def test_lingering_is_told_or_unknown(code: int, out: str, err: str, expected: bool | None) -> None:
    def run(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], code, out, err)

    assert Systemd(run).linger("me") is expected


def test_what_is_absent_or_hangs_does_not_answer() -> None:
    def absent(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        raise FileNotFoundError("systemctl")

    def hangs(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        raise subprocess.TimeoutExpired("systemctl", 1)

    for run in (absent, hangs):
        assert not Systemd(run).answers()
        assert Systemd(run).linger("me") is None
