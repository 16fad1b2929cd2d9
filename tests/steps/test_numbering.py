"""Atoms in settings are those of the file; of unlike spin, they are kept apart."""

from __future__ import annotations

import datetime as dt
from math import sqrt

import pytest
from ciftexts import cif_text

from crystal_standin import crystal as standin
from crystal_standin.events import Text
from crystal_standin.job import Job
from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.geometry.operations import centrings_of
from crystald.crystal.deck.geometry.regenerate import expand
from crystald.crystal.structures.reading import read_structure
from crystald.errors import DeckError
from crystald.models import Structure
from crystald.steps.base import DeckRequest, Parent
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES

A = 4.17
LAYERED = cif_text(
    "P 1", (A / sqrt(2), A / sqrt(2), A, 90, 90, 90),
    ["O1 O 0.5 0.5 0", "Ni1 Ni 0 0 0", "Ni2 Ni 0.5 0.5 0.5", "O2 O 0 0 0.5"],
)  # fmt: skip
"""Rock salt in a cell of two formula units, oxygen first."""
CUBE = cif_text(
    "P 1", (A, A, A, 90, 90, 90),
    ["Ni1 Ni 0 0 0", "Ni2 Ni 0 0.5 0.5", "Ni3 Ni 0.5 0 0.5", "Ni4 Ni 0.5 0.5 0",
     "O1 O 0.5 0 0", "O2 O 0.5 0.5 0.5", "O3 O 0 0 0.5", "O4 O 0 0.5 0"],
)  # fmt: skip
PLAIN = {"functional": "PBE", "dispersion": "none", "basis": "STO-3G"}


def read(text: str) -> Structure:
    return read_structure(text.encode(), "x.cif", "x.cif").structure


def prepared_of(text: str, step: str = "OPT", parents=None, **asked):
    kind = STEP_TYPES[step]
    base = {} if parents else {**(kind.starts_with or {}), **PLAIN}
    settings = kind.check_settings({**base, **asked}, step)
    return prepare(kind, DeckRequest("x", step, settings, read(text), parents or {}))


def spins_of(text: str) -> list[tuple[int, int]]:
    """Element and spin of the atoms of the primitive cell, in the program's order."""
    deck = parse_d12(text)
    times = centrings_of(deck.geometry)
    numbers = []
    for atom in deck.geometry.atoms:
        whole = [n for n in expand(deck.geometry).numbers if n == atom.number]
        same = sum(a.number == atom.number for a in deck.geometry.atoms)
        numbers += [element_of(atom.number)] * (len(whole) // times // same)
    return [(numbers[atom - 1], spin) for atom, spin in deck.scf.atomspin]


def test_atoms_of_unlike_spin_stay_two_atoms_of_a_cell_that_keeps_them_apart() -> None:
    made = prepared_of(LAYERED, atomspin=[[2, 1], [3, -1]])
    deck = parse_d12(made.text)
    assert (deck.geometry.group, len(deck.geometry.atoms)) == (123, 4)
    assert spins_of(made.text) == [(28, 1), (28, -1)]
    assert any("unlike spin" in note and "225" in note for note in made.notes)
    assert not any("is lost" in note for note in made.notes)


@pytest.mark.parametrize("symmetry", ["auto", "cif", "p1"])
def test_planes_of_unlike_spin_in_the_whole_cube_are_written_with_any_symmetry(
    symmetry: str,
) -> None:
    spins = [[1, 1], [2, -1], [3, -1], [4, 1]]
    made = prepared_of(CUBE, atomspin=spins, symmetry=symmetry)
    told = spins_of(made.text)
    assert {z for z, _ in told} == {28}
    assert sum(spin for _, spin in told) == 0
    assert len(told) == (2 if symmetry == "auto" else 4)


def test_atoms_of_like_spin_are_one_atom_where_symmetry_makes_them_equal() -> None:
    made = prepared_of(LAYERED, atomspin=[[2, 1], [3, 1]])
    assert parse_d12(made.text).geometry.group == 225
    assert spins_of(made.text) == [(28, 1)]


def test_numbers_in_settings_are_those_of_the_file_and_are_listed() -> None:
    made = prepared_of(LAYERED, atomspin=[[2, 1]], fragment=[1])
    deck = parse_d12(made.text)
    assert spins_of(made.text) == [(28, 1)]
    assert deck.optimisation is not None
    assert deck.optimisation.fragment == (2,)
    note = next(note for note in made.notes if note.startswith("atoms count as"))
    assert "1 O at 0.5 0.5 0.0 (in the deck 2)" in note
    assert "2 Ni at 0.0 0.0 0.0 (in the deck 1)" in note


def test_an_atom_that_the_file_has_not_is_refused() -> None:
    with pytest.raises(DeckError, match="names atom 5, and the cell of the file has 4"):
        prepared_of(LAYERED, atomspin=[[5, 1]])


@pytest.mark.parametrize(("text", "cells"), [(LAYERED, 2), (CUBE, 4)])
def test_a_cell_of_several_primitive_ones_is_told_where_spins_may_order(
    text: str, cells: int
) -> None:
    notes = " ".join(prepared_of(text).notes)
    assert f"holds {cells} primitive cells" in notes
    assert "atomspin keeps" in notes
    without = " ".join(prepared_of(text.replace("Ni", "Mg")).notes)
    assert ("primitive cells" in without) == (cells > 4)


def test_a_step_behind_another_counts_the_same_atoms() -> None:
    spins = [[2, 1], [3, -1]]
    opt = prepared_of(LAYERED, atomspin=spins).text
    play = standin.run(Job(opt, {}, dt.datetime(2030, 1, 2, tzinfo=dt.UTC)))
    output = "".join(event.text for event in play.events if isinstance(event, Text))
    parents = {"geometry": Parent("OPT", opt, output, frozenset(), standin=True)}
    again = prepared_of(LAYERED, "SP", parents, atomspin=spins)
    assert spins_of(again.text) == [(28, 1), (28, -1)]
    turned = prepared_of(LAYERED, "SP", parents, atomspin=[[2, -1], [3, 1]])
    assert spins_of(turned.text) == [(28, -1), (28, 1)]


def test_atoms_of_frequencies_are_those_of_the_output_and_are_listed() -> None:
    opt = prepared_of(LAYERED.replace("Ni", "Mg"), toldee=8).text
    play = standin.run(Job(opt, {}, dt.datetime(2030, 1, 2, tzinfo=dt.UTC)))
    output = "".join(event.text for event in play.events if isinstance(event, Text))
    parents = {"geometry": Parent("OPT", opt, output, frozenset(), standin=True)}
    made = prepared_of(LAYERED, "FREQ", parents, fragment=[1])
    assert parse_d12(made.text).frequencies.fragment == (1,)
    assert any("step before: 1 Mg at 0.0 0.0 0.0" in note for note in made.notes)


def test_a_step_behind_a_cell_that_joins_its_atoms_is_refused() -> None:
    opt = prepared_of(LAYERED).text
    play = standin.run(Job(opt, {}, dt.datetime(2030, 1, 2, tzinfo=dt.UTC)))
    output = "".join(event.text for event in play.events if isinstance(event, Text))
    parents = {"geometry": Parent("OPT", opt, output, frozenset(), standin=True)}
    with pytest.raises(DeckError, match="symmetry of OPT makes equal"):
        prepared_of(LAYERED, "SP", parents, atomspin=[[2, 1], [3, -1]])


def test_open_shells_without_spin_are_told() -> None:
    assert any("without spin" in note for note in prepared_of(LAYERED, spin=False).notes)
    assert not any("without spin" in note for note in prepared_of(LAYERED).notes)
    magnesium = prepared_of(LAYERED.replace("Ni", "Mg"), spin=False)
    assert not any("without spin" in note for note in magnesium.notes)
