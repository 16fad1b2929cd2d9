"""Longitudinal optical modes, where a splitting from the transverse ones was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Property
from crystald.crystal.output.rows import skip_noise, until_blank
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_N = r" *(-?\d*\.\d+)"
_MODE = re.compile(rf" *(\d+)- *(\d+) +(-?\d*\.\d+E[-+]\d+){_N}{_N} +\(([^)]*)\){_N}{_N}{_N}\s*$")
SHIFTS: Final = "SHIFTS"
"""What the titles of this table have and those of the transverse modes have not."""


@dataclass(frozen=True)
class LongitudinalMode:
    """A longitudinal mode that differs from its transverse one, or several that fall together.

    Attributes
    ----------
    eigenvalue_ha2
        Of the mass-weighted Hessian with its non-analytical term.
    ir_intensity
        km/mol.
    shift_cm1, shift_thz
        From the transverse mode of these numbers.
    """

    first: int
    last: int
    eigenvalue_ha2: float
    frequency_cm1: float
    frequency_thz: float
    irrep: str
    ir_intensity: float
    shift_cm1: float
    shift_thz: float


def read_modes(line: str, lines: Lines, out: Output) -> None:
    """Read the table below ``    MODES         EIGV          FREQUENCIES    IRREP IR INTENS       SHIFTS``.

    Rows ``    7-   8    0.1714E-05    287.3597    8.6148 (E  )      3.5    1.558   0.0467``: only
    the modes that are split are listed.
    """
    if SHIFTS not in line or "EIGV" not in line:
        return
    number = lines.number
    skip_noise(lines)
    rows = tuple(
        LongitudinalMode(
            *(int(row[1]), int(row[2]), float(row[3]), float(row[4]), float(row[5])),
            row[6].strip(),
            *(float(row[7]), float(row[8]), float(row[9])),
        )
        for row in until_blank(lines, _MODE)
    )
    out.facts.put("longitudinal_modes", rows or None, number)


LONGITUDINAL: Final = Block(
    "longitudinal modes",
    lambda: {"MODES": (read_modes,)},
    (
        Property(
            "longitudinal_modes", "1/cm", "modes that the field splits: frequency, intensity, shift"
        ),
    ),
)
