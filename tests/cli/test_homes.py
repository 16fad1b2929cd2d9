"""Which home a command is about, and which it must not trust."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crystalctl.homes import find_home, state_directory, trustworthy
from crystald.errors import RequestError
from crystald.settings import RootsSettings

UID = os.getuid()


def make_home(path: Path) -> Path:
    (path / "config").mkdir(parents=True)
    (path / "config").chmod(0o755)
    (path / "config" / "crystald.yaml").write_text("")
    (path / "config" / "crystald.yaml").chmod(0o644)
    return path


def find(
    start: Path, *, given: Path | None = None, env: str = "", user: Path | None = None
) -> Path:
    environment = {"CRYSTALD_HOME": env} if env else {}
    return find_home(given, environment, start, user or start / "nobody", UID)


def test_order_of_the_search(tmp_path: Path) -> None:
    places = ("given", "env", "above", "user/.crystald")
    given, env, above, _ = (make_home(tmp_path / name) for name in places)
    start, user = above / "deep" / "down", tmp_path / "user"
    assert find(start, given=given, env=str(env), user=user) == given
    assert find(start, env=str(env), user=user) == env
    assert find(start, user=user) == above
    assert find(tmp_path / "elsewhere", user=user) == user / ".crystald"


def test_no_home_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is no home") as caught:
        find(tmp_path)
    assert "crystalctl init" in caught.value.hint


def test_a_named_place_that_is_no_home_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is no home"):
        find(tmp_path, given=tmp_path)


@pytest.mark.parametrize("part", ["config", "config/crystald.yaml"])
@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_what_others_may_write_is_passed_over(tmp_path: Path, part: str, mode: int) -> None:
    outer, inner = make_home(tmp_path), make_home(tmp_path / "inner")
    (inner / part).chmod(mode)
    assert find(inner) == outer
    (outer / part).chmod(mode)
    with pytest.raises(RequestError) as caught:
        find(inner)
    assert "passed over" in caught.value.hint


def test_what_belongs_to_another_is_not_trusted(tmp_path: Path) -> None:
    assert trustworthy(make_home(tmp_path), UID)
    assert not trustworthy(tmp_path, UID + 1)


def test_state_directory_follows_the_settings(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    assert state_directory(home) == home / RootsSettings().state
    (home / "config" / "crystald.yaml").write_text("roots: {state: /local/state}\n")
    assert state_directory(home) == Path("/local/state")
    (home / "config" / "crystald.yaml").write_text("roots: [\n")
    with pytest.raises(RequestError, match="cannot be read"):
        state_directory(home)
