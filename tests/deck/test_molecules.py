"""Molecules however they lie become C2v where they have two mirror planes at right angles."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from ase.build import molecule

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry, geometry_lines
from crystald.crystal.deck.geometry.checked import checked_form
from crystald.crystal.deck.geometry.operations import operations_of_block, point_operations
from crystald.crystal.deck.geometry.regenerate import check_regeneration, expand
from crystald.crystal.deck.geometry.standardise import OPEN_ATOMS_MAX, standardise
from crystald.crystal.deck.next.form import in_form
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.values import system_input
from crystald.crystal.output import read_output
from crystald.errors import DeckError
from crystald.models import Structure

DATA = Path(__file__).parents[3] / "shared" / "data"
OPEN = ((0.0,) * 3,) * 3


def lying(name: str, seed: int, decimals: int) -> Structure:
    """A molecule turned and moved at random, coordinates rounded."""
    random = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
    atoms = molecule(name)
    places = np.round(atoms.positions @ turn + random.normal(size=3), decimals)
    return Structure(OPEN, tuple(atoms.numbers.tolist()), tuple(map(tuple, places.tolist())), 0)


@pytest.mark.parametrize(
    ("name", "atoms"),
    [("H2O", 2), ("CH4", 3), ("C6H6", 4), ("C2H4", 2), ("CO2", 2), ("N2", 1), ("LiH", 2),
     ("SiH2_s1A1d", 2), ("H2CO", 3), ("C2H2", 2), ("P2", 1),
     ("cyclobutane", 6), ("C4H4O", 5), ("SO2", 2), ("ClF3", 3)],
)  # fmt: skip
@pytest.mark.parametrize("decimals", [3, 6])
def test_molecules_with_two_planes_survive(name, atoms, decimals) -> None:
    given = lying(name, len(name) + decimals, decimals)
    form = standardise(given)
    check_regeneration(given, form)
    assert (form.group, form.symbol) == (15, "C2v")
    assert len(form.atoms) == atoms
    again = structure_of(read_d12("\n".join(["m", *geometry_lines(form.geometry), "END"]) + "\n"))
    assert sorted(again.numbers) == sorted(given.numbers)


@pytest.mark.parametrize("seed", range(8))
def test_random_molecules_of_c2v_survive(seed) -> None:
    """A general site, one on each plane and one on the axis, far enough from each other."""
    random = np.random.default_rng(seed)
    a, b, c = random.uniform(0.8, 1.6, 3)
    sites = ((6, a, b, 0.1), (8, a + 1.5, 0.0, c), (7, 0.0, b + 1.5, -c), (16, 0.0, 0.0, 2 + c))
    meant = expand(Geometry(15, (), tuple(DeckAtom(*site) for site in sites), "MOLECULE"))
    turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
    places = np.round(np.array(meant.positions_ang) @ turn + random.normal(size=3), 3 + seed % 4)
    given = Structure(OPEN, meant.numbers, tuple(map(tuple, places.tolist())), 0)
    form = standardise(given)
    check_regeneration(given, form)
    assert (form.group, len(form.atoms), len(meant.numbers)) == (15, 4, 9)


@pytest.mark.parametrize("name", ["CH3CH2OH", "H2O2", "CH3SH", "NH3", "C2H6CHOH"])
def test_other_molecules_are_written_with_all_their_atoms(name) -> None:
    given = lying(name, 5, 6)
    form = checked_form(given)
    assert (form.group, len(form.atoms)) == (1, len(given.numbers))
    assert form.notes == ("a molecule is written with all its atoms, in point group 1",)


def test_an_atom_has_no_axes() -> None:
    assert checked_form(Structure(OPEN, (2,), ((1.0, 2.0, 3.0),), 0)).group == 1


def test_the_symmetry_of_very_large_molecules_is_not_looked_for() -> None:
    many = OPEN_ATOMS_MAX + 1
    line = Structure(OPEN, (6,) * many, tuple((1.3 * i, 0.0, 0.0) for i in range(many)), 0)
    assert standardise(line).group == 1


def test_atoms_near_their_places_are_brought_there_and_distortions_stay() -> None:
    """One bond of water longer than the other: half of it is what its atoms are off their places."""
    groups = {}
    for longer in (0.006, 0.03, 0.2):
        oxygen, one, other = (np.array(place) for place in lying("H2O", 1, 6).positions_ang)
        one = one + longer * (one - oxygen) / np.linalg.norm(one - oxygen)
        places = tuple(tuple(place.tolist()) for place in (oxygen, one, other))
        groups[longer] = checked_form(Structure(OPEN, (8, 1, 1), places, 0)).group
    assert groups == {0.006: 15, 0.03: 1, 0.2: 1}


def real_water() -> str:
    path = DATA / "nomad-coe_nomad-parser-crystal/tests/data/molecule/w.out"
    if not path.is_file():
        pytest.skip("the real outputs are not beside the project")
    return path.read_text(errors="replace")


def test_the_next_deck_of_a_real_optimisation_keeps_its_point_group() -> None:
    deck = read_d12("w\nMOLECULE\n15\n2\n8 0. 0. 0.\n1 .764 0. .5496\nEND\n")
    lines = in_form(system_input(deck), read_output(real_water().splitlines()))
    assert lines[:3] == ["MOLECULE", "15", "2"]
    assert [line.split()[0] for line in lines[3:]] == ["8", "1"]


def test_operations_are_those_that_a_real_run_printed() -> None:
    text = real_water()
    assert re.search(r"POINT +GROUP +N\. 15 +: +MM2 +OR +C2V", text)
    table = text[text.index("SYMMOPS - TRANSLATORS") :].split("\n\n")[0]
    rows = re.findall(r"(?m)^ +\d+ +\d+ ((?: *-?\d\.\d\d){12}) *$", table)
    printed = {tuple(round(float(x)) for x in row.split()[:9]) for row in rows}
    assert printed == {tuple(round(x) for x in r.ravel()) for r in point_operations(15)[0]}
    assert len(rows) == 4


def test_other_point_groups_are_not_read() -> None:
    deck = read_d12("m\nMOLECULE\n44\n2\n6 0. 0. 0.\n1 .6 .6 .6\nEND\n")
    with pytest.raises(DeckError, match="operations of point group 44 is not known"):
        structure_of(deck)
    with pytest.raises(DeckError, match="MOLECULE 44 are not known"):
        operations_of_block(Geometry(44, (), (), "MOLECULE"))
