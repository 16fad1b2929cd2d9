"""The blocks of a deck as values: OPTGEOM, FREQCALC, SCF.

None (or False) is what the deck does not say: the program's own default then holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from crystald.crystal.deck.text.tree import DeckText, Entry, Kind
from crystald.crystal.deck.text.values import ShrinkInput, number_at, numbers_at, shrink_of

MOVES: Final = (
    "FULLOPTG", "ATOMONLY", "CELLONLY", "ITATOCEL", "CVOLOPT", "INTREDUN", "INTONLY",
)  # fmt: skip
"""Words of OPTGEOM that say what moves."""


@dataclass(frozen=True)
class OptimisationInput:
    """The OPTGEOM block.

    Attributes
    ----------
    kind
        One of `MOVES`; None for the program's default, the atoms.
    maxcycle, toldeg, toldex, toldee
        As written: points, Ha/bohr, bohr, and n of 10**-n Ha.
    restart
        Whether it goes on from OPTINFO.DAT.
    fragment
        Numbers of the atoms that move, counted from 1; None for all.
    entry
        Where it stands.
    """

    kind: str | None
    maxcycle: int | None
    toldeg: float | None
    toldex: float | None
    toldee: int | None
    restart: bool
    fragment: tuple[int, ...] | None
    entry: Entry


def optimisation_of(deck: DeckText) -> OptimisationInput | None:
    """Read OPTGEOM; None in a deck without it."""
    block = deck.geometry.get("OPTGEOM")
    if block is None or block.kind is not Kind.BLOCK:
        return None
    return OptimisationInput(
        next((e.keyword for e in block.entries if e.keyword in MOVES), None),
        _whole(_first(block, "MAXCYCLE")),
        _first(block, "TOLDEG"),
        _first(block, "TOLDEX"),
        _whole(_first(block, "TOLDEE")),
        block.get("RESTART") is not None,
        _listed(block, "FRAGMENT"),
        block,
    )


Method = Literal["INTPOL", "INTLOC", "INTCPHF"]
_METHODS: Final[tuple[Method, ...]] = ("INTPOL", "INTLOC", "INTCPHF")


@dataclass(frozen=True)
class FrequenciesInput:
    """The FREQCALC block.

    Attributes
    ----------
    numderiv
        Displacements per coordinate.
    stepsize_ang
        Of a displacement.
    intensities
        INTENS or NOINTENS; None where neither is written.
    method
        How intensities are computed: Berry phase, Wannier functions, coupled perturbed.
    raman
        Whether Raman intensities are computed.
    dispersion
        Whether phonons away from Γ are computed.
    restart
        Whether it goes on from FREQINFO.DAT.
    fragment
        Numbers of the atoms that are displaced, counted from 1; None for all.
    entry
        Where it stands.
    """

    numderiv: int | None
    stepsize_ang: float | None
    intensities: bool | None
    method: Method | None
    raman: bool
    dispersion: bool
    restart: bool
    fragment: tuple[int, ...] | None
    entry: Entry


def frequencies_of(deck: DeckText) -> FrequenciesInput | None:
    """Read FREQCALC; None in a deck without it."""
    block = deck.geometry.get("FREQCALC")
    if block is None or block.kind is not Kind.BLOCK:
        return None
    said = [e.keyword for e in block.entries if e.keyword in ("INTENS", "NOINTENS")]
    return FrequenciesInput(
        _whole(_first(block, "NUMDERIV")),
        _first(block, "STEPSIZE"),
        said[-1] == "INTENS" if said else None,
        next((word for word in _METHODS if block.get(word) is not None), None),
        any(block.get(word) is not None for word in ("INTRAMAN", "RAMAN")),
        block.get("DISPERSION") is not None,
        block.get("RESTART") is not None,
        _listed(block, "FRAGMENT"),
        block,
    )


Scheme = Literal["DIIS", "NODIIS", "ANDERSON", "BROYDEN"]
_SCHEMES: Final[tuple[Scheme, ...]] = ("BROYDEN", "ANDERSON", "NODIIS", "DIIS")


@dataclass(frozen=True)
class ScfInput:
    """The settings of the SCF.

    Attributes
    ----------
    tolinteg
        As many numbers as are written (five in a good deck).
    toldee, maxcycle, fmixing
        As written.
    shrink
        The k mesh.
    smear_ha
        Width of the smearing.
    levshift
        The two numbers of LEVSHIFT.
    spinlock
        n_alpha - n_beta, cycles.
    atomspin
        Pairs of an atom, counted from 1, and its spin.
    guessp
        Whether the density of fort.20 is the first guess.
    scheme
        How convergence is sped up.
    """

    tolinteg: tuple[int, ...] | None
    toldee: int | None
    maxcycle: int | None
    fmixing: int | None
    shrink: ShrinkInput | None
    smear_ha: float | None
    levshift: tuple[float, ...] | None
    spinlock: tuple[int, ...] | None
    atomspin: tuple[tuple[int, int], ...]
    guessp: bool
    scheme: Scheme | None


def scf_of(deck: DeckText) -> ScfInput:
    """Read the settings of the SCF."""
    return ScfInput(
        _wholes(numbers_at(deck, "scf/TOLINTEG")),
        _whole(number_at(deck, "scf/TOLDEE")),
        _whole(number_at(deck, "scf/MAXCYCLE")),
        _whole(number_at(deck, "scf/FMIXING")),
        shrink_of(deck.scf.get("SHRINK")),
        number_at(deck, "scf/SMEAR"),
        numbers_at(deck, "scf/LEVSHIFT"),
        _wholes(numbers_at(deck, "scf/SPINLOCK")),
        atom_spins(deck.scf.get("ATOMSPIN")),
        deck.scf.get("GUESSP") is not None,
        next((word for word in _SCHEMES if deck.scf.get(word) is not None), None),
    )


def atom_spins(entry: Entry | None) -> tuple[tuple[int, int], ...]:
    """Read the pairs of ATOMSPIN; empty without any."""
    values = counted(entry, 2) if entry is not None else ()
    return tuple(zip(values[::2], values[1::2], strict=False))


def counted(entry: Entry, each: int = 1) -> tuple[int, ...]:
    """Read a list of whole numbers after its count, as far as the program reads it.

    Parameters
    ----------
    entry
        FRAGMENT, GHOSTS, ATOMSPIN, …: a count N, and N × `each` numbers from the next line on.
    each
        Numbers of an item.

    Returns
    -------
    tuple of int
        What else stands behind the last of them, or beside the count, is not read.
    """
    count, *rest = [record.numbers for record in entry.records if record.numbers] or [(0.0,)]
    values = [int(value) for numbers in rest for value in numbers]
    return tuple(values[: max(int(count[0]), 0) * each])


def _first(block: Entry, keyword: str) -> float | None:
    entry = block.get(keyword)
    return entry.numbers[0] if entry is not None and entry.numbers else None


def _listed(block: Entry, keyword: str) -> tuple[int, ...] | None:
    entry = block.get(keyword)
    return counted(entry) if entry is not None else None


def _whole(value: float | None) -> int | None:
    return int(value) if value is not None else None


def _wholes(values: tuple[float, ...] | None) -> tuple[int, ...] | None:
    return tuple(int(x) for x in values) if values is not None else None
