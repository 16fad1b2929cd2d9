"""Printing fort.34, for decks that begin with ``EXTERNAL``."""

from __future__ import annotations

from collections.abc import Sequence

from crystald.crystal.geometry_files.values import IDENTITY, Fort34, Operator
from crystald.models import Cell, Structure, Vector

FORMAL_ANG = 500.0
"""Length of the formal lattice vectors along directions that are not periodic."""


def print_fort34(geometry: Fort34) -> str:
    """Print a geometry; read again it is the same, number by number.

    The program reads these lines free-format, so that all digits of a double may stand.
    """
    head = [geometry.dimensionality, geometry.centring, geometry.crystal_type]
    lines = ["".join(f"{number:4d}" for number in head)]
    lines += [_row(vector) for vector in geometry.cell_ang]
    lines.append(f"{len(geometry.operators):5d}")
    for operator in geometry.operators:
        lines += [_row(row) for row in (*operator.rotation, operator.translation_ang)]
    lines.append(f"{len(geometry.numbers):5d}")
    atoms = zip(geometry.numbers, geometry.positions_ang, strict=True)
    lines += [f"{number:5d}{_row(place)}" for number, place in atoms]
    lines.append(f"{geometry.group or 0:5d}{len(geometry.operators):5d}")
    return "\n".join(lines) + "\n"


def _row(vector: Vector) -> str:
    return "".join(f"{value + 0.0:25.16E}" for value in vector)


def fort34_of(
    structure: Structure, operators: Sequence[Operator] = (IDENTITY,), group: int = 0
) -> Fort34:
    """Make the geometry of a structure, whose cell must be primitive.

    Parameters
    ----------
    structure
        The whole cell.
    operators
        Its symmetry, see :func:`cartesian_operator`; the identity alone gives P1.
    group
        Number of its space, layer, rod or point group, 0 if that is not known: told and not used.
    """
    rows = [
        row if axis < structure.periodicity else _formal(axis)
        for axis, row in enumerate(structure.cell_ang)
    ]
    return Fort34(
        dimensionality=structure.periodicity,
        centring=1,
        crystal_type=1,
        cell_ang=(rows[0], rows[1], rows[2]),
        operators=tuple(operators),
        numbers=structure.numbers,
        positions_ang=structure.positions_ang,
        group=group,
    )


def _formal(axis: int) -> Vector:
    x, y, z = (FORMAL_ANG if place == axis else 0.0 for place in range(3))
    return x, y, z


def cartesian_operator(
    cell_ang: Cell, rotation: Sequence[Sequence[int]], translation: Vector
) -> Operator:
    """Turn an operator on fractional coordinates of a cell into a Cartesian one.

    Parameters
    ----------
    cell_ang
        Lattice vectors as rows, all three (formal ones where it is not periodic).
    rotation, translation
        x' = `rotation` x + `translation` for columns x of fractional coordinates, as spglib has it.
    """
    import numpy as np

    columns = np.array(cell_ang).T
    matrix = columns @ np.array(rotation, dtype=float) @ np.linalg.inv(columns)
    return Operator(
        _cell(matrix.tolist()), _cell([(columns @ np.array(translation)).tolist()] * 3)[0]
    )


def _cell(rows: list[list[float]]) -> Cell:
    first, second, third = ((row[0], row[1], row[2]) for row in rows)
    return first, second, third
