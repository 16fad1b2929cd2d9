"""The cell that a deck stands for, while it is built and edited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.electrons import element_of
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray


class LargeCellError(DeckError):
    """There are more atoms than are looked at."""


@dataclass(frozen=True, eq=False)
class Built:
    """The cell that the program computes: primitive, before or after edits.

    Attributes
    ----------
    lattice
        Vectors as rows, Å; the formal ones of open directions are 1 Å long.
    numbers
        CRYSTAL's numbers (200 + Z and the like).
    positions
        (n, 3), Cartesian, Å.
    orbits
        For each atom, the index of the atom of the deck that it is an image of; None where the
        symmetry is not known any more (after an edit, or from a file).
    dimension
        Periodic directions.
    conventional
        Conventional lattice vectors as rows, in Å.
    """

    lattice: NDArray[Any]
    numbers: tuple[int, ...]
    positions: NDArray[Any]
    orbits: tuple[int, ...] | None
    dimension: int
    conventional: NDArray[Any]

    @property
    def structure(self) -> Structure:
        """The cell as a value: elements, without ghosts' and potentials' offsets."""
        zero = (0.0, 0.0, 0.0)
        rows = [_vector(row) for row in self.lattice]
        a, b, c = (row if axis < self.dimension else zero for axis, row in enumerate(rows))
        numbers = tuple(element_of(number) for number in self.numbers)
        return Structure(
            (a, b, c), numbers, tuple(_vector(p) for p in self.positions), self.dimension
        )


def _vector(row: NDArray[Any]) -> tuple[float, float, float]:
    return (float(row[0]), float(row[1]), float(row[2]))


def with_atoms(cell: Built, numbers: tuple[int, ...], positions: NDArray[Any]) -> Built:
    """Give a cell other atoms; which orbits they belong to is not known then."""
    return replace(cell, numbers=numbers, positions=positions, orbits=None)
