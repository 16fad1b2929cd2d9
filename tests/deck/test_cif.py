"""CIFs: every common way to write one ordered crystal is read, everything else is refused."""

from __future__ import annotations

import contextlib

import gemmi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystald.crystal.deck.geometry.standardise import standardise
from crystald.crystal.structures.cif_group import _closed
from crystald.crystal.structures.reading import read_structure
from crystald.errors import InputError

CUBE = (4.2112, 4.2112, 4.2112, 90, 90, 90)
MGO = ["Mg1 Mg2+ 0 0 0", "O1 O2- 0.5 0.5 0.5"]
DIAMOND = (3.567, 3.567, 3.567, 90, 90, 90)


def read(text: str):
    return read_structure(text.encode(), "in.cif", "in.cif")


def test_rock_salt(cif) -> None:
    found = read(cif("F m -3 m", CUBE, MGO))
    assert (found.space_group, found.claimed, found.notes) == (225, 225, ())
    assert sorted(found.structure.numbers) == [8] * 4 + [12] * 4


def test_both_origins_of_one_crystal_are_one_crystal(cif) -> None:
    first = read(cif("F d -3 m:1", DIAMOND, ["C1 C 0 0 0"]))
    second = read(cif("F d -3 m:2", DIAMOND, ["C1 C .125 .125 .125"]))
    assert standardise(first.structure).geometry == standardise(second.structure).geometry


def test_two_origins_by_operations_or_hall_symbol(cif) -> None:
    hall = "_space_group_name_Hall 'F 4d 2 3 -1d'\n"
    found = read(cif("F d -3 m", DIAMOND, ["C1 C 0 0 0"], more=hall))
    assert len(found.structure.numbers) == 8


def test_an_open_origin_is_refused(cif) -> None:
    with pytest.raises(InputError, match="two origins"):
        read(cif("F d -3 m", DIAMOND, ["C1 C 0 0 0"]))


def test_corundum_on_both_axes(cif) -> None:
    hexagonal = (4.7602, 4.7602, 12.9933, 90, 90, 120)
    rhombohedral = (5.1295, 5.1295, 5.1295, 55.29, 55.29, 55.29)
    one = read(cif("R -3 c", hexagonal, ["Al Al 0 0 0.35216", "O O 0.30624 0 0.25"]))
    other = read(
        cif("R -3 c", rhombohedral, ["Al Al .35216 .35216 .35216", "O O 0.55624 -.05624 0.25"])
    )
    assert len(one.structure.numbers) == 30
    assert len(other.structure.numbers) == 10
    cells = [standardise(found.structure).geometry.cell for found in (one, other)]
    assert np.allclose(*cells, atol=1e-3)


@pytest.mark.parametrize("name", ["P 1 21/c 1", "P 1 21/n 1", "P 1 21/a 1", "P 1 1 21/b"])
def test_monoclinic_settings(cif, name) -> None:
    cell = (5.0, 6.0, 7.0, 90, 90, 100) if name.endswith("b") else (5.0, 6.0, 7.0, 90, 100, 90)
    found = read(cif(name, cell, ["C1 C .1 .2 .3", "O1 O .3 .45 .55"]))
    assert (found.space_group, len(found.structure.numbers)) == (14, 8)


def operations(*triplets: str) -> str:
    return "\n".join(("loop_", "_symmetry_equiv_pos_as_xyz", *(f"'{t}'" for t in triplets), ""))


def listed(name: str, *, centred: bool) -> str:
    group = gemmi.SpaceGroup(name).operations()
    return operations(*(op.triplet() for op in (group if centred else group.sym_ops)))


ROCK = (5.64, 5.64, 5.64, 90, 90, 90)
SALT = ["Na Na 0 0 0", "Cl Cl .5 .5 .5"]


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("F m -3 m", operations("x,y,z", "-x,-y,-z"), "225, but its 2 operations are of group 2"),
        ("F m -3 m", operations("x,y,z"), "225, but its 1 operation is of group 1"),
        ("P 1", operations("x,y,z", "-x,-y,-z"), "names space group 1, but"),
        ("", "_space_group_IT_number 225\n" + operations("x,y,z"), "225, but"),
        ("F m -3 m", "_space_group_IT_number 221\n", "different space groups: .*225.* 221"),
        ("F m -3 m", "_space_group_name_Hall 'P 1'\n", "225, but"),
        ("F m -3 m", listed("F d -3 m:2", centred=True), "225, but"),
    ],
)
def test_a_cif_that_contradicts_itself_is_refused(cif, name, more, said) -> None:
    with pytest.raises(InputError, match=said):
        read(cif(name, ROCK, SALT, more=more))


@pytest.mark.parametrize("centred", [True, False])
def test_centrings_may_be_left_out_of_the_list(cif, centred) -> None:
    found = read(cif("F m -3 m", ROCK, SALT, more=listed("F m -3 m", centred=centred)))
    assert (found.space_group, len(found.structure.numbers)) == (225, 8)
    assert bool(found.notes) is not centred


def test_a_cell_without_the_symmetry_that_is_named_is_refused(cif) -> None:
    with pytest.raises(InputError, match="48 rotations, its cell and atoms have 16"):
        read(cif("F m -3 m", (5.64, 5.64, 5.69, 90, 90, 90), SALT))


@pytest.mark.parametrize("unknown", ["?", ".", "'?'"])
def test_a_symbol_that_is_not_known_is_absent(cif, unknown) -> None:
    name = f"_space_group_name_H-M_alt {unknown}\n"
    found = read(cif("", ROCK, SALT, more=f"{name}_space_group_IT_number 225\n"))
    assert (found.space_group, len(found.structure.numbers)) == (225, 8)
    assert "only the number 225" in found.notes[0]
    assert "names no symmetry" in read(cif("", ROCK, SALT, more=name)).notes[0]


def test_a_number_of_a_rhombohedral_group_takes_the_axes_of_the_cell(cif) -> None:
    number = "_space_group_IT_number 167\n"
    hexagonal = (4.7602, 4.7602, 12.9933, 90, 90, 120)
    rhombohedral = (5.1295, 5.1295, 5.1295, 55.29, 55.29, 55.29)
    one = read(cif("", hexagonal, ["Al Al 0 0 0.35216", "O O 0.30624 0 0.25"], more=number))
    atoms = ["Al Al .35216 .35216 .35216", "O O 0.55624 -.05624 0.25"]
    other = read(cif("", rhombohedral, atoms, more=number))
    assert (one.space_group, len(one.structure.numbers)) == (167, 30)
    assert (other.space_group, len(other.structure.numbers)) == (167, 10)


def test_a_list_of_all_atoms_in_p1_gets_its_symmetry_back(cif) -> None:
    faces = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    atoms = [f"Mg Mg {x} {y} {z}" for x, y, z in faces]
    atoms += [f"O O {x + 0.5} {y} {z}" for x, y, z in faces]
    found = read(cif("P 1", CUBE, atoms))
    assert found.space_group == 225
    assert "more symmetry" in found.notes[0]


def test_no_symmetry_named_is_taken_as_listed(cif) -> None:
    found = read(cif("", CUBE, ["C C 0 0 0"]))
    assert found.space_group == 221
    assert "names no symmetry" in found.notes[0]


def test_rounded_special_positions_do_not_double(cif) -> None:
    cell = (3.2498, 3.2498, 5.2066, 90, 90, 120)
    found = read(cif("P 63 m c", cell, ["Zn Zn 0.3333 0.6667 0", "O O 0.333 0.667 0.3821"]))
    assert len(found.structure.numbers) == 4


def test_deuterium_is_hydrogen_with_a_note(cif) -> None:
    found = read(cif("P 1", (4, 4, 4, 90, 90, 90), ["D1 D 0 0 0", "C1 C .5 .5 .5"]))
    assert sorted(found.structure.numbers) == [1, 6]
    assert any("hydrogen" in note for note in found.notes)


def test_uncertainties_windows_lines_and_elements_from_labels() -> None:
    text = (
        "data_x\n_symmetry_space_group_name_H-M 'P m -3 m'\n_cell_length_a 4.12(3)\n"
        "_cell_length_b 4.12(3)\n_cell_length_c 4.12(3)\n_cell_angle_alpha 90\n"
        "_cell_angle_beta 90\n_cell_angle_gamma 90\nloop_\n_atom_site_label\n_atom_site_fract_x\n"
        "_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\nCs1 0 0 0 1.0\n"
        "CL2 .5(0) .5 .5 1\n"
    )
    found = read_structure(
        b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "in.cif", "in.cif"
    )
    assert sorted(found.structure.numbers) == [17, 55]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x7fELF\x00\x01", "binary"),
        (b"hello\nworld\n", "not a CIF"),
        (b"data_x\n_cell_length_a 4\n", "no atoms"),
        (b"data_x\nloop_\n_a\n_b\n1 2 3\n", "not a CIF"),
    ],
)
def test_what_is_no_cif_is_refused(data, said) -> None:
    with pytest.raises(InputError, match=said) as error:
        read_structure(data, "in.cif", "in.cif")
    assert error.value.message.startswith("in.cif")
    assert error.value.hint


def test_several_structures_are_refused(cif) -> None:
    one = cif("F m -3 m", CUBE, MGO)
    with pytest.raises(InputError, match="data_x, data_y"):
        read(one + one.replace("data_x", "data_y"))


def test_blocks_without_atoms_do_not_matter(cif) -> None:
    assert read("data_global\n_a 1\n" + cif("F m -3 m", CUBE, MGO)).space_group == 225


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("_cell_length_b 4.2112\n", ""), "_cell_length_b is missing"),
        (("_cell_length_b 4.2112", "_cell_length_b ?"), "_cell_length_b is missing"),
        (("_cell_length_b 4.2112", "_cell_length_b wide"), "not a number"),
        (("_cell_length_b 4.2112", "_cell_length_b 0.1"), "0.1 Å"),
        (("_cell_length_b 4.2112", "_cell_length_b 5000"), "5000 Å"),
        (("_cell_angle_beta 90", "_cell_angle_beta 190"), "190 degrees"),
        (("_cell_angle_beta 90", "_cell_angle_beta 95"), "cell does not have the symmetry"),
        (("F m -3 m", "F m -3 q"), "no space group"),
        (("O2- 0.5 0.5 0.5", "O2- 0.5 ? 0.5"), "fract_y of O1"),
        (("O1 O2-", "X1 Wat"), "no known element|known element"),
        (("O2- 0.5 0.5 0.5", "O2- 0.02 0 0"), "apart|on top"),
    ],
)
def test_what_is_no_crystal_is_refused(cif, change, said) -> None:
    text = cif("F m -3 m", CUBE, MGO)
    assert change[0] in text
    with pytest.raises(InputError, match=said) as error:
        read(text.replace(*change))
    assert "in.cif" in error.value.message
    assert error.value.hint


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("_atom_site_occupancy", "0.5", "occupancy 0.5"),
        ("_atom_site_disorder_group", "1", "disordered"),
        ("_atom_site_disorder_assembly", "A", "disordered"),
    ],
)
def test_disorder_is_refused(cif, column, value, said) -> None:
    text = cif("F m -3 m", CUBE, [f"{MGO[0]} .", f"{MGO[1]} {value}"])
    text = text.replace("_atom_site_fract_z\n", f"_atom_site_fract_z\n{column}\n")
    with pytest.raises(InputError, match=said):
        read(text)


def test_operations_that_form_no_group_are_refused(cif) -> None:
    operations = "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-y,x,z'\n"
    with pytest.raises(InputError, match="no group"):
        read(cif("", (4, 4, 5, 90, 90, 90), ["C C .1 .2 .3"], more=operations))


@given(st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_forms_a_group_is_what_all_products_say(data) -> None:
    name = data.draw(st.sampled_from(["P 2/m", "P 4", "P -3 m 1", "R 3", "I 4/m", "F 2 3"]))
    whole = list(gemmi.SpaceGroup(name).operations())
    some = data.draw(st.lists(st.sampled_from(whole), min_size=1, unique_by=str))
    triplets = {one.wrap().triplet() for one in some}
    products = {(a * b).wrap().triplet() for a in some for b in some}
    assert _closed(some) is (products <= triplets)


def test_every_group_of_the_table_is_one_and_lacks_none_of_its_operations() -> None:
    for name in ("F m -3 m", "I a -3 d", "P 63/m m c", "R -3 c:H", "C 2/c", "F d d 2"):
        operations = list(gemmi.SpaceGroup(name).operations())
        assert _closed(operations)
        assert not _closed(operations[1:])
        assert not _closed(operations[:-1])


def test_a_number_without_setting_is_refused(cif) -> None:
    with pytest.raises(InputError, match="number 14"):
        read(cif("", (5, 6, 7, 90, 100, 90), ["C C .1 .2 .3"], more="_space_group_IT_number 14\n"))


def test_a_formula_that_says_more_than_the_atoms_is_noted(cif) -> None:
    whole = "_chemical_formula_sum 'Mg O'\n"
    assert read(cif("F m -3 m", CUBE, MGO, more=whole)).notes == ()
    hydrated = "_chemical_formula_sum 'H2 Mg O2'\n"
    (note,) = read(cif("F m -3 m", CUBE, MGO, more=hydrated)).notes
    assert note == "the CIF's formula is H2 Mg O2, its cell holds Mg4 O4"


def test_labels_that_might_be_two_elements_are_noted() -> None:
    text = "data_x\n_symmetry_space_group_name_H-M 'P 1'\n"
    text += "".join(f"_cell_length_{x} 4\n" for x in "abc")
    text += "".join(f"_cell_angle_{x} 90\n" for x in ("alpha", "beta", "gamma"))
    text += "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n"
    found = read(text + "_atom_site_fract_z\nCA1 0 0 0\nO1 .5 .5 .5\n")
    assert sorted(found.structure.numbers) == [8, 20]
    assert "CA1 is read as the element Ca" in found.notes


WHOLE = (
    "data_x\n_symmetry_space_group_name_H-M 'P 63 m c'\n_cell_length_a 3.25\n_cell_length_b 3.25\n"
    "_cell_length_c 5.2\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 120\nloop_\n"
    "_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x-y,z\n-x+y,-x,z\n-x,-y,z+1/2\ny,-x+y,z+1/2\n"
    "x-y,x,z+1/2\n-y,-x,z\n-x+y,y,z\nx,x-y,z\ny,x,z+1/2\nx-y,-y,z+1/2\n-x,-x+y,z+1/2\nloop_\n"
    "_atom_site_label\n_atom_site_type_symbol\n_Atom_Site_Fract_X\n_atom_site_fract_y\n"
    "_atom_site_fract_z\n_atom_site_occupancy\nZn1 Zn 0.3333 0.6667 0 1\n"
    "O1 O 0.3333 0.6667 0.382 1\n"
)


def test_the_whole_example_is_read() -> None:
    assert read(WHOLE).space_group == 186


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_spoiled_cif_is_read_or_refused_but_never_breaks(data) -> None:
    lines = WHOLE.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        words = lines[at].split() or [""]
        word = data.draw(st.integers(0, len(words) - 1))
        words[word] = data.draw(
            st.sampled_from(
                ["", "?", ".", "nan", "inf", "1e400", "-5", "0", "loop_", "data_y", "'"]
            )
            | st.text("xyz0123456789+-/,.'\"#;_() ", max_size=8)
        )
        lines[at] = " ".join(words)
    with contextlib.suppress(InputError):
        read("\n".join(lines) + "\n")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data) -> None:
    with pytest.raises(InputError):
        read_structure(data, "in.cif", "in.cif")


def test_a_cif_without_symmetry_is_told_first_and_once(cif) -> None:
    text = cif("", (4.2, 4.2, 4.2, 90, 90, 90), ["Mg1 Mg 0 0 0", "O1 O 0.5 0.5 0.5"])
    notes = read_structure(text.encode(), "MgO.cif", "MgO.cif").notes
    assert "names no symmetry" in notes[0]
    assert "221 (Pm-3m): is any atom missing?" in notes[0]
    assert not any("names space group" in note for note in notes)
