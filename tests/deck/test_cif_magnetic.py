"""Magnetic CIFs, and other files with moments: every atom is there, and the moments are told."""

from __future__ import annotations

import pytest
from ciftexts import cif_text

from crystald.crystal.structures.cif_magnetic import MOMENTS
from crystald.crystal.structures.reading import read_structure
from crystald.errors import InputError

CELL = (5.9, 5.9, 8.4, 90, 90, 90)
ATOMS = ["Ni1 Ni 0 0 0.25", "O1 O 0 0 0", "O2 O 0.5 0 0"]
OPERATIONS = ("x,y,z,+1", "-x,-y,z,+1", "-x,-y,-z,-1", "x,y,-z,-1")
CENTRINGS = ("x,y,z,+1", "x+1/2,y+1/2,z,+1", "x+1/2,y,z+1/2,-1", "x,y+1/2,z+1/2,-1")


def loop(tag: str, texts: tuple[str, ...]) -> str:
    return f"loop_\n{tag}\n" + "".join(f"{text}\n" for text in texts)


def magnetic(*, point: str = ".", operations: tuple[str, ...] = OPERATIONS) -> str:
    symmetry = loop(f"_space_group_symop_magn_operation{point}xyz", operations)
    symmetry += loop(f"_space_group_symop_magn_centering{point}xyz", CENTRINGS)
    moments = (
        f"loop_\n_atom_site_moment{point}label\n_atom_site_moment{point}crystalaxis_x\nNi1 1\n"
    )
    text = cif_text("", CELL, ATOMS)
    return text + symmetry + moments


@pytest.mark.parametrize("point", [".", "_"])
@pytest.mark.parametrize("name", ["x.mcif", "x.cif"])
def test_operations_with_time_reversal_move_atoms_like_others(point: str, name: str) -> None:
    found = read_structure(magnetic(point=point).encode(), name, name)
    assert sorted(found.structure.numbers) == [8] * 8 + [28] * 8
    assert MOMENTS in found.notes


def test_an_incomplete_list_is_refused_by_its_tag() -> None:
    text = magnetic(operations=(*OPERATIONS[:3], "x,-y,z,1"))
    with pytest.raises(InputError, match=r"magn_operation\.xyz form no group"):
        read_structure(text.encode(), "x.mcif", "x.mcif")


def test_moments_of_other_files_are_told() -> None:
    text = """2
Lattice="2.87 0 0 0 2.87 0 0 0 2.87" Properties=species:S:1:pos:R:3:initial_magmoms:R:1 pbc="T T T"
Fe 0 0 0 {0}
Fe 1.435 1.435 1.435 -{0}
"""
    for moment, told in (("2.2", True), ("0.0", False)):
        notes = read_structure(text.format(moment).encode(), "x.xyz", "x.xyz").notes
        assert (MOMENTS in notes) is told


def test_a_poscar_without_elements_is_told_as_one() -> None:
    text = "c\n1.0\n3 0 0\n0 3 0\n0 0 3\n1 1\nDirect\n0 0 0\n.5 .5 .5\n"
    with pytest.raises(InputError, match="names no elements"):
        read_structure(text.encode(), "POSCAR", "POSCAR")
