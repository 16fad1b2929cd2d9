"""Which element an atom of a CIF is: by its symbol, else by its label and the formula."""

from __future__ import annotations

import pytest

from crystald.crystal.structures.reading import read_structure
from crystald.errors import InputError

CUBE = """data_x
_symmetry_space_group_name_H-M 'P 1'
{formula}_cell_length_a 9
_cell_length_b 9
_cell_length_c 9
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
{extra}{label} 0.1 0.2 0.3{last}
"""


def read(label: str, formula: str = "", extra: str = "", last: str = ""):
    named = f"_chemical_formula_sum '{formula}'\n" if formula else ""
    text = CUBE.format(formula=named, label=label, extra=extra, last=last)
    return read_structure(text.encode(), "x.cif", "x.cif")


@pytest.mark.parametrize(
    ("label", "formula", "number", "told"),
    [
        ("HO1", "", 67, True), ("HO1", "H2 O", 1, False), ("HO1", "Ho2 O3", 67, False),
        ("HO1", "H Ho", 67, True), ("CA1", "Ca C O3", 20, True), ("CA1", "C10 H16", 6, False),
        ("OW", "", 8, False), ("D1", "D2 O", 1, False), ("Na(1)", "Cl Na", 11, False),
    ],
)  # fmt: skip
def test_a_label_that_could_be_two_elements_is_the_one_of_the_formula(
    label: str, formula: str, number: int, told: bool
) -> None:
    found = read(label, formula)
    assert found.structure.numbers == (number,)
    assert any("is read as the element" in note for note in found.notes) is told


def test_a_label_of_an_element_that_the_formula_lacks_is_refused() -> None:
    """Water of databanks: Wat is no tungsten."""
    with pytest.raises(InputError, match="Wat would be W, which is not in the formula"):
        read("Wat", "Ca H4 O6 S")


def test_hydrogens_without_coordinates_are_refused() -> None:
    column = "_atom_site_attached_hydrogens\n"
    assert read("O1", extra=column, last=" 0").structure.numbers == (8,)
    assert read("O1", extra=column, last=" .").structure.numbers == (8,)
    with pytest.raises(InputError, match="O1 has 2 hydrogens without coordinates"):
        read("O1", extra=column, last=" 2")
