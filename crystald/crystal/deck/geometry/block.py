"""The geometry block: the first records of a deck, printed and read back to the same values.

Coordinates are fractions along periodic directions and ångström along the others: a slab has x
and y in fractions and z in ångström, a polymer x in fractions, a molecule none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, cast

from crystald.crystal.deck.geometry.cells import minimal_count
from crystald.crystal.deck.records import Lines, plain

Kind = Literal["CRYSTAL", "SLAB", "POLYMER", "MOLECULE", "EXTERNAL"]

PERIODICITY: Final[dict[Kind, int]] = {"CRYSTAL": 3, "SLAB": 2, "POLYMER": 1, "MOLECULE": 0}
"""Keyword -> periodic directions; that of EXTERNAL stands in ``fort.34``."""

GROUPS: Final[dict[Kind, tuple[str, int]]] = {
    "CRYSTAL": ("space group", 230),
    "SLAB": ("layer group", 80),
    "POLYMER": ("rod group", 99),
    "MOLECULE": ("point group", 47),
}
"""Keyword -> what its groups are called, and the last number."""

STANDARD: Final = (0, 0, 0)
"""IFLAG IFHR IFSO: by number, hexagonal axes, second origin."""

_FLAGS: Final = ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1))


@dataclass(frozen=True)
class DeckAtom:
    """An atom of the asymmetric unit: its number and coordinates (see the module)."""

    number: int
    x: float
    y: float
    z: float


@dataclass(frozen=True)
class Geometry:
    """What a geometry block says.

    Attributes
    ----------
    group
        Number of the space, layer, rod or point group, as CRYSTAL counts them; 0 for EXTERNAL.
    cell
        The minimal cell, Å and degrees.
    atoms
        One per orbit.
    kind
        The keyword.
    flags
        Crystals only: IFLAG, IFHR (1: rhombohedral axes), IFSO (1: first origin). `STANDARD` is
        origin choice 2 where there are two, hexagonal axes for rhombohedral groups, unique axis b
        and cell choice 1 for monoclinic ones.
    """

    group: int
    cell: tuple[float, ...]
    atoms: tuple[DeckAtom, ...]
    kind: Kind = "CRYSTAL"
    flags: tuple[int, int, int] = STANDARD


EXTERNAL: Final = Geometry(0, (), (), "EXTERNAL")
"""Lattice, operators and atoms stand in the file ``fort.34``."""


def geometry_lines(geometry: Geometry) -> list[str]:
    """Print the block, without an END."""
    if geometry.kind == "EXTERNAL":
        return ["EXTERNAL"]
    flags = [" ".join(map(str, geometry.flags))] if geometry.kind == "CRYSTAL" else []
    cell = [" ".join(plain(value) for value in geometry.cell)] if geometry.cell else []
    atoms = [
        f"{atom.number} {plain(atom.x)} {plain(atom.y)} {plain(atom.z)}" for atom in geometry.atoms
    ]
    return [geometry.kind, *flags, str(geometry.group), *cell, str(len(atoms)), *atoms]


def read_geometry(lines: Lines) -> Geometry:
    """Read what `geometry_lines` printed.

    Raises
    ------
    DeckError
        Something else stands there.
    """
    kind = cast("Kind", lines.expect((*PERIODICITY, "EXTERNAL")))
    if kind == "EXTERNAL":
        return EXTERNAL
    flags = _read_flags(lines) if kind == "CRYSTAL" else STANDARD
    group = lines.value(int)
    name, last = GROUPS[kind]
    if not 1 <= group <= last:
        raise lines.wrong(f"{group} is no {name}")
    count = minimal_count(group, PERIODICITY[kind], rhombohedral=bool(flags[1]))
    cell = lines.values(float, count) if count else ()
    atoms = tuple(_read_atom(lines) for _ in range(lines.value(int)))
    return Geometry(group, cell, atoms, kind, flags)


def _read_flags(lines: Lines) -> tuple[int, int, int]:
    one, two, three = lines.values(int, 3)
    if (one, two, three) not in _FLAGS:
        raise lines.wrong(f"{one} {two} {three} is no setting that can be read here")
    return one, two, three


def _read_atom(lines: Lines) -> DeckAtom:
    number, x, y, z = lines.values(float, 4)
    if number != int(number):
        raise lines.wrong(f"{number} is no atomic number")
    return DeckAtom(int(number), x, y, z)
