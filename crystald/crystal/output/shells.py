"""Shells: which orbitals belong to which atom."""

from __future__ import annotations

import re

from crystald.crystal.output.block import Reader
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output, Shell

_SHELL = re.compile(r" {20,}(\d{1,6})-? *(\d{0,6}) (S|SP|P|D|F|G)\s*$")
_ATOM = re.compile(r" *(\d{1,6}) ([A-Z][A-Z]?)\d* *-?\d*\.\d* *-?\d*\.\d* *-?\d*\.\d*\s*$")
_PRIMITIVE = re.compile(r" {30,}-?\d\.\d+E")

_Pattern = list[tuple[str, int]]


def read_shells(line: str, lines: Lines, out: Output) -> None:
    """Read the table of `` LOCAL ATOMIC FUNCTIONS BASIS SET``.

    An atom (``   1 AL    0.000   0.000   3.630``) is followed by its shells (``6-   8 P``) when it
    is the first of its kind; later ones of the kind repeat its shells. Rows of exponents
    (``1.680E+03 1.543E-01 …``) stand between; any other line ends the table. A table whose
    numbers of orbitals do not follow one another is torn: it gives no shells.
    """
    if "BASIS SET" not in line:
        return
    out.lines["shells"] = lines.number
    for _ in range(3):
        lines.next()
    atoms: list[tuple[int, str, str]] = []
    firsts: list[int] = []
    patterns: dict[str, _Pattern] = {}
    while row := lines.next():
        if found := _ATOM.match(row):
            index, symbol = int(found[1]), found[2].title()
            atoms.append((index, symbol, _kind(out, index, symbol)))
            firsts.append(0)
        elif (found := _SHELL.match(row)) and atoms:
            first, last = int(found[1]), int(found[2] or found[1])
            firsts[-1] = firsts[-1] or first
            patterns.setdefault(atoms[-1][2], []).append((found[3], last - first + 1))
        elif not _PRIMITIVE.match(row):
            break
    lines.back()
    out.shells = _numbered(atoms, firsts, patterns)


def _kind(out: Output, index: int, symbol: str) -> str:
    """Tell atoms of one element with different shells apart, by their printed number."""
    rows = out.geometry.rows if out.geometry else []
    return str(int(rows[index - 1][3])) if 0 < index <= len(rows) else symbol


def _numbered(
    atoms: list[tuple[int, str, str]], firsts: list[int], patterns: dict[str, _Pattern]
) -> tuple[Shell, ...]:
    shells, orbital = [], 1
    for (atom, symbol, kind), first in zip(atoms, firsts, strict=True):
        if kind not in patterns or first not in (0, orbital):
            return ()
        for letter, size in patterns[kind]:
            shells.append(Shell(atom, symbol, letter, orbital, orbital + size - 1))
            orbital += size
    return tuple(shells)


def settle(out: Output) -> None:
    """Drop shells that do not add up to `` NUMBER OF AO``: the table was cut."""
    if out.shells and out.n_ao is not None and out.shells[-1].last != out.n_ao:
        out.shells = ()


READERS: dict[str, tuple[Reader, ...]] = {"LOCAL": (read_shells,)}
