"""OPTGEOM: the optimisation of a geometry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.records import Lines, plain

OPTIMISATIONS: Final = ("FULLOPTG", "CELLONLY", "ATOMONLY", "ITATOCEL")


@dataclass(frozen=True)
class Optimisation:
    """The OPTGEOM block.

    Attributes
    ----------
    kind
        What moves: one of `OPTIMISATIONS`.
    maxcycle
        Most points.
    toldeg, toldex
        RMS of the gradient (Ha/bohr) and of the displacement (bohr) at convergence.
    toldee
        Energy change at convergence: 10**-toldee Ha.
    """

    kind: str
    maxcycle: int
    toldeg: float
    toldex: float
    toldee: int


def optimisation_lines(block: Optimisation) -> list[str]:
    """Write the block from OPTGEOM to ENDOPT."""
    numbers = (("MAXCYCLE", str(block.maxcycle)), ("TOLDEG", plain(block.toldeg, 1)))
    more = (("TOLDEX", plain(block.toldex, 1)), ("TOLDEE", str(block.toldee)))
    pairs = [line for pair in (*numbers, *more) for line in pair]
    return ["OPTGEOM", block.kind, *pairs, "ENDOPT"]


def read_optimisation(lines: Lines) -> Optimisation:
    """Read what `optimisation_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    lines.expect(("OPTGEOM",))
    kind = lines.expect(OPTIMISATIONS)
    lines.expect(("MAXCYCLE",))
    maxcycle = lines.value(int)
    lines.expect(("TOLDEG",))
    toldeg = lines.value(float)
    lines.expect(("TOLDEX",))
    toldex = lines.value(float)
    lines.expect(("TOLDEE",))
    block = Optimisation(kind, maxcycle, toldeg, toldex, lines.value(int))
    lines.expect(("ENDOPT",))
    return block
