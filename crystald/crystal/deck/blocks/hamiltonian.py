"""The DFT block: functional, integration grid, spin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.functionals import functional_of_keyword
from crystald.crystal.deck.records import Lines

GRIDS: Final = ("OLDGRID", "DEFAULT", "LGRID", "XLGRID", "XXLGRID", "XXXLGRID", "HUGEGRID")


@dataclass(frozen=True)
class Hamiltonian:
    """The DFT block: the functional's keyword, grid (None: the program's own), spin."""

    functional: str
    grid: str | None = None
    spin: bool = False


def hamiltonian_lines(block: Hamiltonian) -> list[str]:
    """Write the block from DFT to ENDDFT."""
    spin = ["SPIN"] if block.spin else []
    grid = [block.grid] if block.grid else []
    return ["DFT", *spin, block.functional, *grid, "ENDDFT"]


def read_hamiltonian(lines: Lines) -> Hamiltonian:
    """Read what `hamiltonian_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    lines.expect(("DFT",))
    spin = lines.peek() == "SPIN" and bool(lines.take())
    functional = lines.take()
    if functional_of_keyword(functional) is None:
        raise lines.wrong(f"{functional!r} is no functional")
    grid = lines.take() if lines.peek() in GRIDS else None
    lines.expect(("ENDDFT",))
    return Hamiltonian(functional, grid, spin)
