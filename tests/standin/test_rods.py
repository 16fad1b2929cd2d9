"""Polymers and molecules by the stand-in's own tables: the same operators as the decks mean."""

from __future__ import annotations

import numpy as np
import pytest

from crystal_standin.lattice import rods
from crystald.crystal.deck.geometry.operations import point_operations, rod_operations
from crystald.crystal.deck.geometry.points import POINT_GROUPS
from crystald.crystal.deck.geometry.rods import KNOWN, rod_symbol
from crystald.crystal.output import read_output


def coded(rotations, translations) -> set[tuple[int, ...]]:
    steps = np.rint(np.array(translations) * 24).astype(int) % 24
    flat = np.rint(np.array(rotations) * 1000).astype(int).reshape(-1, 9)
    return set(map(tuple, np.hstack([flat, steps]).tolist()))


def test_two_tables_of_the_rod_groups_agree() -> None:
    assert rods.numbers() == KNOWN
    for number in KNOWN:
        group = rods.by_system("POLYMER", number)
        assert coded(group.rotations, group.translations) == coded(*rod_operations(number))
        assert group.symbol.replace(" ", "").lower() == rod_symbol(number).lower()


def test_two_tables_of_the_point_groups_agree() -> None:
    for number in POINT_GROUPS:
        group = rods.by_system("MOLECULE", number)
        assert coded(group.rotations, group.translations) == coded(*point_operations(number))


@pytest.mark.parametrize(
    ("system", "group", "record", "kind"),
    [
        ("POLYMER", 51, "2.56", "rod"),
        ("POLYMER", 77, "9.1", "rod"),
        ("MOLECULE", 15, "", "point"),
    ],
)
def test_groups_are_printed_as_the_program_does(run, system, group, record, kind) -> None:
    cell, shrink = (f"{record}\n", "SHRINK\n4 4\n") if record else ("", "")
    text = f"t\n{system}\n{group}\n{cell}1\n10 .3 1.9 .9\nBASISSET\nSTO-3G\n{shrink}END\n"
    said = run(text).text
    found = read_output(said.splitlines())
    assert (found.group_kind, found.group_number) == (kind, group)
    assert found.n_symmetry_operators == len(rods.by_system(system, group).rotations)
    assert "EEEEEEEEEE TERMINATION" in said
