"""Geometry blocks of textbooks: what we write stands for the same crystal, in as many atoms."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.checked import checked_form
from crystald.crystal.deck.geometry.regenerate import check_regeneration, expand

THIRD = 0.333333333333
EXAMPLES = {
    "diamond": Geometry(227, (3.567,), (DeckAtom(6, 0.125, 0.125, 0.125),)),
    "rock salt": Geometry(225, (4.2112,), (DeckAtom(12, 0, 0, 0), DeckAtom(8, 0.5, 0.5, 0.5))),
    "rutile": Geometry(
        136, (4.594, 2.9586), (DeckAtom(22, 0, 0, 0), DeckAtom(8, 0.3053, 0.3053, 0))
    ),
    "anatase": Geometry(
        141, (3.7842, 9.5146), (DeckAtom(22, 0, 0.25, 0.375), DeckAtom(8, 0, 0.25, 0.5831))
    ),
    "wurtzite": Geometry(
        186, (3.2498, 5.2066), (DeckAtom(30, THIRD, 2 / 3, 0), DeckAtom(8, THIRD, 2 / 3, 0.3821))
    ),
    "corundum": Geometry(
        167, (4.7602, 12.9933), (DeckAtom(13, 0, 0, 0.35216), DeckAtom(8, 0.30624, 0, 0.25))
    ),
    "graphene": Geometry(80, (2.46,), (DeckAtom(6, THIRD, 2 / 3, 0),), "SLAB"),
}
ATOMS = {"diamond": 8, "rock salt": 8, "rutile": 6, "anatase": 12, "wurtzite": 4, "corundum": 30,
         "graphene": 2}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_textbook_block_comes_back(name) -> None:
    given = EXAMPLES[name]
    structure = expand(given)
    assert len(structure.numbers) == ATOMS[name]
    form = checked_form(structure)
    found = form.geometry
    assert (found.group, found.kind, found.flags) == (given.group, given.kind, (0, 0, 0))
    assert found.cell == pytest.approx(given.cell)
    assert Counter(a.number for a in found.atoms) == Counter(a.number for a in given.atoms)
    check_regeneration(structure, form)


def test_corundum_stands_on_both_axes() -> None:
    """Rhombohedral axes (IFHR 1), obverse: the same ten atoms of the primitive cell."""
    on_r = Geometry(
        167,
        (5.1295, 55.29),
        (DeckAtom(13, 0.35216, 0.35216, 0.35216), DeckAtom(8, 0.55624, -0.05624, 0.25)),
        flags=(0, 1, 0),
    )
    structure = expand(on_r)
    assert len(structure.numbers) == 10
    found = checked_form(structure).geometry
    assert found.group == 167
    assert found.cell == pytest.approx(EXAMPLES["corundum"].cell, abs=2e-3)
    volumes = [abs(np.linalg.det(expand(g).cell_ang)) for g in (on_r, EXAMPLES["corundum"])]
    assert 3 * volumes[0] == pytest.approx(volumes[1], rel=1e-3)


def test_the_first_origin_is_another_crystal_in_the_second() -> None:
    first = Geometry(227, (3.567,), (DeckAtom(6, 0, 0, 0),), flags=(0, 0, 1))
    assert len(expand(first).numbers) == 8
    assert (
        checked_form(expand(first)).geometry == checked_form(expand(EXAMPLES["diamond"])).geometry
    )
    wrong = Geometry(227, (3.567,), (DeckAtom(6, 0, 0, 0),))
    assert len(expand(wrong).numbers) == 16
