"""Files of every kind become one structure, as periodic as they say, or a refusal with a cure."""

from __future__ import annotations

import io
from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, graphene, molecule, mx2, nanotube
from ase.db import connect

from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.geometry.checked import checked_form
from crystald.crystal.deck.geometry.regenerate import check_regeneration, expand
from crystald.crystal.deck.geometry.second_opinion import check_match
from crystald.crystal.structures.reading import read_structure
from crystald.crystal.structures.values import StructureReading
from crystald.errors import DeckError, InputError
from crystald.models import Structure

FORT34 = """\
2 1 1
    2.46    0.0     0.0
   -1.23    2.1304224933 0.0
    0.0     0.0   500.0
1
 1.0 0.0 0.0
 0.0 1.0 0.0
 0.0 0.0 1.0
 0.0 0.0 0.0
2
6 0.0  1.4202816622 0.0
6 1.23 0.7101408311 0.0
77 1
"""


def sheet() -> Atoms:
    atoms = graphene(vacuum=10)
    atoms.center(vacuum=10, axis=2)
    return atoms


def text_of(atoms: Atoms | list[Atoms], kind: str) -> bytes:
    stream = io.StringIO()
    ase.io.write(stream, atoms, format=kind)
    return stream.getvalue().encode()


def read(data: bytes, name: str, **options) -> StructureReading:
    return read_structure(data, name, name, **options)


def geometry_of(found: StructureReading) -> Geometry:
    return checked_form(found.structure).geometry


@pytest.mark.parametrize(
    ("atoms", "kind", "name", "keyword", "group"),
    [
        (bulk("MgO", "rocksalt", a=4.21), "vasp", "POSCAR", "CRYSTAL", 225),
        (bulk("MgO", "rocksalt", a=4.21), "xsf", "x.xsf", "CRYSTAL", 225),
        (bulk("Si"), "extxyz", "x.xyz", "CRYSTAL", 227),
        (sheet(), "extxyz", "x.xyz", "SLAB", 80),
        (mx2("MoS2", vacuum=8), "extxyz", "x.extxyz", "SLAB", 78),
        (nanotube(4, 0), "extxyz", "x.xyz", "POLYMER", 51),
        (molecule("CH4"), "xyz", "x.xyz", "MOLECULE", 15),
        (molecule("CH4"), "proteindatabank", "x.pdb", "MOLECULE", 15),
    ],
)
def test_a_file_is_as_periodic_as_it_says(atoms, kind, name, keyword, group) -> None:
    found = read(text_of(atoms, kind), name)
    geometry = geometry_of(found)
    assert (geometry.kind, geometry.group) == (keyword, group)
    assert len(found.structure.numbers) == len(atoms)
    assert (found.space_group == group) == (keyword == "CRYSTAL")
    assert found.claimed is None


def test_fort34_is_read_with_its_dimension() -> None:
    found = read(FORT34.encode(), "fort.34")
    assert found.source == "fort34"
    assert geometry_of(found).kind == "SLAB"
    assert geometry_of(found).group == 80  # its atoms have more symmetry than its last line says


def test_rows_of_a_database_are_chosen(tmp_path: Path) -> None:
    path = tmp_path / "rows.db"
    with connect(path) as rows:
        rows.write(bulk("Si"))
        rows.write(bulk("MgO", "rocksalt", a=4.2))
    data = path.read_bytes()
    assert set(read(data, "rows.db@1").structure.numbers) == {8, 12}
    with pytest.raises(InputError, match="holds 2 structures") as error:
        read(data, "rows.db")
    assert "rows.db@0" in error.value.hint
    with pytest.raises(InputError, match="no structure '5'"):
        read(data, "rows.db@5")


def test_one_of_several_blocks_of_a_cif_is_named(cif) -> None:
    cube = (4.2, 4.2, 4.2, 90, 90, 90)
    first = cif("F m -3 m", cube, ["Mg Mg 0 0 0", "O O 0.5 0.5 0.5"])
    second = cif("F m -3 m", cube, ["Ca Ca 0 0 0", "O O 0.5 0.5 0.5"]).replace("data_x", "data_y")
    data = (first + second).encode()
    with pytest.raises(InputError, match="several structures") as error:
        read(data, "two.cif")
    assert "two.cif@0" in error.value.hint
    assert set(read(data, "two.cif@-1").structure.numbers) == {20, 8}
    with pytest.raises(InputError, match="there is no structure 2"):
        read(data, "two.cif@2")


def test_vacuum_is_told_and_never_taken_for_a_slab() -> None:
    data = text_of(sheet(), "vasp")
    found = read(data, "x.vasp")
    assert found.structure.periodicity == 3
    assert "dimensionality=slab" in found.notes[0]
    slab = read(data, "x.vasp", dimensionality="slab")
    assert geometry_of(slab).kind == "SLAB"
    assert geometry_of(slab).group == 80
    assert slab.notes == ()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_slab_is_cut_out_along_whichever_vector_has_the_vacuum(axis) -> None:
    layer = mx2("MoS2", vacuum=8)
    layer.pbc = True
    layer.positions[:, 2] += 7.0  # it straddles the boundary of the cell
    layer.wrap()
    order = [[2, 0, 1], [1, 2, 0], [0, 1, 2]][axis]
    turned = Atoms(layer.numbers, cell=layer.cell.array[order], positions=layer.positions, pbc=True)
    found = read(text_of(turned, "vasp"), "x.vasp", dimensionality="slab")
    geometry = geometry_of(found)
    assert geometry.group == 78
    assert geometry.cell == pytest.approx((3.18,))
    assert sorted(atom.z for atom in geometry.atoms) == pytest.approx([0.0, 1.595])


def test_symmetry_that_is_nearly_there_is_told() -> None:
    nearly = bulk("MgO", "rocksalt", a=4.2, cubic=True)
    assert read(text_of(nearly, "vasp"), "x.vasp").notes == ()
    nearly.positions[0] += (0.02, 0.0, 0.0)
    found = read(text_of(nearly, "vasp"), "x.vasp")
    assert found.space_group != 225
    assert found.notes == ("within 0.05 Å its atoms have more symmetry, space group 225 (Fm-3m)",)


def test_symmetry_that_a_layer_nearly_has_is_told() -> None:
    nearly = mx2("MoS2", vacuum=8)
    assert read(text_of(nearly, "vasp"), "x.vasp", dimensionality="slab").notes == ()
    nearly.positions[1] += (0.0, 0.0, 0.02)
    found = read(text_of(nearly, "vasp"), "x.vasp", dimensionality="slab")
    assert geometry_of(found).group != 78
    assert found.notes == ("within 0.05 Å its atoms have more symmetry, layer group p-6m2",)


def test_molecules_and_polymers_come_out_of_their_boxes() -> None:
    water = molecule("H2O", vacuum=6)
    water.pbc = True
    data = text_of(water, "vasp")
    assert geometry_of(read(data, "x.vasp", dimensionality="molecule")).kind == "MOLECULE"
    tube = nanotube(4, 0, vacuum=6)
    tube.pbc = True
    polymer = geometry_of(read(text_of(tube, "vasp"), "x.vasp", dimensionality="polymer"))
    assert polymer.kind == "POLYMER"
    assert polymer.cell == pytest.approx((4.26,), abs=0.01)


@pytest.mark.parametrize("atoms", [molecule("CH3CH2OH"), nanotube(5, 0)])
def test_blocks_without_symmetry_hold_every_atom(atoms) -> None:
    found = read(text_of(atoms, "extxyz"), "x.xyz")
    form = checked_form(found.structure)
    built = expand(form.geometry)
    assert sorted(built.numbers) == sorted(found.structure.numbers)
    assert form.group == 1
    assert "all its atoms" in form.notes[-1]
    moved = built.positions_ang[0][0] + 0.2
    wrong = Structure(
        built.cell_ang,
        built.numbers,
        ((moved, *built.positions_ang[0][1:]), *built.positions_ang[1:]),
        built.periodicity,
    )
    with pytest.raises(DeckError, match="another crystal"):
        check_regeneration(wrong, checked_form(built))


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "x.xyz", "empty"),
        (b"hello\n", "x.txt", "no kind of structure file"),
        (bytes(range(256)), "x.bin", "no kind of structure file"),
        (b"3\n\nH 0 0 0\nH 0 0\n", "x.xyz", "cannot be read as XYZ"),
        (b"2\n\nH 0 0 0\nH 0 0 0.1\n", "x.xyz", r"H \(atom 1\) and H \(atom 2\) are 0.10 Å apart"),
        (b"2\n\nH 0 0 0\nH 0 0 nan\n", "x.xyz", "no number"),
        (b"2\n\nXx 0 0 0\nH 0 0 1\n", "x.xyz", "cannot be read as XYZ"),
        (b"2\n\nX 0 0 0\nH 0 0 1\n", "x.xyz", "no element"),
        (text_of([bulk("Si"), bulk("Ge")], "extxyz"), "x.xyz", "holds 2 structures"),
        (text_of(bulk("Si"), "vasp")[:60], "POSCAR", "cannot be read as"),
        (FORT34[:100].encode(), "fort.34", "line"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_a_cure(data, name, said) -> None:
    with pytest.raises(InputError, match=said) as error:
        read(data, name)
    assert error.value.hint
    assert name in error.value.message


@pytest.mark.parametrize(
    ("dimensionality", "said"),
    [("slab", "no vacuum along"), ("molecule", "no vacuum along")],
)
def test_a_crystal_without_vacuum_is_no_slab(dimensionality, said) -> None:
    with pytest.raises(InputError, match=said):
        read(text_of(bulk("Si"), "vasp"), "x.vasp", dimensionality=dimensionality)


def test_nothing_becomes_more_periodic_than_it_is() -> None:
    with pytest.raises(InputError, match="cannot be made a crystal"):
        read(text_of(molecule("H2O"), "xyz"), "x.xyz", dimensionality="crystal")


def test_pymatgen_agrees_and_refuses_another_crystal() -> None:
    pytest.importorskip("pymatgen", reason="the extra 'match' is not installed")
    found = read(text_of(bulk("MgO", "rocksalt", a=4.21), "vasp"), "x.vasp")
    built = expand(geometry_of(found))
    check_match(found.structure, built)
    with pytest.raises(DeckError, match="StructureMatcher"):
        check_match(found.structure, Structure(built.cell_ang, (12,) * 8, built.positions_ang))


@pytest.mark.parametrize("decimals", [3, 4, 5, 6])
def test_rounded_crystals_keep_their_atoms_and_mostly_their_group(crystal_of, decimals) -> None:
    """Every group is walked, each with other decimals; three decimals may cost symmetry."""
    for group in range(decimals - 2, 231, 4):
        _, crystal = crystal_of(group)
        lattice = np.array(crystal.cell_ang)
        fractions = np.array(crystal.positions_ang) @ np.linalg.inv(lattice) + (0.13, 0.27, 0.41)
        places = np.round(fractions, decimals) @ lattice
        given = Structure(crystal.cell_ang, crystal.numbers, tuple(map(tuple, places.tolist())))
        form = checked_form(given)  # which expands it by other tables and compares every site
        assert len(given.numbers) % form.atoms_in_primitive == 0
        assert form.group == group or decimals == 3
