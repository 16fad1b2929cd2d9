from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from crystald.errors import WireError
from crystald.wire.endpoint import Address, read_endpoint, remove_endpoint, write_endpoint

ADDRESS = Address("n1", ("10.0.0.5", "127.0.0.1"), 21_700, "k" * 40)


def published(state: Path, epoch: int = 3) -> Path:
    write_endpoint(state, ADDRESS, epoch=epoch, pid=17, since="2026-11-23T08:00:00Z")
    return state / "endpoint.json"


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = published(tmp_path)
    endpoint = read_endpoint(tmp_path)
    assert endpoint.address == ADDRESS
    assert (endpoint.epoch, endpoint.pid) == (3, 17)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["endpoint.json"]
    assert json.loads(path.read_bytes()).keys() == {
        *("v", "hosts", "addresses", "port", "public_key"),
        *("epoch", "pid", "host", "since", "hears"),
    }


def test_only_its_own_is_taken_back(tmp_path: Path) -> None:
    path = published(tmp_path, epoch=4)
    remove_endpoint(tmp_path, epoch=3)
    assert path.exists()
    remove_endpoint(tmp_path, epoch=4)
    assert not path.exists()
    remove_endpoint(tmp_path, epoch=4)


def test_none_published_says_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(WireError, match="is down") as caught:
        read_endpoint(tmp_path)
    assert "crystalctl up" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"null", b'{"v":2}', b'{"v":1}', b"\xff\xfe", b"[" * 100_000, b"7"],
)
def test_damage_is_told(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "endpoint.json").write_bytes(text)
    with pytest.raises(WireError, match="names no endpoint"):
        read_endpoint(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"), [("port", "x"), ("public_key", "short"), ("addresses", 5), ("epoch", None)]
)
def test_a_wrong_value_is_told(tmp_path: Path, key: str, value: object) -> None:
    path = published(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(WireError, match="names no endpoint"):
        read_endpoint(tmp_path)
