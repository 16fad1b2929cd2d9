"""Settings as values: what a deck says, whoever wrote it.

Every function reads a `DeckText` and gives None (or an empty value) for what the deck does not
say; only `system_input` raises, where the geometry cannot be understood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from crystald.crystal.deck.text.basis_words import (
    GIVEN,
    LAST_ELEMENT,
    POTENTIALS,
    potential_head,
    shell_primitives,
)
from crystald.crystal.deck.text.geometry_words import SHIFT_LENGTH, SYSTEMS
from crystald.crystal.deck.text.records import Record
from crystald.crystal.deck.text.scf_words import GRIDS, WHOLE_FUNCTIONALS
from crystald.crystal.deck.text.taking import ShortError, Taker
from crystald.crystal.deck.text.tree import DeckText, Entry, Kind
from crystald.errors import DeckError

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class AtomInput:
    """An atom record.

    Attributes
    ----------
    number
        CRYSTAL's number (200 + Z and the like as written).
    position
        As written: fractions along periodic directions, Å along the others.
    record
        The line, the first where its numbers go on below it.
    """

    number: int
    position: Vector
    record: Record


@dataclass(frozen=True)
class SystemInput:
    """The geometry that a deck begins with, before any edit.

    Attributes
    ----------
    system
        ``CRYSTAL``, ``SLAB``, ``POLYMER``, ``HELIX``, ``MOLECULE``, ``EXTERNAL``, ``DLVINPUT``.
    dimension
        3, 2, 1, 0; None where a file says it.
    flags
        IFLAG, IFHR, IFSO (crystals; zeros otherwise).
    group
        Number or symbol as written; empty without one.
    shift
        Shift of the origin in 24ths of the cell, where IFSO is above 1.
    cell
        All numbers of the cell's lines (Å, degrees); empty for molecules and files.
    atoms
        The asymmetric unit.
    entry
        Where it stands.
    cell_line
        Number of the cell's first line; that of the keyword for molecules and files.
    """

    system: str
    dimension: int | None
    flags: tuple[int, int, int]
    group: str
    shift: tuple[float, ...]
    cell: tuple[float, ...]
    atoms: tuple[AtomInput, ...]
    entry: Entry
    cell_line: int


def system_of(deck: DeckText) -> Entry | None:
    """Find the entry of CRYSTAL, SLAB, …; None in a deck without one."""
    return next(
        (e for e in deck.geometry.entries if e.keyword in SYSTEMS and e.kind is Kind.KEYWORD), None
    )


def system_input(deck: DeckText) -> SystemInput:
    """Read the geometry that the deck begins with.

    Raises
    ------
    DeckError
        There is none, or its records are not complete; the line is named.
    """
    entry = system_of(deck)
    if entry is None:
        raise DeckError(
            "the deck has no geometry",
            "Its second line must be CRYSTAL, SLAB, POLYMER, MOLECULE or EXTERNAL.",
        )
    if entry.missing:
        last = list(entry.lines())[-1].number
        raise DeckError(f"line {last + 1}: {entry.missing} of {entry.keyword} belongs here")
    try:
        return _read_system(entry)
    except ShortError as short:  # SLAB and MOLECULE are edits, too
        line = entry.head.number
        raise DeckError(
            f"line {line}: {entry.keyword} is no geometry here: {short} lacks"
        ) from None


def _read_system(entry: Entry) -> SystemInput:
    dimension = SYSTEMS[entry.keyword][0]
    if dimension is None:
        line = entry.head.number
        return SystemInput(entry.keyword, None, (0, 0, 0), "", (), (), (), entry, line)
    taker = Taker(entry.records)
    flags = (0, 0, 0)
    if entry.keyword == "CRYSTAL":
        one, two, three = (int(x) for x in taker.numbers(3))
        flags = (one, two, three)
    group, shift = _group_and_shift(taker, flags[2])
    at, cell = _cell(taker, dimension)
    atoms = tuple(_atom(taker) for _ in range(int(taker.numbers(1)[0])))
    text = _group_text(group, flags)
    line = (at or entry.head).number
    return SystemInput(entry.keyword, dimension, flags, text, shift, cell, atoms, entry, line)


def _group_and_shift(taker: Taker, origin: int) -> tuple[Record, tuple[float, ...]]:
    """Take the group and the shift of the origin: people write their lines in either order."""
    first = taker.text()
    if origin <= 1:
        return first, ()
    if len(first.numbers) == SHIFT_LENGTH:
        return taker.text(), first.numbers
    return first, taker.numbers(SHIFT_LENGTH)


def _cell(taker: Taker, dimension: int) -> tuple[Record | None, tuple[float, ...]]:
    """Take the cell whole: how many of its numbers count depends on the group."""
    return taker.cell() if dimension else (None, ())


def _group_text(record: Record, flags: tuple[int, int, int]) -> str:
    text = record.text.split("#")[0].strip()
    return text if flags[0] == 1 or not record.numbers else text.split()[0]


def _atom(taker: Taker) -> AtomInput:
    record, (number, x, y, z) = taker.record(4)
    return AtomInput(int(number), (x, y, z), record)


@dataclass(frozen=True)
class ShellInput:
    """A shell of an explicit basis set: ``ITYB LAT NG CHE SCAL``.

    Attributes
    ----------
    kind
        0: primitives given below; 1: STO-nG; 2: 3-21G or 6-21G of the program.
    angular
        0 S, 1 SP, 2 P, 3 D, 4 F, 5 G.
    primitives, charge, scale
        Count of primitives, formal electrons, scale factor.
    record
        The line.
    """

    kind: int
    angular: int
    primitives: int
    charge: float
    scale: float
    record: Record


@dataclass(frozen=True)
class ElementInput:
    """The explicit basis set of one element.

    Attributes
    ----------
    number
        CRYSTAL's number (200 + Z with a pseudopotential).
    shells
        In order.
    effective_charge
        Charge of the core that a pseudopotential given with INPUT leaves; None without one.
    potential
        ``INPUT`` or the name of a potential of the program; empty without one.
    entry
        Where it stands.
    """

    number: int
    shells: tuple[ShellInput, ...]
    effective_charge: float | None
    potential: str
    entry: Entry


def basis_name(deck: DeckText) -> str | None:
    """Give the name below BASISSET, as written; None for an explicit basis set."""
    entry = deck.basis.get("BASISSET")
    return entry.records[0].text.split()[0] if entry is not None and entry.records else None


def basis_elements(deck: DeckText) -> tuple[ElementInput, ...]:
    """Read the elements of an explicit basis set, those with incomplete records left out."""
    return tuple(
        _element(entry)
        for entry in deck.basis.entries
        if entry.kind is Kind.ELEMENT and not entry.missing and entry.keyword != str(LAST_ELEMENT)
    )


def _element(entry: Entry) -> ElementInput:
    taker = Taker((entry.head, *entry.records))
    _number, shells = taker.numbers(2)
    potential = _potential(taker)
    charge: float | None = None
    if potential in GIVEN:
        charge = potential_head(taker)
    found = tuple(_shell(taker) for _ in range(int(shells)))
    return ElementInput(int(entry.keyword), found, charge, potential, entry)


def _potential(taker: Taker) -> str:
    """Take the word of a pseudopotential; empty where a shell follows."""
    record = taker.peek()
    if record is None or record.keyword not in (*GIVEN, *POTENTIALS):
        return ""
    return taker.take().keyword


def _shell(taker: Taker) -> ShellInput:
    record, (kind, angular, primitives, charge, scale) = taker.record(5)
    shell_primitives(taker, kind, angular, primitives)
    return ShellInput(int(kind), int(angular), int(primitives), charge, scale, record)


@dataclass(frozen=True)
class ShrinkInput:
    """SHRINK or NEWK: factors along the reciprocal vectors, Gilat net, whether three were given."""

    factors: tuple[int, int, int]
    gilat: int
    anisotropic: bool


def shrink_of(entry: Entry | None) -> ShrinkInput | None:
    """Read SHRINK (or the same records of NEWK); None where they are lacking."""
    if entry is None:
        return None
    taker = Taker(entry.records)
    try:
        first, gilat = (int(x) for x in taker.numbers(2))
        one, two, three = (first,) * 3 if first else (int(x) for x in taker.numbers(3))
    except ShortError:
        return None
    return ShrinkInput((one, two, three), gilat, anisotropic=not first)


def number_at(deck: DeckText, path: str) -> float | None:
    """Give the first number of a keyword (``scf/TOLDEE``); None without one."""
    values = numbers_at(deck, path)
    return values[0] if values else None


def numbers_at(deck: DeckText, path: str) -> tuple[float, ...] | None:
    """Give the numbers of a keyword (``scf/TOLINTEG``); None where it is not there."""
    entry = deck.find(path)
    return entry.numbers if entry is not None else None


Theory = Literal["RHF", "UHF", "ROHF", "DFT", "HF3C", "HFSOL3C"]
_THEORIES: Final[tuple[Theory, ...]] = ("UHF", "ROHF", "HF3C", "HFSOL3C")


@dataclass(frozen=True)
class HamiltonianInput:
    """The Hamiltonian.

    Attributes
    ----------
    theory
        ``DFT``, else the kind of Hartree–Fock.
    functional
        The word for a whole functional, as written; None where it is put together.
    exchange, correlation
        Words below EXCHANGE and CORRELAT, as written.
    hybrid_percent
        Below HYBRID.
    dispersion
        Whether D3 or D4 is asked for: in the functional's word, by DFTD3 or by GRIMME.
    grid
        The grid's keyword; None for the program's own or one of RADIAL and ANGULAR.
    spin
        Whether the calculation is spin-polarised.
    """

    theory: Theory
    functional: str | None = None
    exchange: str | None = None
    correlation: str | None = None
    hybrid_percent: float | None = None
    dispersion: bool = False
    grid: str | None = None
    spin: bool = False


def hamiltonian_of(deck: DeckText) -> HamiltonianInput:
    """Read the Hamiltonian of the third part; Hartree–Fock where nothing is said."""
    dft = deck.scf.get("DFT")
    apart = any(deck.scf.get(word) is not None for word in ("DFTD3", "GRIMME"))
    if dft is None:
        theory: Theory = next((w for w in _THEORIES if deck.scf.get(w) is not None), "RHF")
        return HamiltonianInput(theory, dispersion=apart, spin=theory in ("UHF", "ROHF"))
    functional = next((e.head.text.split()[0] for e in dft.entries if _is_functional(e)), None)
    hybrid = dft.get("HYBRID")
    return HamiltonianInput(
        "DFT",
        functional,
        _word(dft, "EXCHANGE"),
        _word(dft, "CORRELAT"),
        hybrid.numbers[0] if hybrid is not None and hybrid.numbers else None,
        apart or "-D" in (functional or "").upper(),
        next((e.keyword for e in dft.entries if e.keyword in GRIDS), None),
        dft.get("SPIN") is not None or deck.scf.get("UHF") is not None,
    )


def _is_functional(entry: Entry) -> bool:
    bare = entry.keyword.removesuffix("BJ").removesuffix("-D3").removesuffix("-D4")
    return entry.kind is Kind.KEYWORD and bare in WHOLE_FUNCTIONALS


def _word(block: Entry, keyword: str) -> str | None:
    entry = block.get(keyword)
    return entry.records[0].text.split()[0] if entry is not None and entry.records else None
