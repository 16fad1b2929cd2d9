"""Two-component calculations (spin-orbit coupling): spinors and their magnetisation."""

from __future__ import annotations

import re
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Property
from crystald.crystal.output.numbers import first_float
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_SPINORS = re.compile(r" - NUMBER OF FULLY OCCUPIED/TOTAL SPINORS - +(\d+) */ *(\d+)\s*$")
_MAGNETISATION = re.compile(r" TOTAL ([XYZ])-COMP MAGNETIZATION +(\S+)\s*$")


def read_spinors(line: str, lines: Lines, out: Output) -> None:
    """Read `` - NUMBER OF FULLY OCCUPIED/TOTAL SPINORS -    12 /     70``."""
    if found := _SPINORS.match(line.rstrip()):
        out.facts.put_passing("occupied_spinors", int(found[1]), lines.number)
        out.facts.put("spinors", int(found[2]), lines.number)


def read_magnetisation(line: str, lines: Lines, out: Output) -> None:
    """Read `` TOTAL X-COMP MAGNETIZATION    0.00000001``, of every cycle."""
    if "MAGNETIZATION" in line and (found := _MAGNETISATION.match(line.rstrip())):
        name = f"magnetisation_{found[1].lower()}"
        out.facts.put_passing(name, first_float(found[2]), lines.number)


TWO_COMPONENT: Final = Block(
    "two components",
    lambda: {"-": (read_spinors,), "TOTAL": (read_magnetisation,)},
    (
        Property("spinors", "", "spinors of the cell: of a two-component SCF only"),
        Property("occupied_spinors", "", "fully occupied spinors, last SCF cycle"),
        *(
            Property(f"magnetisation_{axis}", "e", f"magnetisation along {axis}, last SCF cycle")
            for axis in "xyz"
        ),
    ),
)
