"""Findings are printed with line, reason and cure; the exit code is the answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crystalctl.main import main

GOOD = "t\nMOLECULE\n1\n2\n6 0 0 0\n8 0 0 1.13\nBASISSET\nSTO-3G\nTOLDEE\n8\nEND\n"


def deck(folder: Path, text: str, name: str = "co.d12") -> str:
    path = folder / name
    path.write_bytes(text.encode())
    return str(path)


def test_a_good_deck_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deck", "lint", deck(tmp_path, GOOD)]) == 0
    assert capsys.readouterr().out == ""


def test_an_error_is_told_with_line_reason_and_cure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = deck(tmp_path, GOOD.replace("TOLDEE", "TODLEE"))
    assert main(["deck", "lint", path]) == 1
    first, cure = capsys.readouterr().out.splitlines()
    assert first == f"{path}:9: error: 'TODLEE' stands where a keyword belongs [unknown-keyword]"
    assert cure == "    Write TOLDEE."


def test_warnings_fail_only_where_strict(tmp_path: Path) -> None:
    path = deck(tmp_path, GOOD.replace("TOLDEE", "toldee"))
    assert main(["deck", "lint", path]) == 0
    assert main(["deck", "lint", path, "--strict"]) == 1


def test_json_has_every_file_and_an_unreadable_one_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = deck(tmp_path, GOOD), deck(tmp_path, GOOD + "8 8\n", "late.d12")
    assert main(["deck", "lint", str(tmp_path / "none.d12"), good, bad, "--json"]) == 1
    none, first, second = json.loads(capsys.readouterr().out)
    assert "none.d12" in none["error"]
    assert first == {"file": good, "findings": [], "error": None}
    assert second["findings"][0]["rule"] == "after-the-end"


def test_a_file_without_suffix_is_known_by_its_second_line(tmp_path: Path) -> None:
    assert main(["deck", "lint", deck(tmp_path, GOOD, "INPUT")]) == 0
    assert main(["deck", "lint", deck(tmp_path, "NEWK\n8 8\n1 0\nEND\n", "INPUT")]) == 0


def test_geometry_beside_the_deck_is_used(tmp_path: Path) -> None:
    text = "t\nEXTERNAL\nBASISSET\nSTO-3G\nSHRINK\n4 4\nGUESSP\nEND\n"
    path = deck(tmp_path, text)
    assert main(["deck", "lint", path]) == 0
    assert main(["deck", "lint", path, "--staged", "fort.20"]) == 1
    assert main(["deck", "lint", path, "--staged", "fort.20", "--staged", "fort.34"]) == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\n" * 50, b"CRYSTAL\n"])
def test_rubbish_is_an_error_and_no_exception(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.d12"
    path.write_bytes(content)
    assert main(["deck", "lint", str(path)]) == 1


def test_files_that_do_not_lie_beside_the_deck_are_an_info_unless_staged_says_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "t\nEXTERNAL\nBASISSET\nSTO-3G\nSHRINK\n4 4\nGUESSP\nEND\n"
    path = deck(tmp_path, text, "salt.d12")
    assert main(["deck", "lint", path, "--strict", "--quiet"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split(": ", 2)[1] for line in told] == ["info", "info"]
    assert "fort.34, which is not beside the deck" in told[0]
    assert "fort.20, which is not beside the deck" in told[1]
    (tmp_path / "salt.f9").write_bytes(b"x")
    (tmp_path / "fort.34").write_text("3 1 1\n")
    main(["deck", "lint", path])
    assert "file-not-beside" not in capsys.readouterr().out
    assert main(["deck", "lint", path, "--staged", "fort.34"]) == 1
