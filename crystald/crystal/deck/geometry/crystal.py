"""From a crystal in any cell to the asymmetric unit in CRYSTAL's standard setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.block import STANDARD
from crystald.crystal.deck.geometry.cells import RHOMBOHEDRAL
from crystald.crystal.deck.geometry.form import StandardForm, Wanted
from crystald.crystal.deck.geometry.hall import (
    Flags,
    allowed_origins,
    centrings,
    hall_number,
    has_alternative,
    operations_of,
)
from crystald.crystal.deck.geometry.orbits import asymmetric_unit, find_orbits, order
from crystald.crystal.deck.geometry.parameters import parameters_of
from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]

AS_FOUND: Final = Wanted()

MARK: Final = 1000
"""From here on kinds of atoms stand for none: they mark the symmetry of a file."""

GENERAL: Final = ((0.0917, 0.2371, 0.4133), (0.1559, 0.3821, 0.0673))
"""Points on no symmetry element of any group."""


def standard_crystal(
    structure: Structure, symprec_ang: float, wanted: Wanted = AS_FOUND
) -> StandardForm:
    """Find the space group and bring a crystal into its standard setting, or the one wanted.

    Parameters
    ----------
    structure
        Three-dimensional crystal, any cell.
    symprec_ang
        Tolerance of the search.
    wanted
        Whose symmetry, and in which setting.

    Raises
    ------
    DeckError
        No symmetry can be found.
    """
    import numpy as np

    cell = _marked(structure) if wanted.symmetry == "cif" else _cell(structure)
    found = _dataset(cell, symprec_ang, 0)
    group = int(found.number)
    flags, notes = _flags(group, wanted)
    if wanted.symmetry == "cif":
        notes = ("the symmetry is the one that the file names", *notes)
    hall = hall_number(group, flags)
    dataset = found if found.hall_number == hall else _dataset(cell, symprec_ang, hall)
    operations = operations_of(group, flags)
    positions, numbers = np.array(dataset.std_positions), np.array(dataset.std_types)
    atoms = numbers < MARK
    positions, numbers = positions[atoms], numbers[atoms]
    orbits = find_orbits(positions, numbers, operations)
    origin = _best_origin(positions, orbits, group, flags)
    matrix = np.array(dataset.transformation_matrix)
    return StandardForm(
        group=group,
        symbol=str(dataset.international),
        parameters=parameters_of(np.array(dataset.std_lattice)),
        atoms=asymmetric_unit(positions + origin, numbers, orbits, operations),
        atoms_in_cell=len(positions),
        atoms_in_primitive=len(positions) // (1 if flags[1] else centrings(group)),
        rotation=tuple(_three(row) for row in matrix),
        shift=_three(np.array(dataset.origin_shift) + origin),
        notes=notes,
        flags=flags,
    )


def _cell(structure: Structure) -> tuple[NDArray[Any], NDArray[Any], list[int]]:
    import numpy as np

    lattice = np.array(structure.cell_ang)
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(lattice)
    return lattice, fractions, list(structure.numbers)


def _marked(structure: Structure) -> tuple[NDArray[Any], NDArray[Any], list[int]]:
    """Add images of general points under the operations of the file: they leave no other symmetry.

    The atoms alone may have more; the search then finds the group that the file names.
    """
    import gemmi
    import numpy as np

    lattice, fractions, numbers = _cell(structure)
    operations = [gemmi.Op(triplet) for triplet in structure.operations]
    images = [[op.apply_to_xyz(list(point)) for op in operations] for point in GENERAL]
    kinds = [MARK + kind for kind, some in enumerate(images) for _ in some]
    return lattice, np.vstack([fractions, *map(np.array, images)]), [*numbers, *kinds]


def _flags(group: int, wanted: Wanted) -> tuple[Flags, tuple[str, ...]]:
    """Choose the setting; what a group has not is left at the standard, and told where asked."""
    flags = (0, int(wanted.trigonal == "rhombohedral" and group in RHOMBOHEDRAL),
             int(wanted.origin == "alternate"))  # fmt: skip
    if flags == STANDARD or has_alternative(group, flags):
        return (flags if not flags[1] else (0, 1, 0)), ()
    return STANDARD, (f"space group {group} has one origin: origin alternate changes nothing",)


def group_within(structure: Structure, symprec_ang: float) -> tuple[int, str, int]:
    """Find the space group at a tolerance: number, symbol, and how many operations it has.

    Raises
    ------
    DeckError
        No symmetry can be found.
    """
    found = _dataset(_cell(structure), symprec_ang, 0)
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


def _best_origin(
    positions: NDArray[Any], orbits: list[NDArray[Any]], group: int, flags: Flags
) -> NDArray[Any]:
    """Choose among the origins that the group allows the one with the smallest coordinates.

    spglib takes any of them. The choice makes decks of one crystal equal, with atoms where
    textbooks put them.
    """
    import numpy as np

    origins = [np.array(origin) for origin in allowed_origins(group, flags)]
    if len(origins) == 1:
        return origins[0]
    return min(origins, key=lambda shift: [min(map(order, positions[o] + shift)) for o in orbits])


def _three(values: Any) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))
