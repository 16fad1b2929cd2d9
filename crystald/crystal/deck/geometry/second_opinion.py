"""A second opinion on what a geometry block stands for: pymatgen's, where it is installed."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from pymatgen.core import Structure as PymatgenStructure

ATOMS_MAX: Final = 200
"""The matcher compares all pairs of atoms: larger cells would take seconds."""

ELEMENTS: Final = 118


@cache
def is_installed() -> bool:
    """Tell whether pymatgen is there (the extra ``match``)."""
    return find_spec("pymatgen") is not None


def check_match(given: Structure, built: Structure) -> None:
    """Refuse a crystal that pymatgen's StructureMatcher does not take for the one that came in.

    Parameters
    ----------
    given
        The input.
    built
        The geometry block, expanded.

    Raises
    ------
    DeckError
        They do not match.
    """
    if given.periodicity != 3 or len(built.numbers) > ATOMS_MAX or not is_installed():
        return
    if max(given.numbers) > ELEMENTS:
        return  # kinds of atoms that are kept apart: pymatgen knows elements only
    if not _matcher().fit(_as_pymatgen(given), _as_pymatgen(built)):
        raise DeckError(
            "the deck would stand for another crystal: StructureMatcher finds no match",
            "Please report this structure.",
        )


@cache
def _matcher() -> Any:
    from pymatgen.analysis.structure_matcher import StructureMatcher

    return StructureMatcher(primitive_cell=True, scale=False, attempt_supercell=False)


def _as_pymatgen(structure: Structure) -> PymatgenStructure:
    from pymatgen.core import Structure as PymatgenStructure

    return PymatgenStructure(
        structure.cell_ang,
        list(structure.numbers),
        structure.positions_ang,
        coords_are_cartesian=True,
    )
