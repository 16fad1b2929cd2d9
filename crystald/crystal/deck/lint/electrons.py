"""Electrons and nuclei of a cell, as the basis set of a deck has them, ghosts and CHEMOD included."""

from __future__ import annotations

from dataclasses import dataclass

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.lint.subject import Subject
from crystald.crystal.deck.text.settings import counted
from crystald.crystal.deck.text.values import ElementInput, ShellInput, basis_elements

CAPACITY = {0: 2, 1: 8, 2: 6, 3: 10, 4: 14, 5: 18}
"""Most electrons of a shell by its kind."""


@dataclass(frozen=True)
class Charges:
    """What the shells of a cell hold, and what its nuclei show."""

    electrons: float
    nuclei: float


def charges_of(subject: Subject) -> Charges | None:
    """Add up shells and nuclei; None where that cannot be known from the deck.

    GHOSTS and CHEMOD count atoms in the program's order, which is known for a cell that no edit
    and no file made.
    """
    by_number = {element.number: element for element in basis_elements(subject.deck)}
    cell = subject.edited_cell if subject.is_edited else subject.cell
    if cell is None or not by_number or subject.deck.basis.get("ATOMCONF") is not None:
        return None
    electrons, nuclei = {}, {}
    for number in set(cell.numbers):
        element = by_number.get(number)
        nucleus = nuclear(element)
        if element is None or nucleus is None:
            return None
        electrons[number], nuclei[number] = held(element.shells), nucleus
    held_by = [electrons[number] for number in cell.numbers]
    shown_by = [nuclei[number] for number in cell.numbers]
    if not _changed(subject, held_by, shown_by):
        return None
    return Charges(sum(held_by), sum(shown_by))


def _changed(subject: Subject, electrons: list[float], nuclei: list[float]) -> bool:
    """Do what CHEMOD and GHOSTS say; False where it is not known which atoms they mean."""
    chemod, ghosts = (subject.deck.basis.get(word) for word in ("CHEMOD", "GHOSTS"))
    if chemod is None and ghosts is None:
        return True
    if subject.is_edited or subject.cell is None or subject.cell.orbits is None:
        return False
    labels = counted(ghosts) if ghosts is not None else ()
    told = [record.numbers for record in chemod.records[1:]] if chemod is not None else []
    if any(not 1 <= label <= len(nuclei) for label in (*labels, *(row[0] for row in told if row))):
        return False
    for label, *shells in (row for row in told if row):
        electrons[int(label) - 1] = sum(shells)
    for label in labels:
        electrons[label - 1] = nuclei[label - 1] = 0.0
    return True


def ghost_elements(subject: Subject) -> list[int] | None:
    """List the elements of the ghosts; None where it is not known which atoms they are."""
    entry = subject.deck.basis.get("GHOSTS")
    if entry is None:
        return []
    if subject.is_edited or subject.cell is None or subject.cell.orbits is None:
        return None
    numbers = subject.cell.numbers
    return [element_of(numbers[i - 1]) for i in counted(entry) if 1 <= i <= len(numbers)]


def held(found: tuple[ShellInput, ...]) -> float:
    """Add up the electrons of shells."""
    return sum(shell.charge for shell in found)


def fits(shell: ShellInput) -> bool:
    """Tell whether a shell has room for its electrons."""
    return 0 <= shell.charge <= CAPACITY.get(shell.angular, 0)


def nuclear(element: ElementInput | None) -> float | None:
    """Give the charge that an element's nucleus shows; None for potentials of the program."""
    if element is None or not all(map(fits, element.shells)):
        return None
    if element.effective_charge is None and (element.potential or element.number > 200):
        return None
    if element.effective_charge is not None:
        return element.effective_charge
    return float(element_of(element.number))
