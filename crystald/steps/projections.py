"""Projections of a density of states: by element, by element and shell; never more than 15."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from crystald.crystal.deck.d3 import PROJECTIONS_MAX, Projection
from crystald.crystal.deck.electrons import element_of

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

Wish = Literal["total", "element", "element+shell"]


def projections_of(output: Output, wish: Wish) -> tuple[tuple[Projection, ...], tuple[str, ...]]:
    """Choose projections; what the program cannot hold is cut to elements, then to the total.

    Parameters
    ----------
    output
        Of the run that wrote the wavefunction.
    wish
        The finest that is wanted; the total always comes with them.

    Returns
    -------
    projections, notes
    """
    by_element = _by_element(output)
    choices: list[tuple[Projection, ...]] = [(), by_element, (*_by_shell(output), *by_element)]
    level = ("total", "element", "element+shell").index(wish)
    fitting = [choice for choice in choices[: level + 1] if len(choice) <= PROJECTIONS_MAX]
    chosen = fitting[-1]
    if chosen == choices[level]:
        return chosen, ()
    names = ", ".join(one.label for one in chosen) or "the total only"
    many = len(choices[level])
    return chosen, (f"{many} projections are more than {PROJECTIONS_MAX}: {names}",)


def _by_element(output: Output) -> tuple[Projection, ...]:
    atoms: dict[str, list[int]] = {}
    for atom in output.geometry.atoms if output.geometry else ():
        atoms.setdefault(symbol_of(atom.number), []).append(atom.index)
    return tuple(
        Projection(symbol, tuple(members), of_atoms=True) for symbol, members in atoms.items()
    )


def _by_shell(output: Output) -> tuple[Projection, ...]:
    orbitals: dict[str, list[int]] = {}
    for shell in output.shells or ():
        label = f"{shell.symbol.capitalize()} {shell.type}"
        orbitals.setdefault(label, []).extend(range(shell.first, shell.last + 1))
    return tuple(
        Projection(label, tuple(members), of_atoms=False) for label, members in orbitals.items()
    )


def symbol_of(number: int) -> str:
    """Give the element of an atomic number as printed.

    Examples
    --------
    >>> symbol_of(12), symbol_of(282)
    ('Mg', 'Pb')
    """
    from ase.data import chemical_symbols

    return str(chemical_symbols[element_of(number)])
