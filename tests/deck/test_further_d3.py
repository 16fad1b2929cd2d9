"""Decks of BOLTZTRA, ECH3, POT3 and POTC: printed, read again, read as people's decks are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.grids import GridDeck, Profile, parse_grids, print_grids
from crystald.crystal.deck.text.reader import read_d3
from crystald.crystal.deck.text.tree import Kind
from crystald.crystal.deck.transport import (
    Smearing,
    TransportDeck,
    parse_transport,
    print_transport,
)
from crystald.errors import DeckError

TRANSPORT = """\
NEWK
44 88
1 0
BOLTZTRA
TRANGE
300.0 500.0 10.0
MURANGE
-4.838 -1.838 0.1
TDFRANGE
-4.838 -1.838 0.001
RELAXTIM
175.0
END
END
"""
SLAB = """\
ECH3
100
SCALE
3.0
POT3
100
5
SCALE
3.0
POTC
1 1000 0
-30.0 30.0
NEWK
6 12
1 0
END
"""
meshes = st.builds(Shrink, st.tuples(*[st.integers(1, 60)] * 3), st.integers(1, 120))
numbers = st.floats(-50, 50)
ranges = st.tuples(numbers, numbers, st.floats(1e-4, 1))
transports = st.builds(
    TransportDeck,
    meshes,
    ranges,
    ranges,
    ranges,
    st.floats(1e-3, 1e3),
    st.none() | st.builds(Smearing, st.floats(1e-3, 1), st.integers(-4, 4)),
)
extents = st.integers(1, 3).flatmap(
    lambda n: st.one_of(
        st.tuples(st.tuples(*[numbers] * n), st.none()),
        st.tuples(st.just(()), st.tuples(st.tuples(*[numbers] * n), st.tuples(*[numbers] * n))),
        st.just(((), None)),
    )
)
profiles = st.none() | st.builds(Profile, st.integers(10, 9999), st.tuples(numbers, numbers))


def test_transport_as_it_is_printed() -> None:
    window = (-4.838, -1.838)
    deck = TransportDeck(
        Shrink((44, 44, 44), 88), (300.0, 500.0, 10.0), (*window, 0.1), (*window, 0.001), 175.0
    )
    assert print_transport(deck) == TRANSPORT


def test_grids_of_a_slab_as_they_are_printed() -> None:
    deck = GridDeck(100, 5, (3.0,), None, Profile(1000, (-30.0, 30.0)), Shrink((6, 6, 6), 12))
    assert print_grids(deck) == SLAB
    bare = print_grids(GridDeck(50, range_bohr=((-9.0, -8.0), (9.0, 8.0))))
    assert bare == (
        "ECH3\n50\nRANGE\n-9.0 -8.0\n9.0 8.0\nPOT3\n50\n5\nRANGE\n-9.0 -8.0\n9.0 8.0\nEND\n"
    )


@given(transports)
@settings(max_examples=50)
def test_transport_round_trips(deck) -> None:
    text = print_transport(deck)
    assert parse_transport(text) == deck
    assert parse_transport("RDFMWF\n" + text) == deck


@given(extents, profiles, st.none() | meshes, st.integers(10, 500))
@settings(max_examples=50)
def test_grids_round_trip(extent, profile, shrink, points) -> None:
    deck = GridDeck(points, 5, *extent, profile, shrink)
    assert parse_grids(print_grids(deck)) == deck


@pytest.mark.parametrize(
    ("text", "keywords"),
    [(TRANSPORT, ["NEWK", "BOLTZTRA"]), (SLAB, ["ECH3", "POT3", "POTC", "NEWK"])],
)
def test_the_reader_of_people_s_decks_knows_every_record(text, keywords) -> None:
    read = read_d3(text)
    assert read.print() == text
    entries = read.section("properties").entries
    assert [one.keyword for one in entries] == keywords
    assert {one.missing for one in entries} == {""}
    assert {one.kind for one in entries} <= {Kind.KEYWORD, Kind.BLOCK}
    assert read.trailing == ()


@pytest.mark.parametrize(
    ("parse", "text", "said"),
    [
        (parse_transport, TRANSPORT.replace("MURANGE", "MURANGES"), "line 7"),
        (parse_transport, TRANSPORT.replace("500.0 10.0", "500.0"), "3 numbers"),
        (parse_transport, TRANSPORT.removesuffix("END\n"), "ends too early"),
        (parse_grids, SLAB.replace("POT3\n100", "POT3\n90"), "grid of ECH3"),
        (parse_grids, SLAB.replace("POTC\n1 ", "POTC\n0 "), "ICA must be 1"),
    ],
)
def test_what_is_wrong_is_named(parse, text, said) -> None:
    with pytest.raises(DeckError, match=said):
        parse(text)
