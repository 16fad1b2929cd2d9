"""Every setting of every space group in gemmi's table, as a CIF names it, becomes one deck."""

from __future__ import annotations

import gemmi
import numpy as np
import pytest

from crystald.crystal.deck.geometry.regenerate import check_regeneration
from crystald.crystal.deck.geometry.standardise import standardise
from crystald.crystal.structures.reading import read_structure

CELLS = {
    "triclinic": (6.1, 7.3, 8.9, 81, 97, 103),
    "orthorhombic": (6.1, 7.3, 8.9, 90, 90, 90),
    "tetragonal": (6.1, 6.1, 8.9, 90, 90, 90),
    "hexagonal": (7.1, 7.1, 8.9, 90, 90, 120),
    "cubic": (8.3, 8.3, 8.3, 90, 90, 90),
}
UNIQUE = {
    "a": (6.1, 7.3, 8.9, 103, 90, 90),
    "b": (6.1, 7.3, 8.9, 90, 103, 90),
    "c": (6.1, 7.3, 8.9, 90, 90, 103),
}
RHOMBOHEDRAL = (8.1, 8.1, 8.1, 73, 73, 73)

settings = {one.xhm(): one for one in gemmi.spacegroup_table()}
two_origins = [name for name, one in settings.items() if one.ext in ("1", "2")]
rhombohedral = [name for name, one in settings.items() if one.ext in ("H", "R")]
monoclinic = [name for name, one in settings.items() if 3 <= one.number <= 15]
others = [
    name
    for name, one in settings.items()
    if 16 <= one.number <= 74 and not one.is_reference_setting()
]


def cell_of(group: gemmi.SpaceGroup) -> tuple[float, ...]:
    """A cell of the system, so large that no images of general sites meet."""
    a, b, c, *angles = _shape(group)
    scale = 5.1 if group.ext == "H" or group.number >= 195 else 3.1
    return (scale * a, scale * b, scale * c, *angles)


def _shape(group: gemmi.SpaceGroup) -> tuple[float, ...]:
    if group.ext == "R":
        return RHOMBOHEDRAL
    if 3 <= group.number <= 15:
        return UNIQUE[group.monoclinic_unique_axis()]
    system = group.crystal_system_str()
    if system in ("trigonal", "hexagonal"):
        return CELLS["hexagonal"]
    return CELLS[system]


@pytest.mark.parametrize("name", [*two_origins, *rhombohedral, *monoclinic, *others[::4]])
def test_a_setting_by_its_name(cif, name) -> None:
    group = settings[name]
    atoms = ["O1 O 0.0713 0.1627 0.2979", "C1 C 0.2131 0.0867 0.1547"]
    found = read_structure(cif(name, cell_of(group), atoms).encode(), "in.cif", "in.cif")
    assert found.claimed == group.number
    crystal = standardise(found.structure)
    assert crystal.group >= group.number or crystal.group == found.space_group
    assert len(found.structure.numbers) == 2 * len(list(group.operations()))
    check_regeneration(found.structure, crystal)


@pytest.mark.parametrize("group", [2, 14, 62, 88, 148, 161, 194, 198, 205, 217])
@pytest.mark.parametrize("decimals", [3, 4, 6])
def test_rounded_lists_of_all_atoms_are_found_again(cif, crystal_of, group, decimals) -> None:
    _, crystal = crystal_of(group)
    lattice = np.array(crystal.cell_ang)
    lengths = np.linalg.norm(lattice, axis=1)
    angles = [
        np.degrees(np.arccos(lattice[i] @ lattice[j] / (lengths[i] * lengths[j])))
        for i, j in ((1, 2), (0, 2), (0, 1))
    ]
    cell = [f"{value:.{decimals}f}" for value in (*lengths, *angles)]
    fractions = np.array(crystal.positions_ang) @ np.linalg.inv(lattice)
    atoms = [
        f"A{i} {gemmi.Element(number).name} " + " ".join(f"{v:.{decimals}f}" for v in fraction)
        for i, (number, fraction) in enumerate(zip(crystal.numbers, fractions, strict=True))
    ]
    found = read_structure(cif("P 1", cell, atoms).encode(), "in.cif", "in.cif")
    assert len(found.structure.numbers) == len(crystal.numbers)
    if decimals > 3:
        assert found.space_group == group
