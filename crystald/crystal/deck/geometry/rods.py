"""The 99 rod groups as CRYSTAL counts them (manual, appendix A.3), for polymers along x.

There are 75 rod groups; CRYSTAL counts the settings of those that are not the same along y and z.
The manual says how their operations come about: those of the space group with its main axis along
z, turned by 90 degrees about y. It marks the entries for which that is not so (monoclinic ones,
22, 24 to 27, 30 and 31): these are meant as their symbol reads along x, y and z.

Outputs seen: 1, 28 and 51, whose printed operators are these. For the others of
`KNOWN` the text of the manual fixes every operation, with the origin of the International Tables.
The rest depends on things that it does not say: whether a or b of hexagonal axes is turned onto z,
and to which side.
"""

from __future__ import annotations

from typing import Final

SYMBOLS: Final = (
    "P 1", "P -1", "P 2 1 1", "P 21 1 1", "P 1 2 1", "P 1 1 2", "P m 1 1", "P 1 m 1", "P 1 a 1",
    "P 1 1 m", "P 1 1 a", "P 2/m 1 1", "P 21/m 1 1", "P 1 2/m 1", "P 1 2/a 1", "P 1 1 2/m",
    "P 1 1 2/a", "P 2 2 2", "P 21 2 2", "P 2 m m", "P 21 a m", "P 21 m a", "P 2 a a", "P m 2 m",
    "P m 2 a", "P m m 2", "P m a 2", "P 2/m 2/m 2/m", "P 2/m 2/a 2/a", "P 21/m 2/m 2/a",
    "P 21/m 2/a 2/m", "P 4", "P 41", "P 42", "P 43", "P -4", "P 4/m", "P 42/m", "P 4 2 2",
    "P 41 2 2", "P 42 2 2", "P 43 2 2", "P 4 m m", "P 42 a m", "P 4 a a", "P 42 m a", "P -4 2 m",
    "P -4 2 a", "P -4 m 2", "P -4 a 2", "P 4/m 2/m 2/m", "P 4/m 2/a 2/a", "P 42/m 2/m 2/a",
    "P 42/m 2/a 2/m", "P 3", "P 31", "P 32", "P -3", "P 3 1 2", "P 31 1 2", "P 32 1 2", "P 3 2 1",
    "P 31 2 1", "P 32 2 1", "P 3 m 1", "P 3 a 1", "P 3 1 m", "P 3 1 a", "P -3 1 m", "P -3 1 a",
    "P -3 m 1", "P -3 a 1", "P 6", "P 61", "P 65", "P 62", "P 64", "P 63", "P -6", "P 6/m",
    "P 63/m", "P 6 2 2", "P 61 2 2", "P 65 2 2", "P 62 2 2", "P 64 2 2", "P 63 2 2", "P 6 m m",
    "P 6 a a", "P 63 a m", "P 63 m a", "P -6 m 2", "P -6 a 2", "P -6 2 m", "P -6 2 a",
    "P 6/m 2/m 2/m", "P 6/m 2/a 2/a", "P 63/m 2/a 2/m", "P 63/m 2/m 2/a",
)  # fmt: skip
"""Entry n - 1 is the symbol of rod group n, along x, y and z."""

TURNED: Final[dict[int, int]] = {
    19: 17, 32: 75, 33: 76, 34: 77, 35: 78, 36: 81, 37: 83, 38: 84, 39: 89, 40: 91, 41: 93, 42: 95,
    43: 99, 44: 101, 45: 103, 46: 105, 47: 111, 48: 112, 49: 115, 50: 116, 51: 123, 52: 124,
    53: 131, 54: 132, 55: 143, 56: 144, 57: 145, 58: 147, 73: 168, 74: 169, 75: 170, 76: 171,
    77: 172, 78: 173, 79: 174, 80: 175, 81: 176, 82: 177, 88: 183, 89: 184, 96: 191, 97: 192,
}  # fmt: skip
"""Rod group -> the space group, main axis along z, whose operations are turned about y."""

KNOWN: Final = (*range(1, 32), *(group for group in TURNED if group > 31))
"""Groups whose operations the manual fixes."""

SEEN: Final = (1, 28, 51)
"""Groups whose operations real outputs print (CRYSTAL23)."""


def rod_symbol(group: int) -> str:
    """Give the symbol of a rod group by CRYSTAL's number.

    Examples
    --------
    >>> rod_symbol(4), rod_symbol(51)
    ('P2111', 'P4/m2/m2/m')
    """
    return SYMBOLS[group - 1].replace(" ", "")


def short_symbol(group: int) -> str:
    """Give the symbol of the space group that reads like a rod group along x, y and z.

    Examples
    --------
    >>> short_symbol(13), short_symbol(30)
    ('P 21/m 1 1', 'P m m a')
    """
    letter, *axes = SYMBOLS[group - 1].split()
    if all("/" in axis for axis in axes):
        axes = [axis.partition("/")[2] for axis in axes]
    return " ".join([letter, *axes])
