"""OPTGEOM: the optimisation of a geometry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from crystald.crystal.deck.records import Lines, plain

OPTIMISATIONS: Final = ("FULLOPTG", "CELLONLY", "ATOMONLY", "ITATOCEL", "CVOLOPT")
"""What moves: all, the cell, the atoms, atoms and cell in turns, all at constant volume."""


@dataclass(frozen=True)
class Optimisation:
    """The OPTGEOM block.

    Attributes
    ----------
    kind
        What moves: one of `OPTIMISATIONS`.
    maxcycle
        Most points.
    toldeg, toldex
        RMS of the gradient (Ha/bohr) and of the displacement (bohr) at convergence.
    toldee
        Energy change at convergence: 10**-toldee Ha.
    maxtradius
        Largest trust radius, bohr; None for the program's own.
    finalrun
        What follows convergence; None for the program's own (4).
    fragment
        The only atoms that move, by their numbers in the primitive cell; empty for all.
    restart
        Whether ``OPTINFO.DAT`` of an interrupted optimisation is carried on.
    hessian
        Whether ``HESSOPT.DAT`` of an earlier optimisation is the first Hessian.
    """

    kind: str
    maxcycle: int
    toldeg: float
    toldex: float
    toldee: int
    maxtradius: float | None = None
    finalrun: int | None = None
    fragment: tuple[int, ...] = ()
    restart: bool = False
    hessian: bool = False


def optimisation_lines(
    block: Optimisation, opens: str = "OPTGEOM", ends: str = "ENDOPT"
) -> list[str]:
    """Write the block from OPTGEOM to ENDOPT; PREOPTGEOM to END has the same records."""
    lines = [opens, block.kind]
    lines += ["RESTART"] if block.restart else []
    lines += ["HESSOPT"] if block.hessian else []
    lines += ["MAXCYCLE", str(block.maxcycle), "TOLDEG", plain(block.toldeg, 1)]
    lines += ["TOLDEX", plain(block.toldex, 1), "TOLDEE", str(block.toldee)]
    if block.maxtradius is not None:
        lines += ["MAXTRADIUS", plain(block.maxtradius, 1)]
    if block.finalrun is not None:
        lines += ["FINALRUN", str(block.finalrun)]
    if block.fragment:
        lines += ["FRAGMENT", *atom_lines(block.fragment)]
    return [*lines, ends]


def atom_lines(atoms: tuple[int, ...]) -> list[str]:
    """Write how many atoms there are, and their numbers."""
    return [str(len(atoms)), " ".join(map(str, atoms))]


def read_atoms(lines: Lines) -> tuple[int, ...]:
    """Read what `atom_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else.
    """
    count = lines.value(int)
    if count < 1:
        raise lines.wrong("at least one atom belongs here")
    return lines.values(int, count)


def read_optimisation(lines: Lines, opens: str = "OPTGEOM", ends: str = "ENDOPT") -> Optimisation:
    """Read what `optimisation_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    lines.expect((opens,))
    found: dict[str, Any] = {"kind": lines.expect(OPTIMISATIONS)}
    while (word := lines.take()) != ends:
        if word not in _READERS:
            raise lines.wrong(f"the keyword {word!r} does not belong here")
        found[_NAMES.get(word, word.lower())] = _READERS[word](lines)
    if lacking := {"maxcycle", "toldeg", "toldex", "toldee"} - found.keys():
        raise lines.wrong(f"{', '.join(sorted(lacking)).upper()} must stand before the {ends}")
    return Optimisation(**found)


_READERS: Final[dict[str, Callable[[Lines], Any]]] = {
    "MAXCYCLE": lambda lines: lines.value(int),
    "TOLDEG": lambda lines: lines.value(float),
    "TOLDEX": lambda lines: lines.value(float),
    "TOLDEE": lambda lines: lines.value(int),
    "MAXTRADIUS": lambda lines: lines.value(float),
    "FINALRUN": lambda lines: lines.value(int),
    "FRAGMENT": read_atoms,
    "RESTART": lambda _: True,
    "HESSOPT": lambda _: True,
}
_NAMES: Final = {"HESSOPT": "hessian"}
