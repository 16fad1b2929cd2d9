"""Decks of the properties program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.d3 import (
    BandDeck,
    DossDeck,
    Projection,
    Segment,
    parse_band,
    parse_doss,
    print_band,
    print_doss,
)
from crystald.crystal.deck.records import title_line
from crystald.errors import DeckError

BAND = """\
BAND
NaCl bands
2 4 400 1 40 1 0
4 0 4 0 0 0  X-GAMMA
0 0 0 4 4 4  GAMMA-L
END
"""
DOSS = """\
NEWK
0 24
12 12 8
1 0
DOSS
2 2000 -1 -1 2 14 0
-0.900000 0.300000
-2 1 3 # Na
3 4 5 6 # Cl SP
END
"""
names = st.sampled_from(["GAMMA", "X", "H_0", "SIGMA_0"])
triples = st.tuples(*[st.integers(-50, 50)] * 3)
bands = st.builds(
    BandDeck,
    st.text().map(title_line),
    st.integers(1, 1000),
    st.lists(st.builds(Segment, triples, triples, st.tuples(names, names)), min_size=1).map(tuple),
    st.integers(10, 2000),
    st.tuples(st.integers(1, 9), st.integers(10, 99)),
)
projections = st.builds(
    Projection,
    st.sampled_from(["O", "O SP", "total"]),
    st.lists(st.integers(1, 999), min_size=1, max_size=90).map(tuple),
    st.booleans(),
)
ranges = st.one_of(
    st.tuples(st.tuples(st.integers(1, 9), st.integers(10, 99)), st.none()),
    st.tuples(st.none(), st.tuples(st.floats(-9, -1), st.floats(-1, 9))),
)


def test_the_decks_as_they_are_printed() -> None:
    lines = (
        Segment((4, 0, 4), (0, 0, 0), ("X", "GAMMA")),
        Segment((0, 0, 0), (4, 4, 4), ("GAMMA", "L")),
    )
    assert print_band(BandDeck("NaCl bands", 4, lines, 400, (1, 40))) == BAND
    parts = (
        Projection("Na", (1, 3), of_atoms=True),
        Projection("Cl SP", (4, 5, 6), of_atoms=False),
    )
    deck = DossDeck(Shrink((12, 12, 8), 24), 2000, parts, window_ha=(-0.9, 0.3))
    assert print_doss(deck) == DOSS


def test_more_projections_than_one_doss_holds_are_split() -> None:
    parts = tuple(Projection(f"O{n}", (n,), of_atoms=True) for n in range(1, 38))
    deck = DossDeck(Shrink((8, 8, 8), 16), 2000, parts, window_ha=(-0.9, 0.3))
    text = print_doss(deck)
    assert [len(block) for block in deck.blocks] == [7, 15, 15]
    assert text.count("DOSS\n") == 3
    assert text.startswith("NEWK\n8 16\n1 0\nDOSS\n7 2000 -1 -1 2 14 0\n-0.900000 0.300000\n")
    assert parse_doss(text) == deck
    with pytest.raises(DeckError, match="energies of the first"):
        parse_doss(text.replace("\n7 2000", "\n7 1000"))


def test_a_formatted_wavefunction_may_be_converted_first() -> None:
    assert parse_band("RDFMWF\n" + BAND) == parse_band(BAND)
    assert parse_doss("RDFMWF\n" + DOSS) == parse_doss(DOSS)


@given(bands)
def test_bands_round_trip(deck) -> None:
    assert parse_band(print_band(deck)) == deck


@given(
    st.builds(Shrink, st.tuples(*[st.integers(1, 60)] * 3), st.integers(1, 120)),
    st.lists(projections, max_size=40).map(tuple),
    ranges,
)
def test_densities_round_trip(shrink, parts, limits) -> None:
    deck = DossDeck(shrink, 2000, parts, bands=limits[0], window_ha=limits[1])
    assert parse_doss(print_doss(deck)) == deck


@pytest.mark.parametrize(
    ("parse", "text", "said"),
    [
        (parse_band, BAND.replace("40 1 0", "40 0 0"), "IPLO"),
        (parse_band, BAND.replace("4 0 4 0 0 0", "4 0 4 0 0"), "line 4"),
        (parse_doss, DOSS.replace("2 14 0", "0 14 0"), "IPLO"),
        (parse_doss, DOSS.replace("3 4 5 6", "4 4 5 6"), "4 numbers"),
        (parse_doss, DOSS.replace("3 4 5 6", "x 4 5 6"), "line 9"),
    ],
)
def test_what_is_wrong_is_named(parse, text, said) -> None:
    with pytest.raises(DeckError, match=said):
        parse(text)
