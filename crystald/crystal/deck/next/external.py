"""EXTERNAL: the last geometry of an output as a ``fort.34`` that keeps its symmetry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.next.symmetry import exact_operators, frame_of
from crystald.crystal.geometry_files.print_fort34 import FORMAL_ANG
from crystald.crystal.geometry_files.read_fort34 import read_fort34
from crystald.crystal.geometry_files.values import Fort34
from crystald.crystal.geometry_files.whole_cell import whole_structure
from crystald.crystal.output.values import Output
from crystald.errors import DeckError, ParseError
from crystald.models import Cell, Vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME_ANG: Final = 1e-3
"""A fort.34 whose lattice and atoms differ by less is that of the output's last geometry."""

_TYPES: Final = {
    "triclinic": 1, "monoclinic": 2, "orthorhombic": 3, "tetragonal": 4, "hexagonal": 5, "cubic": 6,
}  # fmt: skip
"""Crystal family as printed -> the third number of fort.34."""


def external_of(output: Output, numbering: Mapping[int, int] | None = None) -> Fort34:
    """Make the fort.34 of the last geometry that an output printed.

    Parameters
    ----------
    output
        As read.
    numbering
        Element -> the number that the basis set has for it; None for the printed numbers.

    Raises
    ------
    DeckError
        No geometry or no symmetry operators were printed, or they do not belong together.
    """
    operators = exact_operators(output)
    printed = output.geometry
    assert printed is not None  # noqa: S101 - exact_operators has seen its atoms
    frame, periodic = frame_of(printed), printed.dimensionality
    places = [_vector((a.x, a.y, a.z) @ frame) for a in printed.atoms]
    rows = [_vector(row) if axis < periodic else _open(axis) for axis, row in enumerate(frame)]
    cell: Cell = (rows[0], rows[1], rows[2])
    made = Fort34(
        dimensionality=periodic,
        centring=_centring(output),
        crystal_type=_crystal_type(output),
        cell_ang=cell,
        operators=operators,
        numbers=tuple(_numbered(a.number, numbering) for a in printed.atoms),
        positions_ang=tuple(places),
        group=0,
    )
    _check(made)
    return made


def _check(made: Fort34) -> None:
    """Make sure that operators and atoms belong together, by other code than made them."""
    try:
        whole = whole_structure(made)
    except ParseError as error:
        raise DeckError(f"the output's last geometry: {error.message}", error.hint) from error
    if len(whole.numbers) != len(made.numbers):
        raise DeckError("the output's symmetry operators make atoms that it does not print")


def agreeing(text: str, made: Fort34) -> Fort34 | None:
    """Read a run's own fort.34; None where it is torn or of another geometry than the last one."""
    import numpy as np

    try:
        own = read_fort34(text.splitlines())
    except ParseError:
        return None
    same = (
        own.dimensionality == made.dimensionality
        and len(own.operators) == len(made.operators)
        and tuple(map(element_of, own.numbers)) == tuple(map(element_of, made.numbers))
    )
    if not same:
        return None
    periodic = own.dimensionality
    rows = np.array(own.cell_ang)[:periodic] - np.array(made.cell_ang)[:periodic]
    places = np.array(own.positions_ang) - np.array(made.positions_ang)
    fractions = places @ np.linalg.inv(np.array(made.cell_ang))
    fractions[:, :periodic] -= np.rint(fractions[:, :periodic])
    apart = np.abs(fractions @ np.array(made.cell_ang)).max(initial=0.0)
    near = np.abs(rows).max(initial=0.0) < SAME_ANG and apart < SAME_ANG
    return replace(own, numbers=made.numbers) if near else None


def _numbered(number: int, numbering: Mapping[int, int] | None) -> int:
    return number if numbering is None else numbering.get(element_of(number), number)


def _open(axis: int) -> Vector:
    x, y, z = (FORMAL_ANG if place == axis else 0.0 for place in range(3))
    return x, y, z


def _vector(row: NDArray[Any]) -> Vector:
    return (float(row[0]), float(row[1]), float(row[2]))


def _centring(output: Output) -> int:
    """Give the centring as the output codes it (``5/0``); that of a primitive cell otherwise."""
    told = output.facts.get("centring_code")
    found = re.match(r"[1-7]", str(told.value)) if told else None
    return int(found[0]) if found and output.dimensionality == 3 else 1


def _crystal_type(output: Output) -> int:
    told = output.facts.get("crystal_family")
    return _TYPES.get(str(told.value), 1) if told and output.dimensionality == 3 else 1
