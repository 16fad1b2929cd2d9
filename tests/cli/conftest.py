"""What the tests of the command line share: a home, a scripted daemon, a way to type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from crystalctl.main import main
from crystalctl.session import Session
from crystald.errors import WireError


@dataclass
class ScriptedDaemon:
    """Answers as told, remembers what it was asked, and can be down."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    up: bool = True

    def ask(self, command: str, arguments: Mapping[str, object]) -> Any:
        if not self.up:
            raise WireError("the daemon is not reachable")
        return self.answer(command, arguments)

    def answer(self, command: str, arguments: Mapping[str, object]) -> Any:
        if command == "ping" and command not in self.answers:
            return {"running": True, "pid": 17, "host": "login1", "since": "t0"}
        self.asked.append((command, dict(arguments)))
        answer = self.answers[command]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if callable(answer):
            answer = answer(arguments)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "a home"
    (path / "config").mkdir(parents=True, mode=0o755)
    (path / "config").chmod(0o755)
    (path / "config" / "crystald.yaml").write_text("")
    (path / "config" / "crystald.yaml").chmod(0o644)
    return path


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> ScriptedDaemon:
    scripted = ScriptedDaemon()

    def ask(
        _: Session, command: str, arguments: Mapping[str, object], *, timeout_s: float = 0
    ) -> Any:
        return scripted.ask(command, arguments)

    def query(_: Session, command: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        known = {"running": False, "host": "login1", "pid": 17, "last_change_at": "t1"}
        return {"result": scripted.answer(command, arguments), "daemon": known}

    monkeypatch.setattr(Session, "ask", ask)
    monkeypatch.setattr(Session, "query", query)
    return scripted


Type = Callable[..., tuple[int, str, str]]


@pytest.fixture
def crystalctl(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Type:
    """Type a command line in a home: gives exit code, standard output and standard error."""
    monkeypatch.setenv("CRYSTALD_HOME", str(home))

    def typed(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return typed
