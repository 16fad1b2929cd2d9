"""From atoms in any cell to CRYSTAL's standard setting of their group.

What is found is checked by :mod:`crystald.crystal.deck.geometry.regenerate`, which knows nothing
of spglib.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.geometry.crystal import standard_crystal
from crystald.crystal.deck.geometry.form import StandardForm, Wanted
from crystald.crystal.deck.geometry.molecule import standard_molecule
from crystald.crystal.deck.geometry.plain import without_symmetry
from crystald.crystal.deck.geometry.polymer import standard_polymer
from crystald.crystal.deck.geometry.slab import standard_slab
from crystald.errors import DeckError
from crystald.models import Structure

SYMPREC_ANG: Final = 1e-2
"""How far atoms may be from their symmetric places: a CIF holds 3 to 4 decimals."""

OPEN_ATOMS_MAX: Final = 400
"""The symmetry of larger chains and molecules is not looked for."""


def standardise(
    structure: Structure,
    symprec_ang: float = SYMPREC_ANG,
    wanted: Wanted = Wanted(),  # noqa: B008 - frozen
) -> StandardForm:
    """Find the symmetry of a structure and bring it into the standard setting of its group.

    Parameters
    ----------
    structure
        A crystal in any cell; a slab with its lattice in the plane xy; a polymer with its lattice
        vector along x; a molecule.
    symprec_ang
        Tolerance of the search.
    wanted
        How it is to be written.

    Raises
    ------
    DeckError
        No symmetry can be found, or what is wanted cannot be had.
    """
    if wanted.symmetry == "cif" and not structure.operations:
        raise DeckError(
            "symmetry is to be that of the file, which names no operations of a crystal",
            "Set symmetry to auto, or to p1.",
        )
    if wanted.symmetry == "p1":
        return without_symmetry(structure)
    if structure.periodicity == 3:
        return standard_crystal(structure, symprec_ang, wanted)
    if structure.periodicity == 2:
        return standard_slab(structure, symprec_ang, wanted.layer_groups)
    if len(structure.numbers) > OPEN_ATOMS_MAX:
        return without_symmetry(structure)
    if structure.periodicity == 1:
        return standard_polymer(structure, symprec_ang, wanted.rod_groups)
    return standard_molecule(structure, symprec_ang)
