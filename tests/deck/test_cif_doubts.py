"""What databanks and people write a little beside the rules is read, and told."""

from __future__ import annotations

import pytest
from ciftexts import cif_text

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.kmesh import kmesh
from crystald.crystal.structures.reading import read_structure
from crystald.errors import InputError

CUBE = (8.08, 8.08, 8.08, 90, 90, 90)
HEXAGONAL = (4.759, 4.759, 12.992, 90, 90, 120)
RHOMBOHEDRAL = (5.129, 5.129, 5.129, 55.28, 55.28, 55.28)
SPINEL = {
    "1": ["Mg1 Mg 0 0 0", "Al1 Al 0.625 0.625 0.625", "O1 O 0.387 0.387 0.387"],
    "2": ["Mg1 Mg 0.125 0.125 0.125", "Al1 Al 0.5 0.5 0.5", "O1 O 0.262 0.262 0.262"],
}
CORUNDUM = ["Al1 Al 0 0 0.3522", "O1 O 0.3063 0 0.25"]
ON_R = ["Al1 Al 0.3522 0.3522 0.3522", "O1 O 0.5563 0.9437 0.25"]


def read(text: str):
    return read_structure(text.encode(), "x.cif", "x.cif")


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("F d -3 m S", "1"), ("F d -3 m Z", "2"), ("Fd-3mS", "1"), ("Fd-3mZ", "2"),
        ("F d -3 m O1", "1"), ("F d -3 m :O2", "2"), ("F d -3 m:1", "1"),
    ],
)  # fmt: skip
def test_a_suffix_of_a_databank_names_the_origin(name: str, origin: str) -> None:
    found = read(cif_text(name, CUBE, SPINEL[origin]))
    assert (found.claimed, found.space_group) == (227, 227)
    assert len(found.structure.numbers) == 56


@pytest.mark.parametrize(
    ("name", "cell", "atoms", "count"),
    [("R -3 c H", HEXAGONAL, CORUNDUM, 30), ("R -3 c R", RHOMBOHEDRAL, ON_R, 10)],
)
def test_a_suffix_of_a_databank_names_the_axes(name: str, cell, atoms, count: int) -> None:
    found = read(cif_text(name, cell, atoms))
    assert (found.claimed, found.space_group) == (167, 167)
    assert len(found.structure.numbers) == count


def test_a_suffix_that_no_setting_has_is_no_space_group() -> None:
    with pytest.raises(InputError, match="is no space group"):
        read(cif_text("P n m a S", (5, 6, 7, 90, 90, 90), ["C1 C 0 0 0"]))


def test_an_occupancy_that_is_nearly_full_is_told() -> None:
    text = cif_text("P 1", (4, 4, 4, 90, 90, 90), ["Po1 Po 0 0 0"])
    whole = text.replace("_atom_site_fract_z\n", "_atom_site_fract_z\n_atom_site_occupancy\n")
    for occupancy, told in (("0.999", True), ("1.0", False), ("1", False), ("?", False)):
        notes = read(whole.replace("Po 0 0 0", f"Po 0 0 0 {occupancy}")).notes
        assert any("taken as 1" in note for note in notes) == told


def test_atoms_that_a_deck_could_not_have_are_named_as_the_file_names_them() -> None:
    atoms = ["Na1 Na 0 0 0", "Cl1 Cl 0.125 0 0"]
    with pytest.raises(InputError, match=r"x\.cif: Na1 and Cl1 are 0\.50 Å apart"):
        read(cif_text("P 1", (4, 4, 4, 90, 90, 90), atoms))
    assert read(cif_text("P 1", (4.1, 4, 4, 90, 90, 90), atoms))


@pytest.mark.parametrize(
    ("cell", "net"),
    [
        ((3.81, 3.81, 6.25, 90, 90, 120), (0, 1)),
        ((3.81, 3.81, 6.25, 90, 90, 60), (0, 1)),
        ((6.25, 3.81, 3.81, 120, 90, 90), (1, 2)),
        ((3.81, 3.81, 6.25, 90, 90, 115), ()),
        ((3.81, 3.95, 6.25, 90, 90, 120), ()),
    ],
)
def test_factors_of_a_hexagonal_net_are_multiples_of_three_without_symmetry(cell, net) -> None:
    geometry = Geometry(1, cell, (DeckAtom(30, 0.1, 0.2, 0.3),))
    plain, thirds = kmesh(geometry, 30.0, thirds=False), kmesh(geometry, 30.0)
    assert plain is not None
    assert thirds is not None
    for axis in range(3):
        least = plain.factors[axis]
        assert thirds.factors[axis] == (-3 * (-least // 3) if axis in net else least)


def test_a_tag_of_no_account_may_stand_twice() -> None:
    text = cif_text("F m -3 m", (5.64, 5.64, 5.64, 90, 90, 90), ["Na1 Na 0 0 0", "Cl1 Cl .5 .5 .5"])
    twice = text.replace(
        "_cell_length_a", "_chemical_name_mineral Halite\n" * 2 + "_cell_length_a", 1
    )
    assert read(twice).structure == read(text).structure


def test_a_tag_that_decides_must_stand_once() -> None:
    text = cif_text("F m -3 m", (5.64, 5.64, 5.64, 90, 90, 90), ["Na1 Na 0 0 0", "Cl1 Cl .5 .5 .5"])
    with pytest.raises(InputError, match="_cell_length_a stands twice"):
        read(text.replace("_cell_length_a", "_cell_length_a 5.7\n_cell_length_a", 1))


def test_a_line_that_is_no_cif_gets_the_cure_of_that_line() -> None:
    text = cif_text("F m -3 m", (5.64, 5.64, 5.64, 90, 90, 90), ["Na1 Na 0 0 0", "Cl1 Cl .5 .5 .5"])
    with pytest.raises(InputError, match="line 3") as refused:
        read(text.replace("_cell_length_a", "_chemical_name_mineral rock salt\n_cell_length_a", 1))
    assert "quotes" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("formula", "units", "told"),
    [("Cl Na", 4, False), ("Cl4 Na4", 4, False), ("Cl4 Na4", 1, False), ("Cl Na", 8, True)],
)
def test_another_number_of_formulas_in_the_cell_is_told(
    formula: str, units: int, told: bool
) -> None:
    text = cif_text("F m -3 m", (5.64, 5.64, 5.64, 90, 90, 90), ["Na1 Na 0 0 0", "Cl1 Cl .5 .5 .5"])
    says = f"_chemical_formula_sum '{formula}'\n_cell_formula_units_Z {units}\n_cell_length_a"
    notes = read(text.replace("_cell_length_a", says, 1)).notes
    assert any("_cell_formula_units_Z" in one for one in notes) is told


def test_underscores_of_a_symbol_are_spaces_of_people() -> None:
    cell = (5, 6, 7, 90, 98, 90)
    atoms = ["C1 C 0.1 0.2 0.3"]
    assert (
        read(cif_text("P2_1/n", cell, atoms)).structure
        == read(cif_text("P 1 21/n 1", cell, atoms)).structure
    )


def test_tags_with_a_point_are_those_with_an_underscore() -> None:
    text = cif_text("F m -3 m", (5.64, 5.64, 5.64, 90, 90, 90), ["Na1 Na 0 0 0", "Cl1 Cl .5 .5 .5"])
    dotted = text.replace("_atom_site_", "_atom_site.").replace("_cell_", "_cell.")
    assert read(dotted.replace("_symmetry_", "_symmetry.")).structure == read(text).structure


def test_a_modulated_structure_is_refused() -> None:
    text = cif_text("", (5, 6, 7, 90, 90, 90), ["C1 C 0.1 0.2 0.3"])
    operations = "loop_\n_space_group_symop_ssg_operation_algebraic\nx1,x2,x3,x4\n-x1,-x2,-x3,-x4\n"
    with pytest.raises(InputError, match="modulated"):
        read(text + operations)
