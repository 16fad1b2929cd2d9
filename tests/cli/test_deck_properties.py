"""Decks of property steps out of an output, or of the wavefunction beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crystalctl.main import main
from crystald.crystal.deck.d3 import parse_band, parse_doss
from crystald.crystal.deck.grids import parse_grids
from crystald.crystal.deck.transport import parse_transport

DECK = """\
MgO
CRYSTAL
0 0 0
225
4.2112
2
12 0.0 0.0 0.0
8 0.5 0.5 0.5
BASISSET
STO-3G
DFT
PBE
ENDDFT
TOLDEE
8
SHRINK
6 12
END
"""
PARSERS = {
    "BAND": parse_band,
    "DOSS": parse_doss,
    "TRANSPORT": parse_transport,
    "CHARGE+POTENTIAL": parse_grids,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run an SP with the stand-in; the output is MgO.out, the wavefunction MgO.f9."""
    place = tmp_path_factory.mktemp("run")
    (place / "INPUT").write_text(DECK)
    command = [sys.executable, "-m", "crystal_standin", "crystal"]
    with (place / "MgO.out").open("w") as out:
        subprocess.run(command, cwd=place, stdout=out, check=True, timeout=100)
    (place / "fort.9").rename(place / "MgO.f9")
    return place


@pytest.mark.parametrize("step", PARSERS)
@pytest.mark.parametrize("name", ["MgO.out", "MgO.f9"])
def test_a_deck_is_printed(
    run: Path, step: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deck", "properties", str(run / name), "--step", step]) == 0
    printed = capsys.readouterr()
    PARSERS[step](printed.out)
    assert "did not end well" not in printed.err


def test_settings_and_folders(run: Path, tmp_path: Path) -> None:
    arguments = ["deck", "properties", str(run / "MgO.out"), "--step", "CHARGE+POTENTIAL"]
    assert main([*arguments, "-o", str(tmp_path / "decks"), "--set", "points=30"]) == 0
    deck = tmp_path / "decks" / "MgO_charge+potential.d3"
    assert deck.read_text() == "ECH3\n30\nPOT3\n30\n5\nEND\n"


def test_what_is_missing_or_doubtful_is_told(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = tmp_path / "x.f9"
    alone.write_bytes(b"")
    assert main(["deck", "properties", str(alone), "--step", "BAND"]) == 1
    assert "no x.out beside it" in capsys.readouterr().err
    assert main(["deck", "properties", str(tmp_path / "none.out"), "--step", "BAND"]) == 1
    assert "is no file" in capsys.readouterr().err
    (tmp_path / "fort.9").write_bytes(b"")
    assert main(["deck", "properties", str(tmp_path / "fort.9"), "--step", "BAND"]) == 1
    assert "Name the output of the run" in capsys.readouterr().err
    text = (run / "MgO.out").read_text()
    cut = tmp_path / "cut.out"
    cut.write_text(text[: text.rindex("TTTTTT")])
    assert main(["deck", "properties", str(cut), "--step", "BAND", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert "did not end well" in row["notes"][0]
    assert "no .f9 lies beside" in row["notes"][-1]
    cut.write_text("rubbish\n")
    assert main(["deck", "properties", str(cut), "--step", "BAND"]) == 1
    assert "does not print" in capsys.readouterr().err


def test_a_formatted_wavefunction_is_converted_first(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "MgO.out").write_bytes((run / "MgO.out").read_bytes())
    (tmp_path / "MgO.f98").write_bytes(b"text")
    assert main(["deck", "properties", str(tmp_path / "MgO.f98"), "--step", "BAND"]) == 0
    assert capsys.readouterr().out.startswith("RDFMWF\nBAND\n")
