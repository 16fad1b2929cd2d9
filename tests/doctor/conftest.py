"""Homes, a way to type in them, and tools of systemd that do as told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from homes import Home

from crystalctl.main import main

Type = Callable[..., tuple[int, str, str]]


@pytest.fixture
def made(tmp_path: Path) -> Home:
    """A home without a daemon."""
    return Home(tmp_path / "a home").make(24_000)


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's units."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "my config"))
    return tmp_path / "my config" / "systemd" / "user"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the PATH, without systemd in it."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def systemd(tools: Path) -> Path:
    """A user manager that agrees to everything; gives the file with what it was asked."""
    asked = tools / "asked"
    for name, said in (("systemctl", "active"), ("loginctl", "Linger=no")):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\necho "{name} $*" >> "{asked}"\necho {said}\n')
        tool.chmod(0o755)
    asked.touch()
    return asked


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Type:
    """Type a command line for a home: exit code, standard output, standard error."""

    def run(home: Path, *words: str) -> tuple[int, str, str]:
        code = main(["--home", str(home), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def crystald() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command of the daemon's program."""

    def run(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "crystald", "--home", str(home), *words],
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run
