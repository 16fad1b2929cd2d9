"""Rules on lists of atoms: numbers that mean no atom, spins that symmetry does not allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crystald.crystal.deck.lint.subject import Note, Subject
from crystald.crystal.deck.text.settings import atom_spins, counted
from crystald.crystal.deck.text.tree import Entry


def _atoms(subject: Subject) -> int | None:
    """Count the atoms that numbers in the deck go up to; None where it is not known."""
    if subject.deck.geometry.get("SCELPHONO") is not None:
        return None
    cell = subject.edited_cell if subject.is_edited else subject.cell
    return len(cell.numbers) if cell is not None else None


def _lists(subject: Subject) -> Iterator[tuple[Entry, Sequence[int]]]:
    ghosts, spins = subject.deck.basis.get("GHOSTS"), subject.deck.scf.get("ATOMSPIN")
    if ghosts is not None:
        yield ghosts, counted(ghosts)
    if spins is not None:
        yield spins, [label for label, _ in atom_spins(spins)]
    for word in ("OPTGEOM", "FREQCALC"):
        block = subject.deck.geometry.get(word)
        fragment = block.get("FRAGMENT") if block is not None else None
        if fragment is not None:
            yield fragment, counted(fragment)


def no_such_atom(subject: Subject) -> Iterator[Note]:
    """Tell a number in GHOSTS, ATOMSPIN or FRAGMENT that is no atom of the primitive cell."""
    count = _atoms(subject)
    for entry, labels in _lists(subject) if count is not None else ():
        bad = [label for label in labels if not 1 <= label <= (count or 0)]
        if bad:
            yield Note(
                entry.head.number,
                f"{entry.keyword} names atom {bad[0]}, the cell has {count}",
                "Atoms are counted in the primitive cell, from 1.",
            )


def unlike_spins(subject: Subject) -> Iterator[Note]:
    """Tell unlike spins on atoms that symmetry makes equivalent."""
    entry, cell = subject.deck.scf.get("ATOMSPIN"), subject.cell
    broken = any(subject.deck.geometry.get(word) for word in ("MODISYMM", "SYMMREMO", "SCELPHONO"))
    if entry is None or cell is None or cell.orbits is None or subject.is_edited or broken:
        return
    seen: dict[int, int] = {}
    for label, spin in atom_spins(entry):
        orbit = cell.orbits[label - 1] if 1 <= label <= len(cell.orbits) else -label
        if seen.setdefault(orbit, spin) != spin:
            yield Note(
                entry.head.number,
                f"atom {label} has another spin than an atom equivalent to it",
                "Lower the symmetry: MODISYMM with the same pairs in the geometry part.",
            )
            return
