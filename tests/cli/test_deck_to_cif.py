"""Decks and outputs become CIF files, one file each; what is bad is told and the others go on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import peoplesdecks
import pytest

from crystalctl.main import main

MGO = (
    "t\nCRYSTAL\n0 0 0\n225\n4.2112\n2\n12 0 0 0\n8 .5 .5 .5\nBASISSET\nSTO-3G\nSHRINK\n8 8\nEND\n"
)
CRYSTALS = Path(__file__).parents[2] / "clients" / "crystalctl" / "demo_data"


def written(folder: Path, text: str, name: str = "MgO.d12") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def test_a_deck_is_printed_with_its_group(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deck", "to-cif", written(tmp_path, MGO)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("data_MgO\n")
    assert "_space_group_IT_number 225\n" in printed
    assert printed.endswith("O1 O 0.5000000000 0.5000000000 0.5000000000 1.0\n")


def test_p1_gives_every_atom(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deck", "to-cif", written(tmp_path, MGO), "--all-atoms"]) == 0
    assert "_space_group_IT_number 1\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["MgO", "TiO2-rutile", "Si-diamond", "ZnO-wurtzite"])
def test_a_deck_made_of_its_cif_gives_the_same_cif(tmp_path: Path, name: str) -> None:
    one, two = (tmp_path / f"{i}.d12" for i in (1, 2))
    first, second = (tmp_path / f"{i}.cif" for i in (1, 2))
    assert main(["deck", "from-cif", str(CRYSTALS / f"{name}.cif"), "-o", str(one)]) == 0
    assert main(["deck", "to-cif", str(one), "-o", str(first)]) == 0
    assert main(["deck", "from-cif", str(first), "-o", str(two)]) == 0
    assert main(["deck", "to-cif", str(two), "-o", str(second)]) == 0
    texts = [path.read_text().split("\n", 1)[1] for path in (first, second)]
    assert texts[0] == texts[1]


def test_the_last_geometry_of_an_output_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = peoplesdecks.DATA / "tilde-lab_pycrystal/pycrystal/tests/data/test39_dft.out"
    if not path.exists():
        pytest.skip("no ../shared/data here")
    assert main(["deck", "to-cif", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "_space_group_IT_number 122\n" in printed
    assert "_cell_length_c 10.7150" in printed


MOLECULE = """\
 GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    0
 (NON PERIODIC DIRECTION: LATTICE PARAMETER FORMALLY SET TO 500)
 *******************************************************************************
 ATOMS IN THE ASYMMETRIC UNIT    2 - ATOMS IN THE UNIT CELL:    2
     ATOM          X(ANGSTROM)         Y(ANGSTROM)         Z(ANGSTROM)
 *******************************************************************************
      1 T   6 C     0.000000000000E+00  0.000000000000E+00  0.000000000000E+00
      2 T   8 O     0.000000000000E+00  0.000000000000E+00  1.130000000000E+00

"""


def test_a_molecule_of_an_output_is_boxed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deck", "to-cif", written(tmp_path, MOLECULE, "co.out")]) == 0
    printed = capsys.readouterr().out
    assert "_cell_length_c 21.1300\n" in printed
    assert re.search(r"(?m)^O1 O 0\.5000000000 0\.5000000000 0\.52673", printed)


def test_slabs_get_the_vacuum_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slab = written(tmp_path, "t\nSLAB\n80\n2.46\n1\n6 .33333333 .66666667 0\nEND\n", "slab.d12")
    assert main(["deck", "to-cif", slab, "--vacuum", "15"]) == 0
    assert "_cell_length_c 15.0000" in capsys.readouterr().out


def test_a_slab_whose_origin_is_not_known_gets_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slab = written(tmp_path, "t\nSLAB\n9\n3. 4.\n1\n6 .1 .2 .3\nEND\n", "slab.d12")
    assert main(["deck", "to-cif", slab]) == 0
    printed = capsys.readouterr()
    assert printed.out.count("\nC") == 2
    assert "CRYSTAL's origin of layer group P2111 (number 9)" in printed.err


@pytest.mark.parametrize("cell", ["-4.2112", "0", "nan"])
def test_no_cif_is_made_of_a_cell_without_volume(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cell: str
) -> None:
    bad = written(tmp_path, MGO.replace("4.2112", cell))
    assert main(["deck", "to-cif", bad]) == 1
    printed = capsys.readouterr()
    assert not printed.out
    assert "line 5" in printed.err


def test_a_bad_file_is_told_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [
        written(tmp_path, "t\nPOLYMER\n65\n3.\n1\n6 0 0 0\nEND\n", "bad.d12"),
        written(tmp_path, "NEWK\n8 8\n1 0\nEND\n", "plot.d3"),
        written(tmp_path, "not an output\n" * 9, "x.out"),
        str(tmp_path / "none.d12"),
        written(tmp_path, MGO),
    ]
    folder = tmp_path / "cifs"
    assert main(["deck", "to-cif", *files, "-o", str(folder), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [bool(row["error"]) for row in rows] == [True, True, True, True, False]
    assert all(Path(row["file"]).name in row["error"] for row in rows[:4])
    assert re.search("rod group 65", rows[0]["error"])
    assert [path.name for path in folder.iterdir()] == ["MgO.cif"]


def test_a_file_that_differs_is_kept_unless_forced(tmp_path: Path) -> None:
    target = tmp_path / "mine.cif"
    target.write_text("my own\n")
    source = written(tmp_path, MGO)
    assert main(["deck", "to-cif", source, "-o", str(target)]) == 1
    assert target.read_text() == "my own\n"
    assert main(["deck", "to-cif", source, "-o", str(target), "--force"]) == 0
    assert main(["deck", "to-cif", source, "-o", str(target)]) == 0


def test_several_files_need_a_folder(tmp_path: Path) -> None:
    assert main(["deck", "to-cif", written(tmp_path, MGO), written(tmp_path, MGO, "b.d12")]) == 2
