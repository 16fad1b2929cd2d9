"""The tables of words."""

from __future__ import annotations

import pytest

from crystald.crystal.deck.text.geometry_words import EDITS, GEOMETRY
from crystald.crystal.deck.text.grammar import BASIS, PROPERTIES, SCF, Grammar
from crystald.crystal.deck.text.grammar import GEOMETRY as GEOMETRY_GRAMMAR


def test_edits_are_words_of_the_geometry() -> None:
    assert GEOMETRY.keys() >= EDITS


def tables(grammar: Grammar) -> list[Grammar]:
    return [grammar, *(g for block in grammar.blocks.values() for g in tables(block.inner))]


@pytest.mark.parametrize("grammar", [GEOMETRY_GRAMMAR, BASIS, SCF, PROPERTIES])
def test_no_two_words_of_a_place_share_their_eight_letters(grammar: Grammar) -> None:
    for one in tables(grammar):
        for word in (*one.words, *one.blocks):
            assert one.find(word) == word
            assert one.find(word[:8]) in (word, word[:8]) or "-" in word
