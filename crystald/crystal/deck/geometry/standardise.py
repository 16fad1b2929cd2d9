"""From atoms in any cell to CRYSTAL's standard setting of their group.

What is found is checked by :mod:`crystald.crystal.deck.geometry.regenerate`, which knows nothing
of spglib.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.geometry.crystal import standard_crystal
from crystald.crystal.deck.geometry.form import StandardForm
from crystald.crystal.deck.geometry.plain import without_symmetry
from crystald.crystal.deck.geometry.slab import LayerGroups, standard_slab
from crystald.models import Structure

SYMPREC_ANG: Final = 1e-2
"""How far atoms may be from their symmetric places: a CIF holds 3 to 4 decimals."""


def standardise(
    structure: Structure,
    symprec_ang: float = SYMPREC_ANG,
    *,
    layer_groups: LayerGroups = "safe",
) -> StandardForm:
    """Find the symmetry of a structure and bring it into the standard setting of its group.

    Parameters
    ----------
    structure
        A crystal in any cell; a slab with its lattice in the plane xy; a polymer with its lattice
        vector along x; a molecule.
    symprec_ang
        Tolerance of the search.
    layer_groups
        Which layer groups a slab may be written in (see `LayerGroups`).

    Raises
    ------
    DeckError
        No symmetry can be found.
    """
    if structure.periodicity == 3:
        return standard_crystal(structure, symprec_ang)
    if structure.periodicity == 2:
        return standard_slab(structure, symprec_ang, layer_groups)
    return without_symmetry(structure)
