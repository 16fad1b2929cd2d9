"""Layer groups by CRYSTAL's numbers, for the stand-in.

The operators are written as Hall symbols of the space groups of which a layer is a part: nothing
moves along z. Those of polymers and molecules stand in ``rods``.
"""

from __future__ import annotations

import functools

import gemmi
import numpy as np

from crystal_standin.events import RefusalError
from crystal_standin.lattice import rods
from crystal_standin.lattice.groups import Group, by_name, centring, op_denominator

FORMAL_ANG = 500.0
"""Length that CRYSTAL gives to lattice vectors along open directions."""

PERIODIC = {"SLAB": 2, "POLYMER": 1, "MOLECULE": 0}

_OBLIQUE = (("P 1", "P 1"), ("P -1", "-P 1"), ("P 1 1 2", "P 2"), ("P 1 1 M", "P -2"),
    ("P 1 1 A", "P -2a"), ("P 1 1 2/M", "-P 2"), ("P 1 1 2/A", "-P 2a"))  # fmt: skip
_RECTANGULAR = (
    ("P 2 1 1", "P 2x"), ("P 21 1 1", "P 2xa"), ("C 2 1 1", "C 2x"), ("P M 1 1", "P -2x"),
    ("P B 1 1", "P -2xb"), ("C M 1 1", "C -2x"), ("P 2/M 1 1", "-P 2x"), ("P 21/M 1 1", "-P 2xa"),
    ("C 2/M 1 1", "-C 2x"), ("P 2/B 1 1", "-P 2xb"), ("P 21/B 1 1", "-P 2xab"), ("P 2 2 2", "P 2 2"),
    ("P 2 21 2", "P 2 2b"), ("P 21 21 2", "P 2 2ab"), ("C 2 2 2", "C 2 2"), ("P M M 2", "P 2 -2"),
    ("P M A 2", "P 2 -2a"), ("P B A 2", "P 2 -2ab"), ("C M M 2", "C 2 -2"), ("P 2 M M", "P -2 2"),
    ("P 21 A M", "P -2 2a"), ("P 21 M A", "P -2a 2a"), ("P 2 M B", "P -2b 2"),
    ("P 21 M N", "P -2ab 2ab"), ("P 2 A A", "P -2a 2"), ("P 21 A B", "P -2b 2a"),
    ("P 2 A N", "P -2ab 2"), ("C 2 M M", "C -2 2"), ("C 2 M B", "C -2a 2"), ("P M M M", "-P 2 2"),
    ("P M A M", "-P 2 2a"), ("P M M A", "-P 2a 2a"), ("P M M N", "-P 2ab 2a"),
    ("P B A M", "-P 2 2ab"), ("P M A A", "-P 2a 2"), ("P M A N", "-P 2ab 2"),
    ("P B M A", "-P 2a 2ab"), ("P B A A", "-P 2a 2b"), ("P B A N", "-P 2ab 2b"),
    ("C M M M", "-C 2 2"), ("C M M A", "-C 2a 2"),
)  # fmt: skip
_SQUARE = (
    ("P 4", "P 4"), ("P -4", "P -4"), ("P 4/M", "-P 4"), ("P 4/N", "-P 4a"), ("P 4 2 2", "P 4 2"),
    ("P 4 21 2", "P 4ab 2ab"), ("P 4 M M", "P 4 -2"), ("P 4 B M", "P 4 -2ab"),
    ("P -4 2 M", "P -4 2"), ("P -4 21 M", "P -4 2ab"), ("P -4 M 2", "P -4 -2"),
    ("P -4 B 2", "P -4 -2ab"), ("P 4/M M M", "-P 4 2"), ("P 4/N B M", "-P 4a 2b"),
    ("P 4/M B M", "-P 4 2ab"), ("P 4/N M M", "-P 4a 2a"),
)  # fmt: skip
_HEXAGONAL = (
    ("P 3", "P 3"), ("P -3", "-P 3"), ("P 3 1 2", "P 3 2"), ("P 3 2 1", 'P 3 2"'),
    ("P 3 M 1", 'P 3 -2"'), ("P 3 1 M", "P 3 -2"), ("P -3 1 M", "-P 3 2"), ("P -3 M 1", '-P 3 2"'),
    ("P 6", "P 6"), ("P -6", "P -6"), ("P 6/M", "-P 6"), ("P 6 2 2", "P 6 2"), ("P 6 M M", "P 6 -2"),
    ("P -6 M 2", "P -6 2"), ("P -6 2 M", "P -6 -2"), ("P 6/M M M", "-P 6 2"),
)  # fmt: skip

_TABLE = (*_OBLIQUE, *_RECTANGULAR, *_SQUARE, *_HEXAGONAL)

_LATTICES = ((7, "OBLIQUE", ("a", "b", "gamma")), (48, "RECTANGULAR", ("a", "b")),
    (64, "SQUARE", ("a",)), (80, "HEXAGONAL", ("a",)))  # fmt: skip


def by_system(system: str, number: int) -> Group:
    """Return the group of a slab, polymer or molecule.

    Raises
    ------
    RefusalError
        No such group, or one with symmetry that the stand-in does not do.
    """
    if system == "SLAB":
        if not 1 <= number <= len(_TABLE):
            text = "LAYER GROUP NUMBER NOT ALLOWED"
            raise RefusalError("CRYSTA", text, f"no layer group {number}")
        return _layer(number)
    return rods.by_system(system, number)


@functools.cache
def _layer(number: int) -> Group:
    symbol, hall = _TABLE[number - 1]
    operations = gemmi.symops_from_hall(hall)
    code, primitive = centring(symbol[0])
    family = next(name for last, name, _ in _LATTICES if number <= last)
    return Group(
        number=number,
        symbol=symbol,
        rotations=np.array([op.rot for op in operations.sym_ops], dtype=float) / op_denominator(),
        translations=np.array([op.tran for op in operations.sym_ops], dtype=float)
        / op_denominator(),
        primitive=primitive,
        centring_code=code,
        family=family,
        crystal_class="",
        centrosymmetric=operations.is_centrosymmetric(),
        rhombohedral_axes=False,
        dimension=2,
    )


def names_of(group: Group) -> tuple[str, ...]:
    """Return which parameters the deck gives for a slab or a polymer."""
    if group.dimension == 2:
        return next(names for last, _, names in _LATTICES if group.number <= last)
    return ("a",) if group.dimension else ()


def space_group_of(group: Group) -> int:
    """Return the number of the space group of which a layer group is a part."""
    symbol = _TABLE[group.number - 1][1]
    return int(gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(symbol)).number)


def cell_parameters(group: Group, minimal: tuple[float, ...]) -> tuple[float, ...]:
    """Complete the minimal cell; open directions are 500 Å long.

    Raises
    ------
    RefusalError
        The group wants another count of numbers.
    """
    given = by_name(names_of(group), minimal, f"{group.family.lower()} lattice")
    a = given.get("a", FORMAL_ANG)
    b = given.get("b", a) if group.dimension == 2 else FORMAL_ANG
    gamma = 120.0 if group.family == "HEXAGONAL" else given.get("gamma", 90.0)
    return (a, b, FORMAL_ANG, 90.0, 90.0, gamma)


def to_fractions(group: Group, xyz: tuple[float, float, float]) -> tuple[float, float, float]:
    """Turn a deck's coordinates (ångström along open directions) into fractions."""
    x, y, z = (v / (1.0 if i < group.dimension else FORMAL_ANG) for i, v in enumerate(xyz))
    return x, y, z
