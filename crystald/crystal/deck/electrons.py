"""Electrons of a cell: whether a spin-polarised calculation is called for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

OPEN_SHELL: Final = frozenset((*range(21, 30), 42, 43, 44, 45, *range(58, 71), *range(90, 104)))
"""Atomic numbers of elements whose d or f shell is often open: 3d, some 4d, 4f and 5f."""

NON_METALS: Final = frozenset(
    (1, 2, *range(5, 11), *range(14, 19), *range(32, 37), *range(51, 55), 85, 86)
)
"""Elements that keep a compound from counting as an alloy."""


def spin_wanted(numbers: Sequence[int]) -> bool:
    """Tell whether the cell has an odd number of electrons or an element with an open shell."""
    return sum(numbers) % 2 == 1 or bool(OPEN_SHELL & set(numbers))


def looks_metallic(numbers: Sequence[int]) -> bool:
    """Tell whether a material holds nothing but metals."""
    return not NON_METALS & set(numbers)


def element_of(printed: int) -> int:
    """Give the atomic number of a printed one: 200 + Z has a pseudopotential, 100 + Z other shells.

    Examples
    --------
    >>> element_of(12), element_of(282)
    (12, 82)
    """
    return printed % 100
