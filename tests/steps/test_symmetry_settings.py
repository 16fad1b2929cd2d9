"""Whose symmetry a deck has, and at which origin and axes: from the file to the single point."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from ciftexts import cif_text

from crystal_standin import crystal as standin
from crystal_standin.events import Text
from crystal_standin.job import Job
from crystal_standin.model.system import crystal_of as rebuilt
from crystal_standin.reading import deck as standin_deck
from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.deck.geometry import checked
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.checked import checked_form
from crystald.crystal.deck.geometry.form import Wanted
from crystald.crystal.deck.geometry.regenerate import check_regeneration, expand
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.structures.reading import read_structure
from crystald.errors import DeckError
from crystald.models import Structure
from crystald.steps.base import DeckRequest, Parent
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES

TWO_ORIGINS = (48, 50, 59, 68, 70, 85, 86, 88, 125, 126, 129, 130, 133, 134, 137, 138, 141, 142,
               201, 203, 222, 224, 227, 228)  # fmt: skip
RHOMBOHEDRAL = (146, 148, 155, 160, 161, 166, 167)
PLAIN = {"functional": "PBE", "dispersion": "none", "basis": "STO-3G"}
CRYSTALS = {
    227: Geometry(227, (3.57,), (DeckAtom(6, 0.125, 0.125, 0.125),)),
    166: Geometry(166, (3.76, 10.55), (DeckAtom(33, 0, 0, 0.227),)),
    167: Geometry(167, (4.76, 12.99), (DeckAtom(13, 0, 0, 0.352), DeckAtom(8, 0.306, 0, 0.25))),
}
A = 4.17
NICKEL = cif_text(
    "P -3 m 1",
    (round(A / sqrt(2), 5), round(A / sqrt(2), 5), round(2 * A / sqrt(3), 5), 90, 90, 120),
    ["Ni1 Ni 0 0 0", "Ni2 Ni 0 0 0.5", "O1 O 0.333333 0.666667 0.25"],
)


def nickel() -> Structure:
    return read_structure(NICKEL.encode(), "x.cif", "x.cif").structure


def deck_of(structure: Structure, **changes):
    kind = STEP_TYPES["OPT"]
    settings = kind.check_settings({**(kind.starts_with or {}), **PLAIN, **changes}, "OPT")
    prepared = prepare(kind, DeckRequest("x", "OPT", settings, structure))
    return parse_d12(prepared.text), prepared


def output_of(deck: str) -> str:
    play = standin.run(Job(deck, {}, dt.datetime(2030, 1, 2, tzinfo=dt.UTC)))
    return "".join(event.text for event in play.events if isinstance(event, Text))


def single_point(opt: str):
    output = output_of(opt)
    assert "OPT END - CONVERGED" in output
    parents = {"geometry": Parent("OPT", opt, output, frozenset(), standin=True)}
    step = STEP_TYPES["SP"]
    prepared = prepare(step, DeckRequest("x", "SP", step.check_settings({}, "SP"), None, parents))
    assert "EEEEEEEEEE TERMINATION" in output_of(prepared.text)
    return parse_d12(prepared.text).geometry


@pytest.mark.parametrize(
    ("group", "wanted", "flags"),
    [
        *((g, Wanted(origin="alternate"), (0, 0, 1)) for g in TWO_ORIGINS),
        *((g, Wanted(trigonal="rhombohedral"), (0, 1, 0)) for g in RHOMBOHEDRAL),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_another_setting_stands_for_the_same_crystal(group, wanted, flags, general) -> None:
    crystal = general(group)
    form = checked_form(crystal, wanted)
    standard = checked_form(crystal)
    assert (form.group, form.flags) == (group, flags)
    assert form.geometry.atoms != standard.geometry.atoms
    check_regeneration(crystal, form)
    assert form.atoms_in_primitive == standard.atoms_in_primitive
    with pytest.raises(DeckError):
        check_regeneration(crystal, replace(form, flags=(0, 0, 0)))
    asked = {"origin": wanted.origin, "trigonal": wanted.trigonal, "kmesh": [2, 2, 2]}
    deck, prepared = deck_of(crystal, **asked)
    assert deck.geometry == form.geometry
    again = checked_form(structure_of(read_d12(prepared.text))).geometry
    assert again.group == group
    assert again.cell == pytest.approx(standard.geometry.cell, abs=1e-6)
    assert len(again.atoms) == len(standard.geometry.atoms)
    other = rebuilt(standin_deck.read(prepared.text))
    assert len(other.numbers) == form.atoms_in_primitive
    assert other.group.number == group


@pytest.fixture
def general():
    def make(group: int) -> Structure:
        on_r = 143 <= group <= 194
        cell = (22.1,) if group >= 195 else (17.1, 30.3) if group >= 75 else (17.1, 18.7, 20.3)
        atoms = [DeckAtom(8, 0.13, 0.29, 0.21) if on_r else DeckAtom(8, 0.11, 0.17, 0.055)]
        if group < 195:
            atoms.append(DeckAtom(14, 0.03, 0.21, 0.1))
        return expand(Geometry(group, cell, tuple(atoms)))

    return make


@pytest.mark.parametrize(
    ("group", "changes", "flags"),
    [
        (227, {"origin": "alternate"}, (0, 0, 1)),
        (167, {"trigonal": "rhombohedral", "origin": "alternate"}, (0, 1, 0)),
        (166, {"symmetry": "p1"}, (0, 0, 0)),
    ],
    ids=str,
)
def test_the_single_point_keeps_the_setting_of_the_optimisation(group, changes, flags) -> None:
    given = expand(CRYSTALS[group])
    deck, prepared = deck_of(given, **changes)
    assert deck.geometry.flags == flags
    assert deck.geometry.group == (1 if "symmetry" in changes else group)
    after = single_point(prepared.text)
    assert (after.flags, after.group) == (flags, deck.geometry.group)
    assert len(after.atoms) == len(deck.geometry.atoms)
    assert after.cell != deck.geometry.cell


def test_bands_and_frequencies_do_not_depend_on_the_axes() -> None:
    given, made = expand(CRYSTALS[167]), []
    for trigonal in ("hexagonal", "rhombohedral"):
        _, prepared = deck_of(given, trigonal=trigonal)
        left = frozenset({"f9"})
        parent = Parent("OPT", prepared.text, output_of(prepared.text), left, standin=True)
        for step, need in (("BAND", "wavefunction"), ("FREQ", "geometry")):
            kind = STEP_TYPES[step]
            request = DeckRequest("x", step, kind.check_settings({}, step), None, {need: parent})
            made.append(prepare(kind, request).text)
    assert made[0] == made[2]
    assert (made[1].splitlines()[2], made[3].splitlines()[2]) == ("0 0 0", "0 1 0")


def test_sites_that_a_file_keeps_apart_stay_apart_for_an_antiferromagnet() -> None:
    whole, _ = deck_of(nickel())
    assert (whole.geometry.group, len(whole.geometry.atoms)) == (194, 2)
    spins = {"spin": True, "atomspin": [[1, 1], [2, -1]]}
    deck, prepared = deck_of(nickel(), symmetry="cif", **spins)
    assert deck.geometry.group == 164
    assert [atom.number for atom in deck.geometry.atoms] == [28, 28, 8]
    assert deck.scf.atomspin == ((1, 1), (2, -1))
    assert any("the file names" in note for note in prepared.notes)
    after = single_point(prepared.text)
    assert (after.group, len(after.atoms)) == (164, 3)


def test_every_atom_is_written_without_symmetry_whatever_the_hand_of_the_axes() -> None:
    given = nickel()
    a, b, c = given.cell_ang
    for cell in ((a, b, c), (b, a, c), (a, c, b)):
        form = checked_form(
            Structure(cell, given.numbers, given.positions_ang), Wanted(symmetry="p1")
        )
        assert (form.group, len(form.atoms)) == (1, 4)
        assert np.linalg.det(np.array(form.rotation)) * np.linalg.det(np.array(cell)) > 0
    layer = Structure((a, b, (0.0,) * 3), (28, 8), ((0, 0, 0), (0, 1.0, 1.2)), 2)
    for cell in (layer.cell_ang, (b, a, (0.0,) * 3)):
        turned = Structure(cell, layer.numbers, layer.positions_ang, 2)
        form = checked_form(turned, Wanted(symmetry="p1"))
        assert (form.kind, form.group, len(form.atoms)) == ("SLAB", 1, 2)


def test_what_a_group_or_a_file_has_not_is_told_or_refused() -> None:
    deck, prepared = deck_of(nickel(), origin="alternate", trigonal="rhombohedral")
    assert deck.geometry.flags == (0, 0, 0)
    assert any("has one origin" in note for note in prepared.notes)
    bare = nickel()
    with pytest.raises(DeckError, match="names no operations"):
        deck_of(Structure(bare.cell_ang, bare.numbers, bare.positions_ang), symmetry="cif")


def test_a_cell_too_large_for_the_search_is_refused_with_a_cure(monkeypatch) -> None:
    monkeypatch.setattr(checked, "SEARCHED_ATOMS_MAX", 3)
    found = read_structure(NICKEL.encode(), "x.cif", "x.cif")
    assert (found.space_group, found.claimed) == (None, 164)
    assert "too many to look for" in found.notes[-1]
    with pytest.raises(DeckError, match="4 atoms: the search") as error:
        deck_of(found.structure)
    assert "p1" in error.value.hint
    assert deck_of(found.structure, symmetry="p1")[0].geometry.group == 1
