"""Parts of FREQCALC about single modes: isotopes, combinations, scans; and ANHARM beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from crystald.crystal.deck.records import Lines, plain

Isotopes = tuple[tuple[int, float], ...]
"""Atoms of the primitive cell, each with its mass in atomic mass units."""

COMBINATIONS: Final = ("ALL", "IR", "RAMAN", "IRRAMAN")
"""Which overtones and combinations COMBMODE lists."""


@dataclass(frozen=True)
class Scan:
    """SCANMODE: first and last point, step (of the largest classical displacement), modes."""

    first: int
    last: int
    step: float
    modes: tuple[int, ...]


@dataclass(frozen=True)
class Anharm:
    """ANHARM: the anharmonic stretching of a bond of hydrogen.

    It is a task of its own beside FREQCALC, in the geometry part of the deck.

    Attributes
    ----------
    atom
        The hydrogen, by its number in the primitive cell.
    isotopes
        Other masses.
    keepsymm
        Whether all equivalent bonds are stretched together.
    noguess
        Whether each point starts from the atoms' densities.
    points26
        26 points and not 7.
    """

    atom: int
    isotopes: Isotopes = ()
    keepsymm: bool = False
    noguess: bool = False
    points26: bool = False


def isotope_lines(isotopes: Isotopes) -> list[str]:
    """Write ISOTOPES."""
    rows = [f"{atom} {plain(mass, 1)}" for atom, mass in isotopes]
    return ["ISOTOPES", str(len(isotopes)), *rows] if isotopes else []


def read_isotopes(lines: Lines) -> Isotopes:
    """Read what follows ISOTOPES.

    Raises
    ------
    DeckError
        It holds something else.
    """
    rows = [lines.values(float, 2) for _ in range(lines.value(int))]
    return tuple((int(atom), mass) for atom, mass in rows)


def scan_lines(scan: Scan) -> list[str]:
    """Write SCANMODE."""
    head = f"{len(scan.modes)} {scan.first} {scan.last} {plain(scan.step, 1)}"
    return ["SCANMODE", head, " ".join(map(str, scan.modes))]


def read_scan(lines: Lines) -> Scan:
    """Read what follows SCANMODE.

    Raises
    ------
    DeckError
        It holds something else.
    """
    count, first, last, step = lines.values(float, 4)
    return Scan(int(first), int(last), step, lines.values(int, int(count)))


def combination_lines(which: str) -> list[str]:
    """Write COMBMODE."""
    return ["COMBMODE", which, "END"]


def read_combination(lines: Lines) -> str:
    """Read what follows COMBMODE.

    Raises
    ------
    DeckError
        It holds something else.
    """
    which = lines.expect(COMBINATIONS)
    lines.expect(("END",))
    return which


_ANHARM_FLAGS: Final = ("KEEPSYMM", "NOGUESS", "POINTS26")


def anharm_lines(block: Anharm) -> list[str]:
    """Write the block from ANHARM to its END."""
    flags = [word for word in _ANHARM_FLAGS if getattr(block, word.lower())]
    return ["ANHARM", str(block.atom), *isotope_lines(block.isotopes), *flags, "END"]


def read_anharm(lines: Lines) -> Anharm:
    """Read what `anharm_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    lines.expect(("ANHARM",))
    found: dict[str, Any] = {"atom": lines.value(int)}
    while (word := lines.take()) != "END":
        if word == "ISOTOPES":
            found["isotopes"] = read_isotopes(lines)
        elif word in _ANHARM_FLAGS:
            found[word.lower()] = True
        else:
            raise lines.wrong(f"the keyword {word!r} does not belong here")
    return Anharm(**found)
