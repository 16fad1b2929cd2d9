"""Decks are made without a daemon, one file each; what is bad is told and the others go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crystalctl.main import main

CRYSTALS = Path(__file__).parents[2] / "clients" / "crystalctl" / "demo_data"
MGO, RUTILE = str(CRYSTALS / "MgO.cif"), str(CRYSTALS / "TiO2-rutile.cif")


def test_one_deck_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deck", "from-cif", MGO, "--set", "toldee=9"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("MgO OPT PBE-D3 POB-TZVP-REV2\nCRYSTAL\n0 0 0\n225\n")
    assert printed.out.endswith("END\n")
    assert "TOLDEE\n9\n" in printed.out
    assert "space group 225 (Fm-3m)" in printed.err


def test_o_names_a_file_for_one_and_a_folder_for_several(tmp_path: Path) -> None:
    assert main(["deck", "from-cif", MGO, "-o", str(tmp_path / "mine.d12"), "--step", "SP"]) == 0
    assert (tmp_path / "mine.d12").read_text().startswith("MgO SP ")
    assert main(["deck", "from-cif", MGO, RUTILE, "-o", str(tmp_path / "decks")]) == 0
    names = {path.name for path in (tmp_path / "decks").iterdir()}
    assert names == {"MgO_OPT.d12", "TiO2-rutile_OPT.d12"}


def test_a_bad_file_is_told_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.cif"
    bad.write_text("data_x\n")
    arguments = ["deck", "from-cif", str(bad), MGO, "-o", str(tmp_path / "decks"), "--json"]
    assert main(arguments) == 1
    rows = json.loads(capsys.readouterr().out)
    assert "no atoms" in rows[0]["error"]
    assert rows[0]["deck"] is None
    assert Path(rows[1]["deck"]).is_file()
    assert rows[1]["error"] is None


def test_a_deck_that_differs_is_kept_unless_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "MgO.d12"
    target.write_text("my own deck\n")
    assert main(["deck", "from-cif", MGO, "-o", str(target)]) == 1
    assert "--force" in capsys.readouterr().err
    assert target.read_text() == "my own deck\n"
    for _ in range(2):  # the second time nothing differs
        assert main(["deck", "from-cif", MGO, "-o", str(target), "--force"]) == 0
    assert main(["deck", "from-cif", MGO, "-o", str(target)]) == 0


def test_several_decks_need_a_folder() -> None:
    assert main(["deck", "from-cif", MGO, RUTILE]) == 2


def test_an_unknown_setting_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deck", "from-cif", MGO, "--set", "toldeee=9"]) == 1
    assert "toldee" in capsys.readouterr().err


def test_a_profile_is_a_named_set_of_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deck", "from-cif", MGO, "--profile", "predecessor", "--set", "toldee=9"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[lines.index("HISTDIIS") + 1] == "100"
    assert lines[lines.index("MAXCYCLE") + 1] == "800"
    assert lines[lines.index("TOLINTEG") + 2 : lines.index("TOLINTEG") + 4] == ["TOLDEE", "9"]
    assert main(["deck", "from-cif", MGO, "--profile", "tigth"]) == 1
    assert "unknown profile 'tigth'" in capsys.readouterr().err


def test_a_folder_of_basis_sets_stands_in_the_deck(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = "0 0 1 2.0 1.0\n 50.0 1.0\n0 1 1 8.0 1.0\n 3.0 1.0 1.0\n"
    (tmp_path / "12").write_text(f"12 3\n{shell}0 1 1 2.0 1.0\n 0.5 1.0 1.0\n")
    (tmp_path / "8").write_text(f"8 2\n{shell.replace('8.0 1.0', '6.0 1.0')}")
    assert main(["deck", "from-cif", MGO, "--set", f"basis=external:{tmp_path}"]) == 0
    text = capsys.readouterr().out
    assert "\nENDOPT\nEND\n8 2\n0 0 1 2.0 1.0\n 50.0 1.0\n" in text
    assert "\n99 0\nEND\nDFT\n" in text
    (tmp_path / "8").unlink()
    assert main(["deck", "from-cif", MGO, "--set", f"basis=external:{tmp_path}"]) == 1
    assert "no file for O" in capsys.readouterr().err


NAMED_LOWER = """\
data_MgO
_cell_length_a 4.2112
_cell_length_b 4.2112
_cell_length_c 4.2112
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'F m -3'
_space_group_IT_number 202
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Mg 0 0 0
O 0.5 0.5 0.5
"""
"""Its atoms have the higher group 225."""


def test_a_folder_stands_for_its_structures_and_strict_refuses_another_group(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cif = Path(MGO).read_text()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.cif").write_text(cif)
    (tmp_path / "in" / "b.xyz").write_text("not looked at: there is a CIF")
    assert main(["deck", "from-cif", str(tmp_path / "in"), "-o", str(tmp_path / "out.d12")]) == 0
    (tmp_path / "in" / "a.cif").write_text(NAMED_LOWER)
    arguments = ["deck", "from-cif", str(tmp_path / "in" / "a.cif")]
    assert main(arguments) == 0
    assert "names space group 202" in capsys.readouterr().err
    assert main([*arguments, "--strict"]) == 1
    assert "--strict" in capsys.readouterr().err
