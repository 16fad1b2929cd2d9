"""The quasi-harmonic approximation: properties by temperature, and the pressures of volumes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.rows import is_blank, numbers, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output


@dataclass(frozen=True)
class Gruneisen:
    """Properties from Grüneisen parameters at one temperature."""

    temperature_k: float
    expansion_per_k: float
    gruneisen: float
    cp_minus_cv_j_mol_k: float


@dataclass(frozen=True)
class Helmholtz:
    """Properties from the Helmholtz free energy at one temperature, without pressure."""

    temperature_k: float
    volume_ang3: float
    bulk_modulus_isothermal_gpa: float
    expansion_per_k: float
    cp_minus_cv_j_mol_k: float
    bulk_modulus_adiabatic_gpa: float
    sp_minus_sv_j_mol_k: float


@dataclass(frozen=True)
class PressureVolume:
    """Pressure and free energies at one temperature and volume."""

    temperature_k: float
    volume_ang3: float
    pressure_gpa: float
    helmholtz_ha: float
    gibbs_ha: float


TABLES: Final[dict[str, tuple[str, int, Callable[..., Any]]]] = {
    "T (K) ALPHA (1/K) GRUNEISEN Cp-Cv (J/mol*K)": ("gruneisen", 4, Gruneisen),
    "T (K) V (Ang^3) Bt (GPa) ALPHA (1/K) Cp-Cv (J/mol*K) Bs (GPa) Sp-Sv (J/mol*K)": (
        "quasi_harmonic",
        7,
        Helmholtz,
    ),
    "T (K) V (Ang^3) P (GPa) F (Ha/cell) G (Ha/cell)": ("pressure_volume", 5, PressureVolume),
}
"""Titles -> property, numbers in a row, and what a row is."""


def read_table(line: str, lines: Lines, out: Output) -> None:
    """Read the rows below ``    T (K)    ALPHA (1/K)    GRUNEISEN   Cp-Cv (J/mol*K)`` and other titles.

    ``    22.02     0.94330E-08       1.661        0.0000``.
    """
    if not (table := TABLES.get(" ".join(line.split()))):
        return
    name, count, row_of = table
    number = lines.number
    if not is_blank(skip_noise(lines)):
        lines.back()
    rows: list[object] = []
    while len(rows) < ROWS_MAX and (values := numbers(lines, count)):
        rows.append(row_of(*values))
    if is_blank(skip_noise(lines)):
        out.facts.put(name, tuple(rows) or None, number)
    else:
        lines.back()


QUASI_HARMONIC: Final = Block(
    "quasi-harmonic approximation",
    lambda: {"T": (read_table,)},
    (
        Property("gruneisen", "", "expansion, Grüneisen parameter and Cp-Cv by temperature"),
        Property("quasi_harmonic", "", "volume, bulk moduli, expansion and Cp-Cv by temperature"),
        Property("pressure_volume", "", "pressure, F and G by temperature and volume"),
    ),
)
