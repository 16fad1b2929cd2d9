"""Equation of state: volumes with their energies, and the fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Property
from crystald.crystal.output.rows import matching, skip_blank, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_FIT = re.compile(
    r" ([A-Z][A-Z \-]*?(?: \d{4})?) +(\d*\.\d+) +(-?\d*\.\d+) +(-?\d*\.\d+)(?: +(-?\d*\.\d+))?\s*$"
)
_POINT = re.compile(r" +(\d*\.\d+) +(-?\d*\.\d+E[-+]\d+)\s*$")


@dataclass(frozen=True)
class VolumePoint:
    """Energy at a volume."""

    volume_ang3: float
    energy_ha: float


@dataclass(frozen=True)
class Fit:
    """A fit: equilibrium volume, its energy, bulk modulus and (not of a polynomial) its derivative."""

    name: str
    volume_ang3: float
    energy_ha: float
    bulk_modulus_gpa: float
    derivative: float | None


def read_points(line: str, lines: Lines, out: Output) -> None:
    """Read the table below `` SORTING VOLUMES/ENERGIES``: ``     256.867612   -4.263437170374E+03``."""
    if "VOLUMES/ENERGIES" not in line:
        return
    number = lines.number
    if "VOLUME" not in skip_blank(lines):
        lines.back()
        return
    skip_noise(lines)
    rows = tuple(VolumePoint(float(row[1]), float(row[2])) for row in matching(lines, _POINT))
    out.facts.put("eos_points", rows or None, number)


def read_fits(line: str, lines: Lines, out: Output) -> None:
    """Read the rows below `` EQUATION OF STATE             VOL(A^3)        E(AU)       BM(GPa)   BM PRIME``.

    `` BIRCH-MURNAGHAN 1947          264.8959     -4263.44395044  230.78     4.02``.
    """
    if "VOL(A^3)" not in line:
        return
    number = lines.number
    skip_noise(lines)
    fits = tuple(
        Fit(
            row[1].strip(),
            float(row[2]),
            float(row[3]),
            float(row[4]),
            float(row[5]) if row[5] else None,
        )
        for row in matching(lines, _FIT)
    )
    out.facts.put("eos_fits", fits or None, number)
    for fit in fits:
        if fit.name.startswith("BIRCH-MURNAGHAN"):
            out.facts.put("eos_volume", fit.volume_ang3, number)
            out.facts.put("eos_energy", fit.energy_ha, number)
            out.facts.put("eos_bulk_modulus", fit.bulk_modulus_gpa, number)
            out.facts.put("eos_bulk_modulus_derivative", fit.derivative, number)


EQUATION_OF_STATE: Final = Block(
    "equation of state",
    lambda: {"SORTING": (read_points,), "EQUATION": (read_fits,)},
    (
        Property("eos_points", "Å^3, Ha", "volumes and their energies"),
        Property(
            "eos_fits", "Å^3, Ha, GPa", "Murnaghan, Birch-Murnaghan, Poirier-Tarantola, Vinet"
        ),
        Property("eos_volume", "Å^3", "equilibrium volume (Birch-Murnaghan 1947)"),
        Property("eos_energy", "Ha", "energy there (Birch-Murnaghan 1947)"),
        Property("eos_bulk_modulus", "GPa", "bulk modulus (Birch-Murnaghan 1947)"),
        Property("eos_bulk_modulus_derivative", "", "its derivative by the pressure"),
    ),
)
