"""The basis sets built into CRYSTAL23: which elements each of them covers.

Coverage is the program's own (``Basis set is not implemented for requested element`` otherwise).
A deck with an element outside would stop after the banner, so it is refused before submission.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from crystald.errors import DeckError


def _span(*spans: tuple[int, int]) -> frozenset[int]:
    return frozenset(z for first, last in spans for z in range(first, last + 1))


BASIS_SETS: Final[dict[str, frozenset[int]]] = {
    "STO-3G": _span((1, 53)),
    "STO-6G": _span((1, 36)),
    "POB-DZVP": _span((1, 35), (49, 49), (74, 74)),
    "POB-DZVPP": _span((1, 35), (49, 49), (83, 83)),
    "POB-TZVP": _span((1, 35), (49, 49), (83, 83)),
    "POB-DZVP-REV2": _span((1, 35)),
    "POB-TZVP-REV2": _span((1, 35), (37, 53), (55, 56), (72, 84)),
    "SOLDEF2MSVP": _span((1, 86)),
    "def2-mSVP": _span((1, 86)),
    "mTZVP": _span((1, 86)),
}
"""Name as written below BASISSET -> atomic numbers covered."""

FREE_BASIS_SETS: Final = tuple(name for name in BASIS_SETS if name[0] in "SP" and "-" in name)
"""Those that may be combined with any functional (the others belong to a 3C method)."""


def find_basis(name: str) -> str:
    """Give a built-in basis set's name as the program spells it; case does not matter.

    Raises
    ------
    DeckError
        No such basis set.
    """
    spelt = {key.upper(): key for key in BASIS_SETS} | {"SOL-DEF2-MSVP": "SOLDEF2MSVP"}
    try:
        return spelt[name.upper()]
    except KeyError:
        raise DeckError(
            f"unknown basis set {name!r}", f"Built in are {', '.join(BASIS_SETS)}."
        ) from None


def check_coverage(basis: str, numbers: Iterable[int]) -> None:
    """Make sure that a basis set holds every element.

    Parameters
    ----------
    basis
        Name as in `BASIS_SETS`.
    numbers
        Atomic numbers.

    Raises
    ------
    DeckError
        It does not; names the elements, the basis, and the basis sets that would do.
    """
    from ase.data import chemical_symbols

    wanted = frozenset(numbers)
    if not (lacking := wanted - BASIS_SETS[basis]):
        return
    symbols = ", ".join(chemical_symbols[z] for z in sorted(lacking))
    able = [name for name in FREE_BASIS_SETS if wanted <= BASIS_SETS[name]]
    hint = f"These cover the material: {', '.join(able)}." if able else ""
    raise DeckError(
        f"the basis set {basis} has no functions for {symbols}",
        hint or "No basis set built into CRYSTAL covers all elements of this material.",
    )
