"""The basis sets built into the program: which elements each of them covers, and which versions.

Coverage is the program's own (``Basis set is not implemented for requested element`` otherwise).
A deck with an element outside would stop after the banner, so it is refused before submission.
Lead in def2-mSVP loads and leaves the cell charged (``UNIT CELL NOT NEUTRAL``): left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.versions import Known, Version, known_to
from crystald.errors import DeckError


@dataclass(frozen=True)
class BuiltIn:
    """A basis set built into the program.

    Attributes
    ----------
    elements
        Atomic numbers covered.
    in17, in23
        Whether these versions know it.
    free
        Whether it may be combined with any functional; the others belong to a 3C method.
    """

    elements: frozenset[int]
    in17: Known = "yes"
    in23: Known = "yes"
    free: bool = True

    def known(self, version: Version) -> Known:
        """Tell whether a version of the program knows it."""
        return known_to(version, self.in17, self.in23)


def _span(*spans: tuple[int, int]) -> frozenset[int]:
    return frozenset(z for first, last in spans for z in range(first, last + 1))


_POB_REV2: Final = _span((1, 35), (37, 53), (55, 56), (72, 84))
_TO_RADON: Final = _span((1, 86))
_MINIX: Final = _span((1, 80), (86, 86))

BASIS_SETS: Final[dict[str, BuiltIn]] = {
    "STO-3G": BuiltIn(_span((1, 53))),
    "STO-6G": BuiltIn(_span((1, 36))),
    "POB-DZVP": BuiltIn(_span((1, 35), (49, 49), (74, 74))),
    "POB-DZVPP": BuiltIn(_span((1, 35), (49, 49), (83, 83))),
    "POB-TZVP": BuiltIn(_span((1, 35), (49, 49), (83, 83))),
    "POB-DZVP-REV2": BuiltIn(_span((1, 35)), in17="no"),
    "POB-TZVP-REV2": BuiltIn(_POB_REV2, in17="no"),
    "MINIS": BuiltIn(_span((1, 36)), "unverified", "unverified"),
    "6-31G*": BuiltIn(_span((1, 30)), "unverified", "unverified"),
    "def2-SV(P)": BuiltIn(_TO_RADON, "unverified", "unverified"),
    "def2-SVP": BuiltIn(_TO_RADON, "unverified"),
    "def-TZVP": BuiltIn(_TO_RADON, "unverified", "unverified"),
    "def2-TZVP": BuiltIn(_TO_RADON, "unverified", "unverified"),
    "SOLDEF2MSVP": BuiltIn(_TO_RADON, "no", free=False),
    "def2-mSVP": BuiltIn(_TO_RADON - {82}, free=False),
    "mTZVP": BuiltIn(_TO_RADON, "unverified", free=False),
    "MINIX": BuiltIn(_MINIX, "unverified", free=False),
    "SOLMINIX": BuiltIn(_MINIX, "no", free=False),
}
"""Name as written below BASISSET -> what it is."""

FREE_BASIS_SETS: Final = tuple(name for name, row in BASIS_SETS.items() if row.free)
"""Those that may be combined with any functional."""


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
    if not (lacking := wanted - BASIS_SETS[basis].elements):
        return
    symbols = ", ".join(chemical_symbols[z] for z in sorted(lacking))
    able = [
        name
        for name in FREE_BASIS_SETS
        if wanted <= BASIS_SETS[name].elements and BASIS_SETS[name].in23 == "yes"
    ]
    hint = f"These cover the material: {', '.join(able)}." if able else ""
    raise DeckError(
        f"the basis set {basis} has no functions for {symbols}",
        hint or "No basis set built into CRYSTAL covers all elements of this material.",
    )
