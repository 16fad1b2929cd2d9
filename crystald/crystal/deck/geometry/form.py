"""What finding the symmetry of a structure gives: the geometry block, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass

from crystald.crystal.deck.geometry.block import PERIODICITY, DeckAtom, Geometry, Kind
from crystald.crystal.deck.geometry.cells import Parameters, minimal_cell
from crystald.crystal.deck.records import rounded


@dataclass(frozen=True)
class StandardForm:
    """A structure in CRYSTAL's standard setting of its group.

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

    @property
    def geometry(self) -> Geometry:
        """The geometry block."""
        cell = minimal_cell(self.group, self.parameters, PERIODICITY[self.kind])
        return Geometry(self.group, tuple(map(rounded, cell)), self.atoms, self.kind)
