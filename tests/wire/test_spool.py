from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.wire.messages import encode_ring
from crystald.wire.spool import read_spool, remove_spooled, spool_stamp, sweep_spool


def message(number: int) -> RingMessage:
    return RingMessage(
        Token(f"{number:020x}"), JobId("local", str(number)), 0, "end", 0, complete=True
    )


def left(spool: Path, number: int, at_s: int) -> Path:
    path = spool / f"{number}.json"
    path.write_bytes(encode_ring(message(number)))
    os.utime(path, (at_s, at_s))
    return path


def numbers(spool: Path, limit: int = 100) -> list[int]:
    return [int(file.message.job.number) for file in read_spool(spool, limit)]


def bad(spool: Path) -> list[str]:
    return sorted(path.name for path in (spool / "bad").iterdir())


def test_oldest_first_and_no_more_than_asked_for(tmp_path: Path) -> None:
    for number, at_s in ((1, 300), (2, 100), (3, 200), (4, 50)):
        left(tmp_path, number, at_s)
    assert numbers(tmp_path) == [4, 2, 3, 1]
    assert numbers(tmp_path, limit=2) == [4, 2]
    for file in read_spool(tmp_path, 2):
        remove_spooled([file.path])
        remove_spooled([file.path])
    assert numbers(tmp_path) == [3, 1]


def test_what_is_being_written_is_left_alone(tmp_path: Path) -> None:
    for name in (".1.json.tmp", "1.json.tmp", ".nfs0001", ".1.json"):
        (tmp_path / name).write_bytes(b"{")
    assert read_spool(tmp_path, 100) == ()
    assert len(list(tmp_path.iterdir())) == 4


def test_what_is_no_message_is_set_aside_and_blocks_nothing(tmp_path: Path) -> None:
    whole = encode_ring(message(9))
    (tmp_path / "torn.json").write_bytes(whole[:30])
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "long.json").write_bytes(whole + b" " * 5000)
    (tmp_path / "binary.json").write_bytes(bytes(range(256)))
    (tmp_path / "notes.txt").write_bytes(whole)
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "link.json").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.json")
    left(tmp_path, 1, 100)
    assert numbers(tmp_path) == [1]
    assert bad(tmp_path) == sorted(
        ["torn.json", "empty.json", "long.json", "binary.json", "notes.txt"]
        + ["folder.json", "link.json", "pipe.json"]
    )
    assert numbers(tmp_path) == [1]


def test_nothing_set_aside_is_overwritten(tmp_path: Path) -> None:
    for content in (b"first", b"second", b"third"):
        (tmp_path / "x.json").write_bytes(content)
        assert read_spool(tmp_path, 10) == ()
    assert bad(tmp_path) == ["x.json", "x.json.2", "x.json.3"]
    assert {path.read_bytes() for path in (tmp_path / "bad").iterdir()} == {
        b"first",
        b"second",
        b"third",
    }


@pytest.mark.parametrize(
    ("number", "passes"), [(errno.EACCES, False), (errno.EIO, True), (errno.ESTALE, True)]
)
def test_the_trouble_of_one_file_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, passes: bool
) -> None:
    sick = left(tmp_path, 1, 100)
    left(tmp_path, 2, 200)
    really = os.open

    def refuse(path: Path, flags: int) -> int:
        if path == sick:
            raise OSError(number, "refused")
        return really(path, flags)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        os.utime(tmp_path, ns=(1, 1))
        assert numbers(tmp_path, limit=1) == [2]
        assert spool_stamp(tmp_path) != 1, "it is read again"
    assert numbers(tmp_path) == ([1, 2] if passes else [2])
    assert passes or bad(tmp_path) == ["1.json"]


def test_what_cannot_be_set_aside_blocks_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"in the way")
    (tmp_path / "torn.json").write_bytes(b"{")
    left(tmp_path, 1, 100)
    assert numbers(tmp_path) == [1]
    assert (tmp_path / "torn.json").exists()


def test_loops_of_links_and_huge_files_block_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("b.json")
    (tmp_path / "b.json").symlink_to("a.json")
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(2**40)
    left(tmp_path, 1, 100)
    assert numbers(tmp_path) == [1]
    assert bad(tmp_path) == ["a.json", "b.json", "huge.json"]


def test_a_directory_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_spool(tmp_path / "gone", 10)


def test_old_temporaries_are_swept_and_nothing_else(tmp_path: Path) -> None:
    names = (".old.json.tmp", ".new.json.tmp", "7.json", ".nfs0001", "seen.tmp")
    for name in names:
        (tmp_path / name).write_bytes(b"{")
        os.utime(tmp_path / name, (100, 100 if name != ".new.json.tmp" else 200))
    (tmp_path / ".folder.tmp").mkdir()
    os.utime(tmp_path / ".folder.tmp", (100, 100))
    assert sweep_spool(tmp_path, before_ns=200 * 10**9) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names[1:], ".folder.tmp"])


def test_the_stamp_changes_with_the_names(tmp_path: Path) -> None:
    os.utime(tmp_path, ns=(1, 1))
    before = spool_stamp(tmp_path)
    assert spool_stamp(tmp_path) == before
    path = left(tmp_path, 1, 100)
    after = spool_stamp(tmp_path)
    assert after != before
    os.utime(tmp_path, ns=(2, 2))
    path.unlink()
    assert spool_stamp(tmp_path) not in (2, before)
