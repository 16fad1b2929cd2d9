"""A submission takes every kind of structure file; bad ones are told and the others can go."""

from __future__ import annotations

from pathlib import Path

import ase.io
import pytest
from ase.build import bulk, graphene, molecule

from crystald.desk.inputs import find_inputs
from crystald.desk.submitting import Draft, Submit, draft
from crystald.errors import ConfigError, InputError
from crystald.shipped import shipped

TEMPLATES = shipped("config") / "workflows.yaml"


def drafted(*paths: Path, skip_bad: bool = False, **changes: str) -> Draft:
    request = Submit([str(path) for path in paths], "r", set=dict(changes), skip_bad=skip_bad)
    return draft(request, TEMPLATES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sheet = graphene()
    sheet.center(vacuum=8, axis=2)
    ase.io.write(tmp_path / "sheet.vasp", sheet, format="vasp")
    ase.io.write(tmp_path / "MgO.xyz", bulk("MgO", "rocksalt", a=4.2), format="extxyz")
    (tmp_path / "Si").mkdir()
    ase.io.write(tmp_path / "Si" / "POSCAR", bulk("Si"), format="vasp")
    ase.io.write(tmp_path / "N2.xyz", molecule("N2"), format="xyz")
    return tmp_path


def test_a_folder_stands_for_its_structures_and_for_its_cifs_alone(folder: Path) -> None:
    (folder / "notes.txt").write_text("not a structure")
    names = [path.name for path in find_inputs([str(folder)])]
    assert names == ["MgO.xyz", "N2.xyz", "sheet.vasp"]
    (folder / "x.cif").write_text("data_x")
    assert [path.name for path in find_inputs([str(folder)])] == ["x.cif"]


def test_structures_are_as_periodic_as_their_files(folder: Path) -> None:
    found = drafted(folder / "MgO.xyz", folder / "Si" / "POSCAR", folder / "sheet.vasp")
    assert [material.id for material in found.materials] == ["MgO", "Si", "sheet"]
    assert [material.space_group for material in found.materials] == [225, 227, 191]
    assert {material.source_type for material in found.materials} == {"extxyz", "vasp"}
    assert any("dimensionality=slab" in note for note in found.notes)
    slab = drafted(folder / "sheet.vasp", dimensionality="slab")
    (material,) = slab.materials
    assert material.structure.periodicity == 2
    assert material.space_group is None
    assert "\nSLAB\n80\n" in slab.decks["sheet"]


def test_one_structure_of_several_is_named(folder: Path) -> None:
    ase.io.write(folder / "two.xyz", [bulk("Si"), bulk("Ge")], format="extxyz")
    with pytest.raises(InputError, match="holds 2 structures"):
        drafted(folder / "two.xyz")
    found = drafted(folder / "two.xyz@1")
    assert (found.materials[0].id, found.materials[0].formula) == ("two_1", "Ge")


def test_bad_files_are_told_and_the_others_go_when_asked(folder: Path) -> None:
    (folder / "bad.xyz").write_text("2\n\nH 0 0 0\nH 0 0 0.1\n")
    with pytest.raises(InputError, match=r"0\.10 Å apart"):
        drafted(folder / "bad.xyz", folder / "MgO.xyz")
    found = drafted(folder / "bad.xyz", folder / "MgO.xyz", skip_bad=True)
    assert [material.id for material in found.materials] == ["MgO"]
    assert list(found.bad) == [str(folder / "bad.xyz")]


def test_a_build_of_the_programs_is_one_that_there_is(folder: Path) -> None:
    request = Submit([str(folder / "MgO.xyz")], "r", set={"SP.build": "mpp"})
    plan = draft(request, TEMPLATES, {"": 23, "mpp": 23, "serial": 23}).run.plan
    assert plan.count("build: mpp") == 1
    with pytest.raises(ConfigError, match="no build 'mpp'") as caught:
        draft(request, TEMPLATES, {"": 23, "serial": 23})
    assert caught.value.hint == "There are serial."
