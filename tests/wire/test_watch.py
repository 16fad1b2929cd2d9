"""What is renamed into a directory is heard of at once; what cannot be watched is said."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crystald.wire.watch import watching


async def test_a_file_that_comes_is_heard_and_one_that_is_written_or_goes_is_not(
    tmp_path: Path,
) -> None:
    heard: list[str] = []
    with watching(tmp_path, lambda: heard.append("")) as watched:
        assert watched
        (tmp_path / ".a.tmp").write_text("{}")
        await _turns()
        assert heard == []
        (tmp_path / ".a.tmp").rename(tmp_path / "a.json")
        await _turns()
        assert len(heard) == 1
        (tmp_path / "a.json").unlink()
        await _turns()
        assert len(heard) == 1
    (tmp_path / "b").touch()
    (tmp_path / "b").rename(tmp_path / "b.json")
    await _turns()
    assert len(heard) == 1


async def test_what_is_not_there_is_not_watched(tmp_path: Path) -> None:
    with watching(tmp_path / "nowhere", lambda: None) as watched:
        assert not watched


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
