"""The demo counts what happened, and computes nothing in a home that is not its own."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crystalctl.demo import PNG, Score, picture_of, program_command, score_of, write_inputs
from crystalctl.main import main
from crystald.settings import ProgramsSettings

CLEAN = {"duplicates": 0, "lost": 0}


def calculation(
    material: str, token: str, *, state: str = "done", png: bool = True
) -> dict[str, Any]:
    files = [{"suffix": "png", "path": f"{material}.png"}] if png else []
    return {
        "material": material,
        "step": "DOSS",
        "state": state,
        "attempts": [{"token": token}],
        "files": files,
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "workspace").mkdir()
    for name in ("MgO", "Si"):
        (tmp_path / "workspace" / f"{name}.png").write_bytes(PNG + b"...")
    return tmp_path


def test_all_is_well(home: Path) -> None:
    details = [calculation("MgO", "t1"), calculation("Si", "t2")]
    score = score_of(details, Counter(t1=1, t2=1, older=5), CLEAN, home)
    assert score == Score(2, 2, 2, 0, 0, 2)
    assert score.troubles() == []


@pytest.mark.parametrize(
    ("details", "starts", "audit", "trouble"),
    [
        ([calculation("MgO", "t1")], {"t1": 2}, CLEAN, "1 duplicates"),
        ([calculation("MgO", "t1")], {"t1": 1}, {"duplicates": 3, "lost": 0}, "3 duplicates"),
        ([calculation("MgO", "t1")], {}, CLEAN, "1 lost"),
        ([calculation("MgO", "t1")], {"t1": 1}, {"duplicates": 0, "lost": 2}, "2 lost"),
        ([calculation("MgO", "t1", state="decision")], {"t1": 1}, CLEAN, "1 calculations not done"),
        ([calculation("MgO", "t1", png=False)], {"t1": 1}, CLEAN, "1 pictures missing"),
        ([calculation("ZnO", "t1")], {"t1": 1}, CLEAN, "1 pictures missing"),
        ([], {}, CLEAN, "no material"),
    ],
)
def test_every_trouble_is_said(
    home: Path,
    details: list[dict[str, Any]],
    starts: dict[str, int],
    audit: dict[str, Any],
    trouble: str,
) -> None:
    assert score_of(details, Counter(starts), audit, home).troubles() == [trouble]


def test_a_picture_must_be_one(home: Path) -> None:
    (home / "workspace" / "MgO.png").write_bytes(b"")
    assert picture_of(calculation("MgO", "t1"), home) is None


def test_inputs_are_written_once(tmp_path: Path) -> None:
    paths = write_inputs(tmp_path / "materials")
    assert len(paths) >= 8
    assert [path.name for path in paths] == sorted(path.name for path in paths)
    paths[0].write_text("edited")
    assert write_inputs(tmp_path / "materials") == paths
    assert paths[0].read_text() == "edited"


def test_the_command_survives_any_directory() -> None:
    home = Path('/tmp/it\'s a "home" ü')
    command = program_command("crystal", home)
    settings = ProgramsSettings(crystal=command)
    assert settings.argv("crystal", 1) == tuple(shlex.split(command))
    assert settings.argv("crystal", 1)[-1] == str(home / "state/witness.tsv")


def test_a_home_with_real_programs_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "crystald.yaml").write_text("programs: {crystal: Pcrystal}\n")
    assert main(["demo", str(tmp_path)]) == 4
    assert "other programs than this demo's" in capsys.readouterr().err
    assert not (tmp_path / "materials").exists()
