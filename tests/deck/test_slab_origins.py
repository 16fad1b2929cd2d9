"""Slabs of layer groups whose origin is open: what our decks say of them is read as it was meant."""

from __future__ import annotations

import numpy as np
import pytest

from crystald.crystal.deck.geometry.block import geometry_lines
from crystald.crystal.deck.geometry.checked import checked_form
from crystald.crystal.deck.geometry.form import Wanted
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.structure.cif import cif_of_deck
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.tree import DeckText
from crystald.errors import DeckError
from crystald.models import Structure


def deck(lines: list[str]) -> DeckText:
    return read_d12("\n".join(["slab", *lines, "END"]) + "\n")


def slab(group: int, cell: str) -> DeckText:
    return deck(["SLAB", str(group), cell, "2", "6 .11 .23 .9", "8 .37 .06 .4"])


def distances(structure: Structure) -> list[float]:
    """All distances of atoms, over the nearest images, in their order."""
    cell, places = np.array(structure.cell_ang), np.array(structure.positions_ang)
    plane = np.vstack([cell[:2], (0.0, 0.0, 1.0)])
    delta = (places[:, None, :] - places[None, :, :]) @ np.linalg.inv(plane)
    delta[..., :2] -= np.rint(delta[..., :2])
    found = np.linalg.norm(delta @ plane, axis=2)
    return sorted(round(float(value), 4) for value in found.ravel())


OPEN = ((9, "5. 6."), (21, "5. 6."), (33, "5. 6."), (41, "5. 6."), (54, "6."), (60, "6."))


@pytest.mark.parametrize(("group", "cell"), OPEN)
def test_a_slab_written_in_full_is_read_as_the_same_slab(group: int, cell: str) -> None:
    meant = structure_of(slab(group, cell), assume_origin=True)
    form = checked_form(meant, Wanted(layer_groups="full"))
    again = structure_of(deck(geometry_lines(form.geometry)), assume_origin=True)
    assert form.group == group
    assert sorted(again.numbers) == sorted(meant.numbers)
    assert distances(again) == distances(meant)


def test_it_is_refused_where_the_origin_may_not_be_assumed() -> None:
    with pytest.raises(DeckError, match="line 2: where the program has the operations"):
        structure_of(slab(9, "5. 6."))
    (note,) = cif_of_deck(slab(9, "5. 6.")).notes
    assert "layer group P2111 (number 9)" in note


def test_a_slab_whose_operations_are_sure_has_no_note() -> None:
    assert cif_of_deck(slab(10, "5. 6.")).notes == ()
