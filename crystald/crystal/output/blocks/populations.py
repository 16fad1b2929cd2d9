"""Mulliken populations: electrons and spins of atoms, shells and orbitals; overlap of atoms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import ROWS_MAX, Later, Property
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.rows import is_blank, matching, skip_blank, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_ATOM = re.compile(
    r" {1,9}(\d{1,6}) ([A-Z][A-Z]?)\d* *(\d{1,3})(?=[ -]) *(-?\d*\.\d{3})((?: |-)[-0-9. ]*)?$"
)
_MORE = re.compile(r" {12,}-?\d*\.\d{3}[-0-9. ]*$")
_PAIR = re.compile(
    r" {9,}(\d{1,6}) ([A-Z][A-Z]?)\d* *\( *(-?\d+) *(-?\d+) *(-?\d+)\) +\d*\.\d+ +(\d*\.\d+) +(-?\d*\.\d+)\s*$"
)
_NUMBERS = re.compile(r" +-?\d*\.\d{4,}[-0-9. ]*$")
_FIGURES: Final = " .-0123456789\r\n"
_OF_ATOM = re.compile(r" ATOM A +(\d{1,6}) ([A-Z][A-Z]?)")


_Row = tuple[re.Match[str], list[str]]
"""A row of an atom and those that continue it."""
_Pair = tuple[re.Match[str], re.Match[str]]
"""The line of an atom and a row of a neighbour."""


@dataclass(frozen=True)
class Population:
    """Electrons (or spin) of an atom and of its orbitals or shells."""

    atom: int
    symbol: str
    electrons: float
    parts: tuple[float, ...]


@dataclass(frozen=True)
class Overlap:
    """Overlap population of an atom with a neighbour in a cell."""

    atom: int
    symbol: str
    neighbour: int
    neighbour_symbol: str
    cell: tuple[int, int, int]
    distance_ang: float
    population: float


class Populations:
    """Readers that know which of the tables (sum or difference of the spins) comes."""

    def __init__(self) -> None:
        self.spin = False

    def read_channel(self, line: str, _lines: Lines, _out: Output) -> None:
        """Read ``     ALPHA-BETA ELECTRONS``: the tables below are of spins."""
        if len(words := line.split()) == 2:
            self.spin = words[0] == "ALPHA-BETA"

    def _name(self, name: str) -> str:
        return f"{name}_spin" if self.spin else name

    def read_electrons(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` MULLIKEN POPULATION ANALYSIS - NO. OF ELECTRONS   72.000000``."""
        _, found, number = line.partition("NO. OF ELECTRONS")
        if found:
            out.facts.put_passing(
                self._name("mulliken_electrons"), first_float(number), lines.number
            )

    def read_table(self, line: str, lines: Lines, out: Output) -> None:
        """Read the table below ``  ATOM    Z CHARGE  A.O. POPULATION`` (or ``SHELL POPULATION``).

        Rows ``   1 NI  28 27.602  2.000  1.999 …``, continued on lines of numbers only.
        """
        words = line.split()
        if words[1:3] != ["Z", "CHARGE"] or words[4:] != ["POPULATION"]:
            return
        number = lines.number
        rows = _rows(lines)
        if [int(row[0][1]) for row in rows] != list(range(1, len(rows) + 1)) or not rows:
            return
        if out.n_atoms is not None and len(rows) != out.n_atoms:
            return
        kind = "orbital" if words[3] == "A.O." else "shell"
        name = self._name(f"mulliken_{kind}_populations")
        out.facts.put_passing(name, Later(_populations, rows), number)
        name = "mulliken_spins" if self.spin else "mulliken_charges"
        out.facts.put_passing(name, Later(_charges, rows), number)

    def read_overlap(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` OVERLAP POPULATION CONDENSED TO ATOMS FOR FIRST   6 NEIGHBORS`` and its tables.

        Of each atom: `` ATOM A   1 MG   ATOM B     CELL      R(AB)/AU R(AB)/ANG    OVPOP(AB)``,
        rows ``                  2 O    ( -1  0  0)     3.978     2.105     0.087``.
        """
        if "CONDENSED TO ATOMS" not in line:
            return
        number = lines.number
        rows: list[_Pair] = []
        while found := _OF_ATOM.match(skip_blank(lines)):
            rows += [(found, row) for row in matching(lines, _PAIR)]
            if len(rows) > ROWS_MAX:
                break
        else:
            lines.back()
        if rows:
            later = Later(_overlaps, rows)
            out.facts.put_passing(self._name("overlap_populations"), later, number)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {
            "ALPHA+BETA": (self.read_channel,),
            "ALPHA-BETA": (self.read_channel,),
            "MULLIKEN": (self.read_electrons,),
            "ATOM": (self.read_table,),
            "OVERLAP": (self.read_overlap,),
            "TOTAL": (read_atomic,),
            "SUMMED": (read_spin_sum,),
        }


def _rows(lines: Lines) -> list[_Row]:
    rows: list[_Row] = []
    line = skip_blank(lines)
    while len(rows) < ROWS_MAX and (found := _ATOM.match(line.rstrip())):
        more: list[str] = []
        line = skip_noise(lines)
        while len(more) < ROWS_MAX and _MORE.match(line.rstrip()):
            more.append(line)
            line = skip_noise(lines)
        rows.append((found, more))
    lines.back()
    # Another line than a blank one: cut inside the table, or by foreign text.
    return rows if is_blank(line) else []


def _populations(rows: list[_Row]) -> tuple[Population, ...]:
    return tuple(
        Population(
            int(found[1]),
            found[2].title(),
            float(found[4]),
            tuple(floats(" ".join((found[5] or "", *more)))),
        )
        for found, more in rows
    )


def _charges(rows: list[_Row]) -> tuple[float, ...]:
    return tuple(float(found[4]) for found, _ in rows)


def _overlaps(pairs: list[_Pair]) -> tuple[Overlap, ...]:
    return tuple(_overlap(of, row) for of, row in pairs)


def _overlap(of: re.Match[str], row: re.Match[str]) -> Overlap:
    cell = (int(row[3]), int(row[4]), int(row[5]))
    return Overlap(
        int(of[1]),
        of[2].title(),
        int(row[1]),
        row[2].title(),
        cell,
        float(row[6]),
        float(row[7]),
    )


def read_atomic(line: str, lines: Lines, out: Output) -> None:
    """Read the numbers below `` TOTAL ATOMIC CHARGES:`` and `` TOTAL ATOMIC SPINS  :``.

    Printed in every cycle, eight to a line, one for each atom: electrons, not net charges.
    """
    if "ATOMIC" not in line:
        return
    words = line.split()
    if words[1] != "ATOMIC" or len(words) < 3:
        return
    number, count = lines.number, 0
    rows: list[str] = []
    row = skip_noise(lines)
    while (more := row.count(".")) and not row.strip(_FIGURES) and count < ROWS_MAX:
        rows.append(row)
        count += more
        row = skip_noise(lines)
    lines.back()
    if count and count == (out.n_atoms or count):
        name = "atomic_spins" if words[2].startswith("SPINS") else "atomic_charges"
        out.facts.put_passing(name, Later(_atomic, rows, count), number)


def _atomic(rows: list[str], count: int) -> tuple[float, ...] | None:
    """Read rows of numbers; None where one has something else."""
    if not all(_NUMBERS.match(row.rstrip()) for row in rows):
        return None
    values = tuple(value for row in rows for value in floats(row))
    return values if len(values) == count else None


def read_spin_sum(line: str, lines: Lines, out: Output) -> None:
    """Read `` SUMMED SPIN DENSITY          -0.00781165``."""
    if "SPIN DENSITY" in line:
        out.facts.put_passing("summed_spin", first_float(line), lines.number)


POPULATIONS: Final = Block(
    "populations",
    lambda: Populations().readers(),
    (
        Property("atomic_charges", "e", "electrons of each atom (Mulliken), last SCF cycle"),
        Property("atomic_spins", "e", "alpha minus beta electrons of each atom, last SCF cycle"),
        Property("summed_spin", "e", "sum of the spins of the atoms, last SCF cycle"),
        Property("mulliken_electrons", "e", "electrons of the population analysis (PPAN)"),
        Property("mulliken_electrons_spin", "e", "alpha minus beta electrons of the analysis"),
        Property("mulliken_charges", "e", "electrons of each atom (PPAN)"),
        Property("mulliken_spins", "e", "alpha minus beta electrons of each atom (PPAN)"),
        Property("mulliken_orbital_populations", "e", "electrons of each orbital, by atom"),
        Property("mulliken_orbital_populations_spin", "e", "spin of each orbital, by atom"),
        Property("mulliken_shell_populations", "e", "electrons of each shell, by atom"),
        Property("mulliken_shell_populations_spin", "e", "spin of each shell, by atom"),
        Property("overlap_populations", "e", "overlap population of atoms and their neighbours"),
        Property("overlap_populations_spin", "e", "the same, alpha minus beta"),
    ),
)
