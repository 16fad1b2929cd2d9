"""Print structures as CIF: with the operations of a group, or all atoms; open directions boxed.

A CIF knows crystals only: a slab, polymer or molecule gets a cell that is longer than it by the
vacuum along its open directions, and stands in the middle of it, in P 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.geometry.parameters import parameters_of
from crystald.crystal.deck.records import plain
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

VACUUM_ANG: Final = 20.0
"""Empty space between images of a slab, polymer or molecule."""

DIGITS: Final = 10
"""Decimals of what is printed."""

_CELL_TAGS: Final = (
    "_cell_length_a", "_cell_length_b", "_cell_length_c",
    "_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma",
)  # fmt: skip


@dataclass(frozen=True)
class CifCrystal:
    """What a CIF says of a crystal.

    Attributes
    ----------
    parameters
        a, b, c (Å), alpha, beta, gamma (degrees).
    numbers
        Atomic number of each site; 0 for a ghost.
    fractions
        Of each site.
    operations
        As ``x,y,z``; the identity alone for P 1.
    group
        Number of the space group.
    symbol
        Its Hermann-Mauguin symbol, with blanks.
    notes
        What is not certain of it.
    """

    parameters: tuple[float, ...]
    numbers: tuple[int, ...]
    fractions: tuple[tuple[float, float, float], ...]
    operations: tuple[str, ...] = ("x,y,z",)
    group: int = 1
    symbol: str = "P 1"
    notes: tuple[str, ...] = ()


def boxed(structure: Structure, vacuum_ang: float = VACUUM_ANG) -> CifCrystal:
    """Give every atom of a structure, in P 1.

    Parameters
    ----------
    structure
        Of any periodicity.
    vacuum_ang
        Between images along open directions.
    """
    import numpy as np

    positions = np.array(structure.positions_ang).reshape(-1, 3)
    lattice, shift = _box(structure, positions, vacuum_ang)
    fractions = (positions + shift) @ np.linalg.inv(lattice)
    return CifCrystal(
        tuple(parameters_of(lattice)),
        structure.numbers,
        tuple(_inside(row) for row in fractions),
    )


def _box(
    structure: Structure, positions: NDArray[Any], vacuum_ang: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Complete the lattice vectors; say by how much the atoms are moved into the middle."""
    import numpy as np

    lattice = np.array(structure.cell_ang, dtype=float)
    axes = _open_axes(lattice, structure.periodicity)
    shift = np.zeros(3)
    for row, axis in enumerate(axes, start=structure.periodicity):
        along = positions @ axis if len(positions) else np.zeros(1)
        lattice[row] = axis * (np.ptp(along) + vacuum_ang)
        shift += axis * (vacuum_ang / 2 - along.min())
    return lattice, shift


def _open_axes(lattice: NDArray[Any], periodicity: int) -> list[NDArray[Any]]:
    """Give unit vectors along the open directions, at right angles to the periodic ones."""
    import numpy as np

    if periodicity == 3:
        return []
    if periodicity == 2:
        normal = np.cross(lattice[0], lattice[1])
        return [normal / np.linalg.norm(normal)]
    if periodicity == 1:
        along = lattice[0] / np.linalg.norm(lattice[0])
        least = np.eye(3)[int(np.argmin(np.abs(along)))]
        second = np.cross(along, np.cross(least, along))
        second /= np.linalg.norm(second)
        return [second, np.cross(along, second)]
    return list(np.eye(3))


def _inside(row: NDArray[Any]) -> tuple[float, float, float]:
    """Bring fractions into the cell, those within rounding of a whole number to 0."""
    x, y, z = (round(float(value) % 1.0, DIGITS) % 1.0 + 0.0 for value in row)
    return (x, y, z)


def print_cif(crystal: CifCrystal, name: str, notes: Iterable[str] = ()) -> str:
    """Print a CIF of one block.

    Parameters
    ----------
    crystal
        What it says.
    name
        Of the block.
    notes
        Lines of comment at its top.
    """
    lines = [f"# {note}" for note in notes]
    lines += [f"data_{_block_name(name)}", ""]
    lines += [f"{tag} {plain(round(v, DIGITS), 4)}" for tag, v in _cell(crystal)]
    lines += ["", f"_space_group_IT_number {crystal.group}"]
    lines += [f"_space_group_name_H-M_alt '{crystal.symbol}'", "", "loop_"]
    lines += ["_space_group_symop_operation_xyz", *(f"'{one}'" for one in crystal.operations), ""]
    lines += ["loop_", *(f"_atom_site_{tag}" for tag in _SITE_TAGS), *_sites(crystal)]
    return "\n".join(lines) + "\n"


_SITE_TAGS: Final = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy")


def _cell(crystal: CifCrystal) -> list[tuple[str, float]]:
    return list(zip(_CELL_TAGS, crystal.parameters, strict=True))


def _block_name(name: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.+") else "_" for c in name)
    return kept[:70] or "structure"


def _sites(crystal: CifCrystal) -> list[str]:
    from ase.data import chemical_symbols

    seen: Counter[str] = Counter()
    lines = []
    for number, fraction in zip(crystal.numbers, crystal.fractions, strict=True):
        symbol = chemical_symbols[element_of(number)]
        seen[symbol] += 1
        values = " ".join(plain(value) for value in fraction)
        lines.append(f"{symbol}{seen[symbol]} {symbol} {values} 1.0")
    return lines
