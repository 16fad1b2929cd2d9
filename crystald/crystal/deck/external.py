"""External basis sets: one file for each element, named by the program's number for it.

``8`` is oxygen with all its electrons, ``282`` lead with an effective core potential; the same
number stands in the geometry. The formal electrons of the shells must make up for the nuclei of
the whole cell (single atoms may be ions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from crystald.crystal.deck.blocks.explicit import ElementBasis, ExplicitBasis, read_element
from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.records import Lines
from crystald.errors import DeckError

DIFFUSE: Final = 0.1
"""Exponents below this make functions of a solid depend on each other."""

WITH_POTENTIAL: Final = 200


def external_basis(
    name: str, files: Mapping[str, str], numbers: Sequence[int], *, diffuse: bool = False
) -> ExplicitBasis:
    """Choose and check the elements of a cell.

    Parameters
    ----------
    name
        What the basis set is called in errors.
    files
        File name -> text.
    numbers
        Atomic numbers of the primitive cell.
    diffuse
        Take exponents below `DIFFUSE` too.

    Raises
    ------
    DeckError
        An element is missing or there twice, a file is not what its name says, exponents are
        diffuse, or the cell would be charged.
    """
    elements = tuple(_element(name, files, number) for number in sorted(set(numbers)))
    for element in elements:
        check_diffuse(name, element, allowed=diffuse)
    basis = ExplicitBasis(elements)
    check_neutral(name, basis, numbers)
    return basis


def _element(name: str, files: Mapping[str, str], number: int) -> ElementBasis:
    from ase.data import chemical_symbols

    symbol = chemical_symbols[number]
    found = [str(n) for n in (number, WITH_POTENTIAL + number) if str(n) in files]
    if len(found) != 1:
        what, verb = ("two files", "Keep") if found else ("no file", "Add")
        raise DeckError(
            f"the basis set {name} has {what} for {symbol}",
            f"{verb} one of {number} (all electrons) and {WITH_POTENTIAL + number} (with a core "
            "potential).",
        )
    element = parse_element(files[found[0]], f"file {found[0]} of the basis set {name}")
    if str(element.number) != found[0]:
        raise DeckError(
            f"file {found[0]} of the basis set {name} holds the element {element.number}",
            "Name it by the first number in it.",
        )
    return element


def parse_element(text: str, name: str) -> ElementBasis:
    """Read one element from a text of its own; blank lines around it and ``99 0`` are left out.

    Raises
    ------
    DeckError
        It holds something else; file and line are named.
    """
    kept = text.rstrip().removesuffix("99 0").rstrip()
    lines = Lines(kept.lstrip("\n"), name)
    element = read_element(lines)
    lines.finish()
    return element


def check_diffuse(name: str, element: ElementBasis, *, allowed: bool) -> None:
    """Refuse functions that reach far into other cells.

    Raises
    ------
    DeckError
        An exponent is below `DIFFUSE`.
    """
    smallest = element.smallest
    if not allowed and smallest is not None and smallest < DIFFUSE:
        raise DeckError(
            f"the basis set {name} has an exponent of {smallest:g} for element "
            f"{element_of(element.number)}: so diffuse a function makes a solid's basis dependent",
            "Take a basis set made for solids, or set diffuse to true.",
        )


def is_diffuse(basis: ExplicitBasis) -> bool:
    """Tell whether an exponent is below `DIFFUSE`."""
    return any((element.smallest or DIFFUSE) < DIFFUSE for element in basis.elements)


def check_neutral(name: str, basis: ExplicitBasis, numbers: Sequence[int]) -> None:
    """Refuse shells whose electrons do not make up for the nuclei of the cell.

    Raises
    ------
    DeckError
        They do not; the program would stop with UNIT CELL NOT NEUTRAL.
    """
    by_element = {element_of(element.number): element for element in basis.elements}
    nuclei = sum(by_element[number].charge for number in numbers)
    electrons = sum(by_element[number].electrons for number in numbers)
    if abs(nuclei - electrons) > 1e-6:
        raise DeckError(
            f"the shells of the basis set {name} hold {electrons:g} electrons, the nuclei of the "
            f"cell have a charge of {nuclei:g}",
            "Correct the formal charges of its shells.",
        )


def renumbered(geometry: Geometry, basis: str | ExplicitBasis) -> Geometry:
    """Give the atoms the numbers that the basis set has for them: 200 + Z with a potential."""
    ours = (
        {} if isinstance(basis, str) else {element_of(e.number): e.number for e in basis.elements}
    )
    atoms = tuple(
        replace(atom, number=ours.get(element_of(atom.number), element_of(atom.number)))
        for atom in geometry.atoms
    )
    return replace(geometry, atoms=atoms)
