"""What the properties program was asked for: path of the bands, projections, grids, transport."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.rows import skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_N = r" *(-?\d*\.\d+)"
_LINE = re.compile(rf" LINE +(\d+) \({_N}{_N}{_N}:{_N}{_N}{_N}\) IN TERMS OF PRIMITIVE")
_POINTS = re.compile(r" *(\d+) POINTS - SHRINKING_FACTOR *(\d+)")
_BANDS = re.compile(r"FROM BAND +(\d+) TO BAND +(\d+)(?: ENERGY RANGE +(\S+) +(\S+))?")
_TOTAL = re.compile(r"TOTAL OF *(\d+) +K-POINTS ALONG THE PATH")
_RANGE = re.compile(
    r" ENERGY RANGE \(A\.U\.\) +(-?\d*\.\d+) *- *(-?\d*\.\d+) +EFERMI +(-?\d*\.\d+)"
)
_ORBITALS = re.compile(r"(?: +\d{1,9})+\s*")
_PROJECTION = re.compile(r" \*\*\* PROJECTION +(\d+) ATOMIC ORBITALS +([ \d]+)$")
_TRANSPORT: Final = {
    "RELAXATION TIME (fs)": "relaxation_time",
    "MIN TEMPERATURE VALUE (K)": "transport_temperature_min",
    "MAX TEMPERATURE VALUE (K)": "transport_temperature_max",
    "STEP TEMPERATURE VALUE (K)": "transport_temperature_step",
    "MIN CHEMICAL POTENTIAL VALUE (eV)": "chemical_potential_min",
    "MAX CHEMICAL POTENTIAL VALUE (eV)": "chemical_potential_max",
    "STEP CHEMICAL POTENTIAL VALUE (eV)": "chemical_potential_step",
}


@dataclass(frozen=True)
class PathLine:
    """A line of the path of a BAND, in fractions of the reciprocal vectors to two digits."""

    line: int
    begin: tuple[float, ...]
    end: tuple[float, ...]
    points: int | None
    shrink: int | None


@dataclass(frozen=True)
class Projection:
    """Orbitals of a projection of a DOSS."""

    projection: int
    orbitals: tuple[int, ...]


class Analysis:
    """Readers that gather the lines of a path and the projections."""

    def __init__(self) -> None:
        self.path: list[PathLine] = []
        self.projections: list[Projection] = []

    def read_line(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` LINE  1 ( 0.00 0.00 0.00: 0.50 0.00 0.50) IN TERMS OF PRIMITIVE LATTICE VECTORS``.

        Then ``  20 POINTS - SHRINKING_FACTOR 456``.
        """
        if not (found := _LINE.match(line)) or len(self.path) >= ROWS_MAX:
            return
        number, ends = lines.number, [float(found[index]) for index in range(2, 8)]
        if int(found[1]) == 1:  # a further BAND, or the other spin, begins anew
            self.path = []
        if not (points := _POINTS.match(skip_noise(lines))):
            lines.back()
        count, shrink = (int(points[1]), int(points[2])) if points else (None, None)
        path_line = PathLine(int(found[1]), tuple(ends[:3]), tuple(ends[3:]), count, shrink)
        self.path.append(path_line)
        out.facts.put("path_lines", self.path, number)

    def read_projection(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` *** PROJECTION   1 ATOMIC ORBITALS    38  39  40  41``, and rows that go on."""
        if not (found := _PROJECTION.match(line.rstrip())) or len(self.projections) >= ROWS_MAX:
            return
        if int(found[1]) == 1:
            self.projections = []
        number, orbitals = lines.number, [int(word) for word in found[2].split()]
        while _ORBITALS.fullmatch(row := lines.next()) and len(orbitals) < ROWS_MAX:
            orbitals += [int(word) for word in row.split()]
        lines.back()
        self.projections.append(Projection(int(found[1]), tuple(orbitals)))
        out.facts.put("dos_projections", self.projections, number)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {
            "LINE": (self.read_line,),
            "***": (self.read_projection,),
            "*": (read_path,),
            "FROM": (read_bands,),
            "TOTAL": (read_bands,),
            "ENERGY": (read_range,),
            "NUMBER": (read_count,),
            **dict.fromkeys(("RELAXATION", "MIN", "STEP"), (read_transport,)),
            "MAX": (read_transport,),
        }


def read_path(line: str, lines: Lines, out: Output) -> None:
    """Read `` *  FROM BAND   1 TO BAND  18 *`` and `` *  TOTAL OF  60 K-POINTS ALONG THE PATH *``."""
    if "TO BAND" in line or "ALONG THE PATH" in line:
        read_bands(line, lines, out)


def read_bands(line: str, lines: Lines, out: Output) -> None:
    """Read `` FROM BAND   21 TO BAND   46 ENERGY RANGE -0.11794E+01  0.91694E+00`` of a DOSS too."""
    if "BAND" in line and (found := _BANDS.search(line)):
        kind = "dos" if found[3] else "path"
        out.facts.put(f"{kind}_first_band", int(found[1]), lines.number)
        out.facts.put(f"{kind}_last_band", int(found[2]), lines.number)
        if found[3]:
            out.facts.put("dos_energy_min", first_float(found[3]), lines.number)
            out.facts.put("dos_energy_max", first_float(found[4]), lines.number)
    elif found := _TOTAL.search(line):
        out.facts.put("path_k_points", int(found[1]), lines.number)


def read_range(line: str, lines: Lines, out: Output) -> None:
    """Read `` ENERGY RANGE (A.U.)   -0.76785 -   0.01534 EFERMI  -0.19058`` of a BAND."""
    if found := _RANGE.match(line):
        out.facts.put("band_energy_min", float(found[1]), lines.number)
        out.facts.put("band_energy_max", float(found[2]), lines.number)
        out.facts.put("band_fermi_energy", float(found[3]), lines.number)


def read_count(line: str, lines: Lines, out: Output) -> None:
    """Read `` NUMBER OF PROJECTIONS                        2``."""
    if line.split()[:3] == ["NUMBER", "OF", "PROJECTIONS"] and (values := floats(line)):
        out.facts.put("number_of_projections", int(values[0]), lines.number)


def read_transport(line: str, lines: Lines, out: Output) -> None:
    """Read ``  MIN CHEMICAL POTENTIAL VALUE (eV):    -4.8380`` and the other ranges of BOLTZTRA."""
    left, colon, number = line.partition(":")
    if colon and (name := _TRANSPORT.get(left.strip())):
        out.facts.put(name, first_float(number), lines.number)


ANALYSIS: Final = Block(
    "analysis",
    lambda: Analysis().readers(),
    (
        Property("path_lines", "", "lines of the path: ends, points, shrinking factor"),
        Property("path_k_points", "", "k points along the path"),
        Property("path_first_band", "", "first band of a BAND"),
        Property("path_last_band", "", "last band of a BAND"),
        Property("dos_first_band", "", "first band of a DOSS"),
        Property("dos_last_band", "", "last band of a DOSS"),
        Property("band_energy_min", "Ha", "lowest energy of the plotted bands"),
        Property("band_energy_max", "Ha", "highest energy of the plotted bands"),
        Property("band_fermi_energy", "Ha", "Fermi energy of a BAND"),
        Property("dos_energy_min", "Ha", "lower end of a DOSS"),
        Property("dos_energy_max", "Ha", "upper end of a DOSS"),
        Property("number_of_projections", "", "projections that were asked for"),
        Property("dos_projections", "", "orbitals of each projection"),
        Property("relaxation_time", "fs", "relaxation time of BOLTZTRA"),
        Property("transport_temperature_min", "K", "first temperature of BOLTZTRA"),
        Property("transport_temperature_max", "K", "last temperature of BOLTZTRA"),
        Property("transport_temperature_step", "K", "step of the temperatures"),
        Property("chemical_potential_min", "eV", "first chemical potential of BOLTZTRA, absolute"),
        Property("chemical_potential_max", "eV", "last chemical potential"),
        Property("chemical_potential_step", "eV", "step of the chemical potentials"),
    ),
)
