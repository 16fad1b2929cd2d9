"""Any cell of a crystal becomes the standard setting of its group, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import spglib

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.hall import centrings, standard_hall_number
from crystald.crystal.deck.geometry.operations import reference_operations
from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.crystal.deck.geometry.regenerate import (
    check_regeneration,
    expand,
)
from crystald.crystal.deck.geometry.standardise import standardise
from crystald.errors import DeckError
from crystald.models import Structure

TWO_ORIGINS = (48, 50, 59, 68, 70, 85, 86, 88, 125, 126, 129, 130, 133, 134, 137, 138, 141, 142,
               201, 203, 222, 224, 227, 228)  # fmt: skip


def structure(cell, numbers, fractions) -> Structure:
    cell, fractions = np.array(cell, float), np.array(fractions, float)
    rows = tuple(tuple(map(float, row)) for row in cell)
    positions = tuple(tuple(map(float, row)) for row in fractions @ cell)
    return Structure(rows, tuple(numbers), positions)


def moved(given: Structure, change, shift) -> Structure:
    """The same crystal on another basis (rows: new vectors in terms of old ones) and origin."""
    cell = np.array(given.cell_ang)
    fractions = np.array(given.positions_ang) @ np.linalg.inv(cell) + np.array(shift)
    new = np.array(change) @ cell
    return structure(new, given.numbers, fractions @ np.linalg.inv(np.array(change, float)))


@pytest.mark.parametrize("group", range(1, 231))
def test_every_space_group_survives(group, crystal_of) -> None:
    geometry, crystal = crystal_of(group)
    found = standardise(crystal)
    assert found.group == group
    check_regeneration(crystal, found)
    again = expand(found.geometry)
    assert sorted(again.numbers) == sorted(crystal.numbers)
    assert len(found.atoms) == len(geometry.atoms)
    assert found.atoms_in_primitive * centrings(group) == len(crystal.numbers)


@pytest.mark.parametrize("group", TWO_ORIGINS)
def test_two_origins_any_cell_and_origin_gives_one_deck(group, crystal_of) -> None:
    _, crystal = crystal_of(group)
    other = moved(crystal, [[0, 1, 0], [0, 0, 1], [1, 1, 0]], (0.13, 0.27, 0.41))
    found, again = standardise(crystal), standardise(other)
    check_regeneration(other, again)
    assert found.group == again.group == group
    assert len(found.atoms) == len(again.atoms) == 3


@pytest.mark.parametrize("group", TWO_ORIGINS)
def test_the_settings_are_choice_two_in_both_tables(group) -> None:
    with announcements_ignored():
        assert spglib.get_spacegroup_type(standard_hall_number(group)).choice == "2"
    rotations, translations = reference_operations(group)
    inversions = translations[(rotations == -np.eye(3)).all(axis=(1, 2))]
    assert any(np.allclose(t % 1, 0) for t in inversions)


def test_operations_of_both_libraries_agree_for_all_groups() -> None:
    for group in range(1, 231):
        with announcements_ignored():
            tabled = spglib.get_symmetry_from_database(standard_hall_number(group))
        ours = {
            (*r.astype(int).ravel(), *(np.rint(t * 24).astype(int) % 24))
            for r, t in zip(*reference_operations(group), strict=True)
        }
        theirs = {
            (*r.ravel(), *(np.rint(t * 24).astype(int) % 24))
            for r, t in zip(tabled["rotations"], tabled["translations"], strict=True)
        }
        assert ours == theirs, group


def test_diamond_from_its_primitive_cell_stands_at_one_eighth() -> None:
    a = 3.567
    cell = a / 2 * np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    found = standardise(structure(cell, [6, 6], [[0, 0, 0], [0.25, 0.25, 0.25]]))
    assert found.geometry == Geometry(227, (3.567,), (DeckAtom(6, 0.125, 0.125, 0.125),))
    assert found.atoms_in_primitive == 2


def test_a_supercell_is_brought_back(crystal_of) -> None:
    _, crystal = crystal_of(221)
    cell = np.array(crystal.cell_ang)
    doubled = Structure(
        tuple(map(tuple, (np.diag([2, 1, 1]) @ cell).tolist())),
        crystal.numbers * 2,
        (*crystal.positions_ang, *((x + cell[0][0], y, z) for x, y, z in crystal.positions_ang)),
    )
    found = standardise(doubled)
    check_regeneration(doubled, found)
    assert found.geometry == standardise(crystal).geometry


def test_rounded_thirds_become_exact() -> None:
    cell = [[3.25, 0, 0], [-1.625, 3.25 * 0.8660254037844386, 0], [0, 0, 5.21]]
    sites = [
        [0.3333, 0.6667, 0],
        [0.6667, 0.3333, 0.5],
        [0.3333, 0.6667, 0.38],
        [0.6667, 0.3333, 0.88],
    ]
    found = standardise(structure(cell, [30, 30, 8, 8], sites))
    assert found.group == 186
    assert (found.atoms[0].x, found.atoms[0].y) == (0.333333333333, 0.666666666667)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda g: replace(g, atoms=g.atoms[:1]), "atoms where"),
        (lambda g: replace(g, cell=(4.4,)), "cell differs"),
        (
            lambda g: replace(g, atoms=(g.atoms[0], DeckAtom(8, 0.25, 0.25, 0.25))),
            "atoms where|no site",
        ),
        (
            lambda g: replace(g, atoms=(g.atoms[1], replace(g.atoms[0], number=8))),
            "atoms where|no site",
        ),
    ],
)
def test_a_deck_of_another_crystal_is_refused(spoil, said, rock_salt) -> None:
    crystal = expand(rock_salt)
    found = standardise(crystal)
    wrong = spoil(found.geometry)
    other = replace(found, atoms=wrong.atoms, parameters=(wrong.cell[0],) * 3 + (90.0,) * 3)
    with pytest.raises(DeckError, match=said):
        check_regeneration(crystal, other)


def test_the_first_origin_in_a_deck_of_the_second_is_refused() -> None:
    """The classic mistake: diamond at 0 0 0 stands for 16 atoms, not 8."""
    wrong = Geometry(227, (3.567,), (DeckAtom(6, 0.0, 0.0, 0.0),))
    assert len(expand(wrong).numbers) == 16
