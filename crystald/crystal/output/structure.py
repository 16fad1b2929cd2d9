"""What an output printed as a structure."""

from __future__ import annotations

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.output.values import PrintedGeometry
from crystald.models import Structure, Vector


def printed_structure(geometry: PrintedGeometry | None) -> Structure | None:
    """Make the structure of a printed geometry: primitive cell, Cartesian positions.

    Parameters
    ----------
    geometry
        As read; fractions along periodic directions, Å along the others.

    Returns
    -------
    Structure or None
        None where no atoms, or no lattice of something periodic, were printed.
    """
    if geometry is None or not geometry.atoms:
        return None
    periodic, zero = geometry.dimensionality, (0.0, 0.0, 0.0)
    rows = geometry.lattice_ang
    if rows is None:
        if periodic:
            return None
        rows = (zero, zero, zero)
    a, b, c = (row if axis < periodic else zero for axis, row in enumerate(rows))
    cell = (a, b, c)
    positions = tuple(_cartesian((a.x, a.y, a.z), cell, periodic) for a in geometry.atoms)
    numbers = tuple(element_of(atom.number) for atom in geometry.atoms)
    return Structure(cell, numbers, positions, periodic)


def _cartesian(x: Vector, cell: tuple[Vector, Vector, Vector], periodic: int) -> Vector:
    sums = [sum(x[i] * cell[i][axis] for i in range(periodic)) for axis in range(3)]
    for axis in range(periodic, 3):
        sums[axis] += x[axis]
    return (sums[0], sums[1], sums[2])
