"""Thermodynamic functions of the vibrations, at each temperature and pressure."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from math import isfinite
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.rows import gathered, skip_blank
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output
from crystald.crystal.output.zero_point import Point, zero_point_atoms

_TEMPERATURE = re.compile(r"(\d*\.\d+) \[ *(\d+);[^\]]*\]")
_AT = re.compile(r" AT \(T = *(\d*\.\d+) K, P = *(\S+) MPA\)")
SCALARS: Final = {
    "temperature_k": "temperature",
    "pressure_mpa": "pressure",
    "thermal_energy_ha": "thermal_energy",
    "pv_ha": "pv_term",
    "ts_ha": "entropy_term",
    "correction_ha": "free_energy_correction",
    "gibbs_ha": "gibbs_free_energy",
    "entropy_j_mol_k": "entropy",
    "heat_capacity_j_mol_k": "heat_capacity",
}
"""Column of the table of temperatures -> property of the last of them."""

_ROWS: Final = {
    "ET": "thermal_energy_ha",
    "PV": "pv_ha",
    "TS": "ts_ha",
    "ET+PV-TS": "correction_ha",
    "EL+E0+ET+PV-TS": "gibbs_ha",
}


@dataclass(frozen=True)
class Thermodynamics:
    """The functions at one temperature and pressure; None where no number was printed (``NaN``)."""

    temperature_k: float
    pressure_mpa: float
    line: int
    thermal_energy_ha: float | None = None
    pv_ha: float | None = None
    ts_ha: float | None = None
    correction_ha: float | None = None
    gibbs_ha: float | None = None
    entropy_j_mol_k: float | None = None
    heat_capacity_j_mol_k: float | None = None


class Functions:
    """Readers that gather a table; a whole one ends with the heat capacity."""

    def __init__(self) -> None:
        self.at: tuple[float, float, int] | None = None
        self.values: dict[str, float] = {}
        self.tables: deque[Thermodynamics] = deque(maxlen=ROWS_MAX)

    def read_at(self, line: str, lines: Lines, _out: Output) -> None:
        """Read `` AT (T =  298.15 K, P =   0.10132500E+00 MPA):``."""
        if found := _AT.match(line):
            pressure = floats(found[2])
            self.at = (float(found[1]), pressure[0], lines.number) if pressure else None
            self.values = {}

    def read_row(self, line: str, _lines: Lines, _out: Output) -> None:
        """Read `` ET            :       0.005306548296       0.144398520226          13.93234059``."""
        name, _, numbers = line.partition(":")
        values = numbers.split()
        if self.at and len(values) == 3 and isfinite(value := float(values[0])):
            self.values[_ROWS[name.strip()]] = value

    def read_entropy(self, line: str, _lines: Lines, _out: Output) -> None:
        """Read `` ENTROPY       :       0.028831615474       0.784548142701          75.69739576``."""
        values = floats(line.partition(":")[2])
        if self.at and len(values) == 3:
            self.values["entropy_j_mol_k"] = values[2]

    def read_capacity(self, line: str, _lines: Lines, out: Output) -> None:
        """Read `` HEAT CAPACITY :       0.038890557560       1.058265872415         102.10714449``."""
        if self.at is None or "HEAT CAPACITY" not in line:
            return
        values = floats(line.partition(":")[2])
        if len(values) == 3:
            self.values["heat_capacity_j_mol_k"] = values[2]
        functions = (self.values.get(column) for column in list(SCALARS)[2:])
        table = Thermodynamics(*self.at, *functions)
        self.tables.append(table)
        self.at = None
        out.facts.put("thermodynamics", self.tables, table.line)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        rows = dict.fromkeys(("ET", "PV", "TS", "ET+PV-TS", "EL+E0+ET+PV-TS:"), (self.read_row,))
        return {
            **rows,
            "AT": (self.read_at,),
            "ENTROPY": (self.read_entropy,),
            "HEAT": (self.read_capacity,),
            "EL": (read_electronic,),
            "E0": (read_zero_point,),
            "VIBRATIONAL": (read_temperatures,),
        }


def read_electronic(line: str, lines: Lines, out: Output) -> None:
    """Read `` EL            :   -5506.177743975400 -149830.713659861620   -14456467.62952165``."""
    values = floats(line.partition(":")[2])
    if line.split()[1:2] == [":"] and len(values) == 3:
        out.facts.put("electronic_energy", values[0], lines.number)


def read_zero_point(line: str, lines: Lines, out: Output) -> None:
    """Read `` E0            :       0.024461342393       0.665626966346          64.22324540``."""
    values = floats(line.partition(":")[2])
    if line.split()[1:2] == [":"] and len(values) == 3:
        out.zero_point_ha = values[0]
        out.lines["zero_point"] = lines.number
        out.facts.put("zero_point_energy", values[0], lines.number)


def settle(out: Output) -> None:
    """Tell the functions of the last table by name; a number missing there is not another's."""
    _settle_zero_point(out)
    tables = out.facts.value("thermodynamics")
    if isinstance(tables, deque):
        for column, name in SCALARS.items():
            out.facts.put(name, getattr(tables[-1], column), tables[-1].line)


def _settle_zero_point(out: Output) -> None:
    """Tell whose the zero-point energy is: of a dispersion some versions print that of the supercell."""
    if out.zero_point_ha is None:
        return
    dispersion = out.facts.value("dispersion")
    points: list[Point] = [(1.0, out.frequencies_cm1 or ())]
    if isinstance(dispersion, list) and dispersion:
        points = [(one.weight, one.frequencies_cm1) for one in dispersion]
    out.zero_point_atoms = zero_point_atoms(out.zero_point_ha, points)
    out.facts.put("zero_point_atoms", out.zero_point_atoms, out.lines["zero_point"])


def read_temperatures(line: str, lines: Lines, out: Output) -> None:
    """Read the pairs below `` VIBRATIONAL TEMPERATURES (K) [MODE NUMBER;IRREP]`` and `` TO MODES``.

    ``   284.1 [   4;Ag ]   345.1 [   5;Eu ]   345.1 [   6;Eu ]   374.4 [   7;Ag ]``.
    """
    if "TEMPERATURES (K)" not in line:
        return
    number = lines.number
    if "TO MODES" not in skip_blank(lines):
        lines.back()
        return
    pairs = gathered(lines, _TEMPERATURE)
    modes = [int(mode) for _, mode in pairs]
    if modes and modes == list(range(modes[0], modes[0] + len(modes))):
        values = tuple(float(value) for value, _ in pairs)
        out.facts.put("vibrational_temperatures", values, number)


THERMODYNAMICS: Final = Block(
    "thermodynamics",
    lambda: Functions().readers(),
    (
        Property("electronic_energy", "Ha", "EL: energy of the electrons"),
        Property("zero_point_energy", "Ha", "E0: zero-point energy of so many atoms as follows"),
        Property(
            "zero_point_atoms",
            "",
            "atoms of the cell that E0 is of, found by adding up the printed frequencies",
        ),
        Property(
            "vibrational_temperatures", "K", "temperatures of the modes above the acoustic ones"
        ),
        Property(
            "thermodynamics", "", "functions at every temperature and pressure that was asked for"
        ),
        Property("temperature", "K", "of the values below: the last that was printed"),
        Property("pressure", "MPa", "of the values below"),
        Property("thermal_energy", "Ha", "ET: thermal energy of the vibrations"),
        Property("pv_term", "Ha", "PV"),
        Property("entropy_term", "Ha", "TS"),
        Property("free_energy_correction", "Ha", "ET+PV-TS"),
        Property("gibbs_free_energy", "Ha", "EL+E0+ET+PV-TS"),
        Property("entropy", "J/(mol K)", "entropy of the vibrations"),
        Property("heat_capacity", "J/(mol K)", "heat capacity of the vibrations"),
    ),
    settle,
)
