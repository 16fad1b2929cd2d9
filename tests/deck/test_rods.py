"""Chains in any place become CRYSTAL's setting of their rod group, and back."""

from __future__ import annotations

import numpy as np
import pytest

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry, geometry_lines
from crystald.crystal.deck.geometry.checked import checked_form
from crystald.crystal.deck.geometry.form import Wanted
from crystald.crystal.deck.geometry.operations import (
    operations_of_block,
    reference_operations,
    rod_operations,
)
from crystald.crystal.deck.geometry.regenerate import check_regeneration, expand, frame_of
from crystald.crystal.deck.geometry.rods import KNOWN, SEEN, SYMBOLS, TURNED, rod_symbol
from crystald.crystal.deck.geometry.standardise import standardise
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.structure.cif import cif_of_deck
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.tree import DeckText
from crystald.errors import DeckError
from crystald.models import Structure

FULL = Wanted(rod_groups="full")

PRINTED = {  # by CRYSTAL23: the signs of x, and the matrices of y and z row by row
    28: ["+ 1 0 0 1", "+ -1 0 0 -1", "- -1 0 0 1", "- 1 0 0 -1", "- -1 0 0 -1", "- 1 0 0 1",
         "+ 1 0 0 -1", "+ -1 0 0 1"],
    51: ["+ 1 0 0 1", "+ -1 0 0 -1", "- -1 0 0 1", "- 1 0 0 -1", "- 0 1 1 0", "- 0 -1 -1 0",
         "+ 0 1 -1 0", "+ 0 -1 1 0", "- -1 0 0 -1", "- 1 0 0 1", "+ 1 0 0 -1", "+ -1 0 0 1",
         "+ 0 -1 -1 0", "+ 0 1 1 0", "- 0 -1 1 0", "- 0 1 -1 0"],
}  # fmt: skip


@pytest.mark.parametrize("group", PRINTED)
def test_operations_are_those_that_real_runs_printed(group) -> None:
    rotations, translations = rod_operations(group)
    ours = {
        f"{'+' if r[0, 0] > 0 else '-'} {' '.join(str(round(x)) for x in r[1:, 1:].ravel())}"
        for r in rotations
    }
    assert ours == set(PRINTED[group])
    assert not translations.any()
    assert group in SEEN


@pytest.mark.parametrize(
    ("group", "space_group"), [(18, 16), (20, 25), (21, 26), (23, 27), (28, 47), (29, 49)]
)
def test_symbols_along_x_are_those_of_space_groups_turned_about_y(group, space_group) -> None:
    """The manual says both; of cyclic axes the second would be false for 21."""
    rotations, translations = reference_operations(space_group)
    turn = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    assert coded(turn @ rotations @ turn.T, translations @ turn.T) == coded(*rod_operations(group))


LEFT_OPEN = {
    59: 149, 60: 151, 61: 153, 62: 150, 63: 152, 64: 154, 65: 156, 66: 158, 67: 157, 68: 159,
    69: 162, 70: 163, 71: 164, 72: 165, 83: 178, 84: 179, 85: 180, 86: 181, 87: 182, 90: 185,
    91: 186, 92: 187, 93: 188, 94: 189, 95: 190, 98: 193, 99: 194,
}  # fmt: skip
"""Rod groups that are not known -> their space groups."""


def readings(space_group: int) -> set[frozenset[tuple[int, ...]]]:
    """Its operations turned about y to either side; of hexagonal axes a along x, and b along y."""
    rotations, translations = reference_operations(space_group)
    long = np.sqrt(0.75)
    along_x = [[1, -0.5, 0], [0, long, 0], [0, 0, 1]]
    along_y = [[long, 0, 0], [-0.5, 1, 0], [0, 0, 1]]
    found = set()
    for turn in ([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], [[0, 0, -1], [0, 1, 0], [1, 0, 0]]):
        for axes in (along_x, along_y) if space_group > 142 else (np.eye(3),):
            change = np.array(turn) @ np.array(axes)
            turned = change @ rotations @ np.linalg.inv(change)
            found.add(frozenset(coded(turned, translations @ np.array(turn).T)))
    return found


def test_groups_are_known_where_the_text_of_the_manual_has_one_reading() -> None:
    for group, space_group in TURNED.items():
        assert readings(space_group) == {frozenset(coded(*rod_operations(group)))}
    assert all(len(readings(space_group)) > 1 for space_group in LEFT_OPEN.values())
    assert sorted((*KNOWN, *LEFT_OPEN)) == list(range(1, 100))


def coded(rotations, translations) -> set[tuple[int, ...]]:
    steps = np.rint(np.array(translations) * 24).astype(int) % 24
    flat = np.rint(np.array(rotations) * 1000).astype(int).reshape(-1, 9)
    return set(map(tuple, np.hstack([flat, steps]).tolist()))


@pytest.mark.parametrize("group", KNOWN)
def test_operations_make_a_group_that_keeps_the_axis(group) -> None:
    rotations, translations = rod_operations(group)
    assert not translations[:, 1:].any()
    assert np.allclose(rotations[:, 0, 1:], 0)
    assert np.allclose(rotations @ rotations.transpose(0, 2, 1), np.eye(3))
    every = [
        (r @ s, r @ t + u)
        for r, u in zip(rotations, translations, strict=True)
        for s, t in zip(rotations, translations, strict=True)
    ]
    products = coded([r for r, _ in every], [t for _, t in every])
    assert products == coded(rotations, translations)
    assert len(products) == len(rotations)


def nearest(chain: Structure) -> float:
    frame = frame_of(chain)
    fractions = np.array(chain.positions_ang) @ np.linalg.inv(frame)
    delta = fractions[:, None, :] - fractions[None, :, :]
    delta[..., 0] -= np.rint(delta[..., 0])
    return float((np.linalg.norm(delta @ frame, axis=2) + 9 * np.eye(len(fractions))).min())


def chain_of(group: int) -> Structure:
    """Two general sites, one on the origin, one on the axis y."""
    random = np.random.default_rng(group)
    while True:
        sites = random.uniform((0.03, -3.0, -3.0), (0.97, 3.0, 3.0), (2, 3)).tolist()
        general = [DeckAtom(z, *site) for z, site in zip((14, 8), sites, strict=True)]
        special = (DeckAtom(22, 0.0, 0.0, 0.0), DeckAtom(9, 0.0, 2.4, 0.0))
        chain = expand(Geometry(group, (7.1,), (*general, *special), "POLYMER"))
        if nearest(chain) > 0.5:
            return chain


def moved(chain: Structure, shift, decimals: int, turn: float = 0.0) -> Structure:
    """The same chain elsewhere and turned about x, coordinates rounded."""
    along, *aside = shift
    places = np.array(chain.positions_ang)
    a = chain.cell_ang[0][0]
    cosine, sine = np.cos(turn), np.sin(turn)
    places[:, 0] = np.round(places[:, 0] / a + along, decimals) * a
    places[:, 1:] = places[:, 1:] @ np.array([[cosine, sine], [-sine, cosine]]) + aside
    places[:, 1:] = np.round(places[:, 1:], decimals)
    return Structure(chain.cell_ang, chain.numbers, tuple(map(tuple, places.tolist())), 1)


AXES_EXCHANGED = {44: 46, 46: 44, 47: 49, 49: 47, 48: 50, 50: 48, 53: 54, 54: 53}
"""Two settings of one group: y and z in the place of the lines between them."""


@pytest.mark.parametrize("group", KNOWN)
def test_every_rod_group_that_is_known_survives(group) -> None:
    chain = chain_of(group)
    decimals = 3 + group % 4
    for shift, turn in (((0.0, 0.0, 0.0), 0.0), ((0.13, 2.0, -3.0), 0.7)):
        given = moved(chain, shift, decimals, turn)
        full = standardise(given, wanted=FULL)
        check_regeneration(given, full)
        assert full.group in ((group, AXES_EXCHANGED.get(group)) if turn else (group,))
        assert len(full.atoms) == 4
        assert full.notes == (
            () if group > 1 else ("a polymer is written with all its atoms, in rod group 1",)
        )
        safe = standardise(given)
        check_regeneration(given, safe)
        assert safe.group in SEEN
        assert (group in SEEN) == (safe.group == group)
        assert any("rod_groups: full" in note for note in safe.notes) == (group not in SEEN)


def test_a_group_that_is_not_known_is_written_in_a_part_of_it() -> None:
    """P-3m1: the manual does not say on which axis its twofold axes lie."""
    chain = chain_of(58)
    pairs = zip(chain.numbers, chain.positions_ang, strict=True)
    mirrored = [(n, (x, y, -z)) for n, (x, y, z) in pairs if n in (14, 8)]  # the others lie on it
    whole = Structure(
        chain.cell_ang,
        (*chain.numbers, *(n for n, _ in mirrored)),
        (*chain.positions_ang, *(place for _, place in mirrored)),
        1,
    )
    form = checked_form(whole, FULL)
    assert form.group in (14, 16, 58)
    assert any("the chain has more symmetry than rod group" in note for note in form.notes)


@pytest.mark.parametrize(
    ("numbers", "places", "safe", "full"),
    [((6, 6), (0.0, 1.2), 51, 51), ((6, 7, 1), (0.0, 1.2, 3.9), 1, 88)],
    ids=["CC", "CNH"],
)
def test_a_chain_of_atoms_on_one_line_has_every_mirror(numbers, places, safe, full) -> None:
    chain = Structure(
        ((5.1, 0.0, 0.0), (0.0,) * 3, (0.0,) * 3),
        numbers,
        tuple((x, 1.0, -2.0) for x in places),
        1,
    )
    assert checked_form(chain).group == safe
    assert checked_form(chain, FULL).group == full


def test_a_cell_of_several_smallest_ones_becomes_one() -> None:
    chain = chain_of(28)
    (a, *_), n = chain.cell_ang[0], len(chain.numbers)
    further = tuple((x + a, y, z) for x, y, z in chain.positions_ang)
    double = Structure(
        ((2 * a, 0.0, 0.0), *chain.cell_ang[1:]),
        chain.numbers * 2,
        (*chain.positions_ang, *further),
        1,
    )
    form = checked_form(moved(double, (0.05, 1.0, 0.0), 4, 0.3))
    assert (form.group, form.atoms_in_primitive) == (28, n)
    assert form.geometry.cell == pytest.approx((a,))


def test_helices_that_no_lattice_of_rods_has_are_written_in_a_part() -> None:
    """Eleven steps in three turns, twofold axes across: one of them and the lattice are left."""
    angles = 2 * np.pi * 3 / 11 * np.arange(11)
    places = zip(np.arange(11) * 0.9, 2.2 * np.cos(angles), 2.2 * np.sin(angles), strict=True)
    helix = Structure(
        ((9.9, 0.0, 0.0), (0.0,) * 3, (0.0,) * 3),
        (8,) * 11,
        tuple((float(x), float(y), float(z)) for x, y, z in places),
        1,
    )
    form = checked_form(moved(helix, (0.03, 1.0, 2.0), 5, 0.4), FULL)
    assert form.group in (5, 6)
    assert len(form.atoms) == 6
    assert any("more symmetry than rod group P1" in note for note in form.notes)


@pytest.mark.parametrize(("amplitude", "group"), [(0.006, 51), (0.03, 1), (0.3, 1)])
def test_a_zigzag_is_straightened_only_where_nobody_could_tell(amplitude, group) -> None:
    places = ((0.0, amplitude, 0.0), (2.0, -amplitude, 0.0), (1.0, 0.0, 0.0), (3.0, 0.0, 0.0))
    chain = Structure(((4.0, 0.0, 0.0), (0.0,) * 3, (0.0,) * 3), (6, 6, 8, 8), places, 1)
    assert checked_form(chain).group == group


def test_without_symmetry_the_cell_stays_as_it_is() -> None:
    form = checked_form(chain_of(28), Wanted(symmetry="p1"))
    assert (form.group, len(form.atoms)) == (1, len(chain_of(28).numbers))


def deck(lines: list[str]) -> DeckText:
    return read_d12("\n".join(["chain", *lines, "END"]) + "\n")


def distances(structure: Structure) -> list[float]:
    frame = frame_of(structure)
    places = np.array(structure.positions_ang) @ np.linalg.inv(frame)
    delta = places[:, None, :] - places[None, :, :]
    delta[..., 0] -= np.rint(delta[..., 0])
    return sorted(np.round(np.linalg.norm(delta @ frame, axis=2), 4).ravel().tolist())


@pytest.mark.parametrize("group", [4, 13, 19, 25, 31, 40, 51, 54, 81, 97])
def test_a_chain_written_in_full_is_read_as_the_same_chain(group) -> None:
    meant = chain_of(group)
    form = checked_form(meant, FULL)
    text = deck(geometry_lines(form.geometry))
    again = structure_of(text, assume_origin=True)
    assert sorted(again.numbers) == sorted(meant.numbers)
    assert distances(again) == pytest.approx(distances(meant), abs=2e-4)
    notes = cif_of_deck(text).notes
    assert [rod_symbol(group) in note for note in notes] == ([] if group in SEEN else [True])


def test_decks_of_people_are_read_where_the_operations_are_sure() -> None:
    polyyne = deck(["POLYMER", "28", "2.56", "1", "6 .25 0. 0."])
    assert structure_of(polyyne).numbers == (6, 6)
    for group in (4, 71):
        with pytest.raises(
            DeckError, match=f"line 2: where the program has the operations of rod group {group}"
        ):
            structure_of(deck(["POLYMER", str(group), "4.431", "1", "16 .1 .8 .2"]))


def test_a_block_of_an_unknown_group_has_no_operations() -> None:
    assert len(SYMBOLS) == 99
    assert len(KNOWN) == 72
    with pytest.raises(DeckError, match="POLYMER 71 are not known"):
        operations_of_block(Geometry(71, (4.0,), (), "POLYMER"))
