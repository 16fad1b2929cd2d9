"""The next deck on the command line: from the files of a run, with what is changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from standinruns import published_run, run_standin

from crystalctl.main import main
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.geometry_files.read_fort34 import read_fort34
from crystald.crystal.geometry_files.whole_cell import whole_structure

DECK = """\
MgO of a person
CRYSTAL
0 0 0
225
4.2112
2
12 0.0 0.0 0.0
8 0.5 0.5 0.5
OPTGEOM
FULLOPTG
MAXCYCLE
30
ENDOPT
BASISSET
STO-3G
DFT
PBE
XLGRID
ENDDFT
FMIXING
42   half old, half new
TOLDEE
8
SHRINK
6 12
ENDSCF
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run an optimisation of a person's deck with the stand-in."""
    place = published_run(tmp_path_factory.mktemp("run"), DECK, "MgO")
    (place / "MgO.d12").write_text(DECK)
    return place


def made(run: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    code = main(["deck", "from-output", str(run / "MgO.out"), "--json", *arguments])
    (row,) = json.loads(capsys.readouterr().out)
    assert (code == 0) == (row["error"] is None)
    return row


def test_a_single_point_keeps_every_line_that_nobody_changed(run, capsys) -> None:
    row = made(run, capsys, "--step", "SP")
    deck, old = read_d12(row["text"]), read_d12(DECK)
    assert deck.title is not None
    assert deck.title.text == "MgO SP MgO of a person"
    kept = [r.text for r in deck.scf.lines() if r.text != "GUESSP"]
    assert kept == [r.text for r in old.scf.lines()]
    assert "42   half old, half new" in row["text"]
    assert "OPTGEOM" not in row["text"]
    assert row["stages"] == {"fort.20": str(run / "MgO.f9")}
    assert deck.geometry.entries[0].records[2].text != "4.2112"


def test_what_is_set_is_written_and_nothing_else(run, capsys) -> None:
    row = made(
        run, capsys, "--step", "SP", "--set", "functional=HSE06", "--set", "kmesh=8 8 8",
        "--set", "spin=true", "--set", "toldee=9",
    )  # fmt: skip
    deck = read_d12(row["text"])
    assert [e.keyword for e in deck.scf.get("DFT").entries] == ["SPIN", "HSE06", "XLGRID"]
    assert deck.find("scf/SHRINK").numbers == (8, 16)
    assert deck.find("scf/TOLDEE").numbers == (9,)
    assert deck.find("scf/FMIXING").numbers == (42,)
    assert deck.find("scf/GUESSP") is None  # another kind of spin


def test_a_second_optimisation_keeps_the_block_with_what_is_set(run, capsys) -> None:
    row = made(run, capsys, "--step", "OPT", "--set", "toldeg=0.00003")
    block = read_d12(row["text"]).find("geometry/OPTGEOM")
    assert block.get("MAXCYCLE").numbers == (30,)
    assert block.get("TOLDEG").numbers == (0.00003,)


def test_frequencies_stay_at_the_level_of_the_optimisation(run, capsys) -> None:
    row = made(run, capsys, "--step", "FREQ", "--set", "toldee=10")
    deck = read_d12(row["text"])
    assert deck.find("geometry/FREQCALC") is not None
    assert deck.find("geometry/OPTGEOM") is None
    assert deck.find("scf/TOLDEE").numbers == (10,)
    assert deck.find("scf/DFT").entries == read_d12(row["text"]).find("scf/DFT").entries


def test_frequencies_of_a_point_that_is_not_stationary_are_doubted(run, capsys, tmp_path) -> None:
    """The program's own thresholds count as those that a deck writes."""
    loose = "the OPT converged to TOLDEG 0.0003 and TOLDEX 0.0012 only"
    assert any(note.startswith(loose) for note in made(run, capsys, "--step", "FREQ")["notes"])
    assert made(run, capsys, "--step", "SP")["notes"] == [f"stage {run / 'MgO.f9'} as fort.20"]
    text = (run / "MgO.out").read_text()
    (tmp_path / "MgO.d12").write_text(DECK)
    at = text.index(" * OPT END")
    flat = " FLAT SURFACE - NO CHANGE IN ENERGY FOR   4 STEPS\n"
    (tmp_path / "MgO.out").write_text(text[:at] + flat + text[at:])
    notes = made(tmp_path, capsys, "--step", "FREQ")["notes"]
    assert any(note.startswith("the optimisation stopped on a flat surface") for note in notes)
    at = text.index("POINT    2")
    (tmp_path / "MgO.out").write_text(text[: text.index("\n", text.index("T = ATOM", at))])
    notes = made(tmp_path, capsys, "--step", "FREQ")["notes"]
    assert notes[0] == "the run did not end well (truncated)"
    assert any(note.startswith("the optimisation did not converge: its last") for note in notes)


def test_a_deck_out_of_a_run_that_optimised_nothing_or_failed_says_so(run, capsys, tmp_path):
    text = (run / "MgO.out").read_text()
    end = text[text.rindex(" " + "T" * 30) :]
    first, mark, rest = text.partition(" == SCF ENDED - CONVERGENCE ON ENERGY")
    assert mark
    single = DECK.replace("OPTGEOM\nFULLOPTG\nMAXCYCLE\n30\nENDOPT\n", "")
    (tmp_path / "MgO.d12").write_text(single)
    scf = f"{first.replace('OPTIMIZATION - POINT', '')}{mark}{rest.partition(chr(10))[0]}\n{end}"
    (tmp_path / "MgO.out").write_text(scf)
    assert made(tmp_path, capsys, "--step", "SP")["notes"] == []
    notes = made(tmp_path, capsys, "--step", "FREQ")["notes"]
    assert [note[:26] for note in notes] == ["the run optimised nothing:"]
    (tmp_path / "MgO.out").write_text(scf.replace("CONVERGENCE ON ENERGY", "TOO MANY CYCLES"))
    for step in ("SP", "OPT", "FREQ"):
        notes = made(tmp_path, capsys, "--step", step)["notes"]
        assert notes[0] == "the run did not end well (scf-not-converged)"


def test_the_stand_in_runs_the_next_deck(run, capsys, tmp_path) -> None:
    target = tmp_path / "next.d12"
    row = made(run, capsys, "--step", "SP", "-o", str(target))
    assert row["deck"] == str(target)
    (tmp_path / "INPUT").write_text(target.read_text())
    (tmp_path / "fort.20").write_bytes((run / "MgO.f9").read_bytes())
    assert "GUESSP" in target.read_text()
    assert "SCF ENDED - CONVERGENCE" in run_standin(tmp_path)


def test_what_is_wrong_is_told(run, capsys, tmp_path) -> None:
    alone = tmp_path / "MgO.out"
    text = (run / "MgO.out").read_text()
    alone.write_text(text)
    (tmp_path / "other.d12").write_text(DECK.replace("\n225\n", "\n221\n"))
    row = made(tmp_path, capsys, "--step", "SP", "--deck", str(tmp_path / "other.d12"))
    assert "not that of space group 221" in row["error"]
    row = made(tmp_path, capsys, "--step", "SP", "--deck", str(tmp_path / "none.d12"))
    assert "none.d12 is no file" in row["error"]
    alone.write_text("nothing\n")
    assert (
        "is no output of CRYSTAL"
        in made(tmp_path, capsys, "--step", "SP", "--deck", str(run / "MgO.d12"))["error"]
    )


def test_an_optimisation_that_was_cut_short_goes_on(run, capsys, tmp_path) -> None:
    deck = tmp_path / "MgO.d12"
    deck.write_text(DECK)
    os.utime(deck, (1000, 1000))
    (tmp_path / "MgO.out").write_text((run / "MgO.out").read_text())
    row = made(tmp_path, capsys, "--step", "OPT", "--restart")
    assert "RESTART" not in row["text"]
    assert any("begins again" in note for note in row["notes"])
    (tmp_path / "OPTINFO.DAT").write_text("1 2 3\n")
    row = made(tmp_path, capsys, "--step", "OPT", "--restart")
    assert [line for line in row["text"].splitlines() if line != "RESTART"] == DECK.splitlines()
    assert row["stages"] == {"OPTINFO.DAT": str(tmp_path / "OPTINFO.DAT")}
    row = made(tmp_path, capsys, "--step", "OPT", "--set", "restart=true")
    assert "RESTART" in row["text"]
    assert row["stages"] == {"OPTINFO.DAT": str(tmp_path / "OPTINFO.DAT")}


def test_frequencies_that_were_cut_short_go_on(run, capsys, tmp_path) -> None:
    deck = DECK.replace("OPTGEOM\nFULLOPTG\nMAXCYCLE\n30\nENDOPT", "FREQCALC\nNOINTENS\nENDFREQ")
    (tmp_path / "MgO.d12").write_text(deck)
    os.utime(tmp_path / "MgO.d12", (1000, 1000))
    (tmp_path / "MgO.out").write_text((run / "MgO.out").read_text())
    assert "computes FREQ" in made(tmp_path, capsys, "--step", "OPT", "--restart")["error"]
    row = made(tmp_path, capsys, "--step", "FREQ", "--restart")
    assert row["text"] == deck
    assert any("begins again with the first displacement" in note for note in row["notes"])
    (tmp_path / "FREQINFO.DAT").write_text("1 2 3\n")
    (tmp_path / "MgO.f13").write_text("1 2 3\n")
    staged = {name: str(tmp_path / name) for name in ("FREQINFO.DAT",)}
    staged["fort.13"] = str(tmp_path / "MgO.f13")
    row = made(tmp_path, capsys, "--step", "FREQ", "--restart")
    assert row["text"] == deck.replace("FREQCALC\n", "FREQCALC\nRESTART\n")
    assert row["stages"] == staged
    row = made(tmp_path, capsys, "--step", "FREQ", "--set", "restart=true")
    assert "RESTART" in row["text"]
    assert row["stages"] == staged


def test_a_geometry_of_its_own_is_written_beside_its_deck(run, capsys, tmp_path) -> None:
    (tmp_path / "MgO.out").write_text((run / "MgO.out").read_text())
    edited = DECK.replace("OPTGEOM\n", "SUPERCEL\n1 0 0\n0 1 0\n0 0 1\nOPTGEOM\n")
    (tmp_path / "MgO.d12").write_text(edited)
    row = made(tmp_path, capsys, "--step", "SP")
    assert "give -o" in row["error"]
    target = tmp_path / "next.d12"
    row = made(tmp_path, capsys, "--step", "SP", "-o", str(target))
    assert row["geometry"] == str(tmp_path / "next.gui")
    assert "SUPERCEL" not in target.read_text()
    assert (
        len(whole_structure(read_fort34(Path(row["geometry"]).read_text().splitlines())).numbers)
        == 2
    )
