"""The settings of the space groups in spglib's tables, as CRYSTAL means them.

CRYSTAL's record ``0 0 0`` means: the second origin where the Tables have two, hexagonal axes for
rhombohedral groups, unique axis b and cell choice 1 for monoclinic groups. spglib's own default
is the first origin, another crystal for 24 groups, so the setting is always named.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.geometry.block import STANDARD
from crystald.crystal.deck.geometry.quiet import announcements_ignored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]

Flags = tuple[int, int, int]
"""IFLAG, IFHR, IFSO."""


@cache
def hall_number(group: int, flags: Flags) -> int:
    """Give spglib's number of the setting that IFLAG, IFHR and IFSO name, else the standard one."""
    _, on_r, first_origin = flags
    wanted = "R" if on_r else "1" if first_origin else ""
    return _hall_numbers(wanted).get(group, standard_hall_number(group))


def has_alternative(group: int, flags: Flags) -> bool:
    """Tell whether a group has the setting that flags other than the standard ones name."""
    return hall_number(group, flags) != standard_hall_number(group)


@cache
def standard_hall_number(group: int) -> int:
    """Give spglib's number of the standard setting of a space group: choice 2, else H, else b1.

    Examples
    --------
    >>> standard_hall_number(227), standard_hall_number(225)
    (526, 523)
    """
    return _hall_numbers()[group]


@cache
def _kinds() -> dict[int, Any]:
    import spglib

    with announcements_ignored():
        return {hall: spglib.get_spacegroup_type(hall) for hall in range(1, 531)}


@cache
def _hall_numbers(choice: str = "") -> dict[int, int]:
    """Group -> setting: the standard one, or that of a choice where the group has it."""
    if choice:
        return {kind.number: hall for hall, kind in _kinds().items() if kind.choice == choice}
    preferred = ("2", "H", "b1", "b")
    best: dict[int, tuple[int, int]] = {}
    for hall, kind in _kinds().items():
        rank = preferred.index(kind.choice) if kind.choice in preferred else len(preferred)
        best[kind.number] = min(best.get(kind.number, (9, 0)), (rank, hall))
    return {group: hall for group, (_, hall) in best.items()}


@cache
def centrings(group: int) -> int:
    """Count the lattice points of the conventional cell (hexagonal axes: 3 for R)."""
    import gemmi

    letter = gemmi.find_spacegroup_by_number(group).hm[0]
    return {"P": 1, "A": 2, "C": 2, "I": 2, "R": 3, "F": 4}[letter]


@cache
def operations_of(group: int, flags: Flags = STANDARD) -> Operations:
    """Give rotations (n, 3, 3) and translations (n, 3) of a space group in a setting."""
    import numpy as np
    import spglib

    with announcements_ignored():
        tabled = spglib.get_symmetry_from_database(hall_number(group, flags))
    return np.array(tabled["rotations"]), np.array(tabled["translations"])


@cache
def allowed_origins(group: int, flags: Flags = STANDARD) -> tuple[tuple[float, ...], ...]:
    """Find the moves by halves (quarters in cubic groups) that leave every operation as it is."""
    import numpy as np

    rotations, translations = operations_of(group, flags)
    steps = (0.0, 0.25, 0.5, 0.75) if group >= 195 else (0.0, 0.5)
    known = {*_operation_codes(rotations, translations)}
    shifts = list(product(steps, repeat=3))
    moved = (translations + (shift := np.array(one)) - rotations @ shift for one in shifts)
    return tuple(
        one
        for one, places in zip(shifts, moved, strict=True)
        if known.issuperset(_operation_codes(rotations, places))
    )


def _operation_codes(rotations: NDArray[Any], translations: NDArray[Any]) -> list[int]:
    """Give a number for each operation; two are equal that differ by a lattice vector only."""
    import numpy as np

    turns = (rotations.reshape(-1, 9) + 1) @ 3 ** np.arange(9)
    steps = np.rint(translations * 24).astype(int) % 24 @ 24 ** np.arange(3)
    return list(map(int, turns * 24**3 + steps))
