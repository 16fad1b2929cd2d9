"""From atoms in any cell to the asymmetric unit in CRYSTAL's standard setting, and back again.

What is found is checked by :mod:`crystald.crystal.deck.geometry.regenerate`, which knows nothing of spglib.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.cells import Parameters, minimal_cell
from crystald.crystal.deck.geometry.hall import (
    allowed_origins,
    centrings,
    operations_of,
    standard_hall_number,
)
from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.crystal.deck.records import rounded
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]

SYMPREC_ANG: Final = 1e-2
"""How far atoms may be from their symmetric places: a CIF holds 3 to 4 decimals."""


@dataclass(frozen=True)
class StandardCrystal:
    """A crystal in the standard setting of its space group.

    Attributes
    ----------
    group, symbol
        The space group as found, number and Hermann-Mauguin symbol.
    hall_number
        spglib's number of the setting.
    parameters
        a, b, c (Å), alpha, beta, gamma (degrees) of the conventional cell.
    atoms
        The asymmetric unit, special positions exact.
    atoms_in_cell
        Atoms of the conventional cell.
    atoms_in_primitive
        Atoms of the primitive cell: the ones that the program computes.
    rotation, shift
        Fractional coordinates of the input, x, become ``rotation @ x + shift``.
    """

    group: int
    symbol: str
    hall_number: int
    parameters: Parameters
    atoms: tuple[DeckAtom, ...]
    atoms_in_cell: int
    atoms_in_primitive: int
    rotation: tuple[tuple[float, float, float], ...]
    shift: tuple[float, float, float]

    @property
    def geometry(self) -> Geometry:
        """The geometry block."""
        cell = tuple(rounded(value) for value in minimal_cell(self.group, self.parameters))
        return Geometry(self.group, cell, self.atoms)


def standardise(structure: Structure, symprec_ang: float = SYMPREC_ANG) -> StandardCrystal:
    """Find the space group and bring a crystal into its standard setting.

    Parameters
    ----------
    structure
        Three-dimensional crystal, any cell.
    symprec_ang
        Tolerance of the search.

    Raises
    ------
    DeckError
        No symmetry can be found.
    """
    import numpy as np

    lattice = np.array(structure.cell_ang)
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(lattice)
    cell = (lattice, fractions, structure.numbers)
    found = _dataset(cell, symprec_ang, 0)
    hall = standard_hall_number(int(found.number))
    dataset = _dataset(cell, symprec_ang, hall)
    operations = operations_of(int(dataset.number))
    positions, numbers = np.array(dataset.std_positions), np.array(dataset.std_types)
    orbits = _orbits(positions, numbers, operations)
    origin = _best_origin(positions, orbits, int(dataset.number))
    matrix = np.array(dataset.transformation_matrix)
    return StandardCrystal(
        group=int(dataset.number),
        symbol=str(dataset.international),
        hall_number=hall,
        parameters=_parameters(np.array(dataset.std_lattice)),
        atoms=_asymmetric_unit(positions + origin, numbers, orbits, operations),
        atoms_in_cell=len(positions),
        atoms_in_primitive=len(positions) // centrings(int(dataset.number)),
        rotation=tuple(_three(row) for row in matrix),
        shift=_three(np.array(dataset.origin_shift) + origin),
    )


def _dataset(cell: Any, symprec_ang: float, hall_number: int) -> Any:
    import spglib

    try:
        with announcements_ignored():
            dataset = spglib.get_symmetry_dataset(cell, symprec_ang, hall_number=hall_number)
    except Exception as error:  # of a class of spglib's own only in some versions
        raise _no_symmetry(symprec_ang, str(error)) from error
    if dataset is None:
        raise _no_symmetry(symprec_ang, "")
    return dataset


def _no_symmetry(symprec_ang: float, detail: str) -> DeckError:
    said = f" ({detail.strip()})" if detail.strip() else ""
    return DeckError(
        f"no space group can be found within {symprec_ang} Å{said}",
        "Look at the structure: atoms may stand too close to each other.",
    )


def _orbits(
    positions: NDArray[Any], numbers: NDArray[Any], operations: Operations
) -> list[NDArray[Any]]:
    """Group the atoms of the standard cell into orbits, heaviest elements first."""
    import numpy as np

    rotations, translations = operations
    left = np.ones(len(positions), dtype=bool)
    orbits = []
    while left.any():
        first = int(np.argmax(left))
        images = rotations @ positions[first] + translations
        away = _differences(images[:, None, :] - positions[None, :, :])
        hit = (np.abs(away) < 1e-4).all(axis=2).any(axis=0) & (numbers == numbers[first])
        hit[first] = True
        orbits.append(np.flatnonzero(hit & left))
        left &= ~hit
    return sorted(orbits, key=lambda orbit: -int(numbers[orbit[0]]))


def _best_origin(positions: NDArray[Any], orbits: list[NDArray[Any]], group: int) -> NDArray[Any]:
    """Choose among the origins that the group allows the one with the smallest coordinates.

    spglib takes any of them. The choice makes decks of one crystal equal, with atoms where
    textbooks put them.
    """
    import numpy as np

    origins = [np.array(origin) for origin in allowed_origins(group)]
    return min(origins, key=lambda shift: [min(map(_order, positions[o] + shift)) for o in orbits])


def _asymmetric_unit(
    positions: NDArray[Any],
    numbers: NDArray[Any],
    orbits: list[NDArray[Any]],
    operations: Operations,
) -> tuple[DeckAtom, ...]:
    """Choose one atom per orbit, exactly on its special position."""
    import numpy as np

    rotations, translations = operations
    atoms = []
    for orbit in orbits:
        chosen = min(orbit, key=lambda one: _order(positions[one]))
        images = rotations @ positions[chosen] + translations
        stays = (np.abs(_differences(images - positions[chosen])) < 1e-4).all(axis=1)
        atoms.append(_snapped(positions[chosen], images[stays], int(numbers[chosen])))
    return tuple(atoms)


def _order(position: NDArray[Any]) -> tuple[float, ...]:
    """Rank the atoms of an orbit: the one with the smallest coordinates stands for it."""
    return tuple(round(float(value), 4) % 1.0 for value in position)


def _snapped(position: NDArray[Any], images: NDArray[Any], number: int) -> DeckAtom:
    """Average the images that fall onto the atom itself: the mean lies on the special position."""
    import numpy as np

    mean = position + _differences(images - position).mean(axis=0)
    exact = np.array([_nice(value) for value in mean])
    wrapped = exact - np.floor(exact)
    x, y, z = (rounded(float(value)) % 1.0 for value in wrapped)
    return DeckAtom(number, x, y, z)


def _nice(value: float) -> float:
    """Write a multiple of 1/24 that lost its last digits again as itself.

    Examples
    --------
    >>> _nice(0.33333333329), _nice(0.3334)
    (0.3333333333333333, 0.3334)
    """
    near = round(value * 24) / 24
    return near if abs(value - near) < 1e-8 else value


def _differences(delta: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return np.asarray(delta - np.rint(delta))


def _three(values: Any) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))


def _parameters(lattice: NDArray[Any]) -> Parameters:
    import numpy as np

    a, b, c = (float(np.linalg.norm(row)) for row in lattice)
    cosines = (
        lattice[1] @ lattice[2] / (b * c),
        lattice[0] @ lattice[2] / (a * c),
        lattice[0] @ lattice[1] / (a * b),
    )
    alpha, beta, gamma = (float(np.degrees(np.arccos(np.clip(v, -1, 1)))) for v in cosines)
    return (a, b, c, alpha, beta, gamma)
