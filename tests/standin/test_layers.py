"""Layers by the stand-in's own tables: the same operators and atoms as the decks mean."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from crystal_standin.lattice import groups, layers, structure
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.cells import minimal_count
from crystald.crystal.deck.geometry.layers import layer_symbol
from crystald.crystal.deck.geometry.operations import layer_operations
from crystald.crystal.deck.geometry.regenerate import expand

CELLS = {1: (7.1,), 2: (7.1, 10.3), 3: (7.1, 8.7, 97.0)}


def coded(rotations, translations) -> set[tuple[int, ...]]:
    steps = np.rint(np.array(translations) * 24).astype(int) % 24
    flat = np.rint(np.array(rotations)).astype(int).reshape(-1, 9)
    return set(map(tuple, np.hstack([flat, steps]).tolist()))


@pytest.mark.parametrize("number", range(1, 81))
def test_two_tables_of_the_layer_groups_agree(number) -> None:
    group = layers.by_system("SLAB", number)
    centrings = [(0, 0, 0)] if group.centring_code == 1 else [(0, 0, 0), (0.5, 0.5, 0)]
    rotations = np.repeat(group.rotations, len(centrings), axis=0)
    translations = np.concatenate([group.translations + c for c in np.array(centrings)[:, None]])
    order = np.arange(len(rotations)).reshape(len(centrings), -1).T.ravel()
    assert coded(rotations, translations[order]) == coded(*layer_operations(number))
    assert group.symbol.replace(" ", "").lower() == layer_symbol(number).lower()


@pytest.mark.parametrize("number", [1, 8, 16, 27, 35, 43, 47, 64, 69, 80])
def test_the_stand_in_builds_the_layer_that_a_block_means(number) -> None:
    atoms = (
        DeckAtom(14, 0.13, 0.29, 0.83),
        DeckAtom(22, 0.0, 0.0, 0.0),
        DeckAtom(8, 0.0, 0.0, 1.9),
    )
    geometry = Geometry(number, CELLS[minimal_count(number, 2)], atoms, "SLAB")
    group = layers.by_system("SLAB", number)
    built = structure.build(
        group,
        layers.cell_parameters(group, geometry.cell),
        tuple((a.number, layers.to_fractions(group, (a.x, a.y, a.z))) for a in atoms),
    )
    whole = Counter(expand(geometry).numbers)
    times = 2 if group.centring_code > 1 else 1
    assert {z: times * n for z, n in Counter(built.numbers.tolist()).items()} == dict(whole)
    heights = sorted((built.fractional @ built.lattice)[:, 2].round(6).tolist() * times)
    assert heights == sorted(round(z, 6) for _, _, z in expand(geometry).positions_ang)


def test_open_directions_are_left_alone_by_meshes() -> None:
    from crystal_standin.lattice import kmesh

    group = layers.by_system("SLAB", 80)
    cell = layers.cell_parameters(group, (2.46,))
    sheet = structure.build(group, cell, ((6, (1 / 3, 2 / 3, 0.0)),))
    assert kmesh.along_periodic(sheet, (6, 6, 6)) == (6, 6, 1)
    assert kmesh.irreducible(sheet, (6, 6, 6)).shrink == (6, 6, 1)
    assert groups.by_number(191, 0, 0).dimension == 3
