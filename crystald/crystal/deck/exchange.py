"""Basis sets of the Basis Set Exchange (the optional package ``basis-set-exchange``).

It writes shells without electrons, which CRYSTAL wants: they are filled in the order of the
periodic table, less the electrons of a core potential.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crystald.crystal.deck.blocks.explicit import CAPACITY, ElementBasis, ExplicitBasis
from crystald.crystal.deck.external import check_diffuse, check_neutral, parse_element
from crystald.errors import DeckError

_MADELUNG: Final = [
    "1s",
    "2s",
    "2p",
    "3s",
    "3p",
    "4s",
    "3d",
    "4p",
    "5s",
    "4d",
    "5p",
    "6s",
    "4f",
    "5d",
    "6p",
    "7s",
    "5f",
    "6d",
    "7p",
]
_MOMENTS: Final = "spdf"
_OF_KIND: Final = {0: (0,), 1: (0, 1), 2: (1,), 3: (2,), 4: (3,), 5: ()}


def exchange_basis(name: str, numbers: Sequence[int], *, diffuse: bool = False) -> ExplicitBasis:
    """Take the elements of a cell from the Basis Set Exchange.

    Raises
    ------
    DeckError
        The package is missing, there is no such basis set or element, or exponents are diffuse.
    """
    texts = [_text(name, number) for number in sorted(set(numbers))]
    elements = tuple(filled(parse_element(text, f"the basis set {name}")) for text in texts)
    for element in elements:
        check_diffuse(name, element, allowed=diffuse)
    basis = ExplicitBasis(elements)
    check_neutral(name, basis, numbers)
    return basis


def _text(name: str, number: int) -> str:
    try:
        import basis_set_exchange as exchange
    except ImportError:
        raise DeckError(
            "basis sets of the Basis Set Exchange need a package that is not installed",
            "Install crystald[basis].",
        ) from None
    from ase.data import chemical_symbols

    try:
        return str(exchange.get_basis(name, elements=[number], fmt="crystal", header=False))
    except KeyError as error:
        raise DeckError(
            f"the Basis Set Exchange has no basis set {name!r} with {chemical_symbols[number]}",
            "Look at https://www.basissetexchange.org, or take a basis set that is built in.",
        ) from error
    except (RuntimeError, ValueError) as error:  # what CRYSTAL has no form for
        raise DeckError(
            f"the basis set {name} cannot be written for {chemical_symbols[number]} ({error})",
            "Take another basis set.",
        ) from error


def filled(element: ElementBasis) -> ElementBasis:
    """Fill the shells in the order of the periodic table, tightest shells first.

    Raises
    ------
    DeckError
        The shells cannot hold them.
    """
    left = _electrons(element.number % 100, round(element.charge))
    charges = []
    for shell in element.shells:
        taken = 0.0
        for moment in _OF_KIND[shell.kind]:
            part = min(left[moment], CAPACITY[0] * (2 * moment + 1))
            left[moment] -= part
            taken += part
        charges.append(taken)
    if any(left):
        raise DeckError(
            f"the shells of element {element.number % 100} cannot hold its electrons",
            "Take another basis set.",
        )
    return _rewritten(element, charges)


def _electrons(number: int, kept: int) -> list[float]:
    """Count the electrons of the free atom by angular momentum, less those of the core."""
    left, shells = number, []
    for shell in _MADELUNG:
        moment = _MOMENTS.index(shell[1])
        part = min(left, 2 * (2 * moment + 1))
        shells.append((int(shell[0]), moment, part))
        left -= part
    core = number - kept
    counts = [0.0] * 4
    for _, moment, part in sorted(shells):
        hidden = min(core, part)
        core -= hidden
        counts[moment] += part - hidden
    return counts


def _rewritten(element: ElementBasis, charges: Sequence[float]) -> ElementBasis:
    """Put the electrons into the text: the fourth number of each shell's first line."""
    lines = element.text.split("\n")
    position = len(lines) - sum(1 + len(shell.exponents) for shell in element.shells)
    for shell, charge in zip(element.shells, charges, strict=True):
        form, kind, primitives, _, scale = lines[position].split()[:5]
        lines[position] = f"{form} {kind} {primitives} {charge:.1f} {scale}"
        position += 1 + len(shell.exponents)
    return parse_element("\n".join(lines), f"element {element.number}")
