"""Structures out of fort.34 (``.gui``) and the points of an optimisation."""

from __future__ import annotations

from crystald.crystal.geometry_files.read_fort34 import looks_like_fort34, read_fort34
from crystald.crystal.geometry_files.whole_cell import listed_structure, whole_structure
from crystald.errors import InputError, ParseError
from crystald.models import Structure


def is_fort34(text: str) -> bool:
    """Tell whether a text begins as such a file does."""
    return looks_like_fort34(text.partition("\n")[0])


def structure_of_fort34(text: str, file: str) -> tuple[Structure, tuple[str, ...]]:
    """Read all atoms of the cell.

    Returns
    -------
    structure, notes

    Raises
    ------
    InputError
        The file is torn.
    """
    try:
        geometry = read_fort34(text.splitlines())
    except ParseError as error:
        raise InputError(f"{file}: {error.message}", error.hint) from error
    try:
        return whole_structure(geometry), ()
    except ParseError as error:
        return listed_structure(geometry), (f"{error.message}: the atoms are taken as listed",)
