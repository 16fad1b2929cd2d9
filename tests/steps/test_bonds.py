"""The shortest bond of a cell, against ASE's own search."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from ase.build import bulk, graphene, molecule
from ase.data import covalent_radii
from ase.neighborlist import neighbor_list

from crystald.crystal import bonds
from crystald.crystal.atoms import from_atoms, to_atoms
from crystald.crystal.bonds import shortest_bond
from crystald.models import Cell, Structure, Vector

ELEMENTS = (1, 8, 12, 26, 55)


def shares_by_ase(structure: Structure) -> dict[tuple[int, int], float]:
    """Give, for each pair of atoms, the least distance over the sum of the radii."""
    atoms = to_atoms(structure)
    radii = [float(covalent_radii[number]) if number else 0.0 for number in atoms.numbers]
    found: dict[tuple[int, int], float] = {}
    for i, j, d in zip(*neighbor_list("ijd", atoms, radii), strict=True):
        if structure.numbers[i] and structure.numbers[j]:
            share = float(d) / (radii[i] + radii[j])
            found[int(i), int(j)] = min(share, found.get((int(i), int(j)), 1.0))
    return found


def agrees(structure: Structure) -> bool:
    found, expected = shortest_bond(structure), shares_by_ase(structure)
    if found is None:
        return not expected
    share, one, other, distance_ang = found
    between = sum(covalent_radii[structure.numbers[at]] for at in (one, other))
    return (
        share == pytest.approx(min(expected.values()), abs=1e-9)
        and expected[one, other] == pytest.approx(share, abs=1e-9)
        and distance_ang == pytest.approx(share * between, abs=1e-9)
    )


def rows(array: np.ndarray) -> tuple[Vector, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in array)


def random_cell(atoms: int, periodicity: int, seed: int) -> Structure:
    """Make a skew cell of 12 Å³ for each atom; atoms lie in cells about it, too."""
    rng = np.random.default_rng(seed)
    frame = np.diag(rng.uniform(0.5, 1.5, 3)) + rng.normal(scale=0.2, size=(3, 3))
    frame *= (12.0 * atoms / abs(np.linalg.det(frame))) ** (1 / 3)
    positions = rng.uniform(-1, 2, (atoms, 3)) @ frame
    frame[periodicity:] = 0.0
    cell: Cell = rows(frame)  # type: ignore[assignment]
    numbers = tuple(int(rng.choice(ELEMENTS)) for _ in range(atoms))
    return Structure(cell, numbers, rows(positions), periodicity)


@pytest.mark.parametrize(
    ("atoms", "periodicity", "seed"), list(product((1, 2, 3, 7, 40), (0, 1, 2, 3), range(4)))
)
def test_the_shortest_bond_is_that_of_ase(atoms: int, periodicity: int, seed: int) -> None:
    assert agrees(random_cell(atoms, periodicity, seed))


@pytest.mark.parametrize(
    "atoms",
    [
        bulk("MgO", "rocksalt", a=4.21),
        bulk("MgO", "rocksalt", a=4.21, cubic=True),
        bulk("Si", "diamond", a=2.0),
        bulk("Na", "bcc", a=1.5),
        graphene(a=1.9, vacuum=None),
        molecule("H2O"),
    ],
    ids=str,
)
def test_bonds_that_symmetry_makes_alike_are_told_of_the_first_atoms(atoms: object) -> None:
    structure = from_atoms(atoms)  # type: ignore[arg-type]
    assert agrees(structure)
    found = shortest_bond(structure)
    assert found is None or found[1] == 0


def test_a_large_cell_is_searched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    structure = random_cell(40, 3, 9)
    whole = shortest_bond(structure)
    monkeypatch.setattr(bonds, "AT_ONCE", 100)
    assert whole is not None
    assert shortest_bond(structure) == pytest.approx(whole)


def test_ghosts_are_no_atoms() -> None:
    cell = ((9.0, 0.0, 0.0), (0.0, 9.0, 0.0), (0.0, 0.0, 9.0))
    positions = ((0.0, 0.0, 0.0), (0.1, 0.0, 0.0), (1.0, 0.0, 0.0))
    found = shortest_bond(Structure(cell, (8, 0, 8), positions, 3))
    assert found is not None
    assert found[1:] == pytest.approx((0, 2, 1.0))
    assert shortest_bond(Structure(cell, (0, 0, 0), positions, 3)) is None


def test_a_cell_without_height_is_searched_no_further_than_makes_sense() -> None:
    cell = ((1e-9, 0.0, 0.0), (0.0, 5.0, 0.0), (0.0, 0.0, 5.0))
    found = shortest_bond(Structure(cell, (8,), ((0.0, 0.0, 0.0),), 3))
    assert found is not None
    assert found[3] == pytest.approx(1e-9)
