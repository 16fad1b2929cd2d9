"""What became of the cell and of its atoms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from crystald.steps.checks.remark import Evidence, Remark

if TYPE_CHECKING:
    from crystald.crystal.output.values import PrintedGeometry

VOLUME_SHARE: Final = 0.2
BOND_SHARE: Final = 0.7
"""Of the sum of the covalent radii; nearer atoms are no bond."""

ATOMS_MAX: Final = 2000


def volume(evidence: Evidence) -> Iterator[Remark]:
    """Check: an optimisation does not go far from its first cell."""
    first, last = evidence.output.initial_geometry, evidence.output.geometry
    if first is None or last is None or first.dimensionality != last.dimensionality:
        return
    before, after = _extent(first), _extent(last)
    if not before or not after or abs(after / before - 1) <= VOLUME_SHARE:
        return
    what = {3: "volume", 2: "area", 1: "length"}[first.dimensionality]
    text = f"the {what} of the cell changed by {100 * (after / before - 1):+.0f} %"
    yield Remark(text, evidence.output.lines.get("cell"))


def _extent(geometry: PrintedGeometry) -> float | None:
    """Give volume, area or length of the periodic part of a cell; None where it is not known."""
    if geometry.dimensionality == 3:
        return geometry.volume_ang3
    if geometry.primitive_parameters is None or geometry.dimensionality == 0:
        return None
    a, b, _, _, _, gamma = geometry.primitive_parameters
    return a if geometry.dimensionality == 1 else a * b * math.sin(math.radians(gamma))


def bonds(evidence: Evidence) -> Iterator[Remark]:
    """Check: no two atoms are nearer than 0.7 of the sum of their covalent radii."""
    from crystald.crystal.bonds import shortest_bond
    from crystald.crystal.output.structure import printed_structure

    structure = printed_structure(evidence.output.geometry)
    if structure is None or len(structure.numbers) > ATOMS_MAX:
        return
    nearest = shortest_bond(structure)
    if nearest is not None and nearest[0] < BOND_SHARE:
        share, one, other, distance = nearest
        yield Remark(
            f"atoms {one + 1} and {other + 1} are {distance:.3f} Å apart, "
            f"{share:.2f} of the sum of their radii",
            evidence.output.lines.get("cell"),
        )
