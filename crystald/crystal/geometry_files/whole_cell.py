"""The whole cell of a fort.34: every atom that its operators make of those that it lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.geometry_files.values import Fort34
from crystald.errors import ParseError
from crystald.models import Structure

if TYPE_CHECKING:
    import numpy as np

SAME_ANG = 0.1
"""Atoms nearer than this are one; coordinates written by hand have few digits."""

APART_ANG = 0.5
"""No two atoms are nearer than this."""

AXES = "Its operators belong to other axes than its atoms: only the listed atoms can be used."


def listed_structure(geometry: Fort34) -> Structure:
    """Give the atoms as they are listed, which is the whole cell in every file of CRYSTAL."""
    periodic, zero = geometry.dimensionality, (0.0, 0.0, 0.0)
    a, b, c = (row if axis < periodic else zero for axis, row in enumerate(geometry.cell_ang))
    numbers = tuple(element_of(number) for number in geometry.numbers)
    return Structure((a, b, c), numbers, geometry.positions_ang, periodic)


def whole_structure(geometry: Fort34) -> Structure:
    """Give every atom that the operators make of the listed ones.

    Raises
    ------
    ParseError
        An operator does not keep the lattice, or brings an atom near another one: the operators
        and the atoms do not belong together.
    """
    check_operators(geometry)
    sites = _Sites(geometry)
    listed = len(geometry.numbers)
    for atom in range(listed):
        sites.complete(atom)
    for atom in range(listed, len(sites.numbers)):
        sites.check_closed(atom)
    whole = listed_structure(geometry)
    elements = tuple(element_of(number) for number in sites.numbers)
    places = tuple((x, y, z) for x, y, z in sites.places.tolist())
    return Structure(whole.cell_ang, elements, places, whole.periodicity)


def check_operators(geometry: Fort34) -> None:
    """Check that every operator brings the lattice onto itself.

    Raises
    ------
    ParseError
        One does not.
    """
    import numpy as np

    cell, periodic = np.array(geometry.cell_ang), geometry.dimensionality
    inverse = np.linalg.inv(cell)
    for number, operator in enumerate(geometry.operators, 1):
        turned = (cell[:periodic] @ np.array(operator.rotation).T) @ inverse
        inside, outside = turned[:, :periodic], turned[:, periodic:]
        if (
            np.abs(inside - inside.round()).max(initial=0.0) > 0.01
            or np.abs(outside).max(initial=0.0) > 1e-4
        ):
            raise ParseError(f"symmetry operator {number} does not keep the lattice", AXES)


class _Sites:
    """Atoms in a cell, and the operators that act on them."""

    def __init__(self, geometry: Fort34) -> None:
        import numpy as np

        self._cell = np.array(geometry.cell_ang)
        self._inverse = np.linalg.inv(self._cell)
        self._periodic = geometry.dimensionality
        self._rotations = np.array([operator.rotation for operator in geometry.operators])
        self._shifts = np.array([operator.translation_ang for operator in geometry.operators])
        self.numbers = list(geometry.numbers)
        self.places = np.array(geometry.positions_ang)

    def images(self, atom: int) -> np.ndarray:
        """Give what each operator makes of an atom."""
        found: np.ndarray = self._rotations @ self.places[atom] + self._shifts
        return found

    def distances(self, images: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Give the distances from images (one per row) to the nearest copies of places."""
        import numpy as np

        fractions = (places[:, None] - images[None]) @ self._inverse
        fractions[..., : self._periodic] -= fractions[..., : self._periodic].round()
        found: np.ndarray = np.linalg.norm(fractions @ self._cell, axis=-1)
        return found

    def without_atom(self, images: np.ndarray, atom: int) -> list[int]:
        """Name the operators whose image of an atom is not at one of its kind."""
        import numpy as np

        alike = self.places[np.array(self.numbers) == self.numbers[atom]]
        nearest = self.distances(images, alike).min(axis=0)
        return [int(operator) for operator in np.flatnonzero(nearest > SAME_ANG)]

    def complete(self, atom: int) -> None:
        """Add the images of an atom that are not there."""
        import numpy as np

        images = self.images(atom)
        for operator in self.without_atom(images, atom):
            image = images[operator : operator + 1]
            if not self.without_atom(image, atom):
                continue  # another operator has made it meanwhile
            distances = self.distances(image, self.places)[:, 0]
            nearest = int(distances.argmin())
            if distances[nearest] < APART_ANG:
                raise ParseError(
                    f"symmetry operator {operator + 1} brings atom {atom + 1} to "
                    f"{distances[nearest]:.2f} Å from atom {nearest + 1}",
                    AXES,
                )
            self.numbers.append(self.numbers[atom])
            self.places = np.vstack([self.places, image])

    def check_closed(self, atom: int) -> None:
        """Check that the operators make nothing new of an atom that they made."""
        left = self.without_atom(self.images(atom), atom)
        if left:
            raise ParseError(
                f"symmetry operator {left[0] + 1} makes further atoms of those that others made: "
                "the operators are no group of this lattice",
                AXES,
            )
