"""Block 3 of a deck: Hamiltonian and SCF settings."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from crystal_standin.events import RefusalError
from crystal_standin.reading import keywords
from crystal_standin.reading.basis_words import BasisWords
from crystal_standin.reading.records import Records, is_end


@dataclasses.dataclass(frozen=True, slots=True)
class Hamiltonian:
    """The method: Hartree-Fock when `functional` is empty."""

    functional: str = ""
    spin: bool = False
    d3: bool = False
    gcp: bool = False

    @property
    def label(self) -> str:
        """HF or DFT, as in the energy lines."""
        return "DFT" if self.functional else "HF"


@dataclasses.dataclass(frozen=True, slots=True)
class Scf:
    """SCF settings; `shrink` is empty when the deck gives none."""

    tolinteg: tuple[int, ...] = (6, 6, 6, 6, 12)
    toldee: int = 6
    shrink: tuple[int, ...] = ()
    gilat: int = 0
    max_cycles: int = 50
    mixing: int = 30
    guess: bool = False
    spin_lock: tuple[int, ...] = ()
    atom_spins: tuple[tuple[int, int], ...] = ()
    smear: bool = False
    test_density: bool = False
    mulliken: bool = False


def read(records: Records, *, after_basisset: bool) -> tuple[Hamiltonian, Scf, BasisWords]:
    """Read the third block to its END.

    Parameters
    ----------
    records : Records
        Positioned after the basis set.
    after_basisset : bool
        BASISSET leaves the basis block open: its keywords may still come.

    Raises
    ------
    RefusalError
        A keyword or record that does not belong here, or no END.
    """
    hamiltonian, found, words = Hamiltonian(), _Found(), BasisWords()
    while not is_end(word := records.keyword()):
        if word == "DFT":
            hamiltonian = _read_dft(records, hamiltonian)
        elif word == "UHF":
            hamiltonian = dataclasses.replace(hamiltonian, spin=True)
        elif word in keywords.FOCK_COMPOSITES:
            hamiltonian = _read_composite(records, hamiltonian)
        elif word in _READERS:
            _READERS[word](records, found)
        elif word in keywords.SCF_SKIPPED:
            for _ in range(keywords.SCF_SKIPPED[word]):
                records.next()
            found.words.add(word)
        elif not (after_basisset and words.take(records, word)):
            raise _unknown(records, word)
    scf = found.scf()
    _check_spin(hamiltonian, scf)
    return hamiltonian, scf, words


class _Found:
    """What the records of the block have said so far."""

    def __init__(self) -> None:
        self.settings: dict[str, object] = {}
        self.words: set[str] = set()

    def scf(self) -> Scf:
        settings = dict(self.settings)
        settings["smear"] = "SMEAR" in self.words
        settings["mulliken"] = "PPAN" in self.words
        return dataclasses.replace(Scf(), **settings)  # type: ignore[arg-type]


Reader = Callable[[Records, _Found], None]
"""Reads the records of one keyword into what was found."""


def _tolinteg(records: Records, found: _Found) -> None:
    values = records.all_reals("INP12B")
    right = len(values) == 5 and all(v == int(v) and v > 0 for v in values)
    if not right or values[4] < values[3]:
        note = f"line {records.position}: TOLINTEG wants five integers with ITOL5 >= ITOL4"
        raise RefusalError("INP12B", "INCONSISTENT ITOL SIZE", note)
    found.settings["tolinteg"] = tuple(int(value) for value in values)


def _shrink(records: Records, found: _Found) -> None:
    first, gilat = records.integers(2, "SHRINK")
    factors = [first] * 3 if first else records.integers(3, "SHRINK")
    if min(factors) < 1 or gilat < 1:
        raise records.unreadable("SHRINK")
    found.settings["shrink"] = tuple(factors)
    found.settings["gilat"] = gilat


def _atomspin(records: Records, found: _Found) -> None:
    count = records.integers(1, "READM2")[0]
    values: list[int] = []
    while len(values) < 2 * count:
        values += [int(value) for value in records.all_reals("READM2")]
    pairs = zip(values[::2], values[1::2], strict=False)
    found.settings["atom_spins"] = tuple(pairs)


def _whole(name: str) -> Reader:
    def read_it(records: Records, found: _Found) -> None:
        found.settings[name] = records.integers(1, "READM2")[0]

    return read_it


def _flag(name: str) -> Reader:
    def read_it(_records: Records, found: _Found) -> None:
        found.settings[name] = True

    return read_it


def _spinlock(records: Records, found: _Found) -> None:
    found.settings["spin_lock"] = tuple(records.integers(2, "READM2"))


_READERS: dict[str, Reader] = {
    "TOLINTEG": _tolinteg,
    "TOLDEE": _whole("toldee"),
    "SHRINK": _shrink,
    "MAXCYCLE": _whole("max_cycles"),
    "FMIXING": _whole("mixing"),
    "GUESSP": _flag("guess"),
    "SPINLOCK": _spinlock,
    "ATOMSPIN": _atomspin,
    "TESTPDIM": _flag("test_density"),
}


def _read_dft(records: Records, before: Hamiltonian) -> Hamiltonian:
    functional, spin, names = "", before.spin, []
    while not is_end(word := records.keyword().upper()):
        if word == "SPIN":
            spin = True
        elif word in ("EXCHANGE", "CORRELAT"):
            names.append(_named(records))
        elif word in keywords.DFT_SKIPPED:
            for _ in range(keywords.DFT_SKIPPED[word]):
                records.next()
        else:
            functional = _functional(records, word)
    functional = functional or "/".join(names) or "HF"
    gcp = functional in keywords.COMPOSITES
    return Hamiltonian(functional, spin, gcp or functional.endswith("-D3"), gcp)


def _read_composite(records: Records, before: Hamiltonian) -> Hamiltonian:
    """Read over the block of a Hartree-Fock method with corrections of its own."""
    while not is_end(word := records.keyword()):
        if word not in keywords.CORRECTIONS_SKIPPED:
            raise _unknown(records, word)
        for _ in range(keywords.CORRECTIONS_SKIPPED[word]):
            records.next()
    return dataclasses.replace(before, d3=True, gcp=True)


def _named(records: Records) -> str:
    name = records.keyword().upper()
    if name not in keywords.EXCHANGE_CORRELATION:
        raise _unknown(records, name)
    return name


def _functional(records: Records, word: str) -> str:
    plain = word.removesuffix("-D3")
    if word in keywords.COMPOSITES or plain in keywords.FUNCTIONALS:
        if word == plain or plain in keywords.D3_FUNCTIONALS:
            return word
        note = f"line {records.position}: no D3 parameters for {plain}"
        raise RefusalError("DFTD3_INPUT", f"FUNCTIONAL {plain} NOT ALLOWED", note)
    raise _unknown(records, word)


def _check_spin(hamiltonian: Hamiltonian, scf: Scf) -> None:
    if (scf.spin_lock or scf.atom_spins) and not hamiltonian.spin:
        note = "SPINLOCK or ATOMSPIN without SPIN (in DFT) or UHF"
        raise RefusalError("READM2", "CLOSED SHELL RUN-SPIN POLARIZATION NOT ALLOWED", note)


def _unknown(records: Records, word: str) -> RefusalError:
    if word in (*keywords.SCF_NOT_DONE, *keywords.METHOD_NOT_DONE):
        note = f"line {records.position}: CRYSTAL knows {word}, the stand-in does not do it"
        return RefusalError("STANDIN", f"{word} IS NOT DONE BY THE STAND-IN", note)
    what = "a blank line" if not word else repr(word)
    note = f"line {records.position}: {what}"
    return RefusalError("READM2", f"KEYWORD {word:<10.10} NOT ALLOWED", note)
