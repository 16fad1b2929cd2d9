"""A basis set whose text stands in the deck: element by element, carried as it is, byte for byte.

An element is ``NAT NSHELL`` (200 + Z where an effective core potential follows: INPUT, its header,
its terms), then its shells: ``ITYB LAT NG CHE SCAL`` and, for ITYB 0, NG lines of numbers.
``99 0`` closes the list (manual, section "Basis set input").
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Final

from crystald.crystal.deck.records import Lines

SHELLS: Final = {0: "S", 1: "SP", 2: "P", 3: "D", 4: "F", 5: "G"}
CAPACITY: Final = {0: 2.0, 1: 8.0, 2: 6.0, 3: 10.0, 4: 14.0, 5: 18.0}
CLOSING: Final = "99 0"


@dataclass(frozen=True)
class Shell:
    """A shell: type (0 S, 1 SP, 2 P, 3 D, 4 F, 5 G), formal electrons, exponents."""

    kind: int
    electrons: float
    exponents: tuple[float, ...] = ()


@dataclass(frozen=True)
class ElementBasis:
    """The functions of an element.

    Attributes
    ----------
    number
        As the program counts: Z, or 200 + Z with an effective core potential.
    charge
        Of the nucleus, less the electrons that the potential stands for.
    shells
        In order.
    text
        All of it as it was given, without a newline at its end.
    """

    number: int
    charge: float
    shells: tuple[Shell, ...]
    text: str

    @property
    def electrons(self) -> float:
        """Sum of the formal electrons of its shells."""
        return sum(shell.electrons for shell in self.shells)

    @property
    def smallest(self) -> float | None:
        """The smallest exponent; None where none is written out."""
        return min((x for shell in self.shells for x in shell.exponents), default=None)


@dataclass(frozen=True)
class ExplicitBasis:
    """A basis set in a deck."""

    elements: tuple[ElementBasis, ...]


def explicit_lines(basis: ExplicitBasis) -> list[str]:
    """Write the part from the first element to its END."""
    return [*(line for e in basis.elements for line in e.text.split("\n")), CLOSING, "END"]


def read_explicit(lines: Lines) -> ExplicitBasis:
    """Read what `explicit_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    elements = []
    while lines.peek().split()[:2] != CLOSING.split():
        elements.append(read_element(lines))
    lines.take()
    lines.expect(("END",))
    return ExplicitBasis(tuple(elements))


def read_element(lines: Lines) -> ElementBasis:
    """Read an element.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    taken: list[str] = []
    number, count = (int(x) for x in _numbers(lines, taken, 2))
    charge = float(number % 100)
    if number > 200:
        charge = _read_potential(lines, taken)
    shells = tuple(_read_shell(lines, taken) for _ in range(count))
    return ElementBasis(number, charge, shells, "\n".join(taken))


def _read_potential(lines: Lines, taken: list[str]) -> float:
    lines.expect(("INPUT",))
    taken.append(lines.last)
    charge, *counts = _numbers(lines, taken, 6, most=7)
    for _ in range(int(sum(counts))):
        _numbers(lines, taken, 3)
    return charge


def _read_shell(lines: Lines, taken: list[str]) -> Shell:
    form, kind, primitives, electrons, _ = _numbers(lines, taken, 5)
    if form not in (0, 1, 2) or int(kind) not in SHELLS:
        raise lines.wrong("no shell begins so: form 0 to 2 and type 0 to 5 belong here")
    if electrons > CAPACITY[int(kind)]:
        raise lines.wrong(
            f"{electrons:g} electrons are more than a {SHELLS[int(kind)]} shell holds"
        )
    if form:
        return Shell(int(kind), electrons)
    width = 3 if kind == 1 else 2
    rows = [_numbers(lines, taken, width) for _ in range(int(primitives))]
    return Shell(int(kind), electrons, tuple(row[0] for row in rows))


def _numbers(lines: Lines, taken: list[str], least: int, most: int | None = None) -> list[float]:
    """Read the numbers at the beginning of a line; words behind them are comments."""
    words = lines.take().split()
    taken.append(lines.last)
    found: list[float] = []
    for word in words[: most or least]:
        try:
            value = float(word.upper().replace("D", "E"))
        except ValueError:
            break
        if not isfinite(value):
            break
        found.append(value)
    if len(found) < least:
        raise lines.wrong(f"{least} numbers belong here, not {' '.join(words)!r}")
    return found
