"""Names of k points and projections."""

from __future__ import annotations

import pytest

from crystald.pictures.labels import pretty, projection_names, ticks_of

DECK = """\
BAND
x
3 4 100 1 8 1 0
0 0 0  2 0 2  GAMMA-X
2 0 2  2 1 3  X-W
3 3 6  0 0 0  K-GAMMA
END
"""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("GAMMA", "Γ"),
        ("G", "Γ"),
        ("X", "X"),
        ("H_0", "H$_{0}$"),
        ("SIGMA", "SIGMA"),
        ("a$b", r"a\$b"),
        ("H_}", "H_}"),
        ("H_", "H_"),
    ],
)
def test_names_for_people(name: str, shown: str) -> None:
    assert pretty(name) == shown


def test_segments_that_meet_and_segments_that_do_not() -> None:
    assert ticks_of(DECK, [0.0, 1.0, 1.5, 2.5]) == [
        (0.0, "Γ"),
        (1.0, "X"),
        (1.5, "W|K"),
        (2.5, "Γ"),
    ]


@pytest.mark.parametrize("deck", ["", "BAND\n", "DOSS\n1 2\n", "\0\0", DECK])
def test_what_does_not_fit_gives_plain_places(deck: str) -> None:
    assert ticks_of(deck, [0.0, 1.0]) == [(0.0, ""), (1.0, "")]


@pytest.mark.parametrize("deck", ["", "DOSS\n", "BAND\nx\n", "\0"])
def test_foreign_decks_name_no_projections(deck: str) -> None:
    assert projection_names(deck) == ()
