"""Optimisations that were cut short: RESTART where that is safe, else a new one from the last point."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.geometry_files.points import Point
from crystald.crystal.geometry_files.print_fort34 import print_fort34
from crystald.crystal.geometry_files.read_fort34 import read_fort34
from crystald.crystal.geometry_files.values import IDENTITY, Fort34
from crystald.errors import DeckError
from crystald.steps.restart.cut_short import CutShort, LeftBehind
from crystald.steps.restart.optimisation import SEAM
from crystald.steps.restart.resume import resume

DECK = """\
cubic MgO, by hand
CRYSTAL
0 0 0
221
4.2
2
12 0.0 0.0 0.0
8 0.5 0.5 0.5
OPTGEOM
FULLOPTG
ENDOPT
BASISSET
STO-3G
DFT
PBE
ENDDFT
SHRINK
6 12
END
"""
OUTPUT = """\
 EEEEEEEEEE STARTING  DATE 01 01 2026 TIME 10:00:00.0
 cubic MgO, by hand

 GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    3
 (NON PERIODIC DIRECTION: LATTICE PARAMETER FORMALLY SET TO 500)
 *******************************************************************************
 LATTICE PARAMETERS (ANGSTROMS AND DEGREES) - BOHR = 0.5291772083 ANGSTROM
 PRIMITIVE CELL - CENTRING CODE 1/0 VOLUME=    {volume} - DENSITY  3.541 g/cm^3
         A              B              C           ALPHA      BETA       GAMMA
     {a}     {a}     {a}    90.000000  90.000000  90.000000
 *******************************************************************************
 ATOMS IN THE ASYMMETRIC UNIT    2 - ATOMS IN THE UNIT CELL:    2
     ATOM                 X/A                 Y/B                 Z/C
 *******************************************************************************
      1 T  12 MG    0.000000000000E+00  0.000000000000E+00  0.000000000000E+00
      2 T   8 O     5.000000000000E-01  5.000000000000E-01  5.000000000000E-01
"""
CELL = ((4.31, 0.0, 0.0), (0.0, 4.31, 0.0), (0.0, 0.0, 4.31))
LAST = Point(
    7, "optc007", Fort34(3, 1, 6, CELL, (IDENTITY,), (12, 8), ((0, 0, 0), (2.155,) * 3), 1)
)


def printed(a: str, point: int, trust: str = "0.500E+00") -> str:
    first = OUTPUT.format(a="4.20000000", volume="74.088000")
    later = OUTPUT.format(a=a, volume="75.151448").split("BOHR = 0.5291772083 ANGSTROM\n")[1]
    return (
        f"{first}\n OPTOPTOPTOPT\n COORDINATE AND CELL OPTIMIZATION - POINT    1\n"
        f" COORDINATE AND CELL OPTIMIZATION - POINT    {point}\n{later}\n UPDATED TRUST RADIUS     {trust}\n"
    )


def run(**changes: object) -> CutShort:
    left = {"OPTINFO.DAT": LeftBehind(900, 200.0), "fort.9": LeftBehind(70_000, 200.0)}
    return replace(CutShort(DECK, printed("4.22000000", 3), left, 100.0), **changes)


def test_the_original_deck_goes_on_with_restart_and_its_files() -> None:
    resumed = resume(run())
    assert resumed.restart
    gone = [one for one in resumed.prepared.text.splitlines() if one not in ("RESTART", "GUESSP")]
    assert gone == DECK.splitlines()
    deck = read_d12(resumed.prepared.text)
    assert deck.find("geometry/OPTGEOM/RESTART") is not None
    assert {(take.role, take.name) for take in resumed.prepared.takes} == {
        ("attempt:OPTINFO.DAT", "OPTINFO.DAT"), ("attempt:f9", "fort.20"),
    }  # fmt: skip


def test_a_hessian_goes_on_too_and_an_empty_wavefunction_does_not() -> None:
    left = {
        "OPTINFO.DAT": LeftBehind(9, 200.0),
        "HESSOPT.DAT": LeftBehind(9, 200.0),
        "fort.9": LeftBehind(0, 200.0),
    }
    prepared = resume(run(left=left, deck=DECK.replace("6 12\n", "6 12\nGUESSP\n"))).prepared
    assert [take.name for take in prepared.takes] == ["OPTINFO.DAT", "HESSOPT.DAT"]
    assert "HESSOPT" in prepared.text
    assert "GUESSP" not in prepared.text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"left": {}}, "not there, or empty"),
        ({"left": {"OPTINFO.DAT": LeftBehind(0, 200.0)}}, "not there, or empty"),
        ({"started_s": 300.0}, "older than the run"),
        ({"output": printed("4.22000000", 3, "0.625E-04")}, "flat"),
    ],
)
def test_otherwise_it_begins_again_from_its_last_point(changes, why) -> None:
    resumed = resume(run(**changes))
    assert not resumed.restart
    deck = read_d12(resumed.prepared.text)
    assert deck.geometry.entries[0].records[2].text == "4.2200000000"
    assert deck.find("geometry/OPTGEOM/RESTART") is None
    assert why in resumed.prepared.notes[0]
    assert SEAM in resumed.prepared.notes


def test_a_point_in_a_file_later_than_the_output_is_taken() -> None:
    prepared = resume(run(left={}, point=LAST)).prepared
    assert read_d12(prepared.text).geometry.entries[0].keyword == "EXTERNAL"
    assert read_fort34((prepared.fort34 or "").splitlines()).cell_ang == CELL
    assert "optc007" in prepared.notes[0]
    earlier = replace(LAST, number=2)
    assert resume(run(left={}, point=earlier)).prepared.fort34 is None


def test_a_restart_of_external_takes_the_geometry_that_it_was_given() -> None:
    deck = "by hand\nEXTERNAL\n" + DECK.split("8 0.5 0.5 0.5\n")[1]
    gui = print_fort34(LAST.geometry)
    resumed = resume(run(deck=deck, fort34=gui))
    assert resumed.restart
    assert resumed.prepared.writes == (("fort.34", gui),)
    without = resume(run(deck=deck, point=LAST))
    assert not without.restart
    assert "geometry file" in without.prepared.notes[0]


def test_what_cannot_go_on_is_refused() -> None:
    with pytest.raises(DeckError, match="no OPTGEOM"):
        resume(run(deck=DECK.replace("OPTGEOM\nFULLOPTG\nENDOPT\n", "")))
    with pytest.raises(DeckError, match="holds no geometry"):
        resume(run(left={}, output="killed\n"))
