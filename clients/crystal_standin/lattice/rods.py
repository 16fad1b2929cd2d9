"""Rod groups of polymers and point groups of molecules, by CRYSTAL's numbers, for the stand-in.

The operators are written as Hall symbols. The first 31 rod groups are written along x; the others
along z, as the program makes them before it turns them by 90 degrees about y. Groups whose axes
its manual leaves open are not done.
"""

from __future__ import annotations

import dataclasses
import functools

import gemmi
import numpy as np

from crystal_standin.events import RefusalError
from crystal_standin.lattice.groups import Floats, Group, op_denominator

_ALONG_X = (
    ("P 1", "P 1"), ("P -1", "-P 1"), ("P 2 1 1", "P 2x"), ("P 21 1 1", "P 2xa"),
    ("P 1 2 1", "P 2y"), ("P 1 1 2", "P 2"), ("P M 1 1", "P -2x"), ("P 1 M 1", "P -2y"),
    ("P 1 A 1", "P -2ya"), ("P 1 1 M", "P -2"), ("P 1 1 A", "P -2a"), ("P 2/M 1 1", "-P 2x"),
    ("P 21/M 1 1", "-P 2xa"), ("P 1 2/M 1", "-P 2y"), ("P 1 2/A 1", "-P 2ya"),
    ("P 1 1 2/M", "-P 2"), ("P 1 1 2/A", "-P 2a"), ("P 2 2 2", "P 2 2"), ("P 21 2 2", "P 2 2a"),
    ("P 2 M M", "P -2 2"), ("P 21 A M", "P -2 2a"), ("P 21 M A", "P -2a 2a"),
    ("P 2 A A", "P -2a 2"), ("P M 2 M", "P -2 -2"), ("P M 2 A", "P -2a -2a"),
    ("P M M 2", "P 2 -2"), ("P M A 2", "P 2 -2a"), ("P 2/M 2/M 2/M", "-P 2 2"),
    ("P 2/M 2/A 2/A", "-P 2a 2"), ("P 21/M 2/M 2/A", "-P 2a 2a"), ("P 21/M 2/A 2/M", "-P 2 2a"),
)  # fmt: skip

_ALONG_Z = {
    32: ("P 4", "P 4"), 33: ("P 41", "P 4w"), 34: ("P 42", "P 4c"), 35: ("P 43", "P 4cw"),
    36: ("P -4", "P -4"), 37: ("P 4/M", "-P 4"), 38: ("P 42/M", "-P 4c"), 39: ("P 4 2 2", "P 4 2"),
    40: ("P 41 2 2", "P 4w 2c"), 41: ("P 42 2 2", "P 4c 2"), 42: ("P 43 2 2", "P 4cw 2c"),
    43: ("P 4 M M", "P 4 -2"), 44: ("P 42 A M", "P 4c -2c"), 45: ("P 4 A A", "P 4 -2c"),
    46: ("P 42 M A", "P 4c -2"), 47: ("P -4 2 M", "P -4 2"), 48: ("P -4 2 A", "P -4 2c"),
    49: ("P -4 M 2", "P -4 -2"), 50: ("P -4 A 2", "P -4 -2c"), 51: ("P 4/M 2/M 2/M", "-P 4 2"),
    52: ("P 4/M 2/A 2/A", "-P 4 2c"), 53: ("P 42/M 2/M 2/A", "-P 4c 2"),
    54: ("P 42/M 2/A 2/M", "-P 4c 2c"), 55: ("P 3", "P 3"), 56: ("P 31", "P 31"),
    57: ("P 32", "P 32"), 58: ("P -3", "-P 3"), 73: ("P 6", "P 6"), 74: ("P 61", "P 61"),
    75: ("P 65", "P 65"), 76: ("P 62", "P 62"), 77: ("P 64", "P 64"), 78: ("P 63", "P 6c"),
    79: ("P -6", "P -6"), 80: ("P 6/M", "-P 6"), 81: ("P 63/M", "-P 6c"),
    82: ("P 6 2 2", "P 6 2"), 88: ("P 6 M M", "P 6 -2"), 89: ("P 6 A A", "P 6 -2c"),
    96: ("P 6/M 2/M 2/M", "-P 6 2"), 97: ("P 6/M 2/A 2/A", "-P 6 2c"),
}  # fmt: skip

_FIRST_HEXAGONAL = 55

_POINTS = {1: ("1      OR  C1", "P 1"), 15: ("MM2    OR  C2V", "P 2 -2")}


def numbers() -> tuple[int, ...]:
    """Return the rod groups that are done."""
    return (*range(1, len(_ALONG_X) + 1), *_ALONG_Z)


@functools.cache
def by_system(system: str, number: int) -> Group:
    """Return the group of a polymer or a molecule.

    Raises
    ------
    RefusalError
        No such group, or one that the stand-in does not do.
    """
    if system == "POLYMER" and number in numbers():
        return _rod(number)
    if system == "MOLECULE" and number in _POINTS:
        return dataclasses.replace(_group(*_POINTS[number]), number=number, family=system)
    note = f"the stand-in does not know how the axes of {system.lower()} group {number} lie"
    raise RefusalError("STANDIN", f"{system} {number} IS NOT DONE BY THE STAND-IN", note)


def space_group_symbol(system: str, number: int) -> str:
    """Return the symbol of the space group that the program names beside the group."""
    if system == "MOLECULE":
        hall = _POINTS[number][1]
    else:
        hall = (_ALONG_Z.get(number) or _ALONG_X[number - 1])[1]
    found = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(hall))
    return str(gemmi.find_spacegroup_by_number(found.number).hm).upper()


def _rod(number: int) -> Group:
    if number <= len(_ALONG_X):
        group = _group(*_ALONG_X[number - 1])
        return dataclasses.replace(group, number=number, dimension=1, family="POLYMER")
    group = _group(*_ALONG_Z[number])
    shears = np.array([[1.0, -0.5, 0.0], [0.0, 0.75**0.5, 0.0], [0.0, 0.0, 1.0]])
    turn = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
    change = turn @ shears if number >= _FIRST_HEXAGONAL else turn
    return dataclasses.replace(
        group,
        number=number,
        rotations=_tidy(change @ group.rotations @ np.linalg.inv(change)),
        translations=group.translations @ turn.T,
        dimension=1,
        family="POLYMER",
    )


def _tidy(values: Floats) -> Floats:
    whole = np.rint(values)
    return np.asarray(np.where(np.abs(values - whole) < 1e-9, whole, values), dtype=np.float64)


def _group(symbol: str, hall: str) -> Group:
    operations = gemmi.symops_from_hall(hall)
    return Group(
        number=1,
        symbol=symbol,
        rotations=np.array([op.rot for op in operations.sym_ops], dtype=float) / op_denominator(),
        translations=np.array([op.tran for op in operations.sym_ops], dtype=float)
        / op_denominator(),
        primitive=np.eye(3),
        centring_code=1,
        family="",
        crystal_class="",
        centrosymmetric=operations.is_centrosymmetric(),
        rhombohedral_axes=False,
        dimension=0,
    )
