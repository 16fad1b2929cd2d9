"""Refusals of atoms that no calculation can start from, whatever file they came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.orbits import differences
from crystald.crystal.deck.geometry.regenerate import frame_of
from crystald.errors import InputError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

OVERLAP_ANG: Final = 0.5
"""Atoms nearer than this overlap (hydrogen molecules have 0.74); CRYSTAL would stop (SMALLDIST)."""

ROUNDED_ANG: Final = 1e-3
"""What rounding and idealising in a deck may take from a distance."""

ATOMS_MAX: Final = 10_000
LENGTH_ANG: Final = (1.0, 500.0)
VOLUME_PER_ATOM_ANG3: Final = (2.0, 5000.0)
ELEMENTS: Final = range(1, 100)
"""Atomic numbers that CRYSTAL takes (manual, geometry input: NAT)."""


def refuse_unsound(structure: Structure, file: str, labels: Sequence[str] = ()) -> None:
    """Check elements, count, distances and density.

    Parameters
    ----------
    structure
        All atoms of the cell.
    file
        What it is called in errors.
    labels
        Names of the atoms; their elements without any.

    Raises
    ------
    InputError
        Something is wrong; what to do is told.
    """
    if not structure.numbers:
        raise InputError(f"{file}: holds no atoms", "Export the structure again.")
    if len(structure.numbers) > ATOMS_MAX:
        raise InputError(f"{file}: more than {ATOMS_MAX} atoms in the cell", "Is it a crystal?")
    for place, number in enumerate(structure.numbers, 1):
        if number not in ELEMENTS:
            raise InputError(
                f"{file}: atom {place} is of no element that CRYSTAL knows (number {number})",
                "Give every atom its element.",
            )
    _refuse_overlap(structure, file, labels or _names(structure))
    _check_density(structure, file)


def _names(structure: Structure) -> list[str]:
    from ase.data import chemical_symbols

    return [
        f"{chemical_symbols[number]} (atom {place})"
        for place, number in enumerate(structure.numbers, 1)
    ]


def _refuse_overlap(structure: Structure, file: str, labels: Sequence[str]) -> None:
    import numpy as np

    frame = frame_of(structure)
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(frame)
    for index, position in enumerate(fractions[:-1]):
        distance = _distances(fractions[index + 1 :] - position, frame, structure.periodicity)
        if (near := float(distance.min())) < OVERLAP_ANG + ROUNDED_ANG:
            other = labels[index + 1 + int(distance.argmin())]
            raise InputError(
                f"{file}: {labels[index]} and {other} are {near:.2f} Å apart",
                "Keep one of overlapping atoms (disorder must be resolved), or mend the symmetry.",
            )


def _distances(delta: NDArray[Any], frame: NDArray[Any], periodicity: int) -> NDArray[Any]:
    import numpy as np

    return np.asarray(np.linalg.norm(differences(delta, periodicity) @ frame, axis=1))


def _check_density(structure: Structure, file: str) -> None:
    import numpy as np

    if structure.periodicity < 3:
        return
    volume = abs(float(np.linalg.det(np.array(structure.cell_ang))))
    each = volume / len(structure.numbers)
    if not VOLUME_PER_ATOM_ANG3[0] <= each <= VOLUME_PER_ATOM_ANG3[1]:
        raise InputError(
            f"{file}: {each:.2f} Å³ for each atom of the cell",
            "Check the cell and the symmetry operations: no crystal is so dense or so thin.",
        )
