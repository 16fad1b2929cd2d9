"""Decks become structures: every setting, checked by other tables; edits whose effect is certain."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import peoplesdecks
import pytest
import spglib

from crystald.crystal.deck.geometry.cells import minimal_cell
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.structure.cif import cif_of_deck, cif_of_structure
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.geometry_files.read_fort34 import read_fort34
from crystald.crystal.geometry_files.whole_cell import listed_structure
from crystald.crystal.structures.print_cif import boxed, print_cif
from crystald.crystal.structures.reading import read_structure
from crystald.crystal.structures.values import StructureReading
from crystald.errors import DeckError
from crystald.models import Structure

POINT = (0.0613, 0.1927, 0.3181)
SYSTEMS = (
    (2, (9.1, 9.7, 10.3, 81.0, 94.0, 103.0)),
    (15, (9.1, 9.7, 10.3, 90.0, 101.0, 90.0)),
    (74, (9.1, 9.7, 10.3, 90.0, 90.0, 90.0)),
    (142, (9.1, 9.1, 10.3, 90.0, 90.0, 90.0)),
    (194, (9.1, 9.1, 10.3, 90.0, 90.0, 120.0)),
    (230, (9.1, 9.1, 9.1, 90.0, 90.0, 90.0)),
)
TWO_ORIGINS = (
    48, 50, 59, 68, 70, 85, 86, 88, 125, 126, 129, 130, 133, 134, 137, 138, 141, 142, 201, 203, 222,
    224, 227, 228,
)  # fmt: skip
RHOMBOHEDRAL = (146, 148, 155, 160, 161, 166, 167)


def deck(group: object, cell: str, atoms: str, flags: str = "0 0 0", edits: str = "") -> str:
    count = atoms.count("\n") + 1
    return f"t\nCRYSTAL\n{flags}\n{group}\n{cell}\n{count}\n{atoms}\n{edits}END\n"


def whole_cell(group: int) -> tuple[float, ...]:
    return next(cell for last, cell in SYSTEMS if group <= last)


def general(group: int, flags: str = "0 0 0") -> Structure:
    cell = whole_cell(group)
    written = (9.1, 70.0) if flags.startswith("0 1") else minimal_cell(group, cell)
    line = " ".join(map(str, written))
    return structure_of(read_d12(deck(group, line, f"6 {POINT[0]} {POINT[1]} {POINT[2]}", flags)))


def hall_number(group: int, choice: str) -> int:
    kinds = ((n, spglib.get_spacegroup_type(n)) for n in range(1, 531))
    return next(n for n, kind in kinds if kind.number == group and kind.choice == choice)


def images(hall: int) -> set[tuple[float, ...]]:
    """The images of the point by spglib's table, in fractions of its cell."""
    table = spglib.get_symmetry_from_database(hall)
    found = table["rotations"] @ np.array(POINT) + table["translations"]
    return {tuple(np.round(row % 1.0, 6) % 1.0) for row in found}


def fractions(structure: Structure, cell: np.ndarray) -> set[tuple[float, ...]]:
    """The atoms of a primitive cell and their copies in a conventional one, in its fractions."""
    small = np.array(structure.cell_ang)
    steps = np.array([[i, j, k] for i in range(-3, 4) for j in range(-3, 4) for k in range(-3, 4)])
    shifts = np.unique(np.round((steps @ small @ np.linalg.inv(cell)) % 1.0, 6) % 1.0, axis=0)
    rows = np.array(structure.positions_ang) @ np.linalg.inv(cell)
    return {tuple(np.round((row + s) % 1.0, 6) % 1.0) for row in rows for s in shifts}


def conventional(group: int) -> np.ndarray:
    a, b, c, alpha, beta, gamma = whole_cell(group)
    ca, cb, cg = np.cos(np.radians([alpha, beta, gamma]))
    sg = np.sin(np.radians(gamma))
    y = (ca - cb * cg) / sg
    return np.array(
        [[a, 0, 0], [b * cg, b * sg, 0], [c * cb, c * y, c * np.sqrt(1 - cb**2 - y**2)]]
    )


def standard_choice(group: int) -> str:
    if group in TWO_ORIGINS:
        return "2"
    return "H" if group in RHOMBOHEDRAL else "b1" if 3 <= group <= 15 else ""


def standard_hall(group: int) -> int:
    for choice in (standard_choice(group), "b", ""):
        try:
            return hall_number(group, choice)
        except StopIteration:
            continue
    raise AssertionError(group)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("groups", [range(1, 75), range(75, 143), range(143, 195), range(195, 231)])
def test_every_space_group_is_expanded_as_another_table_has_it(groups: range) -> None:
    for group in groups:
        assert fractions(general(group), conventional(group)) == images(standard_hall(group)), group


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("group", TWO_ORIGINS)
def test_the_first_origin_is_another_crystal(group: int) -> None:
    first = fractions(general(group, "0 0 1"), conventional(group))
    assert first == images(hall_number(group, "1"))
    assert first != images(hall_number(group, "2"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("group", RHOMBOHEDRAL)
def test_rhombohedral_axes_are_those_of_the_table(group: int) -> None:
    found = general(group, "0 1 0")
    cell = np.array(found.cell_ang)
    assert np.allclose(np.linalg.norm(cell, axis=1), 9.1)
    assert fractions(found, cell) == images(hall_number(group, "R"))


def test_a_symbol_means_the_same_as_its_number() -> None:
    by_symbol = structure_of(read_d12(deck("F D 3 M", "5.43", "14 .125 .125 .125", "1 0 0")))
    by_number = structure_of(read_d12(deck(227, "5.43", "14 .125 .125 .125")))
    assert by_symbol == by_number
    assert len(by_number.numbers) == 2


@pytest.mark.parametrize(("flags", "x"), [("0 0 0", ".125"), ("0 0 1", "0.")])
def test_diamond_stands_at_an_eighth_from_the_second_origin(flags: str, x: str) -> None:
    found = structure_of(read_d12(deck(227, "3.567", f"6 {x} {x} {x}", flags)))
    assert len(found.numbers) == 2
    near = np.linalg.norm(np.subtract(*found.positions_ang))
    assert any(np.isclose(near, d) for d in (3.567 * 3**0.5 / 4, 3.567 * 3**0.5 * 3 / 4))


def test_a_shifted_origin_is_that_of_a_real_quartz() -> None:
    atoms = "14 .4705925485842 0. 0.\n8 .4151440131428 .2670973406544 .1199927007933"
    found = structure_of(read_d12(deck("154\n0 0 16", "4.91457896 5.40485895", atoms, "0 0 2")))
    assert Counter(found.numbers) == {14: 3, 8: 6}
    heights = sorted(
        round(p[2] / 5.40485895 % 1, 4)
        for p, n in zip(found.positions_ang, found.numbers, strict=True)
        if n == 8
    )
    printed = [0.1199927, -0.21334063, 0.45332603, -0.1199927, 0.21334063, -0.45332603]
    assert heights == sorted(round(z % 1, 4) for z in printed)


def test_an_origin_that_may_be_counted_from_two_is_refused() -> None:
    with pytest.raises(DeckError, match="two origins"):
        structure_of(read_d12(deck("227\n3 3 3", "5.43", "14 0 0 0", "0 0 2")))


@pytest.mark.parametrize("real", peoplesdecks.every(peoplesdecks.repeated()))
def test_a_real_deck_has_the_atoms_and_the_volume_that_its_run_printed(
    real: peoplesdecks.RealDeck,
) -> None:
    try:
        found = structure_of(real.read())
    except DeckError as error:
        assert re.search("file|SLABCUT|ELASTIC|SWCNT", error.message)  # noqa: PT017 - else it fails
        return
    if "SCELPHONO" in real.text:
        return  # the run prints the supercell of its phonons
    with (peoplesdecks.DATA / real.name).open(encoding="latin-1") as lines:
        printed = lines.read(400_000)
    count = re.search(r"ATOMS IN THE UNIT CELL: *(\d+)", printed)
    volume = re.search(r"VOLUME= *([\d.]+)", printed)
    assert count is None or len(found.numbers) == int(count[1])
    if volume is not None and found.periodicity == 3:
        assert abs(np.linalg.det(np.array(found.cell_ang))) == pytest.approx(float(volume[1]))


SLAB = "t\nSLAB\n80\n2.46\n1\n6 .333333333333 .666666666667 0.\n{}END\n"


def test_a_slab_is_expanded_by_its_layer_group() -> None:
    found = structure_of(read_d12(SLAB.format("")))
    assert (found.periodicity, found.numbers, found.cell_ang[2]) == (2, (6, 6), (0.0, 0.0, 0.0))
    assert np.linalg.norm(np.subtract(*found.positions_ang)) == pytest.approx(2.46 / 3**0.5)


def test_what_cannot_be_known_is_refused_with_its_line() -> None:
    with pytest.raises(DeckError, match="line 2: .*layer group 25"):
        structure_of(read_d12("t\nSLAB\n25\n3. 4.\n1\n6 .1 .2 0.\nEND\n"))
    with pytest.raises(DeckError, match="line 8: SLABCUT"):
        structure_of(read_d12(deck(225, "4.2", "12 0 0 0", edits="SLABCUT\n1 0 0\n1 4\n")))
    with pytest.raises(DeckError, match=r"fort\.34"):
        structure_of(read_d12("t\nEXTERNAL\nEND\n"))
    with pytest.raises(DeckError, match="line 8: the atom lies where another"):
        structure_of(read_d12(deck(225, "4.2", "12 0 0 0\n8 .5 .5 0")))


def test_an_image_of_an_atom_above_it_is_left_out() -> None:
    once = structure_of(read_d12(deck(225, "4.2", "12 0 0 0\n8 .5 .5 .5")))
    twice = deck(225, "4.2", "12 0 0 0\n12 .5 0 .5\n8 .5 .5 .5\n8 -.5 0 0")
    assert structure_of(read_d12(twice)) == once


POLYMER = "t\nPOLYMER\n1\n2.5\n2\n6 0. 0. .6\n1 .5 0. -.6\nEND\n"
MOLECULE = "t\nMOLECULE\n1\n2\n6 0. 0. 0.\n8 0. 0. 1.13\n{}END\n"


def test_open_directions_are_in_angstrom() -> None:
    polymer = structure_of(read_d12(POLYMER))
    assert polymer.periodicity == 1
    assert np.allclose(polymer.positions_ang, [(0.0, 0.0, 0.6), (1.25, 0.0, -0.6)])
    molecule = structure_of(read_d12(MOLECULE.format("")))
    assert np.allclose(molecule.positions_ang, [(0.0, 0.0, 0.0), (0.0, 0.0, 1.13)])


FORT34 = """\
3 1 1
4. 0. 0.
0. 4. 0.
0. 0. 4.
1
1. 0. 0.
0. 1. 0.
0. 0. 1.
0. 0. 0.
2
255 0. 0. 0.
17 2. 2. 2.
1 1
"""


def test_external_takes_the_file_beside_and_elements_lose_their_offset() -> None:
    found = structure_of(read_d12("t\nEXTERNAL\nEND\n"), FORT34)
    assert found.numbers == (55, 17)
    assert found.positions_ang[1] == (2.0, 2.0, 2.0)


P1 = "4. 5. 6. 90 90 90"
TWO = "12 0. 0. 0.\n8 .5 .5 .5"


def edited(edits: str, group: int = 1, cell: str = P1) -> Structure:
    return structure_of(read_d12(deck(group, cell, TWO, edits=edits)))


def test_supercells_hold_their_copies() -> None:
    found = edited("SUPERCEL\n2 0 0\n0 1 0\n0 0 3\n")
    assert Counter(found.numbers) == {12: 6, 8: 6}
    assert np.allclose(found.cell_ang, np.diag([8.0, 5.0, 18.0]))
    assert len({tuple(np.round(p, 6)) for p in found.positions_ang}) == 12
    skew = edited("SUPERCEL\n1 1 0\n-1 1 0\n0 0 1\n")
    assert Counter(skew.numbers) == {12: 2, 8: 2}
    assert np.linalg.det(np.array(skew.cell_ang)) == pytest.approx(240.0)


def test_supercon_multiplies_the_conventional_cell() -> None:
    found = edited("SUPERCON\n1 0 0\n0 1 0\n0 0 1\n", 225, "4.2")
    assert Counter(found.numbers) == {12: 4, 8: 4}
    assert edited("SUPERCEL\n1 0 0\n0 1 0\n0 0 1\n", 225, "4.2").numbers == (12, 8)


def test_atoms_are_removed_put_in_exchanged_and_moved() -> None:
    assert edited("ATOMREMO\n1\n2\n").numbers == (12,)
    assert edited("ATOMSUBS\n1\n2 16\n").numbers == (12, 16)
    put = edited("FRACTION\nATOMINSE\n1\n1 .25 .5 .5\n")
    assert put.numbers == (12, 8, 1)
    assert put.positions_ang[2] == pytest.approx((1.0, 2.5, 3.0))
    cartesian = edited("ATOMINSE\n1\n1 1. 2.5 3.\n")
    assert np.allclose(cartesian.positions_ang, put.positions_ang)
    moved = edited("ATOMDISP\n1\n1 .1 0. -.2\n")
    assert moved.positions_ang[0] == pytest.approx((0.1, 0.0, -0.2))
    bohr = edited("BOHR\nATOMDISP\n1\n1 1. 0. 0.\n")
    assert bohr.positions_ang[0][0] == pytest.approx(0.5291772083)


def test_a_strain_of_all_directions_is_that_of_a_real_graphene() -> None:
    cut = "ELASTIC\n-2\n-0.03 0.\n0. -0.03\n"
    found = structure_of(read_d12(SLAB.replace("2.46", "2.45205264").format(cut)))
    assert 12 * np.linalg.norm(found.cell_ang[0]) == pytest.approx(28.54189273)  # 12 x 12, printed
    assert np.linalg.norm(np.subtract(*found.positions_ang)) == pytest.approx(
        28.54189273 / 12 / 3**0.5
    )
    for other in ("ELASTIC\n2\n-0.03 0.\n0. -0.03\n", "ELASTIC\n-2\n0.01 0.\n0. 0.02\n"):
        with pytest.raises(DeckError, match="ELASTIC -2 with one strain"):
            structure_of(read_d12(SLAB.format(other)))


RUTILE = "22 0. 0. 0.\n8 .3053 .3053 0."


def of_rutile(edits: str) -> Structure:
    return structure_of(read_d12(deck(136, "4.594 2.9586", RUTILE, edits=edits)))


def test_an_edit_goes_to_all_equivalent_atoms_where_symmetry_is_kept() -> None:
    assert of_rutile("KEEPSYMM\nATOMREMO\n1\n5\n").numbers == (22, 22)
    assert of_rutile("KEEPSYMM\nATOMSUBS\n1\n1 40\n").numbers == (40, 40, 8, 8, 8, 8)


@pytest.mark.parametrize("word", ["", "BREAKSYM\n", "KEEPSYMM\nBREAKSYM\n"])
def test_symmetry_gives_way_to_an_edit_unless_it_is_kept(word: str) -> None:
    """As real runs say: THE NUMBER OF SYMMETRY OPERATORS HAS BEEN REDUCED FROM 16 TO 8."""
    assert Counter(of_rutile(f"{word}ATOMREMO\n1\n5\n").numbers) == {22: 2, 8: 3}
    assert Counter(of_rutile(f"{word}ATOMSUBS\n1\n1 40\n").numbers) == {22: 1, 40: 1, 8: 4}
    large = of_rutile(f"SUPERCEL\n2 0 0\n0 2 0\n0 0 2\n{word}ATOMREMO\n1\n17\n")
    assert Counter(large.numbers) == {22: 16, 8: 31}


def test_a_supercell_of_one_cell_numbers_its_atoms_as_before() -> None:
    edits = "SUPERCEL\n1 0 0\n0 1 0\n0 0 1\nATOMREMO\n2\n1 2\n"
    assert edited(edits).numbers == ()


@pytest.mark.parametrize("edits", [
    "ATOMREMO\n2\n3 4\n", "ATOMSUBS\n2\n1 8\n", "ATOMREMO\n1\n9\n",
    "ATOMDISP\n1\n3 0.1 0. 0.\n", "KEEPSYMM\nATOMINSE\n1\n1 0 0 1\n",
    "ATOMINSE\n1\n1 0. 0. 1.\nATOMREMO\n1\n3\n", "ATOMREMO\n1\n3\nATOMINSE\n1\n1 0. 0. 1.\n",
    "MODISYMM\n1\n3 1\nKEEPSYMM\nATOMREMO\n1\n3\n",
    "SUPERCEL\n2 0 0\n0 2 0\n0 0 2\nATOMREMO\n2\n1 2\n",
    "SUPERCEL\n2 0 0\n0 2 0\n0 0 2\nATOMDISP\n1\n1 0.1 0. 0.\n",
    "SUPERCEL\n2 0 0\n0 2 0\n0 0 2\nKEEPSYMM\nATOMREMO\n1\n1\n",
    "SUPERCEL\n0 0 0\n0 0 0\n0 0 0\n", "SUPERCEL\n99 0 0\n0 99 0\n0 0 99\n",
])  # fmt: skip
def test_an_edit_whose_effect_is_not_certain_is_refused(edits: str) -> None:
    with pytest.raises(DeckError, match=r"line \d+: "):
        of_rutile(edits)


def test_lengths_along_the_programs_axes_are_refused_where_these_are_not_known() -> None:
    oblique = deck(1, "4. 5. 6. 90 90 100", TWO, edits="{}ATOMINSE\n1\n1 .25 .5 .5\n")
    with pytest.raises(DeckError, match="line 9: ATOMINSE: how the program lays its axes"):
        structure_of(read_d12(oblique.format("")))
    assert structure_of(read_d12(oblique.format("FRACTION\n"))).numbers == (12, 8, 1)


def test_broken_symmetry_over_a_file_names_atoms_one_by_one() -> None:
    text = "t\nEXTERNAL\nATOMREMO\n1\n1\nEND\n"
    assert structure_of(read_d12(text), FORT34).numbers == (17,)


def same_crystal(one: Structure, other: Structure) -> bool:
    """Whether two cells hold the same atoms at the same places, up to lattice vectors of either."""
    small, large = sorted((one, other), key=lambda s: len(s.numbers))
    into = np.linalg.inv(np.array(small.cell_ang))
    places = np.array(small.positions_ang) @ into
    met: Counter[int] = Counter()
    for position, number in zip(large.positions_ang, large.numbers, strict=True):
        delta = places - np.array(position) @ into
        near = np.abs(delta - np.rint(delta)).max(axis=1) < 1e-6
        hits = [i for i in np.flatnonzero(near) if small.numbers[i] == number]
        if len(hits) != 1:
            return False
        met[int(hits[0])] += 1
    return len(met) == len(small.numbers) and len(set(met.values())) == 1


def read_cif(data: bytes) -> StructureReading:
    return read_structure(data, "it.cif", "it.cif")


CRYSTALS = [
    deck(225, "4.2112", "12 0. 0. 0.\n8 .5 .5 .5"),
    deck(227, "3.567", "6 .125 .125 .125"),
    deck(227, "3.567", "6 0. 0. 0.", "0 0 1"),
    deck(136, "4.594 2.9586", "22 0. 0. 0.\n8 .3053 .3053 0."),
    deck(141, "3.7845 9.5143", "22 0. .25 .375\n8 0. .25 .1669"),
    deck(167, "4.7602 12.9933", "8 .30624 0. .25\n13 0. 0. .35216"),
    deck(167, "5.128 55.28", "13 .352 .352 .352\n8 .556 .944 .25", "0 1 0"),
    deck(14, "5.1505 5.2116 5.3173 99.23", "40 .2754 .0395 .2083\n8 .07 .3317 .3447"),
    deck(62, "5.825 3.4675 6.0059", "26 .0035 .25 .2352\n16 .2419 .25 .5813"),
    deck("P B N M", "5.2 5.5 7.6", "26 .5 0. 0.\n8 .1 .46 .25", "1 0 0"),
    deck(2, "5.1 5.7 6.3 81 94 103", "238 .1 .2 .3\n8 .4 .3 .9"),
]


@pytest.mark.parametrize("text", CRYSTALS)
def test_a_crystal_comes_back_out_of_its_cif(text: str) -> None:
    source = read_d12(text)
    printed = print_cif(cif_of_deck(source), "crystal")
    reading = read_cif(printed.encode())
    assert same_crystal(reading.structure, structure_of(source))
    assert reading.claimed == reading.space_group


def in_cell(structure: Structure) -> list[tuple[float, ...]]:
    rows = np.array(structure.positions_ang) @ np.linalg.inv(np.array(structure.cell_ang))
    inside = np.round(rows % 1.0, 6) % 1.0
    return sorted((n, *row) for n, row in zip(structure.numbers, inside, strict=True))


@pytest.mark.parametrize("text", CRYSTALS)
def test_all_atoms_come_back_out_of_a_cif_without_symmetry(text: str) -> None:
    source = structure_of(read_d12(text))
    printed = print_cif(cif_of_deck(read_d12(text), symmetry=False), "crystal")
    back = read_cif(printed.encode()).structure
    assert in_cell(back) == in_cell(source)
    lengths = [np.linalg.norm(np.array(s.cell_ang), axis=1) for s in (back, source)]
    assert np.allclose(*lengths)


@pytest.mark.parametrize("text", CRYSTALS[:6])
def test_a_cif_made_of_a_structure_has_the_group_that_is_in_it(text: str) -> None:
    structure = structure_of(read_d12(text))
    printed = print_cif(cif_of_structure(structure), "x")
    reading = read_cif(printed.encode())
    assert reading.claimed == reading.space_group
    assert reading.claimed != 1
    assert distances(reading.structure, structure) < 1e-6


def distances(large: Structure, small: Structure) -> float:
    """How far the distances from atoms to all others (in 6 Å) differ between two cells, in Å."""
    found = [sorted(_from_each(s)) for s in (large, small)]
    times = len(found[0]) // len(found[1])
    assert len(found[0]) == times * len(found[1])
    return float(np.abs(np.array(found[0][::times]) - np.array(found[1])).max())


def _from_each(structure: Structure) -> list[tuple[float, ...]]:
    cell, places = np.array(structure.cell_ang), np.array(structure.positions_ang)
    steps = np.array([[i, j, k] for i in range(-5, 6) for j in range(-5, 6) for k in range(-5, 6)])
    rows = []
    for number, place in zip(structure.numbers, places, strict=True):
        far = np.linalg.norm(places[:, None, :] + (steps @ cell)[None] - place, axis=2).ravel()
        rows.append((float(number), *np.round(np.sort(far)[:30], 8)))
    return rows


@pytest.mark.parametrize(("text", "lengths"), [
    (SLAB.format(""), (2.46, 2.46, 20.0)), (POLYMER, (2.5, 20.0, 21.2)),
    (MOLECULE.format(""), (20.0, 20.0, 21.13)),
])  # fmt: skip
def test_open_directions_are_boxed(text: str, lengths: tuple[float, ...]) -> None:
    structure = structure_of(read_d12(text))
    crystal = boxed(structure)
    assert sorted(crystal.parameters[:3]) == pytest.approx(sorted(lengths))
    back = read_cif(print_cif(crystal, "box").encode()).structure
    here, there = (
        sorted(np.round(np.linalg.norm(np.subtract(p[0], p[1])), 6) for p in [s.positions_ang])
        for s in (structure, back)
    )
    assert Counter(back.numbers) == Counter(structure.numbers)
    assert here == there


def test_ghosts_are_sites_without_an_element() -> None:
    ghost = Structure(((4.0, 0, 0), (0, 4.0, 0), (0, 0, 4.0)), (0, 17), ((0, 0, 0), (2, 2, 2)))
    assert "X1 X 0.0" in print_cif(cif_of_structure(ghost), "g")


def test_names_are_made_fit_for_a_block() -> None:
    printed = print_cif(boxed(structure_of(read_d12(MOLECULE.format("")))), "my déck (1)")
    assert "data_my_d_ck__1_\n" in printed


GUI = peoplesdecks.DATA / "aiidaplugins_aiida-crystal17/aiida_crystal17/tests/raw_files/gui"
WRITTEN = (
    "cubic-rocksalt", "cubic-zincblende", "marcasite", "pyrrhotite-4c-monoclinic",
    "troilite-hex-p63mc", "troilite-mnp",
)  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_the_primitive_cell_is_the_one_that_the_program_wrote_down(name: str) -> None:
    source, result = GUI / "in" / f"{name}.crystal.d12", GUI / "out" / f"{name}.crystal.gui"
    if not source.exists():
        pytest.skip("no ../shared/data here")
    found = structure_of(read_d12(peoplesdecks.text_of(source)))
    printed = listed_structure(read_fort34(peoplesdecks.text_of(result).splitlines()))
    metrics = [np.array(s.cell_ang) @ np.array(s.cell_ang).T for s in (found, printed)]
    assert np.allclose(*metrics, atol=1e-4)
    rows = [np.array(in_cell(s)) for s in (found, printed)]
    assert same_rows(*rows)


def same_rows(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether numbers and fractions agree row by row in some order, up to the printed digits."""
    delta = one[:, None, :] - other[None, :, :]
    delta[:, :, 1:] -= np.rint(delta[:, :, 1:])
    near = (np.abs(delta) < 1e-5).all(axis=2)
    return len(one) == len(other) and bool((near.sum(axis=1) == 1).all())
