"""The basis set that settings ask for: built in, of files, of the Basis Set Exchange, inherited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crystald.crystal.deck.basis import check_coverage, find_basis
from crystald.crystal.deck.blocks.explicit import ExplicitBasis
from crystald.crystal.deck.electrons import element_of
from crystald.errors import DeckError
from crystald.steps.level.settings import LevelSettings

FILES: Final = "external:"
EXCHANGE: Final = "bse:"

INHERITED: Final = "own-basis"
"""What an explicit basis set is called whose name no deck holds."""


def basis_of(
    wish: object, settings: LevelSettings, numbers: Sequence[int]
) -> tuple[str | ExplicitBasis, str]:
    """Find the basis set.

    Parameters
    ----------
    wish
        A name, or the explicit basis set of the parent's deck.
    settings
        With the texts of external files.
    numbers
        Atomic numbers of the primitive cell.

    Returns
    -------
    what stands in the deck, what it is called

    Raises
    ------
    DeckError
        There is none, or it lacks an element.
    """
    if isinstance(wish, ExplicitBasis):
        return _inherited(wish, numbers), INHERITED
    name = str(wish)
    if name.startswith(FILES):
        return _of_files(name.removeprefix(FILES), settings, numbers)
    if name.startswith(EXCHANGE):
        from crystald.crystal.deck.exchange import exchange_basis

        name = name.removeprefix(EXCHANGE)
        return exchange_basis(name, numbers, diffuse=settings.diffuse), name
    built_in = find_basis(name)
    check_coverage(built_in, numbers)
    return built_in, built_in


def _of_files(
    name: str, settings: LevelSettings, numbers: Sequence[int]
) -> tuple[ExplicitBasis, str]:
    from crystald.crystal.deck.external import external_basis

    if settings.basis_files == "none":
        raise DeckError(
            f"the files of the basis set {name} are not there",
            f"Put them into the folder config/basis_sets/{name} of the home.",
        )
    found = external_basis(name, settings.basis_files, numbers, diffuse=settings.diffuse)
    return found, name.rstrip("/").rpartition("/")[2]


def _inherited(basis: ExplicitBasis, numbers: Sequence[int]) -> ExplicitBasis:
    lacking = set(numbers) - {element_of(element.number) for element in basis.elements}
    if lacking:
        raise DeckError(f"the parent's basis set has no functions for element {min(lacking)}")
    return basis
