"""Geometry blocks of every kind are printed and read back to the same values."""

from __future__ import annotations

import pytest

from crystald.crystal.deck.geometry.block import (
    EXTERNAL,
    DeckAtom,
    Geometry,
    geometry_lines,
    read_geometry,
)
from crystald.crystal.deck.kmesh import kmesh
from crystald.crystal.deck.records import Lines
from crystald.errors import DeckError

ATOM = (DeckAtom(13, 0.25, -0.125, 1.5),)


@pytest.mark.parametrize(
    "geometry",
    [
        Geometry(14, (5.0, 6.0, 7.0, 99.0), ATOM),
        Geometry(227, (3.567,), ATOM, flags=(0, 0, 1)),
        Geometry(167, (5.1295, 55.29), ATOM, flags=(0, 1, 0)),
        Geometry(7, (5.0, 6.0, 91.0), ATOM, "SLAB"),
        Geometry(48, (5.0, 6.0), ATOM, "SLAB"),
        Geometry(49, (5.0,), ATOM, "SLAB"),
        Geometry(99, (5.0,), ATOM, "POLYMER"),
        Geometry(47, (), ATOM, "MOLECULE"),
        EXTERNAL,
    ],
    ids=lambda geometry: f"{geometry.kind} {geometry.group}",
)
def test_what_is_printed_reads_back(geometry) -> None:
    lines = Lines("\n".join(geometry_lines(geometry)), "the deck")
    assert read_geometry(lines) == geometry
    lines.finish()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SLAB\n81\n5.0\n", "81 is no layer group"),
        ("POLYMER\n100\n5.0\n", "100 is no rod group"),
        ("MOLECULE\n48\n", "48 is no point group"),
        ("SLAB\n1\n5.0 6.0\n", "3 numbers belong here"),
        ("CRYSTAL\n1 0 0\nP 1 21/N 1\n", "no setting that can be read here"),
        ("CRYSTAL\n0 1 0\n167\n5.1295 55.29 3.0\n", "2 numbers belong here"),
    ],
)
def test_what_is_no_block_is_named_with_its_line(text, said) -> None:
    with pytest.raises(DeckError, match=said):
        read_geometry(Lines(text, "the deck"))


def test_both_axes_of_a_rhombohedral_lattice_have_one_mesh() -> None:
    on_r = Geometry(167, (5.1295, 55.29), (), flags=(0, 1, 0))
    assert kmesh(on_r, 30.0) == kmesh(Geometry(167, (4.7602, 12.9933), ()), 30.0)


def test_a_geometry_in_a_file_has_no_mesh_of_its_own() -> None:
    with pytest.raises(DeckError, match=r"fort\.34"):
        kmesh(EXTERNAL, 30.0)
