"""The deck of the crystal program: values, printing, reading.

Blocks in the program's order: title, geometry (with OPTGEOM as its last part), basis set,
Hamiltonian, SCF. ``BASISSET`` replaces both the END of the geometry and that of the basis set, so
no END stands before it. What is printed here reads back to the same values, and the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crystald.crystal.deck.blocks.explicit import ExplicitBasis, explicit_lines, read_explicit
from crystald.crystal.deck.blocks.frequencies import (
    Frequencies,
    frequency_lines,
    read_frequencies,
)
from crystald.crystal.deck.blocks.hamiltonian import (
    Hamiltonian,
    hamiltonian_lines,
    read_hamiltonian,
)
from crystald.crystal.deck.blocks.modes import Anharm, anharm_lines, read_anharm
from crystald.crystal.deck.blocks.optimisation import (
    Optimisation,
    optimisation_lines,
    read_optimisation,
)
from crystald.crystal.deck.blocks.scf import Scf, read_scf, scf_lines
from crystald.crystal.deck.geometry.block import Geometry, geometry_lines, read_geometry
from crystald.crystal.deck.records import Lines


@dataclass(frozen=True)
class Deck:
    """A whole deck."""

    title: str
    geometry: Geometry
    basis: str | ExplicitBasis
    hamiltonian: Hamiltonian
    scf: Scf
    optimisation: Optimisation | None = None
    frequencies: Frequencies | None = None
    anharm: Anharm | None = None


def print_d12(deck: Deck) -> str:
    """Print a deck; the last line ends in a newline."""
    lines = [
        deck.title,
        *geometry_lines(deck.geometry),
        *(optimisation_lines(deck.optimisation) if deck.optimisation else ()),
        *(frequency_lines(deck.frequencies) if deck.frequencies else ()),
        *(anharm_lines(deck.anharm) if deck.anharm else ()),
        *_basis_lines(deck.basis),
        *hamiltonian_lines(deck.hamiltonian),
        *scf_lines(deck.scf),
        "END",
    ]
    return "\n".join(lines) + "\n"


def _basis_lines(basis: str | ExplicitBasis) -> list[str]:
    if isinstance(basis, str):
        return ["BASISSET", basis]
    return ["END", *explicit_lines(basis)]


def _read_basis(lines: Lines) -> str | ExplicitBasis:
    if lines.expect(("BASISSET", "END")) == "BASISSET":
        return lines.take()
    if lines.peek() == "BASISSET":
        raise lines.wrong("BASISSET belongs here: it stands for the END of the geometry too")
    return read_explicit(lines)


def parse_d12(text: str, name: str = "the deck") -> Deck:
    """Read a deck of the form that `print_d12` writes.

    Parameters
    ----------
    text
        The deck.
    name
        What it is called in errors.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    lines = Lines(text, name)
    title = lines.take()
    geometry = read_geometry(lines)
    optimisation = read_optimisation(lines) if lines.peek() == "OPTGEOM" else None
    frequencies = read_frequencies(lines) if lines.peek() in ("SCELPHONO", "FREQCALC") else None
    anharm = read_anharm(lines) if lines.peek() == "ANHARM" else None
    basis = _read_basis(lines)
    deck = Deck(title, geometry, basis, read_hamiltonian(lines), read_scf(lines))
    if (deck.scf.shrink is None) != (geometry.kind == "MOLECULE"):
        must = "may not stand in a molecule" if deck.scf.shrink else "must stand before the END"
        raise lines.wrong(f"SHRINK {must}")
    lines.finish()
    return replace(deck, optimisation=optimisation, frequencies=frequencies, anharm=anharm)
