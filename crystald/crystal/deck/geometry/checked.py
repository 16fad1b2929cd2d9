"""A structure in its standard setting, expanded again and compared before anybody uses it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from crystald.crystal.deck.geometry.form import StandardForm, Wanted
from crystald.crystal.deck.geometry.regenerate import check_regeneration
from crystald.crystal.deck.geometry.second_opinion import check_match
from crystald.crystal.deck.geometry.standardise import SYMPREC_ANG, standardise
from crystald.errors import DeckError
from crystald.models import Structure

AS_FOUND = Wanted()
"""All symmetry that is found, in the standard setting."""

SEARCHED_ATOMS_MAX: Final = 3000
"""The search compares all atoms under all operations: half a minute for so many."""

TRIED_ANG = (SYMPREC_ANG, 1e-3, 3e-2, 1e-4)
"""Tolerances in turn: one at which the search is torn between two groups gives no correct deck."""


def is_searched(structure: Structure) -> bool:
    """Tell whether a cell is small enough for the search for its symmetry."""
    return structure.periodicity < 2 or len(structure.numbers) <= SEARCHED_ATOMS_MAX


def checked_form(structure: Structure, wanted: Wanted = AS_FOUND) -> StandardForm:
    """Standardise a structure; what is given back stands for it, site by site.

    The same structure is asked for by its reader and by its deck, so the last ones are kept.

    Raises
    ------
    DeckError
        The cell is too large for the search, no symmetry is found, or nothing that was found stands for the structure.
    """
    if wanted.symmetry != "p1" and not is_searched(structure):
        raise DeckError(
            f"{len(structure.numbers)} atoms: the search for their symmetry would take minutes "
            f"(it takes up to {SEARCHED_ATOMS_MAX})",
            "Set symmetry to p1, which writes every atom, or give the primitive cell.",
        )
    return _checked(structure, wanted)


@lru_cache(maxsize=4)
def _checked(structure: Structure, wanted: Wanted) -> StandardForm:
    first: DeckError | None = None
    for symprec_ang in TRIED_ANG:
        try:
            form = standardise(structure, symprec_ang, wanted)
            check_match(structure, check_regeneration(structure, form))
        except DeckError as error:
            first = first or error
        else:
            return form
    raise first or DeckError("no tolerance was tried")
