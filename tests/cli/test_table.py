"""Every command of the table: there, documented, and loaded only when used."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files

import click
import pytest

from crystalctl.main import COMMANDS, cli, main

FORBIDDEN = {
    "asyncio", "structlog", "numpy", "ase", "matplotlib", "zmq", "pydantic", "rich", "msgspec",
    "yaml", "aiosqlite", "spglib", "gemmi",
}  # fmt: skip


def command_of(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def test_the_table_is_the_folder() -> None:
    folder = files("crystalctl").joinpath("commands")
    entries = [
        entry
        for entry in folder.iterdir()
        if entry.is_file() or entry.joinpath("__init__.py").is_file()
    ]
    names = {entry.name.removesuffix(".py") for entry in entries}
    assert names - {"__init__"} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"Usage: crystalctl {name}")
    assert command_of(name).name == name
    for parameter in command_of(name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    for name, text in COMMANDS.items():
        assert name in printed
        assert text.split(";")[0] in printed


@pytest.mark.parametrize(
    "words",
    [
        ["frobnicate"],
        ["ls", "atoms"],
        ["--frobnicate"],
        ["submit"],
        ["wait"],
        ["wait", "r1", "--timeout", "soon"],
        ["init", "x", "--scheduler", "pbs"],
    ],
)
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "Usage:" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--version"], ["--help"]])
def test_starting_loads_nothing_heavy(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "crystalctl.main", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()
    }
    assert "click" in loaded
    assert not loaded & FORBIDDEN


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = (
        f"{sys.executable} -m crystalctl --help | head -1 > /dev/null; exit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_errors_of_every_kind_have_their_exit_code(
    crystalctl: Callable[..., tuple[int, str, str]], daemon: object
) -> None:
    from crystald import errors

    expected = {
        errors.InputError: 1,
        errors.ConfigError: 1,
        errors.NotFoundError: 1,
        errors.RequestError: 2,
        errors.WireError: 3,
        errors.RefusedError: 4,
        errors.HeldError: 4,
    }
    for kind, code in expected.items():
        daemon.answers = {"audit": kind("what happened", "what to do")}  # type: ignore[attr-defined]
        assert crystalctl("audit") == (code, "", "crystalctl: what happened\n  what to do\n")
