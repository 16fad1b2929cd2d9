"""Facts of fort.34 and of the points of an optimisation."""

from __future__ import annotations

from collections.abc import Iterable

from crystald.crystal.files.described import Described
from crystald.crystal.geometry_files.read_fort34 import read_fort34
from crystald.crystal.geometry_files.whole_cell import whole_structure
from crystald.errors import ParseError


def describe_fort34(lines: Iterable[str]) -> Described:
    """Describe fort.34; whether its operators fit its atoms is told, not taken as a fault."""
    geometry = read_fort34(lines)
    whole, problem = None, None
    try:
        whole = whole_structure(geometry)
    except ParseError as error:
        problem = error.message
    atoms = len(whole.numbers) if whole else None
    data: dict[str, object] = {
        "centring": geometry.centring,
        "crystal_type": geometry.crystal_type,
        "group": geometry.group,
        "operators": len(geometry.operators),
        "atoms_listed": len(geometry.numbers),
        "atoms": atoms,
        "operators_problem": problem,
        "cell_ang": [list(row) for row in geometry.cell_ang[: geometry.dimensionality]],
    }
    known: dict[str, object] = {
        "dimensionality": geometry.dimensionality,
        "energy_ha": geometry.energy_ha,
        "n_atoms": atoms,
        "n_symmetry_operators": len(geometry.operators),
    }
    return Described(data, known)
