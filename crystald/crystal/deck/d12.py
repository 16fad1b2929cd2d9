"""The deck of the crystal program for a three-dimensional crystal: values, printing, reading.

Blocks in the program's order: title, geometry (with OPTGEOM as its last part), basis set,
Hamiltonian, SCF. ``BASISSET`` replaces both the END of the geometry and that of the basis set, so
no END stands before it. What is printed here reads back to the same values, and the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
from crystald.crystal.deck.blocks.optimisation import (
    Optimisation,
    optimisation_lines,
    read_optimisation,
)
from crystald.crystal.deck.blocks.scf import Scf, read_scf, scf_lines
from crystald.crystal.deck.cells import minimal_count
from crystald.crystal.deck.records import Lines, plain


@dataclass(frozen=True)
class DeckAtom:
    """An atom of the asymmetric unit: its number and fractions of the conventional cell."""

    number: int
    x: float
    y: float
    z: float


@dataclass(frozen=True)
class Geometry:
    """A crystal in the standard setting of its space group (record ``0 0 0``).

    Standard means: origin choice 2 where there are two, hexagonal axes for rhombohedral groups,
    unique axis b and cell choice 1 for monoclinic ones.

    Attributes
    ----------
    group
        Number of the space group.
    cell
        The minimal cell, Å and degrees.
    atoms
        One per orbit.
    """

    group: int
    cell: tuple[float, ...]
    atoms: tuple[DeckAtom, ...]


@dataclass(frozen=True)
class Deck:
    """A whole deck."""

    title: str
    geometry: Geometry
    basis: str
    hamiltonian: Hamiltonian
    scf: Scf
    optimisation: Optimisation | None = None
    frequencies: Frequencies | None = None


def print_d12(deck: Deck) -> str:
    """Print a deck; the last line ends in a newline."""
    lines = [
        deck.title,
        *_geometry_lines(deck.geometry),
        *(optimisation_lines(deck.optimisation) if deck.optimisation else ()),
        *(frequency_lines(deck.frequencies) if deck.frequencies else ()),
        "BASISSET",
        deck.basis,
        *hamiltonian_lines(deck.hamiltonian),
        *scf_lines(deck.scf),
        "END",
    ]
    return "\n".join(lines) + "\n"


def _geometry_lines(geometry: Geometry) -> list[str]:
    return [
        "CRYSTAL",
        "0 0 0",
        str(geometry.group),
        " ".join(plain(value) for value in geometry.cell),
        str(len(geometry.atoms)),
        *(
            f"{atom.number} {plain(atom.x)} {plain(atom.y)} {plain(atom.z)}"
            for atom in geometry.atoms
        ),
    ]


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
    geometry = _read_geometry(lines)
    optimisation = read_optimisation(lines) if lines.peek() == "OPTGEOM" else None
    frequencies = read_frequencies(lines) if lines.peek() == "FREQCALC" else None
    lines.expect(("BASISSET",))
    deck = Deck(title, geometry, lines.take(), read_hamiltonian(lines), read_scf(lines))
    lines.finish()
    return replace(deck, optimisation=optimisation, frequencies=frequencies)


def _read_geometry(lines: Lines) -> Geometry:
    lines.expect(("CRYSTAL",))
    lines.expect(("0 0 0",))
    group = lines.value(int)
    if not 1 <= group <= 230:
        raise lines.wrong(f"{group} is no space group")
    cell = lines.values(float, minimal_count(group))
    atoms = tuple(_read_atom(lines) for _ in range(lines.value(int)))
    return Geometry(group, cell, atoms)


def _read_atom(lines: Lines) -> DeckAtom:
    number, x, y, z = lines.values(float, 4)
    if number != int(number):
        raise lines.wrong(f"{number} is no atomic number")
    return DeckAtom(int(number), x, y, z)
