"""Symmetry as printed: family, class, centring, operators; and the density of the cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Later, Property
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.rows import matching, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output, Rows

_CENTRING = re.compile(
    r"PRIMITIVE CELL - CENTRING CODE *(\d+/\d+) VOLUME= *\S+ - DENSITY *(\d*\.\d+) *g/cm"
)
_OPERATORS = re.compile(r" \*{4} +(\d{1,5}) SYMMOPS")
_OPERATOR = re.compile(r" +(\d{1,5}) +(\d{1,5})((?: *-?\d*\.\d\d){12})\s*$")
_PART = re.compile(r"-?\d*\.\d\d")


@dataclass(frozen=True)
class Operator:
    """An operator: rotation by rows, translation, the number of its inverse.

    In the frame that the line above the table names (crystallographic, or of the primitive cell).
    """

    rotation: tuple[float, ...]
    translation: tuple[float, ...]
    inverse: int


def read_family(line: str, lines: Lines, out: Output) -> None:
    """Read `` CRYSTAL FAMILY                       :  CUBIC`` and `` CRYSTAL CLASS  (GROTH - 1921) …``."""
    left, colon, name = line.partition(":")
    words = left.split()
    if colon and words[1:2] in (["FAMILY"], ["CLASS"]) and name.strip():
        out.facts.put(f"crystal_{words[1].lower()}", name.strip().lower(), lines.number)


def read_centring(line: str, lines: Lines, out: Output) -> None:
    """Read `` PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    14.652065 - DENSITY  4.531 g/cm^3``."""
    if found := _CENTRING.search(line):
        out.facts.put("centring_code", found[1], lines.number)
        out.facts.put("density", float(found[2]), lines.number)


def read_operators(line: str, lines: Lines, out: Output) -> None:
    """Read the table below `` ****   48 SYMMOPS - TRANSLATORS IN FRACTIONAL UNITS``.

    Rows ``   1   1  1.00  0.00  0.00  0.00  1.00  0.00  0.00  0.00  1.00  0.00  0.00  0.00``.
    """
    if not (found := _OPERATORS.match(line)):
        return
    number = lines.number
    for _ in range(3):
        if skip_noise(lines).lstrip().startswith("V INV"):
            break
    else:
        return
    rows = list(matching(lines, _OPERATOR))
    if len(rows) == int(found[1]):
        out.facts.put("operators", Later(_operators, rows), number)


def _operators(rows: Rows) -> tuple[Operator, ...]:
    return tuple(_operator(int(row[2]), *map(float, _PART.findall(row[3]))) for row in rows)


def _operator(inverse: int, *parts: float) -> Operator:
    return Operator(parts[:9], parts[9:], inverse)


def read_freedom(line: str, lines: Lines, out: Output) -> None:
    """Read `` SYMMETRY ALLOWED INTERNAL DEGREE(S) OF FREEDOM:   5``, of the structure of the deck.

    With none it is `` THERE ARE NO SYMMETRY ALLOWED DIRECTIONS``. What follows is of displaced
    structures, or of the primitive cell of a supercell.
    """
    if "internal_degrees_of_freedom" in out.facts:
        return
    values = floats(line.partition("FREEDOM:")[2])
    if values:
        out.facts.put("internal_degrees_of_freedom", int(values[0]), lines.number)
    elif "NO SYMMETRY ALLOWED DIRECTIONS" in line:
        out.facts.put("internal_degrees_of_freedom", 0, lines.number)


SYMMETRY: Final = Block(
    "symmetry",
    lambda: {
        "CRYSTAL": (read_family,),
        "PRIMITIVE": (read_centring,),
        "****": (read_operators,),
        **dict.fromkeys(("SYMMETRY", "THERE"), (read_freedom,)),
    },
    (
        Property("crystal_family", "", "crystal family of the input's group"),
        Property("crystal_class", "", "crystal class, in Groth's names"),
        Property("centring_code", "", "centring of the last cell, as the program codes it"),
        Property("density", "g/cm^3", "density of the last cell"),
        Property("operators", "", "symmetry operators: rotation, translation, inverse"),
        Property("internal_degrees_of_freedom", "", "degrees of freedom that symmetry allows"),
    ),
)
