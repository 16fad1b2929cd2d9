"""All atoms, without symmetry: chains and molecules that have none, and whatever is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.block import DeckAtom, Kind
from crystald.crystal.deck.geometry.form import StandardForm
from crystald.crystal.deck.geometry.parameters import parameters_of
from crystald.crystal.deck.records import rounded
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KINDS: Final[dict[int, tuple[Kind, str]]] = {
    3: ("CRYSTAL", "space"),
    2: ("SLAB", "layer"),
    1: ("POLYMER", "rod"),
    0: ("MOLECULE", "point"),
}


def without_symmetry(structure: Structure) -> StandardForm:
    """Write every atom, centred on its open directions."""
    import numpy as np

    periodic = structure.periodicity
    kind, name = _KINDS[periodic]
    frame = _frame(structure)
    turn = _turn(frame, periodic)
    points = np.array(structure.positions_ang) @ np.linalg.inv(frame) @ turn
    shift = np.zeros(3)
    opened = points[:, periodic:]
    shift[periodic:] = -(opened.max(axis=0) + opened.min(axis=0)) / 2
    points = points + shift
    atoms = [
        DeckAtom(number, *(_value(float(v), axis < periodic) for axis, v in enumerate(point)))
        for number, point in zip(structure.numbers, points, strict=True)
    ]
    return StandardForm(
        group=1,
        symbol="P1" if periodic else "C1",
        parameters=parameters_of(frame),
        atoms=tuple(sorted(atoms, key=lambda atom: -atom.number)),
        atoms_in_cell=len(atoms),
        atoms_in_primitive=len(atoms),
        rotation=tuple((float(r[0]), float(r[1]), float(r[2])) for r in turn),
        shift=(float(shift[0]), float(shift[1]), float(shift[2])),
        kind=kind,
        notes=(f"a {kind.lower()} is written with all its atoms, in {name} group 1",),
    )


def _frame(structure: Structure) -> NDArray[Any]:
    """Give the lattice with vectors of 1 Å along open directions; a polymer lies along x."""
    import numpy as np

    frame = np.eye(3)
    if structure.periodicity == 1:
        frame[0, 0] = structure.cell_ang[0][0]
    elif structure.periodicity:
        frame[: structure.periodicity] = structure.cell_ang[: structure.periodicity]
    return frame


def _turn(frame: NDArray[Any], periodic: int) -> NDArray[Any]:
    """Make the axes right-handed: six parameters do not say which hand they are of."""
    import numpy as np

    if periodic < 2 or np.linalg.det(frame) > 0:
        return np.eye(3)
    return np.diag((1.0, 1.0, -1.0)) if periodic == 2 else -np.eye(3)


def _value(value: float, wrapped: bool) -> float:  # noqa: FBT001 - one of two kinds of axes
    return rounded(value % 1.0) % 1.0 if wrapped else rounded(value)
