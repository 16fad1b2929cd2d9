"""From a crystal in any cell to the asymmetric unit in CRYSTAL's standard setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.geometry.form import StandardForm
from crystald.crystal.deck.geometry.hall import (
    allowed_origins,
    centrings,
    operations_of,
    standard_hall_number,
)
from crystald.crystal.deck.geometry.orbits import asymmetric_unit, find_orbits, order
from crystald.crystal.deck.geometry.parameters import parameters_of
from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]


def standard_crystal(structure: Structure, symprec_ang: float) -> StandardForm:
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
    dataset = found if found.hall_number == hall else _dataset(cell, symprec_ang, hall)
    operations = operations_of(int(dataset.number))
    positions, numbers = np.array(dataset.std_positions), np.array(dataset.std_types)
    orbits = find_orbits(positions, numbers, operations)
    origin = _best_origin(positions, orbits, int(dataset.number))
    matrix = np.array(dataset.transformation_matrix)
    return StandardForm(
        group=int(dataset.number),
        symbol=str(dataset.international),
        parameters=parameters_of(np.array(dataset.std_lattice)),
        atoms=asymmetric_unit(positions + origin, numbers, orbits, operations),
        atoms_in_cell=len(positions),
        atoms_in_primitive=len(positions) // centrings(int(dataset.number)),
        rotation=tuple(_three(row) for row in matrix),
        shift=_three(np.array(dataset.origin_shift) + origin),
    )


def group_within(structure: Structure, symprec_ang: float) -> tuple[int, str, int]:
    """Find the space group at a tolerance: number, symbol, and how many operations it has.

    Raises
    ------
    DeckError
        No symmetry can be found.
    """
    import numpy as np

    lattice = np.array(structure.cell_ang)
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(lattice)
    found = _dataset((lattice, fractions, structure.numbers), symprec_ang, 0)
    operations = len(operations_of(int(found.number))[0]) // centrings(int(found.number))
    return int(found.number), str(found.international), operations


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


def _best_origin(positions: NDArray[Any], orbits: list[NDArray[Any]], group: int) -> NDArray[Any]:
    """Choose among the origins that the group allows the one with the smallest coordinates.

    spglib takes any of them. The choice makes decks of one crystal equal, with atoms where
    textbooks put them.
    """
    import numpy as np

    origins = [np.array(origin) for origin in allowed_origins(group)]
    if len(origins) == 1:
        return origins[0]
    return min(origins, key=lambda shift: [min(map(order, positions[o] + shift)) for o in orbits])


def _three(values: Any) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))
