"""What finding the symmetry of a structure gives: the geometry block, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crystald.crystal.deck.geometry.block import PERIODICITY, STANDARD, DeckAtom, Geometry, Kind
from crystald.crystal.deck.geometry.cells import Parameters, minimal_cell
from crystald.crystal.deck.records import rounded

LayerGroups = Literal["safe", "full"]
"""``safe``: only groups whose operations the symbol fixes, so a layer with screw axes or glide
planes is written in a subgroup; ``full``: every group, at the origin of the Tables."""

RodGroups = Literal["safe", "full"]
"""``safe``: only groups whose operations a real output shows; ``full``: every group whose
operations the manual fixes, at the origin of the Tables."""


@dataclass(frozen=True)
class Wanted:
    """How a structure is to be written.

    Attributes
    ----------
    layer_groups
        Which layer groups a slab may be written in.
    symmetry
        ``auto``: all that its atoms have; ``cif``: what its file names, so that sites which the
        file keeps apart stay apart; ``p1``: none, every atom is written.
    origin
        ``alternate``: the first origin of the Tables (IFSO 1) of groups with two.
    trigonal
        ``rhombohedral``: rhombohedral axes (IFHR 1) for groups that have them.
    rod_groups
        Which rod groups a polymer may be written in.
    """

    layer_groups: LayerGroups = "safe"
    symmetry: Literal["auto", "cif", "p1"] = "auto"
    origin: Literal["auto", "standard", "alternate"] = "auto"
    trigonal: Literal["auto", "hexagonal", "rhombohedral"] = "auto"
    rod_groups: RodGroups = "safe"


@dataclass(frozen=True)
class StandardForm:
    """A structure in CRYSTAL's setting of its group, the standard one unless flags say another.

    Attributes
    ----------
    group, symbol
        The group written, CRYSTAL's number and Hermann-Mauguin symbol.
    parameters
        a, b, c (Å), alpha, beta, gamma (degrees) of the conventional cell.
    atoms
        The asymmetric unit, special positions exact.
    atoms_in_cell
        Atoms of the conventional cell.
    atoms_in_primitive
        Atoms of the primitive cell: the ones that the program computes.
    rotation, shift
        Coordinates of the input, x (fractions; ångström along open directions), become
        ``rotation @ x + shift``.
    kind
        The keyword.
    notes
        What a person should know, one sentence each.
    flags
        IFLAG, IFHR, IFSO of a crystal.
    """

    group: int
    symbol: str
    parameters: Parameters
    atoms: tuple[DeckAtom, ...]
    atoms_in_cell: int
    atoms_in_primitive: int
    rotation: tuple[tuple[float, float, float], ...]
    shift: tuple[float, float, float]
    kind: Kind = "CRYSTAL"
    notes: tuple[str, ...] = ()
    flags: tuple[int, int, int] = STANDARD

    @property
    def geometry(self) -> Geometry:
        """The geometry block."""
        cell = minimal_cell(
            self.group,
            self.parameters,
            PERIODICITY[self.kind],
            rhombohedral=self.kind == "CRYSTAL" and bool(self.flags[1]),
        )
        return Geometry(self.group, tuple(map(rounded, cell)), self.atoms, self.kind, self.flags)
