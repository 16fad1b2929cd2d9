"""EXTERNAL: the geometry of a deck stands in fort.34."""

from __future__ import annotations

import dataclasses

import gemmi
import numpy as np

from crystal_standin.events import RefusalError
from crystal_standin.lattice import structure
from crystal_standin.lattice.groups import Floats, Group

KINDS = {0: "0D - MOLECULE", 1: "1D - POLYMER", 2: "2D - SLAB", 3: "3D - CRYSTAL"}
"""What CRYSTAL calls a system by its periodic directions."""

_WHOLE = 1e-3
"""How far an operator on the lattice's axes may be from whole numbers: files carry digits."""


@dataclasses.dataclass(frozen=True, slots=True)
class External:
    """The content of fort.34: cell, operators, atoms.

    Attributes
    ----------
    group : Group
        Operators on the axes of the file's lattice, which is primitive.
    parameters : tuple of 6 float
        Of the lattice, Å and degrees.
    atoms : tuple of (int, (x, y, z))
        Atomic numbers and fractional coordinates of one atom of each orbit.
    """

    group: Group
    parameters: tuple[float, ...]
    atoms: tuple[tuple[int, tuple[float, float, float]], ...]


def read(text: str) -> External:
    """Read the file.

    Raises
    ------
    RefusalError
        It is missing, cut short, or its operators are none of its lattice.
    """
    if not text.strip():
        raise RefusalError("INPUT", "GEOMETRY DATA FILE NOT FOUND", "EXTERNAL without its fort.34")
    lines = [line.split() for line in text.splitlines()]
    try:
        dimension = int(lines[0][0])
        lattice = _block(lines, 1, 3)
        count = int(lines[4][0])
        operators = _block(lines, 5, 4 * count).reshape(count, 4, 3)
        start = 5 + 4 * count
        rows = lines[start + 1 : start + 1 + int(lines[start][0])]
        numbers = [int(row[0]) for row in rows]
        places = np.array([[float(v) for v in row[1:4]] for row in rows])
        last = lines[start + 1 + len(rows)] if len(lines) > start + 1 + len(rows) else []
        number = int(last[0]) if last else 0
    except (ValueError, IndexError) as error:
        raise _unreadable("fort.34 is cut short, or no numbers") from error
    if dimension not in KINDS or not count or not rows or len(rows) < int(lines[start][0]):
        raise _unreadable("fort.34 holds no atoms, no operators, or no such system")
    group = _group(number, dimension, lattice, operators)
    fractions = places @ np.linalg.inv(lattice)
    atoms = _irreducible(group, lattice, numbers, fractions)
    return External(group, structure.parameters_of(lattice), atoms)


def _block(lines: list[list[str]], first: int, count: int) -> Floats:
    return np.array([[float(v) for v in line[:3]] for line in lines[first : first + count]])


def _unreadable(note: str) -> RefusalError:
    return RefusalError("INPUT", "FORMAT ERROR IN INPUT DECK", note)


def _group(number: int, dimension: int, lattice: Floats, operators: Floats) -> Group:
    """Bring Cartesian operators onto the axes of the lattice."""
    inverse = np.linalg.inv(lattice)
    turns = np.einsum("ji,njk,lk->nil", inverse, operators[:, :3], lattice)
    if np.abs(turns - np.rint(turns)).max() > _WHOLE:
        raise RefusalError("INPUT", "SYMMETRY OPERATOR NOT OF THE LATTICE", "operators of fort.34")
    known = gemmi.find_spacegroup_by_number(number) if dimension == 3 and number else None
    return Group(
        number=number,
        symbol=str(known.hm).upper() if known else "",
        rotations=np.rint(turns),
        translations=operators[:, 3] @ inverse,
        primitive=np.eye(3),
        centring_code=1,
        family="EXTERNAL",
        crystal_class="",
        centrosymmetric=any(np.array_equal(turn, -np.eye(3)) for turn in np.rint(turns)),
        rhombohedral_axes=False,
        dimension=dimension,
    )


def _irreducible(
    group: Group, lattice: Floats, numbers: list[int], fractions: Floats
) -> tuple[tuple[int, tuple[float, float, float]], ...]:
    """Keep the first atom of each orbit: a file may list all atoms."""
    found: list[tuple[int, Floats]] = []
    for number, place in zip(numbers, fractions, strict=True):
        images = group.rotations @ place + group.translations
        if not any(number == n and _meets(images - other, lattice) for n, other in found):
            found.append((number, place))
    return tuple((number, (float(p[0]), float(p[1]), float(p[2]))) for number, p in found)


def _meets(differences: Floats, lattice: Floats) -> bool:
    apart = np.linalg.norm((differences - np.rint(differences)) @ lattice, axis=1)
    return bool(apart.min() < 10 * structure.SAME_SITE_ANG)
