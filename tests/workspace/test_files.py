"""Whole files, paths that stay below their root, and publishing that can be repeated."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.errors import WorkspaceError
from crystald.models import LeftFile
from crystald.workspace.files import safe_join, write_all_beside, write_beside
from crystald.workspace.publish import link_live, publish


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "a\x00b", ".."])
def test_paths_that_leave_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(WorkspaceError):
        safe_join(tmp_path, path)


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    with pytest.raises(WorkspaceError, match="leads out of"):
        safe_join(root, "out/x")


def test_links_in_a_ring_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ring").symlink_to("ring")
    with pytest.raises(WorkspaceError, match="ring"):
        safe_join(tmp_path, "ring/x")


@given(st.text(max_size=30))
def test_no_path_ever_leaves(path: str) -> None:
    root = Path("/nowhere/root")
    try:
        joined = safe_join(root, path)
    except WorkspaceError:
        return
    assert joined.is_relative_to(root)


def test_a_file_is_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_beside(tmp_path / "x", b"old")
    write_beside(tmp_path / "x", b"new", mode=0o600)
    assert (tmp_path / "x").read_bytes() == b"new"
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_failing_write_leaves_the_old_file(tmp_path: Path) -> None:
    write_beside(tmp_path / "x", b"old")
    with pytest.raises(TypeError):
        write_beside(tmp_path / "x", "text")  # type: ignore[arg-type]
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


def test_of_files_that_belong_together_none_is_seen_before_all_are_whole(tmp_path: Path) -> None:
    whole = {"mark": (b"t", 0o644), "job.sh": (b"#!", 0o755)}
    with pytest.raises(TypeError):
        write_all_beside(tmp_path, whole | {"deck": ("text", 0o644)})  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []
    write_all_beside(tmp_path, whole)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["job.sh", "mark"]
    assert (tmp_path / "job.sh").stat().st_mode & 0o777 == 0o755


@pytest.fixture
def place(tmp_path: Path) -> Path:
    out = tmp_path / "attempts" / "01" / "1.0"
    out.mkdir(parents=True)
    (out / "OUTPUT").write_text("output")
    (out / "fort.9").write_text("wave")
    (out.parent / "x_sp.d12").write_text("deck")
    return tmp_path


LEAVES = (LeftFile("fort.9", "f9"), LeftFile("fort.25", "f25"))


def published(place: Path) -> dict[str, str]:
    out = place / "attempts" / "01" / "1.0"
    files = publish(place, out, "x_sp", LEAVES, out.parent / "x_sp.d12")
    assert all(f.bytes == (place / f.name).stat().st_size for f in files)
    return {f.name: f.sha256 for f in files}


def test_publishing_twice_gives_the_same(place: Path) -> None:
    link_live(place, "x_sp", "attempts/01/1.0")
    assert (place / "x_sp.out").read_text() == "output"
    first = published(place)
    assert first == published(place)
    assert first == {
        "x_sp.d12": hashlib.sha256(b"deck").hexdigest(),
        "x_sp.out": hashlib.sha256(b"output").hexdigest(),
        "x_sp.f9": hashlib.sha256(b"wave").hexdigest(),
    }
    assert not (place / "x_sp.out").is_symlink()
    assert not [p for p in place.iterdir() if p.name.startswith(".")]


def test_a_file_may_be_named_with_another_joint(place: Path) -> None:
    out = place / "attempts" / "01" / "1.0"
    (out / "DENS_CUBE.DAT").write_text("cube")
    (place / ".x_charge+potential_DENS.CUBE.abc.partial").write_text("half")
    leaves = (LeftFile("DENS_CUBE.DAT", "DENS.CUBE", joint="_"),)
    files = publish(place, out, "x_charge+potential", leaves, out.parent / "x_sp.d12")
    assert [(f.name, f.suffix) for f in files] == [
        ("x_charge+potential.d12", "d12"),
        ("x_charge+potential.out", "out"),
        ("x_charge+potential_DENS.CUBE", "DENS.CUBE"),
    ]
    assert not [p for p in place.iterdir() if p.name.endswith(".partial")]


def test_what_has_no_suffix_stays_with_the_attempt(place: Path) -> None:
    out = place / "attempts" / "01" / "1.0"
    (out / "optc001").write_text("a point")
    files = publish(place, out, "x_sp", (LeftFile("optc*", ""),), out.parent / "x_sp.d12")
    assert [f.suffix for f in files] == ["d12", "out"]
    assert (out / "optc001").exists()


def test_a_published_output_is_not_replaced_by_a_link(place: Path) -> None:
    published(place)
    link_live(place, "x_sp", "attempts/02/2.0")
    assert not (place / "x_sp.out").is_symlink()


def test_links_are_not_followed(place: Path) -> None:
    (place / "attempts" / "01" / "1.0" / "fort.25").symlink_to("/etc/passwd")
    assert "x_sp.f25" not in published(place)


def test_threads_do_not_write_into_each_others_files(tmp_path: Path) -> None:
    texts = [bytes([65 + n]) * 100_000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: write_beside(tmp_path / "x", text), texts * 4))
    assert (tmp_path / "x").read_bytes() in texts
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_what_a_dead_publication_left_is_swept(place: Path) -> None:
    (place / ".x_sp.out.abc.partial").write_text("half")
    (place / ".other.partial").write_text("another's")
    published(place)
    assert [p.name for p in place.iterdir() if p.name.startswith(".")] == [".other.partial"]


def test_results_of_two_attempts_never_stand_side_by_side(place: Path) -> None:
    out = place / "attempts" / "01" / "1.0"
    (out / "fort.25").write_text("of the first")
    assert "x_sp.f25" in published(place)
    (out / "fort.25").unlink()
    assert "x_sp.f25" not in published(place)
    assert not (place / "x_sp.f25").exists()
