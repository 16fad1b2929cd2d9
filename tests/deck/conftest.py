"""What the tests of decks share: CIF texts, and crystals built from a space group."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from ciftexts import cif_text

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.cells import minimal_count
from crystald.crystal.deck.geometry.regenerate import expand
from crystald.models import Structure

MINIMAL = {
    1: (11.2,),
    2: (7.1, 10.3),
    3: (7.1, 8.7, 10.3),
    4: (7.1, 8.7, 10.3, 104.0),
    6: (7.1, 8.7, 10.3, 81.0, 104.0, 97.0),
}


@pytest.fixture
def cif() -> Callable[..., str]:
    return cif_text


def nearest(structure: Structure) -> float:
    """The shortest distance between atoms."""
    lattice = np.array(structure.cell_ang)
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(lattice)
    delta = fractions[:, None, :] - fractions[None, :, :]
    distance = np.linalg.norm((delta - np.rint(delta)) @ lattice, axis=2)
    return float((distance + 9 * np.eye(len(distance))).min())


@pytest.fixture
def crystal_of() -> Callable[[int], tuple[Geometry, Structure]]:
    """Make a crystal of a space group: two general sites, and one on the origin."""

    def make(group: int) -> tuple[Geometry, Structure]:
        random = np.random.default_rng(group)
        cell = MINIMAL[minimal_count(group)]
        while True:
            sites = random.uniform(0.03, 0.97, (2, 3)).tolist()
            general = [DeckAtom(z, *site) for z, site in zip((14, 8), sites, strict=True)]
            geometry = Geometry(group, cell, (*general, DeckAtom(22, 0.0, 0.0, 0.0)))
            structure = expand(geometry)
            if nearest(structure) > 0.55:
                return geometry, structure

    return make


@pytest.fixture
def rock_salt() -> Geometry:
    return Geometry(225, (4.2112,), (DeckAtom(12, 0.0, 0.0, 0.0), DeckAtom(8, 0.5, 0.5, 0.5)))
