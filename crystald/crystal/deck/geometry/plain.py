"""Polymers and molecules: all atoms, without symmetry."""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.geometry.block import DeckAtom, Kind
from crystald.crystal.deck.geometry.cells import OPEN_ANG
from crystald.crystal.deck.geometry.form import StandardForm
from crystald.crystal.deck.records import rounded
from crystald.models import Structure

_KINDS: Final[dict[int, tuple[Kind, str]]] = {1: ("POLYMER", "rod"), 0: ("MOLECULE", "point")}


def without_symmetry(structure: Structure) -> StandardForm:
    """Write every atom of a polymer or a molecule, centred on its open directions.

    Which rod and point groups CRYSTAL means by which orientation could not be verified, so group 1
    is written: right, and slower than it could be.
    """
    periodicity = structure.periodicity
    kind, name = _KINDS[periodicity]
    a = structure.cell_ang[0][0] if periodicity else OPEN_ANG
    points = [(x / a, y, z) for x, y, z in structure.positions_ang]
    shift = [
        0.0 if axis < periodicity else -(max(values) + min(values)) / 2
        for axis, values in enumerate(zip(*points, strict=True))
    ]
    atoms = [
        DeckAtom(
            number,
            *(
                rounded((value + move) % 1.0) % 1.0 if axis < periodicity else rounded(value + move)
                for axis, (value, move) in enumerate(zip(point, shift, strict=True))
            ),
        )
        for number, point in zip(structure.numbers, points, strict=True)
    ]
    return StandardForm(
        group=1,
        symbol="P1" if periodicity else "C1",
        parameters=(a, OPEN_ANG, OPEN_ANG, 90.0, 90.0, 90.0),
        atoms=tuple(sorted(atoms, key=lambda atom: -atom.number)),
        atoms_in_cell=len(atoms),
        atoms_in_primitive=len(atoms),
        rotation=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        shift=(shift[0], shift[1], shift[2]),
        kind=kind,
        notes=(f"a {kind.lower()} is written with all its atoms, in {name} group 1",),
    )
