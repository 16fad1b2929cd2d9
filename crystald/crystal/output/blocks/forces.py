"""Forces on the atoms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Property
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.rows import matching, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_ROW = re.compile(
    r" *(\d{1,6}) +(\d{1,3}) +(-?\d*\.\d+E[-+]\d+) *(-?\d*\.\d+E[-+]\d+) *(-?\d*\.\d+E[-+]\d+)\s*$"
)


@dataclass(frozen=True)
class Force:
    """Force on an atom, hartree/bohr."""

    atom: int
    number: int
    x: float
    y: float
    z: float


def read_forces(line: str, lines: Lines, out: Output) -> None:
    """Read the table below `` CARTESIAN FORCES IN HARTREE/BOHR (ANALYTICAL)``.

    Rows ``   1   6            -4.865234638620E-01 -3.040772134487E-01 -2.432619130492E-01``.
    """
    if "FORCES IN HARTREE/BOHR" not in line:
        return
    number = lines.number
    if "ATOM" not in skip_noise(lines):
        lines.back()
        return
    rows = tuple(
        Force(int(row[1]), int(row[2]), float(row[3]), float(row[4]), float(row[5]))
        for row in matching(lines, _ROW)
    )
    if rows and len(rows) == (out.n_atoms or len(rows)):
        out.facts.put_passing("forces", rows, number)
        largest = max(max(abs(row.x), abs(row.y), abs(row.z)) for row in rows)
        out.facts.put_passing("max_force", largest, number)


def read_resultant(line: str, lines: Lines, out: Output) -> None:
    """Read `` RESULTANT FORCE     4.583000645653E-13  6.039613253961E-14 -1.953992523340E-14``."""
    values = floats(line)
    if "FORCE" in line and len(values) == 3:
        out.facts.put_passing("resultant_force", tuple(values), lines.number)


FORCES: Final = Block(
    "forces",
    lambda: {"CARTESIAN": (read_forces,), "RESULTANT": (read_resultant,)},
    (
        Property("forces", "Ha/bohr", "Cartesian forces on the atoms, last SCF with forces here"),
        Property("max_force", "Ha/bohr", "largest component of those forces"),
        Property("resultant_force", "Ha/bohr", "sum of the forces"),
    ),
)
