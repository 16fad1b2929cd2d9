"""Printed symmetry operators made exact: two printed decimals, and the atoms that they must move.

The program prints rotations and translations of the primitive cell with two decimals. Rotations of
a lattice are whole numbers; every other digit is found from the atoms, each of which must fall onto
one of its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from crystald.crystal.geometry_files.values import Operator
from crystald.crystal.output.values import Output, PrintedGeometry
from crystald.errors import DeckError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crystald.crystal.output.blocks.symmetry import Operator as PrintedOperator

PRINTED: Final = 0.012
"""How far a printed translation may be from the exact one, in fractions."""

FAR_ANG: Final = 0.35
"""How far two-decimal rotations about an open direction may carry an atom from its image."""

EXACT_ANG: Final = 2e-3
"""How far an exact operator may do so: what an optimisation leaves of asymmetry."""


def frame_of(printed: PrintedGeometry) -> NDArray[Any]:
    """Give the primitive lattice (rows, Å), with vectors of 1 Å along open directions.

    Raises
    ------
    DeckError
        No lattice was printed.
    """
    import numpy as np

    frame, periodic = np.eye(3), printed.dimensionality
    if periodic and printed.lattice_ang is None:
        raise DeckError("the output prints no lattice vectors", "Give a longer output.")
    if periodic:
        frame[:periodic] = np.array(printed.lattice_ang)[:periodic]
    return frame


def printed_operators(output: Output) -> tuple[PrintedOperator, ...]:
    """Give the operators as printed, in terms of the primitive vectors.

    Raises
    ------
    DeckError
        None were printed.
    """
    told = output.facts.get("operators")
    if told is None:
        raise DeckError("the output prints no symmetry operators", "Give a longer output.")
    return cast("tuple[PrintedOperator, ...]", told.value)


def exact_operators(output: Output) -> tuple[Operator, ...]:
    """Give the symmetry operators of the last geometry, in Cartesian axes.

    Raises
    ------
    DeckError
        None were printed, or one of them moves an atom to where no other is.
    """
    printed = output.geometry
    if printed is None or not printed.atoms:
        raise DeckError("the output prints no atoms", "Give a longer output.")
    atoms, found = _Atoms(printed), printed_operators(output)
    return tuple(
        atoms.exact(one.rotation, one.translation, number)
        for number, one in enumerate(found, start=1)
    )


class _Atoms:
    """The atoms of a cell, as operators are tried on them."""

    def __init__(self, printed: PrintedGeometry) -> None:
        import numpy as np

        self.frame = frame_of(printed)
        self.periodic = printed.dimensionality
        self.places = np.array([(a.x, a.y, a.z) for a in printed.atoms], dtype=float)
        kinds, self.kinds, counts = np.unique(
            [a.number for a in printed.atoms], return_inverse=True, return_counts=True
        )
        del kinds
        self.rarest = np.flatnonzero(self.kinds == int(np.argmin(counts)))

    def exact(
        self, rotation: tuple[float, ...], translation: tuple[float, ...], number: int
    ) -> Operator:
        """Find the exact operator near a printed one."""
        import numpy as np

        rough = np.array(rotation).reshape(3, 3)
        rough[: self.periodic, : self.periodic] = np.rint(rough[: self.periodic, : self.periodic])
        turned = self.places @ rough.T
        found = self._best(turned, np.array(translation))
        if found is None:
            raise DeckError(
                f"the printed symmetry operator {number} does not carry the atoms onto each other",
                "Look into the output: its last geometry is not that of its symmetry.",
            )
        cartesian = self._rotation(rough, found)
        return self._operator(cartesian, found, number)

    def _best(
        self, turned: NDArray[Any], translation: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """Find the translation that carries the turned atoms best: it, and the atoms' partners."""
        import numpy as np

        best, least = None, FAR_ANG
        for candidate in self.places[self.rarest] - turned[self.rarest[0]]:
            away = candidate[: self.periodic] - translation[: self.periodic]
            if (np.abs(away - np.rint(away)) > PRINTED).any():
                continue
            partners, worst = self._partners(turned + candidate)
            if worst < least and len(set(partners.tolist())) == len(partners):
                best, least = (candidate, partners), worst
        return best

    def _partners(self, images: NDArray[Any]) -> tuple[NDArray[Any], float]:
        """Find the atom of its kind nearest to each image; tell the largest distance."""
        import numpy as np

        partners, worst = np.zeros(len(images), dtype=int), 0.0
        for kind in range(int(self.kinds.max()) + 1):
            alike = np.flatnonzero(self.kinds == kind)
            delta = self._wrapped(images[alike][:, None, :] - self.places[alike][None, :, :])
            distances = np.linalg.norm(delta @ self.frame, axis=2)
            partners[alike] = alike[distances.argmin(axis=1)]
            worst = max(worst, float(distances.min(axis=1).max()))
        return partners, worst

    def _wrapped(self, delta: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        near = delta.copy()
        near[..., : self.periodic] -= np.rint(near[..., : self.periodic])
        return near

    def _images(
        self, rough: NDArray[Any], found: tuple[NDArray[Any], NDArray[Any]]
    ) -> NDArray[Any]:
        """Give the partners of the atoms in the copy of the cell that the operator carries to."""
        import numpy as np

        turned = self.places @ rough.T + found[0]
        return np.asarray(turned - self._wrapped(turned - self.places[found[1]]))

    def _rotation(
        self, rough: NDArray[Any], found: tuple[NDArray[Any], NDArray[Any]]
    ) -> NDArray[Any]:
        """Give the rotation in Cartesian axes: that of a lattice, else the one of the atoms."""
        import numpy as np

        columns = self.frame.T
        matrix = columns @ rough @ np.linalg.inv(columns)
        if self.periodic < 2:
            here, there = (x - x.mean(axis=0) for x in (self.places, self._images(rough, found)))
            open_ = slice(self.periodic, 3)
            moments = there[:, open_].T @ here[:, open_] + 1e-3 * matrix[open_, open_]
            matrix[open_, open_] = _nearest_rotation(moments)
        return np.asarray(_nearest_rotation(matrix))

    def _operator(
        self, cartesian: NDArray[Any], found: tuple[NDArray[Any], NDArray[Any]], number: int
    ) -> Operator:
        import numpy as np

        here = self.places @ self.frame
        turned = here @ cartesian.T
        inverse = np.linalg.inv(self.frame)
        away = self._wrapped((self.places[found[1]] @ self.frame - turned) @ inverse - found[0])
        shift = (found[0] + away.mean(axis=0)) @ self.frame
        worst = np.linalg.norm((away - away.mean(axis=0)) @ self.frame, axis=1).max()
        if worst > EXACT_ANG:
            raise DeckError(
                f"the printed symmetry operator {number} carries an atom {worst:.3f} Å away from "
                "its image",
                "Look into the output: its last geometry is not that of its symmetry.",
            )
        rows = [(float(r[0]), float(r[1]), float(r[2])) for r in cartesian]
        return Operator(
            (rows[0], rows[1], rows[2]), (float(shift[0]), float(shift[1]), float(shift[2]))
        )


def _nearest_rotation(matrix: NDArray[Any]) -> NDArray[Any]:
    """Give the orthogonal matrix nearest to another."""
    import numpy as np

    left, _, right = np.linalg.svd(matrix)
    return np.asarray(left @ right)
