"""Functionals looked up in their table: by the name in settings, or by the word in a deck."""

from __future__ import annotations

import re
from typing import Final

from crystald.crystal.deck.functional_table import FUNCTIONALS, Functional
from crystald.errors import DeckError

_COMPOSITE: Final = re.compile(r"-3C$")
"""HSEsol-3c in papers is HSESOL3C in decks."""


def find_functional(name: str, where: str = "functional") -> Functional:
    """Find a functional by its name in settings; case, and a hyphen before 3C, do not matter.

    Raises
    ------
    DeckError
        The name is in no row of the table.
    """
    row = known_functional(name)
    if row is None:
        raise DeckError(f"{where}: unknown functional {name!r}", _instead(name.upper()))
    return row


def known_functional(name: str) -> Functional | None:
    """Find a functional as `find_functional` does; None for a name of no row."""
    key = name.upper()
    return FUNCTIONALS.get(key) or FUNCTIONALS.get(_COMPOSITE.sub("3C", key))


def _instead(key: str) -> str:
    bare = key.removesuffix("-D3")
    if bare != key and bare in FUNCTIONALS:
        return f"Dispersion is a setting of its own: functional {bare}, dispersion D3."
    return f"Allowed: {', '.join(FUNCTIONALS)}."


def functional_keyword(name: str, *, dispersion: bool) -> str:
    """Give the word for the Hamiltonian block.

    Raises
    ------
    DeckError
        Unknown, or dispersion was asked of a functional that has none to add.
    """
    functional = find_functional(name)
    if not dispersion:
        return functional.keyword
    if functional.d3 is None:
        raise _no_dispersion(name, functional)
    return functional.d3


def _no_dispersion(name: str, functional: Functional) -> DeckError:
    if functional.basis:
        return DeckError(
            f"dispersion D3 cannot be added to {name}: it carries its own corrections",
            f"Set dispersion to none and basis to {functional.basis}.",
        )
    able = ", ".join(key for key, row in FUNCTIONALS.items() if row.d3)
    return DeckError(
        f"dispersion D3 cannot be added to {name}: it has no D3 parameters",
        f"Set dispersion to none, or take one of {able}.",
    )


def functional_of_keyword(keyword: str) -> tuple[str, bool] | None:
    """Give name and dispersion of a word in a Hamiltonian block; None for one that is none.

    Examples
    --------
    >>> functional_of_keyword("PBE-D3"), functional_of_keyword("PBEXC")
    (('PBE', True), ('PBE', False))
    """
    for name, row in FUNCTIONALS.items():
        if keyword.upper() == row.keyword.upper():
            return name, False
        if row.d3 is not None and keyword.upper() == row.d3.upper():
            return name, True
    return None
