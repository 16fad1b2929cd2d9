"""The Hamiltonian: functional, integration grid, spin; a DFT block, or a method of Hartree-Fock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.functionals import functional_of_keyword
from crystald.crystal.deck.records import Lines

GRIDS: Final = ("OLDGRID", "DEFAULT", "LGRID", "XLGRID", "XXLGRID", "XXXLGRID", "HUGEGRID")
"""Integration grids, the coarsest first; DEFAULT is the program's own and not written."""

COMPOSITES: Final = ("HF3C", "HFSOL3C")
"""Hartree-Fock methods that are a block of their own, closed by END."""


@dataclass(frozen=True)
class Hamiltonian:
    """The Hamiltonian of a deck.

    Attributes
    ----------
    functional
        Its word in the DFT block, exchange and correlation with a stroke between them
        (``VBH/VBH``), or HF, HF3C, HFSOL3C.
    grid
        Integration grid, None for the program's own.
    spin
        Whether the spins are treated apart.
    """

    functional: str
    grid: str | None = None
    spin: bool = False


def hamiltonian_lines(block: Hamiltonian) -> list[str]:
    """Write the block from DFT to ENDDFT; for Hartree-Fock what stands in its place."""
    if block.functional == "HF" or block.functional in COMPOSITES:
        spin = ["UHF"] if block.spin else []
        return spin if block.functional == "HF" else [*spin, block.functional, "END"]
    spin = ["SPIN"] if block.spin else []
    grid = [block.grid] if block.grid else []
    return ["DFT", *spin, *_functional_lines(block.functional), *grid, "ENDDFT"]


def _functional_lines(functional: str) -> list[str]:
    exchange, stroke, correlation = functional.partition("/")
    return ["EXCHANGE", exchange, "CORRELAT", correlation] if stroke else [functional]


def read_hamiltonian(lines: Lines) -> Hamiltonian:
    """Read what `hamiltonian_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    if lines.peek() != "DFT":
        return _read_fock(lines)
    lines.expect(("DFT",))
    spin = lines.peek() == "SPIN" and bool(lines.take())
    functional = _read_functional(lines)
    grid = lines.take() if lines.peek() in GRIDS else None
    lines.expect(("ENDDFT",))
    return Hamiltonian(functional, grid, spin)


def _read_fock(lines: Lines) -> Hamiltonian:
    spin = lines.peek() == "UHF" and bool(lines.take())
    if lines.peek() not in COMPOSITES:
        return Hamiltonian("HF", None, spin)
    functional = lines.take()
    lines.expect(("END",))
    return Hamiltonian(functional, None, spin)


def _read_functional(lines: Lines) -> str:
    word = lines.take()
    if word == "EXCHANGE":
        exchange = lines.take()
        lines.expect(("CORRELAT",))
        word = f"{exchange}/{lines.take()}"
    if functional_of_keyword(word) is None:
        raise lines.wrong(f"{word!r} is no functional")
    return word
