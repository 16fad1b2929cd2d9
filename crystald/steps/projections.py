"""Projections of a density of states: by element, by shell, by atom, or as a person lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.d3 import Projection
from crystald.crystal.deck.electrons import element_of
from crystald.errors import ConfigError, DeckError

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

Mode = Literal["total", "element", "element+shell", "shell", "atom"]

_Members = Annotated[tuple[Annotated[int, Meta(ge=1)], ...], Meta(min_length=1)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A projection that a person wants: a name, and numbers of either atoms or orbitals, from 1."""

    label: Annotated[str, Meta(pattern=r"^[^#\r\n]+$", max_length=40)]
    atoms: _Members | None = None
    orbitals: _Members | None = None


MODES: Final = "total, element, element+shell, shell, atom"


def check_parts(wish: Mode | Sequence[Part], where: str) -> None:
    """Refuse parts that name both atoms and orbitals, or neither.

    Raises
    ------
    ConfigError
        One does.
    """
    for part in () if isinstance(wish, str) else wish:
        if (part.atoms is None) == (part.orbitals is None):
            raise ConfigError(
                f"{where}: the projection {part.label!r} needs either atoms or orbitals",
                "For example {label: Ti d, orbitals: [13, 14, 15, 16, 17]}.",
            )


def projections_of(
    output: Output, wish: Mode | Sequence[Part]
) -> tuple[tuple[Projection, ...], tuple[str, ...]]:
    """Choose projections; the total always comes with them.

    Parameters
    ----------
    output
        Of the run that wrote the wavefunction.
    wish
        ``element+shell``: shells of each element, then its sum; ``shell``: without the sums.

    Returns
    -------
    projections, notes

    Raises
    ------
    DeckError
        A part names an atom or an orbital that there is not.
    """
    if not isinstance(wish, str):
        return tuple(_part(output, part) for part in wish), ()
    if wish == "total":
        return (), ()
    if wish == "atom":
        return _by_atom(output), ()
    shells = _by_shell(output) if wish in ("shell", "element+shell") else ()
    lacking = wish != "element" and not shells
    sums = _by_element(output) if wish != "shell" or lacking else ()
    notes = ("the output does not print the shells of all atoms: elements only",) if lacking else ()
    return (*shells, *sums), notes


def _part(output: Output, part: Part) -> Projection:
    kind, most = ("atom", output.n_atoms) if part.atoms else ("orbital", output.n_ao)
    members = part.atoms or part.orbitals or ()
    if most is not None and max(members) > most:
        raise DeckError(
            f"the projection {part.label!r} names {kind} {max(members)}, there are {most}",
            f"Give numbers of {kind}s from 1 to {most}.",
        )
    return Projection(part.label, members, of_atoms=part.atoms is not None)


def _by_element(output: Output) -> tuple[Projection, ...]:
    atoms: dict[str, list[int]] = {}
    for atom in output.geometry.atoms if output.geometry else ():
        atoms.setdefault(symbol_of(atom.number), []).append(atom.index)
    return tuple(
        Projection(symbol, tuple(members), of_atoms=True) for symbol, members in atoms.items()
    )


def _by_atom(output: Output) -> tuple[Projection, ...]:
    return tuple(
        Projection(f"{symbol_of(atom.number)}{atom.index}", (atom.index,), of_atoms=True)
        for atom in (output.geometry.atoms if output.geometry else ())
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
