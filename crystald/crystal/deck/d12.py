"""The deck of the crystal program for a three-dimensional crystal: values, printing, reading.

Blocks in the program's order: title, geometry (with OPTGEOM as its last part), basis set,
Hamiltonian, SCF. ``BASISSET`` replaces both the END of the geometry and that of the basis set, so
no END stands before it. What is printed here reads back to the same values, and the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from crystald.crystal.deck.cells import minimal_count
from crystald.crystal.deck.functionals import functional_of_keyword
from crystald.crystal.deck.records import Lines, plain

GRIDS: Final = ("OLDGRID", "DEFAULT", "LGRID", "XLGRID", "XXLGRID", "XXXLGRID", "HUGEGRID")
OPTIMISATIONS: Final = ("FULLOPTG", "CELLONLY", "ATOMONLY", "ITATOCEL")


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


@dataclass(frozen=True)
class Frequencies:
    """The FREQCALC block.

    Attributes
    ----------
    numderiv
        Displacements per coordinate: 1 forward, 2 on both sides.
    intensities
        Whether infrared intensities are computed (Berry phase).
    """

    numderiv: int = 2
    intensities: bool = False


@dataclass(frozen=True)
class Hamiltonian:
    """The DFT block: the functional's keyword, grid (None: the program's own), spin."""

    functional: str
    grid: str | None = None
    spin: bool = False


@dataclass(frozen=True)
class Shrink:
    """The k mesh: three factors along the primitive reciprocal vectors, and the Gilat net."""

    factors: tuple[int, int, int]
    gilat: int

    def records(self) -> tuple[str, ...]:
        """Write the records below SHRINK or NEWK: one where all factors are equal, else two."""
        if len(set(self.factors)) == 1:
            return (f"{self.factors[0]} {self.gilat}",)
        return (f"0 {self.gilat}", " ".join(map(str, self.factors)))

    @classmethod
    def read(cls, lines: Lines) -> Shrink:
        """Read what `records` wrote."""
        first, gilat = lines.values(int, 2)
        if first:
            return cls((first, first, first), gilat)
        one, two, three = lines.values(int, 3)
        return cls((one, two, three), gilat)


@dataclass(frozen=True)
class Scf:
    """Settings of the SCF.

    Attributes
    ----------
    tolinteg
        Five truncation criteria: 10**-n.
    toldee
        Convergence of the energy: 10**-toldee Ha.
    shrink
        The k mesh.
    maxcycle
        Most cycles.
    smear_ha
        Width of the Fermi smearing, None for none.
    fmixing
        Per cent of the last Fock matrix mixed in, None for the program's default.
    guessp
        Whether the density of ``fort.20`` is the first guess.
    ppan
        Whether populations are printed.
    """

    tolinteg: tuple[int, ...]
    toldee: int
    shrink: Shrink
    maxcycle: int
    smear_ha: float | None = None
    fmixing: int | None = None
    guessp: bool = False
    ppan: bool = True


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
        *(_optimisation_lines(deck.optimisation) if deck.optimisation else ()),
        *(_frequency_lines(deck.frequencies) if deck.frequencies else ()),
        "BASISSET",
        deck.basis,
        *_hamiltonian_lines(deck.hamiltonian),
        *_scf_lines(deck.scf),
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


def _optimisation_lines(block: Optimisation) -> list[str]:
    numbers = (("MAXCYCLE", str(block.maxcycle)), ("TOLDEG", plain(block.toldeg, 1)))
    more = (("TOLDEX", plain(block.toldex, 1)), ("TOLDEE", str(block.toldee)))
    pairs = [line for pair in (*numbers, *more) for line in pair]
    return ["OPTGEOM", block.kind, *pairs, "ENDOPT"]


def _frequency_lines(block: Frequencies) -> list[str]:
    intensities = "INTENS" if block.intensities else "NOINTENS"
    return ["FREQCALC", "NUMDERIV", str(block.numderiv), intensities, "ENDFREQ"]


def _hamiltonian_lines(block: Hamiltonian) -> list[str]:
    spin = ["SPIN"] if block.spin else []
    grid = [block.grid] if block.grid else []
    return ["DFT", *spin, block.functional, *grid, "ENDDFT"]


def _scf_lines(scf: Scf) -> list[str]:
    lines = ["TOLINTEG", " ".join(map(str, scf.tolinteg)), "TOLDEE", str(scf.toldee)]
    lines += ["SHRINK", *scf.shrink.records()]
    if scf.smear_ha is not None:
        lines += ["SMEAR", plain(scf.smear_ha, 1)]
    lines += ["MAXCYCLE", str(scf.maxcycle)]
    if scf.fmixing is not None:
        lines += ["FMIXING", str(scf.fmixing)]
    lines += ["GUESSP"] if scf.guessp else []
    lines += ["PPAN"] if scf.ppan else []
    return lines


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
    optimisation = _read_optimisation(lines) if lines.peek() == "OPTGEOM" else None
    frequencies = _read_frequencies(lines) if lines.peek() == "FREQCALC" else None
    lines.expect(("BASISSET",))
    deck = Deck(title, geometry, lines.take(), _read_hamiltonian(lines), _read_scf(lines))
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


def _read_optimisation(lines: Lines) -> Optimisation:
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


def _read_frequencies(lines: Lines) -> Frequencies:
    lines.expect(("FREQCALC",))
    lines.expect(("NUMDERIV",))
    numderiv = lines.value(int)
    intensities = lines.expect(("INTENS", "NOINTENS")) == "INTENS"
    lines.expect(("ENDFREQ",))
    return Frequencies(numderiv, intensities)


def _read_hamiltonian(lines: Lines) -> Hamiltonian:
    lines.expect(("DFT",))
    spin = lines.peek() == "SPIN" and bool(lines.take())
    functional = lines.take()
    if functional_of_keyword(functional) is None:
        raise lines.wrong(f"{functional!r} is no functional")
    grid = lines.take() if lines.peek() in GRIDS else None
    lines.expect(("ENDDFT",))
    return Hamiltonian(functional, grid, spin)


def _read_scf(lines: Lines) -> Scf:
    found: dict[str, Any] = {"ppan": False}
    while (word := lines.take()) != "END":
        if word not in _SCF_READERS:
            raise lines.wrong(f"the keyword {word!r} does not belong here")
        found[word.lower()] = _SCF_READERS[word](lines)
    if "smear" in found:
        found["smear_ha"] = found.pop("smear")
    if lacking := {"tolinteg", "toldee", "shrink", "maxcycle"} - found.keys():
        raise lines.wrong(f"{', '.join(sorted(lacking)).upper()} must stand before the END")
    return Scf(**found)


_SCF_READERS: Final[dict[str, Callable[[Lines], Any]]] = {
    "TOLINTEG": lambda lines: lines.values(int, 5),
    "TOLDEE": lambda lines: lines.value(int),
    "SHRINK": Shrink.read,
    "MAXCYCLE": lambda lines: lines.value(int),
    "SMEAR": lambda lines: lines.value(float),
    "FMIXING": lambda lines: lines.value(int),
    "GUESSP": lambda _: True,
    "PPAN": lambda _: True,
}
