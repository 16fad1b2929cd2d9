"""Decks of property steps out of an output, or of the wavefunction beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from standinruns import published_run

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
    return published_run(tmp_path_factory.mktemp("run"), DECK, "MgO")


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
    assert "there is no cut.f9 beside the output" in row["notes"][1]


@pytest.mark.parametrize("content", [b"", b"\xc0\xff\x00\x01" * 99, DECK.encode()])
def test_what_is_no_output_is_called_so(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.out"
    path.write_bytes(content)
    by_bands = ["deck", "properties", str(path), "--step", "BAND"]
    for words in (by_bands, [*by_bands, "--force"], ["deck", "from-output", *by_bands[2:4], "SP"]):
        assert main(words) == 1
        assert "x.out is no output of CRYSTAL" in capsys.readouterr().err


def test_the_output_of_a_properties_run_is_called_so(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = (run / "MgO.out").read_text().partition(" CRYSTAL CALCULATION")[0]
    path = tmp_path / "x.outp"
    path.write_text(f"{head} CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  RESTRICTED\n")
    assert main(["deck", "properties", str(path), "--step", "BAND"]) == 1
    assert "is the output of a properties run\n  Name the output of the SP" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("end", "why"),
    [("", "(truncated): it ended no SCF"), ("TOO MANY CYCLES", "its SCF did not converge")],
)
def test_without_a_converged_scf_there_is_no_deck(
    run: Path, tmp_path: Path, end: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (run / "MgO.out").read_text()
    before, mark, after = text.partition(" == SCF ENDED - ")
    assert mark
    path = tmp_path / "x.out"
    path.write_text(
        before + mark + after.replace("CONVERGENCE ON ENERGY", end, 1) if end else before
    )
    command = ["deck", "properties", str(path), "--step", "BAND"]
    assert main(command) == 1
    assert why in capsys.readouterr().err
    assert main([*command, "--force"]) == 0
    printed = capsys.readouterr()
    parse_band(printed.out)
    assert "the run did not end well" in printed.err


def test_an_empty_wavefunction_is_none(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "MgO.out").write_bytes((run / "MgO.out").read_bytes())
    (tmp_path / "MgO.f9").write_bytes(b"")
    assert main(["deck", "properties", str(tmp_path / "MgO.out"), "--step", "BAND"]) == 0
    assert "the job cannot run: there is no MgO.f9" in capsys.readouterr().err


def test_a_formatted_wavefunction_is_converted_first(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "MgO.out").write_bytes((run / "MgO.out").read_bytes())
    (tmp_path / "MgO.f98").write_bytes(b"text")
    assert main(["deck", "properties", str(tmp_path / "MgO.f98"), "--step", "BAND"]) == 0
    assert capsys.readouterr().out.startswith("RDFMWF\nBAND\n")


@pytest.mark.parametrize("step", ["TRANSPORT", "DOSS"])
@pytest.mark.parametrize("metal", [True, False])
def test_states_of_the_first_point_of_an_optimisation_are_not_those_of_its_wavefunction(
    run: Path, tmp_path: Path, step: str, metal: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (run / "MgO.out").read_text()
    if metal:
        text = text.replace(
            " INSULATING STATE", " POSSIBLY CONDUCTING STATE - EFERMI(AU) -1.0000000E-01"
        )
    point = " CELL OPTIMIZATION - POINT    {}\n"
    end = " * OPT END - CONVERGED * E(AU):  -2.712596206888E+02  POINTS    2 *\n"
    before, mark, after = text.rpartition(" " + "T" * 30 + " END")
    head, cycle, scf = before.partition(" CYC   0")
    assert mark
    assert cycle
    path = tmp_path / "x.out"
    path.write_text("".join([head, point.format(1), cycle, scf, point.format(2), end, mark, after]))
    code = main(["deck", "properties", str(path), "--step", step])
    printed = capsys.readouterr()
    assert code == (1 if step == "TRANSPORT" else 0)
    assert "of its first point only, not of its last" in printed.err
    assert "Run an SP at its last geometry" in printed.err
    if step == "DOSS":
        assert parse_doss(printed.out).window_ha is None
