"""Another Hamiltonian, or another basis set, in a deck whose other lines stay."""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.blocks.explicit import ExplicitBasis, explicit_lines
from crystald.crystal.deck.blocks.hamiltonian import GRIDS, Hamiltonian, hamiltonian_lines
from crystald.crystal.deck.functionals import functional_of_keyword
from crystald.crystal.deck.text.edit import inserted, with_lines, without_entry
from crystald.crystal.deck.text.tree import DeckText, Entry, Kind
from crystald.crystal.deck.text.values import hamiltonian_of
from crystald.errors import DeckError

HAMILTONIANS: Final = (
    "DFT", "RHF", "UHF", "ROHF", "HF3C", "HFSOL3C", "DFTD3", "GRIMME", "GCP", "GCPAUTO", "SRBAUTO",
)  # fmt: skip
"""Words of the third part that say what the Hamiltonian is."""

PUT_TOGETHER: Final[dict[tuple[str, float | None], str]] = {
    ("PBE/PBE", None): "PBE",
    ("PBE/PBE", 25.0): "PBE0",
    ("PBESOL/PBESOL", None): "PBESOL",
    ("PBESOL/PBESOL", 25.0): "PBESOL0",
    ("BECKE/LYP", None): "BLYP",
    ("LDA/VWN", None): "SVWN",
}
"""Exchange, correlation and per cent of Fock exchange, written one by one -> functional."""

OWN_GRID: Final = (*GRIDS, "RADIAL", "ANGULAR")


def functional_in(deck: DeckText) -> tuple[str, bool] | None:
    """Name the functional of a deck, and whether D3 is added; None where the table lacks it."""
    told = hamiltonian_of(deck)
    if told.theory in ("HF3C", "HFSOL3C"):
        return told.theory, False
    if told.theory != "DFT":
        return None if told.dispersion else ("HF", False)
    spelt = f"{told.exchange}/{told.correlation}".upper()
    name = PUT_TOGETHER.get((spelt, told.hybrid_percent))
    if name is not None and told.functional is None:
        return name, told.dispersion
    found = functional_of_keyword(told.functional or spelt)
    if found is None or told.hybrid_percent is not None:
        return None
    return found[0], found[1] or told.dispersion


def grid_lines(deck: DeckText) -> list[str]:
    """Give the lines that choose the integration grid."""
    block = deck.scf.get("DFT")
    entries = [e for e in block.entries if e.keyword in OWN_GRID] if block is not None else []
    return [record.text for entry in entries for record in entry.lines()]


def with_hamiltonian(deck: DeckText, block: Hamiltonian, grid: list[str] | None = None) -> DeckText:
    """Put another Hamiltonian in the place of the deck's.

    Parameters
    ----------
    block
        The new one.
    grid
        Lines that choose the grid of a DFT block, in the place of `block.grid`.
    """
    lines = hamiltonian_lines(block)
    if lines and lines[0] == "DFT" and grid:
        lines[-1:-1] = grid
    old = [e for e in deck.scf.entries if e.keyword in HAMILTONIANS]
    at = old[0].head.number if old else _first_of_scf(deck)
    for entry in reversed(old):
        deck = without_entry(deck, entry)
    return with_lines(deck, at, at - 1, lines)


def _first_of_scf(deck: DeckText) -> int:
    first = next(iter(deck.scf.lines()), None)
    return first.number if first is not None else len(list(deck.lines())) + 1


def with_grid(deck: DeckText, grid: str | None) -> DeckText:
    """Choose another grid in the DFT block; None for the program's own."""
    while (found := _grids(deck)) != []:
        deck = without_entry(deck, found[0])
    return inserted(deck, "scf/DFT", [grid]) if grid else deck


def _grids(deck: DeckText) -> list[Entry]:
    block = deck.scf.get("DFT")
    return [e for e in block.entries if e.keyword in OWN_GRID] if block is not None else []


def with_basis(deck: DeckText, basis: str | ExplicitBasis) -> DeckText:
    """Put another basis set in the place of the deck's; its keywords (GHOSTS, CHARGED) stay.

    A name stands for the END of the geometry and that of the basis set too.

    Raises
    ------
    DeckError
        It has none.
    """
    kept = [e for e in deck.basis.entries if e.kind is not Kind.ELEMENT and e.keyword != "BASISSET"]
    words = [record.text for entry in kept for record in entry.lines()]
    if isinstance(basis, str):
        lines = ["BASISSET", basis, *words]
    else:
        explicit = explicit_lines(basis)
        lines = ["END", *explicit[:-1], *words, explicit[-1]]
    old = list(deck.basis.lines())
    end = deck.geometry.end
    if not old:
        raise DeckError("the deck has no basis set", "Give the deck that was run.")
    first = end.number if end is not None else old[0].number
    return with_lines(deck, first, old[-1].number if old else first, lines)
