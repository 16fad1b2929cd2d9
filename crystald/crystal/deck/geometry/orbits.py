"""Orbits of atoms under operations: one atom stands for each, exactly on its special position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.block import DeckAtom
from crystald.crystal.deck.records import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]

SAME: Final = 1e-4
"""Images of idealised atoms that differ by less, along each axis, are one."""


def differences(delta: NDArray[Any], periodicity: int = 3) -> NDArray[Any]:
    """Reduce differences of coordinates by lattice vectors; open directions stay."""
    import numpy as np

    reduced = np.array(delta, dtype=float)
    reduced[..., :periodicity] -= np.rint(reduced[..., :periodicity])
    return reduced


def find_orbits(
    positions: NDArray[Any], numbers: NDArray[Any], operations: Operations, periodicity: int = 3
) -> list[NDArray[Any]]:
    """Group the atoms of the standard cell into orbits, heaviest elements first."""
    import numpy as np

    rotations, translations = operations
    left = np.ones(len(positions), dtype=bool)
    orbits = []
    while left.any():
        first = int(np.argmax(left))
        images = rotations @ positions[first] + translations
        away = differences(images[:, None, :] - positions[None, :, :], periodicity)
        hit = (np.abs(away) < SAME).all(axis=2).any(axis=0) & (numbers == numbers[first])
        hit[first] = True
        orbits.append(np.flatnonzero(hit & left))
        left &= ~hit
    return sorted(orbits, key=lambda orbit: -int(numbers[orbit[0]]))


def asymmetric_unit(
    positions: NDArray[Any],
    numbers: NDArray[Any],
    orbits: list[NDArray[Any]],
    operations: Operations,
    periodicity: int = 3,
) -> tuple[DeckAtom, ...]:
    """Choose one atom per orbit, exactly on its special position."""
    import numpy as np

    rotations, translations = operations
    atoms = []
    for orbit in orbits:
        chosen = min(orbit, key=lambda one: order(positions[one], periodicity))
        images = rotations @ positions[chosen] + translations
        away = differences(images - positions[chosen], periodicity)
        stays = (np.abs(away) < SAME).all(axis=1)
        atoms.append(_snapped(positions[chosen], away[stays], int(numbers[chosen]), periodicity))
    return tuple(atoms)


def order(position: NDArray[Any], periodicity: int = 3) -> tuple[float, ...]:
    """Rank the atoms of an orbit: the one with the smallest coordinates stands for it.

    Along open directions the one on the upper side does.
    """
    wrapped = [round(float(value), 4) % 1.0 for value in position[:periodicity]]
    return (*(-round(float(value), 4) for value in position[periodicity:]), *wrapped)


def _snapped(position: NDArray[Any], away: NDArray[Any], number: int, periodicity: int) -> DeckAtom:
    """Average the images that fall onto the atom itself: the mean lies on the special position."""
    mean = position + away.mean(axis=0)
    values = [rounded(_nice(float(value)) % 1.0) % 1.0 for value in mean[:periodicity]]
    values += [rounded(float(value)) for value in mean[periodicity:]]
    return DeckAtom(number, *values)


def _nice(value: float) -> float:
    """Write a multiple of 1/24 that lost its last digits again as itself.

    Examples
    --------
    >>> _nice(0.33333333329), _nice(0.3334)
    (0.3333333333333333, 0.3334)
    """
    near = round(value * 24) / 24
    return near if abs(value - near) < 1e-8 else value
