"""Stress on the cell, its pressure, and the enthalpy under it."""

from __future__ import annotations

import re
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Property
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.rows import matrix, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_ROW = re.compile(r"(?: *-?\d*\.\d+E[-+]\d+){3}\s*$")
_TITLES = 6
"""Lines between a title and its rows: units, and the order of the components."""


def read_tensor(line: str, lines: Lines, out: Output) -> None:
    """Read the rows below ``STRESS TENSOR, IN HARTREE/BOHR^3:``.

    `` -0.933895785460E-04 -0.186447938567E-16 -0.932303260772E-17``, and two more.
    """
    if "STRESS TENSOR, IN HARTREE/BOHR^3" in line:
        number = lines.number
        out.facts.put_passing("stress_tensor", _tensor(lines), number)


def read_applied(line: str, lines: Lines, out: Output) -> None:
    """Read the rows below `` EXTERNAL STRESS APPLIED (HARTREE/BOHR^3):``.

    ``  0.1359531E-04  0.0000000E+00  0.0000000E+00``, and two more.
    """
    if "EXTERNAL STRESS APPLIED (HARTREE/BOHR^3)" in line:
        number = lines.number
        out.facts.put("applied_stress", _tensor(lines), number)


def _tensor(lines: Lines) -> tuple[tuple[float, ...], ...] | None:
    for _ in range(_TITLES):
        if _ROW.match(skip_noise(lines)):
            break
    else:
        return None
    lines.back()
    return matrix(lines)


def read_pressure(line: str, lines: Lines, out: Output) -> None:
    """Read ``PRESSURE IN GIGAPASCAL: -0.1319E-01`` (from the stress tensor)."""
    values = floats(line.partition("IN GIGAPASCAL:")[2])
    if values:
        out.facts.put_passing("stress_pressure", values[0], lines.number)


def read_enthalpy(line: str, lines: Lines, out: Output) -> None:
    """Read ``ENTHALPY: -2.7543677580829E+02``."""
    out.facts.put_passing("enthalpy", first_float(line.partition(":")[2]), lines.number)


STRESS: Final = Block(
    "stress",
    lambda: {
        "STRESS": (read_tensor,),
        "EXTERNAL": (read_applied,),
        "PRESSURE": (read_pressure,),
        "ENTHALPY:": (read_enthalpy,),
    },
    (
        Property("stress_tensor", "Ha/bohr^3", "stress on the cell, last SCF with gradients here"),
        Property("applied_stress", "Ha/bohr^3", "external stress that was applied"),
        Property("stress_pressure", "GPa", "pressure from the stress tensor"),
        Property("enthalpy", "Ha", "energy plus that pressure times the volume"),
    ),
)
