"""Rules on the second part: elements, shells, charges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crystald.crystal.deck.basis import BASIS_SETS, FREE_BASIS_SETS
from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.lint.electrons import CAPACITY, charges_of, fits
from crystald.crystal.deck.lint.subject import Note, Subject
from crystald.crystal.deck.text.geometry_words import EDITS
from crystald.crystal.deck.text.tree import Kind
from crystald.crystal.deck.text.values import basis_elements, basis_name

OTHER_NAMES: Final = frozenset((
    "SOL-DEF2-MSVP", "MINIX", "SOLMINIX", "MINIS", "6-31G*", "DEF2-SV(P)", "DEF2-SVP", "DEF2-SVPD",
    "DEF-TZVP", "DEF2-TZVP", "DEF2-TZVPD", "DEF2-TZVPP", "DEF2-QZVP", "CUSTOM", "VDZ", "3-21G",
    "6-21G", "6-31G", "6-31G**", "6-311G", "6-311G*", "6-311G**", "CC-PVDZ", "CC-PVTZ", "DCMTZVP",
))  # fmt: skip
"""Built-in basis sets (in capitals) whose elements are not in our table."""


_SAME_ELEMENTS: Final = frozenset((
    "ATOMDISP", "ATOMROT", "ATOMROTA", "ATOMORDE", "ELASTIC", "SUPERCEL", "SUPERCON", "SCELCONF",
    "REDEFINE", "ROTCRY", "LATVEC", "PRIMITIV", "TRASREMO", "PURIFY", "ORIGIN", "MOLSPLIT",
))  # fmt: skip
"""Edits after which the elements of the cell are the same."""


def _known() -> dict[str, frozenset[int]]:
    return {name.upper(): row.elements for name, row in BASIS_SETS.items()} | {
        "SOL-DEF2-MSVP": BASIS_SETS["SOLDEF2MSVP"].elements
    }


def _numbers(subject: Subject) -> tuple[int, ...]:
    """Give the numbers of all atoms, those put in by edits included; empty where not known."""
    cell = subject.edited_cell if subject.is_edited else subject.cell
    if cell is not None:
        return cell.numbers
    system = subject.system
    if system is None or _other_elements(subject):
        return ()
    return tuple(atom.number for atom in system.atoms)


def _other_elements(subject: Subject) -> bool:
    """Tell whether edits put in, take out or exchange atoms (a cut or a supercell does not)."""
    return any(entry.keyword in EDITS - _SAME_ELEMENTS for entry in subject.deck.geometry.entries)


def _line(subject: Subject) -> int:
    entries = subject.deck.basis.entries
    return entries[0].head.number if entries else 1


def coverage(subject: Subject) -> Iterator[Note]:
    """Tell an element that a built-in basis set does not hold."""
    name = basis_name(subject.deck)
    held = _known().get(name.upper()) if name is not None else None
    if held is None:
        return
    for z in sorted({element_of(n) for n in _numbers(subject)} - held - {0}):
        able = [key for key in FREE_BASIS_SETS if z in BASIS_SETS[key].elements]
        yield Note(
            _line(subject) + 1,
            f"the basis set {name} has no functions for element {z}",
            f"Take one of {', '.join(able)}." if able else "Give an explicit basis set.",
        )


def name_known(subject: Subject) -> Iterator[Note]:
    """Tell a name below BASISSET that is in no table."""
    name = basis_name(subject.deck)
    if name is not None and name.upper() not in _known() and name.upper() not in OTHER_NAMES:
        yield Note(
            _line(subject) + 1,
            f"{name} is not known as a built-in basis set",
            f"Known are {', '.join(BASIS_SETS)}.",
        )


def elements(subject: Subject) -> Iterator[Note]:
    """Tell an atom whose number no block of the explicit basis set has."""
    if basis_name(subject.deck) is not None or not subject.deck.basis.entries:
        return
    held = {int(e.keyword) for e in subject.deck.basis.entries if e.kind is Kind.ELEMENT}
    for number in sorted(set(_numbers(subject)) - held):
        other = next((n for n in held if element_of(n) == element_of(number) and n != 99), None)
        yield Note(
            _line(subject),
            f"the basis set has no block for the atoms of number {number}",
            f"The block has number {other}: write the same number in both places."
            if other is not None
            else f"Put in a block that begins with {number}.",
        )


def closed(subject: Subject) -> Iterator[Note]:
    """Tell an explicit basis set without the record ``99 0``."""
    found = [e for e in subject.deck.basis.entries if e.kind is Kind.ELEMENT]
    if found and not found[-1].missing and not any(e.keyword == "99" for e in found):
        last = list(found[-1].lines())[-1].number
        yield Note(last, "the basis set is not closed by 99 0", f"Put 99 0 behind line {last}.")


def cut_short(subject: Subject) -> Iterator[Note]:
    """Tell an element whose shells or pseudopotential are not complete.

    Tools that look for ``99 0`` as letters cut a basis set inside a number (``1499 0.5``).
    """
    for entry in subject.deck.basis.entries:
        if entry.kind is Kind.ELEMENT and entry.missing:
            last = list(entry.lines())[-1].number
            yield Note(
                last,
                f"the basis set of element {entry.keyword} ends too early, before {entry.missing}",
                "Take the block again from where it came; look for a cut at a number with 99 0 in it.",
            )


def shells(subject: Subject) -> Iterator[Note]:
    """Tell a shell with more electrons than it holds."""
    for element in basis_elements(subject.deck):
        for shell in element.shells:
            most = CAPACITY.get(shell.angular)
            if most is None:
                yield Note(
                    shell.record.number, f"{shell.angular} is no kind of shell", "0 S to 5 G."
                )
            elif not fits(shell):
                yield Note(
                    shell.record.number,
                    f"{shell.charge:g} electrons do not fit into this shell ({most})",
                    "Order of the record: kind, angular type, primitives, electrons, scale.",
                )


def potential_number(subject: Subject) -> Iterator[Note]:
    """Tell a number and a pseudopotential that do not belong together (200 + Z has one)."""
    for element in basis_elements(subject.deck):
        if (element.number > 200) != bool(element.potential):
            has = "a" if element.potential else "no"
            z = element_of(element.number)
            yield Note(
                element.entry.head.number,
                f"element {element.number} has {has} pseudopotential",
                f"Write {z + 200} with INPUT below, {z} without, here and at the atoms.",
            )


def offset_with_built_in(subject: Subject) -> Iterator[Note]:
    """Tell 200 + Z with a built-in basis set, which goes by the element's own number."""
    system = subject.system
    if basis_name(subject.deck) is None or system is None:
        return
    for atom in system.atoms:
        if atom.number > 200:
            yield Note(
                atom.record.number,
                f"{atom.number} asks for a pseudopotential of the deck, which has BASISSET",
                f"Write {element_of(atom.number)}.",
            )


def charges(subject: Subject) -> Iterator[Note]:
    """Tell shells whose electrons are not those of the nuclei, over the whole cell."""
    found = charges_of(subject) if subject.deck.basis.get("CHARGED") is None else None
    if found is not None and abs(found.electrons - found.nuclei) > 1e-4:
        ghosts = subject.deck.basis.get("GHOSTS") is not None
        yield Note(
            _line(subject),
            f"the shells hold {found.electrons:g} electrons, the nuclei have charge "
            f"{found.nuclei:g}: the cell is not neutral",
            "Ghosts took their electrons along: give the other atoms the charges of neutral ones."
            if ghosts
            else "Set the charges of the shells; CHARGED in the basis part for a cell that is "
            "charged.",
        )


def no_basis(subject: Subject) -> Iterator[Note]:
    """Tell a deck that goes on to the Hamiltonian without a basis set."""
    scf = subject.deck.scf
    if scf.entries and not subject.deck.basis.entries:
        yield Note(
            scf.entries[0].head.number,
            "no basis set stands before the Hamiltonian",
            "Put BASISSET and a name, or the elements and 99 0, before it.",
        )
