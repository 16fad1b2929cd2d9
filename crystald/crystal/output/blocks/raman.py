"""Raman intensities: of a powder, and of a single crystal by direction."""

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
_MODES = rf" *(\d+)- *(\d+){_N} \(([^)]*)\)"
_POWDER = re.compile(rf"{_MODES}{_N * 3}\s*$")
_CRYSTAL = re.compile(rf"{_MODES}{_N * 6}\s*$")


@dataclass(frozen=True)
class RamanIntensity:
    """Raman intensities of a powder, arbitrary units (the largest is 1000)."""

    first: int
    last: int
    frequency_cm1: float
    irrep: str
    total: float
    parallel: float
    perpendicular: float


@dataclass(frozen=True)
class DirectionalIntensity:
    """Raman intensities of a single crystal, arbitrary units (the largest is 1000)."""

    first: int
    last: int
    frequency_cm1: float
    irrep: str
    xx: float
    xy: float
    xz: float
    yy: float
    yz: float
    zz: float


def read_intensities(line: str, lines: Lines, out: Output) -> None:
    """Read the rows below ``    MODES    FREQUENCIES           I_tot     I_par    I_perp``.

    ``    7-   8       76.4586 (Eg )    150.81     86.18     64.63``; or by direction below ``    MODES
    FREQUENCIES          I_xx    I_xy    I_xz    I_yy    I_yz    I_zz``.
    """
    title = line.split()[2:3]
    if title not in (["I_tot"], ["I_xx"]):
        return
    number = lines.number
    skip_noise(lines)
    if title == ["I_tot"]:
        powder = tuple(
            RamanIntensity(
                int(row[1]),
                int(row[2]),
                float(row[3]),
                row[4].strip(),
                *(float(row[5]), float(row[6]), float(row[7])),
            )
            for row in until_blank(lines, _POWDER)
        )
        out.facts.put("raman_intensities", powder or None, number)
        return
    directed = tuple(
        DirectionalIntensity(
            int(row[1]),
            int(row[2]),
            float(row[3]),
            row[4].strip(),
            *(float(row[5]), float(row[6]), float(row[7])),
            *(float(row[8]), float(row[9]), float(row[10])),
        )
        for row in until_blank(lines, _CRYSTAL)
    )
    out.facts.put("raman_directional_intensities", directed or None, number)


RAMAN: Final = Block(
    "Raman",
    lambda: {"MODES": (read_intensities,)},
    (
        Property("raman_intensities", "", "Raman intensities of a powder, the largest 1000"),
        Property(
            "raman_directional_intensities", "", "of a single crystal, by direction; largest 1000"
        ),
    ),
)
