"""Rules on the third part: Hamiltonian, spin, k mesh, tolerances, convergence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from crystald.crystal.deck.electrons import OPEN_SHELL, element_of, looks_metallic
from crystald.crystal.deck.functional_table import FUNCTIONALS, Functional
from crystald.crystal.deck.geometry.block import PERIODICITY, Geometry
from crystald.crystal.deck.kmesh import check_mesh
from crystald.crystal.deck.lint.electrons import charges_of, ghost_elements
from crystald.crystal.deck.lint.subject import Note, Subject
from crystald.crystal.deck.structure.setting import cell_count
from crystald.crystal.deck.text.records import Record, number_of
from crystald.crystal.deck.text.scf_words import WHOLE_FUNCTIONALS
from crystald.crystal.deck.text.tree import Entry, Kind
from crystald.crystal.deck.text.values import (
    basis_name,
    hamiltonian_of,
    number_at,
    numbers_at,
    shrink_of,
)
from crystald.errors import DeckError

_REPEATABLE: Final = frozenset(("PPAN", "SETPRINT", "SCFDIR", "NOBIPOLA", "DIIS"))


def _functional_entries(subject: Subject) -> list[Entry]:
    dft = subject.deck.scf.get("DFT")
    found = dft.entries if dft is not None else ()
    bare = [(e, e.keyword.split("-D3")[0].split("-D4")[0]) for e in found]
    hartree_fock = [subject.deck.scf.get(word) for word in ("HF3C", "HFSOL3C")]
    return [
        *(entry for entry, word in bare if word in WHOLE_FUNCTIONALS),
        *(entry for entry in hartree_fock if entry is not None),
    ]


def _composite(word: str) -> str:
    """Give the name in our table of a 3C method, however it is spelt; empty for another word."""
    bare = word.upper().split("-D3")[0].replace("-", "")
    row = FUNCTIONALS.get(bare)
    return bare if row is not None and row.basis is not None else ""


def composite_dispersion(subject: Subject) -> Iterator[Note]:
    """Tell D3 added to a 3C method, which carries its own corrections."""
    for entry in _functional_entries(subject):
        apart = subject.deck.scf.get("DFTD3") or subject.deck.scf.get("GRIMME")
        if _composite(entry.keyword) and ("-D3" in entry.keyword or apart is not None):
            yield Note(
                entry.head.number,
                f"{_composite(entry.keyword)} carries its own dispersion correction",
                "Take D3 out.",
            )


def dispersion_parameters(subject: Subject) -> Iterator[Note]:
    """Tell D3 added to a functional that the program has no parameters of D3 for."""
    for entry in _functional_entries(subject):
        bare, mark, _ = entry.keyword.partition("-D3")
        row = _row(bare)
        if mark and row is not None and row.d3 is None and row.basis is None:
            able = ", ".join(row.d3 for row in FUNCTIONALS.values() if row.d3 is not None)
            yield Note(
                entry.head.number,
                f"the program has no D3 parameters for {bare}",
                f"Take -D3 out, or one of {able}.",
            )


def _row(word: str) -> Functional | None:
    """Find a functional in our table by its word or its name; None for one that is not there."""
    by_word = (row for row in FUNCTIONALS.values() if row.keyword.upper() == word)
    return next(by_word, FUNCTIONALS.get(word))


def composite_basis(subject: Subject) -> Iterator[Note]:
    """Tell a 3C method with a basis set other than its own."""
    name = basis_name(subject.deck)
    for entry in _functional_entries(subject):
        method = _composite(entry.keyword)
        wanted = FUNCTIONALS[method].basis if method else None
        if wanted is not None and (name or "").upper().replace("-", "") != wanted.upper().replace(
            "-", ""
        ):
            yield Note(
                entry.head.number,
                f"{method} is made for the basis set {wanted}, not {name or 'an explicit one'}",
                f"Write BASISSET and {wanted}.",
            )


def two_functionals(subject: Subject) -> Iterator[Note]:
    """Tell a DFT block with more than one functional."""
    found = _functional_entries(subject)
    if len(found) > 1:
        words = " and ".join(entry.keyword for entry in found)
        yield Note(found[1].head.number, f"{words} both stand in the DFT block", "Take one out.")


def no_functional(subject: Subject) -> Iterator[Note]:
    """Tell a DFT block that names no functional, nor exchange or correlation."""
    dft = subject.deck.scf.get("DFT")
    if dft is None or _functional_entries(subject):
        return
    named = any(dft.get(word) is not None for word in ("EXCHANGE", "CORRELAT"))
    if not named and not any(entry.kind is Kind.UNKNOWN for entry in dft.entries):
        yield Note(
            dft.head.number,
            "a DFT block without a functional computes Hartree-Fock",
            "Name the functional in it, or take the block out.",
        )


def spin_words(subject: Subject) -> Iterator[Note]:
    """Tell SPINLOCK, ATOMSPIN, … in a calculation without spin."""
    if hamiltonian_of(subject.deck).spin:
        return
    for word in ("SPINLOCK", "SPINLOC2", "ATOMSPIN", "BETALOCK"):
        entry = subject.deck.scf.get(word)
        if entry is not None:
            yield Note(
                entry.head.number,
                f"{word} stands in a calculation without spin",
                "Put SPIN into the DFT block (UHF for Hartree-Fock), or take it out.",
            )


def spin_lock_cycles(subject: Subject) -> Iterator[Note]:
    """Tell a spin lock that lasts as long as the SCF: the state is never judged unlocked."""
    lock, most = numbers_at(subject.deck, "scf/SPINLOCK"), number_at(subject.deck, "scf/MAXCYCLE")
    entry = subject.deck.scf.get("SPINLOCK")
    if entry is not None and lock and len(lock) > 1 and lock[1] >= (most or 50):
        yield Note(
            entry.head.number,
            f"the spin is locked for {lock[1]:g} cycles of at most {most or 50:g}",
            "Let the lock end well before MAXCYCLE.",
        )


def odd_electrons(subject: Subject) -> Iterator[Note]:
    """Tell an odd number of electrons in a calculation without spin that is none of a metal."""
    if _is_odd(subject) and not _may_be_metal(subject):
        yield Note(
            subject.deck.scf.entries[0].head.number,
            "the cell has an odd number of electrons and no spin",
            "Put SPIN into the DFT block, or UHF.",
        )


def odd_electrons_in_bands(subject: Subject) -> Iterator[Note]:
    """Tell an odd number of electrons without spin, of an element or alloy that may be a metal."""
    if _is_odd(subject) and _may_be_metal(subject):
        yield Note(
            subject.deck.scf.entries[0].head.number,
            "the cell has an odd number of electrons and no spin: it can only be a metal",
            "Put SPIN into the DFT block, or UHF, unless it is one.",
        )


def _is_odd(subject: Subject) -> bool:
    """Tell whether electrons of a calculation without spin are left unpaired."""
    count = _electrons(subject) if subject.deck.scf.entries else None
    return count is not None and bool(count % 2) and not hamiltonian_of(subject.deck).spin


def _may_be_metal(subject: Subject) -> bool:
    """Tell whether half-filled bands are likely: elements without open d or f shells, and alloys."""
    cell = subject.edited_cell if subject.is_edited else subject.cell
    if not subject.dimension or cell is None:
        return False
    elements = {element_of(number) for number in cell.numbers}
    return not OPEN_SHELL & elements and (len(elements) == 1 or looks_metallic(tuple(elements)))


def _electrons(subject: Subject) -> int | None:
    """Count the electrons of the cell; None where that cannot be known from the deck."""
    cell = subject.edited_cell if subject.is_edited else subject.cell
    words = subject.deck.basis
    if subject.deck.scf.get("DOPING") is not None:
        return None
    if words.get("CHARGED") is not None or words.get("CHEMOD") is not None:
        found = charges_of(subject)
        whole = found is not None and not found.electrons % 1
        return int(found.electrons) if found is not None and whole else None
    ghosts = ghost_elements(subject)
    if cell is None or ghosts is None:
        return None
    return sum(map(element_of, cell.numbers)) - sum(ghosts)


def shrink_there(subject: Subject) -> Iterator[Note]:
    """Tell a periodic system without SHRINK."""
    scf = subject.deck.scf
    stops = subject.deck.geometry.get("TESTGEOM") is not None
    if subject.dimension and scf.entries and scf.get("SHRINK") is None and not stops:
        yield Note(
            scf.entries[0].head.number,
            "a periodic system needs SHRINK",
            "Give IS and ISP below it.",
        )


def shrink_of_molecule(subject: Subject) -> Iterator[Note]:
    """Tell SHRINK in a molecule, which the program reads and makes no use of."""
    entry = subject.deck.scf.get("SHRINK")
    if entry is not None and subject.dimension == 0:
        reason = "a molecule has no k points: SHRINK is not used"
        yield Note(entry.head.number, reason, "Take SHRINK out.")


def shrink_form(subject: Subject) -> Iterator[Note]:
    """Tell three factors in the line of IS and ISP where the net that is read is another one."""
    for record in _three_factors(subject):
        if not _same_net(record.numbers, subject.dimension):
            factors = " ".join(f"{x:g}" for x in record.numbers[:3])
            yield Note(
                record.number,
                "three factors stand in a line where IS and ISP are read",
                f"Write 0 {max(record.numbers[:3]) * 2:g}, and {factors} in the line below.",
            )


def shrink_third(subject: Subject) -> Iterator[Note]:
    """Tell three factors in the line of IS and ISP that are read as the net that was meant."""
    for record in _three_factors(subject):
        if _same_net(record.numbers, subject.dimension):
            yield Note(
                record.number,
                "only two of these numbers are read, as IS and ISP",
                f"Write {record.numbers[0]:g} {record.numbers[1]:g}.",
            )


def _three_factors(subject: Subject) -> Iterator[Record]:
    for entry in (subject.deck.scf.get("SHRINK"), subject.deck.properties.get("NEWK")):
        first = next((r for r in entry.records if r.numbers), None) if entry is not None else None
        if first is not None and len(first.numbers) > 2 and first.numbers[0] != 0:
            yield first


def _same_net(factors: tuple[float, ...], dimension: int | None) -> bool:
    """Tell whether IS along every periodic direction is what three factors say."""
    periodic = 3 if dimension is None else dimension
    if periodic == 1:
        return False  # ISP, the second number, would be 1
    return set(factors[:periodic]) == {factors[0]} and set(factors[periodic:3]) <= {1.0}


def shrink_open_directions(subject: Subject) -> Iterator[Note]:
    """Tell k points along directions that are not periodic."""
    entry = subject.deck.scf.get("SHRINK")
    shrink = shrink_of(entry)
    if entry is None or shrink is None or not shrink.anisotropic or subject.dimension not in (1, 2):
        return
    if any(factor != 1 for factor in shrink.factors[subject.dimension :]):
        good = [*shrink.factors[: subject.dimension], 1, 1][:3]
        yield Note(
            entry.head.number + 2,
            f"factors {' '.join(map(str, shrink.factors))}: only {subject.dimension} directions "
            "are periodic",
            f"Write {' '.join(map(str, good))}.",
        )


def shrink_symmetry(subject: Subject) -> Iterator[Note]:
    """Tell unlike factors along vectors that symmetry makes equivalent."""
    entry = subject.deck.scf.get("SHRINK")
    shrink, geometry = shrink_of(entry), _geometry(subject)
    if entry is None or shrink is None or geometry is None or not shrink.anisotropic:
        return
    if any(factor != 1 for factor in shrink.factors[PERIODICITY[geometry.kind] :]):
        return
    try:
        check_mesh(geometry, shrink.factors)
    except DeckError as error:
        yield Note(entry.head.number + 2, error.message, error.hint)


def _geometry(subject: Subject) -> Geometry | None:
    """Give the group and cell of a deck without edits, in a setting that meshes are known for."""
    system, group = subject.system, subject.group
    if system is None or group is None or subject.is_edited or system.system not in PERIODICITY:
        return None
    if system.flags[0] or system.flags[2] > 1 or not system.dimension:
        return None
    cell = system.cell[: cell_count(system, group)]
    return Geometry(group, cell, (), system.system, system.flags)


def tolinteg(subject: Subject) -> Iterator[Note]:
    """Tell tolerances that are not whole, or out of order: INCONSISTENT ITOL SIZE."""
    entry = subject.deck.scf.get("TOLINTEG")
    if entry is None or entry.missing:
        return
    values = entry.numbers[:5]
    if any(value != int(value) or value < 1 for value in values):
        what = "TOLINTEG wants five positive whole numbers"
    elif values[4] < values[3]:
        what = f"the fifth tolerance, {values[4]:g}, is smaller than the fourth, {values[3]:g}"
    else:
        return
    yield Note(entry.head.number + 1, what, "Write for example 7 7 7 7 14.")


def one_record(subject: Subject) -> Iterator[Note]:
    """Tell MAXCYCLE, FMIXING or TOLDEE out of its range."""
    ranges = {"MAXCYCLE": (1, 99999), "FMIXING": (0, 100), "TOLDEE": (1, 20), "SMEAR": (0, 1)}
    for word, (least, most) in ranges.items():
        value = number_at(subject.deck, f"scf/{word}")
        if value is not None and not least <= value <= most:
            entry = subject.deck.scf.get(word)
            line = entry.head.number + 1 if entry is not None else 1
            yield Note(line, f"{word} {value:g} is out of range", f"From {least} to {most}.")


def level_shift(subject: Subject) -> Iterator[Note]:
    """Tell LEVSHIFT under DIIS, which switches it off."""
    entry = subject.deck.scf.get("LEVSHIFT")
    other = ("NODIIS", "ANDERSON", "BROYDEN")
    if entry is not None and all(subject.deck.scf.get(word) is None for word in other):
        yield Note(
            entry.head.number,
            "DIIS, the default of CRYSTAL17 and 23, takes no notice of LEVSHIFT",
            "Put NODIIS beside it, or take it out.",
        )


def guess_file(subject: Subject) -> Iterator[Note]:
    """Tell GUESSP without fort.20: the program stops."""
    entry = subject.deck.scf.get("GUESSP")
    if entry is not None and subject.staged is not None and "fort.20" not in subject.staged:
        yield Note(
            entry.head.number,
            "GUESSP reads fort.20, which is not there",
            "Stage the parent's fort.9 as fort.20, or take GUESSP out.",
        )


def said_twice(subject: Subject) -> Iterator[Note]:
    """Tell a keyword of the third part that stands twice: the last one counts."""
    counts = Counter(e.keyword for e in subject.deck.scf.entries if e.kind is Kind.KEYWORD)
    for word, count in counts.items():
        if count > 1 and word not in _REPEATABLE:
            last = subject.deck.scf.all(word)[-1]
            yield Note(
                last.head.number, f"{word} stands {count} times; the last one counts", "Keep one."
            )


def exponents(subject: Subject) -> Iterator[Note]:
    """Tell a threshold with an exponent (TOLDEG 3E-05)."""
    for _, entry in subject.deck.walk():
        if entry.keyword not in ("TOLDEG", "TOLDEX", "SMEAR", "STEPSIZE"):
            continue
        for record in entry.records:
            word = (record.text.split() or [""])[0]
            value = number_of(word)
            if value is not None and any(letter in word for letter in "eEdD"):
                plain = f"{value:.12f}".rstrip("0")
                yield Note(record.number, f"{word} is written with an exponent", f"Write {plain}.")
