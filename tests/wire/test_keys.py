from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from crystald.errors import WireError
from crystald.wire.keys import OPERATOR, OWNERS, RING, SERVER, load_key, load_server_keys, make_keys


def test_keys_are_for_their_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        written = make_keys(tmp_path / "keys")
        assert os.umask(0) == 0
    finally:
        os.umask(before)
    assert [path.name for path in written] == [f"{owner}.key" for owner in OWNERS]
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == sorted(
        path.name for path in written
    )


def test_keys_that_are_there_stay(tmp_path: Path) -> None:
    make_keys(tmp_path)
    first = {owner: load_key(tmp_path, owner) for owner in OWNERS}
    (tmp_path / "ring.key").unlink()
    assert [path.name for path in make_keys(tmp_path)] == ["ring.key"]
    second = {owner: load_key(tmp_path, owner) for owner in OWNERS}
    assert first[SERVER] == second[SERVER]
    assert first[OPERATOR] == second[OPERATOR]
    assert first[RING] != second[RING]


def test_the_server_knows_two_roles(tmp_path: Path) -> None:
    make_keys(tmp_path)
    keys = load_server_keys(tmp_path)
    assert set(keys.roles.values()) == {OPERATOR, RING}
    assert keys.own.public not in keys.roles
    assert keys.own.secret.decode() not in repr(keys)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused_with_a_cure(tmp_path: Path, mode: int) -> None:
    make_keys(tmp_path)
    (tmp_path / "operator.key").chmod(mode)
    with pytest.raises(WireError, match="open to others") as caught:
        load_key(tmp_path, OPERATOR)
    assert "chmod 600" in caught.value.hint


def test_a_directory_that_others_may_enter_is_refused_with_a_cure(tmp_path: Path) -> None:
    make_keys(tmp_path)
    tmp_path.chmod(0o755)
    with pytest.raises(WireError, match="open to others") as caught:
        load_key(tmp_path, OPERATOR)
    assert "chmod 700" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"public\nsecret",
        b"public x\nsecret y\n",
        b"\x00" * 100,
        b"public %s\nsecret %s\n" % (b"a" * 40, b"b" * 40),
    ],
)
def test_a_damaged_key_is_refused_with_a_cure(tmp_path: Path, text: bytes) -> None:
    make_keys(tmp_path)
    (tmp_path / "operator.key").write_bytes(text)
    with pytest.raises(WireError, match="holds no key pair") as caught:
        load_key(tmp_path, OPERATOR)
    assert "crystalctl init" in caught.value.hint


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    make_keys(tmp_path)
    (tmp_path / "ring.key").unlink()
    with pytest.raises(WireError, match=r"no key: .*ring\.key") as caught:
        load_server_keys(tmp_path)
    assert "crystalctl init" in caught.value.hint
