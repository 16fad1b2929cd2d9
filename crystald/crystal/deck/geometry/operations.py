"""The operations that a geometry block means, out of gemmi's tables.

They are not those that made the block (spglib's): what is written is expanded with these.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.geometry.cells import RHOMBOHEDRAL
from crystald.crystal.deck.geometry.layers import SYMBOLS
from crystald.crystal.deck.geometry.points import POINT_GROUPS
from crystald.crystal.deck.geometry.rods import KNOWN, TURNED, short_symbol
from crystald.errors import DeckError

if TYPE_CHECKING:
    import gemmi
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]


def operations_of_block(geometry: Geometry) -> Operations:
    """Give the operations that a geometry block means, centrings included.

    Returns
    -------
    rotations : (n, 3, 3) array
    translations : (n, 3) array
        Fractions of the conventional cell; ångström along open directions.

    Raises
    ------
    DeckError
        Rod and point groups whose operations are not known, and EXTERNAL, whose operations stand
        elsewhere.
    """
    if geometry.kind == "CRYSTAL":
        return reference_operations(geometry.group, geometry.flags)
    if geometry.kind == "SLAB":
        return layer_operations(geometry.group)
    if geometry.kind == "POLYMER" and geometry.group in KNOWN:
        return rod_operations(geometry.group)
    if geometry.kind == "MOLECULE" and geometry.group in POINT_GROUPS:
        return point_operations(geometry.group)
    raise DeckError(f"the operations of {geometry.kind} {geometry.group} are not known here")


@cache
def reference_operations(group: int, flags: tuple[int, int, int] = (0, 0, 0)) -> Operations:
    """Give the operations of a space group in the setting that the flags name.

    Parameters
    ----------
    group
        Number of the space group.
    flags
        IFLAG (0), IFHR (1: rhombohedral axes), IFSO (1: first origin).
    """
    import gemmi

    _, rhombohedral, first_origin = flags
    settings = [one for one in gemmi.spacegroup_table() if one.number == group]
    wanted = {"R"} if rhombohedral else {"1"} if first_origin else set()
    named = next((one for one in settings if one.ext in wanted), None)
    standard = next(one for one in settings if one.is_reference_setting())
    return _arrays(named or standard)


@cache
def layer_operations(group: int) -> Operations:
    """Give the operations of a layer group, by CRYSTAL's number."""
    import gemmi

    settings = [one for one in gemmi.spacegroup_table() if one.hm == SYMBOLS[group - 1]]
    return _arrays(next((one for one in settings if one.ext == "2"), settings[0]))


@cache
def rod_operations(group: int) -> Operations:
    """Give the operations of a rod group whose operations are known, by CRYSTAL's number.

    Returns
    -------
    rotations : (n, 3, 3) array
    translations : (n, 3) array
        Fractions along x.
    """
    import numpy as np

    if group not in TURNED:
        return _named(short_symbol(group))
    rotations, translations = reference_operations(TURNED[group])
    axes = np.eye(3)
    if TURNED[group] >= _FIRST_HEXAGONAL:
        axes[0, 1], axes[1, 1] = -0.5, np.sqrt(0.75)
    change = _ABOUT_Y @ axes
    return change @ rotations @ np.linalg.inv(change), translations @ np.array(_ABOUT_Y).T


@cache
def point_operations(group: int) -> Operations:
    """Give the operations of a point group whose operations are known, by CRYSTAL's number."""
    return _named(POINT_GROUPS[group])


def _named(symbol: str) -> Operations:
    import gemmi

    return _arrays(next(one for one in gemmi.spacegroup_table() if one.hm == symbol))


def _arrays(setting: gemmi.SpaceGroup) -> Operations:
    import gemmi
    import numpy as np

    operations = list(setting.operations())
    rotations = np.array([one.rot for one in operations]) / gemmi.Op.DEN
    translations = np.array([one.tran for one in operations]) / gemmi.Op.DEN
    return rotations, translations


@cache
def lattice_letter(kind: str, group: int) -> str:
    """Give the letter of a group's lattice: P, A, C, F, I or R."""
    import gemmi

    if kind == "SLAB":
        return SYMBOLS[group - 1][0]
    if kind == "CRYSTAL":
        return str(gemmi.find_spacegroup_by_number(group).hm[0])
    return "P"


def centrings_of(geometry: Geometry) -> int:
    """Count the lattice points of the conventional cell that a block means."""
    if geometry.flags[1] and geometry.group in RHOMBOHEDRAL:
        return 1
    return _POINTS[lattice_letter(geometry.kind, geometry.group)]


_POINTS: Final = {"P": 1, "A": 2, "C": 2, "I": 2, "R": 3, "F": 4}

_ABOUT_Y: Final = ((0, 0, 1), (0, 1, 0), (-1, 0, 0))
"""Turns z onto x, as the manual does for rod groups."""

_FIRST_HEXAGONAL: Final = 143
