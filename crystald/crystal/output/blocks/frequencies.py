"""Vibrations: modes at Gamma with their activities and intensities, and along a dispersion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.blocks.longitudinal import SHIFTS
from crystald.crystal.output.facts import Property
from crystald.crystal.output.free_motions import imaginary_modes
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.rows import gathered, is_blank, skip_noise, until_blank
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_N = r" *(-?\d*\.\d+)"
_MODE = re.compile(
    rf" *(\d+)- *(\d+) +(-?\d*\.\d+E[-+]\d+){_N}{_N} +\(([^)]*)\)(?: +([AI]) \( *(\S+?)\) +([AI]))?"
)
_MASS = re.compile(r"(\d+) [A-Z][A-Z]?\d* +(\d+\.\d+)")
_K_POINT = re.compile(
    r" +DISPERSION K POINT NUMBER +(\d+) COORD: +[RC]\( *(-?\d+) +(-?\d+) +(-?\d+) *\) +WEIGHT: *(\d*\.)"
)
DEGENERATE_MAX: Final = 6
"""No symmetry makes more modes of a crystal fall together; garbage may say so."""
NUMBERS_MAX: Final = 1_000_000
"""Frequencies kept of a dispersion."""


@dataclass(frozen=True)
class Mode:
    """A mode, or several that fall together (first to last).

    Attributes
    ----------
    eigenvalue_ha2
        Of the mass-weighted Hessian; negative of an imaginary mode, as its frequency.
    ir_intensity
        km/mol.
    """

    first: int
    last: int
    eigenvalue_ha2: float
    frequency_cm1: float
    frequency_thz: float
    irrep: str
    ir_active: bool | None = None
    ir_intensity: float | None = None
    raman_active: bool | None = None


@dataclass(frozen=True)
class DispersionPoint:
    """Frequencies of one k point, indices in units of 1/shrinking factors."""

    number: int
    indices: tuple[int, int, int]
    weight: float
    line: int
    frequencies_cm1: tuple[float, ...]


class Vibrations:
    """Readers that know of which k point the next table is."""

    def __init__(self) -> None:
        self.point: re.Match[str] | None = None
        self.points: list[DispersionPoint] = []
        self.numbers = 0

    def read_modes(self, line: str, lines: Lines, out: Output) -> None:
        """Read the table below ``    MODES         EIGV          FREQUENCIES     IRREP  IR   INTENS    RAMAN``.

        Rows: ``    4-   5    0.4283E-06    143.6263    4.3058  (E  )   A (     0.00)   A``. Other k
        points of a dispersion have no column behind the irrep.
        """
        words = line.split()
        if words[1:3] != ["EIGV", "FREQUENCIES"] or words[-1] == SHIFTS:
            return
        number = lines.number
        skip_noise(lines)
        self._modes(number, lines, out)

    def read_point(self, line: str, lines: Lines, out: Output) -> None:
        """Read ``  DISPERSION K POINT NUMBER     2 COORD:  C(   2   2   0 )    WEIGHT:    1.``.

        Below the first of a path the rows stand without titles.
        """
        if not (found := _K_POINT.match(line)):
            return
        self.point = found
        number = lines.number
        untitled = is_blank(skip_noise(lines)) and _MODE.match(skip_noise(lines))
        lines.back()
        if untitled:
            self._modes(number, lines, out)

    def _modes(self, number: int, lines: Lines, out: Output) -> None:
        rows = [_mode(row) for row in until_blank(lines, _MODE)]
        if not _follow(rows):
            return
        frequencies = tuple(
            row.frequency_cm1 for row in rows for _ in range(row.last - row.first + 1)
        )
        if self.point is not None:
            self._keep_point(self.point, number, frequencies, out)
        if self.point is None or (_is_gamma(self.point) and _tells_more(rows, out)):
            _keep_modes(rows, frequencies, number, out)

    def _keep_point(
        self, found: re.Match[str], line: int, frequencies: tuple[float, ...], out: Output
    ) -> None:
        self.numbers += len(frequencies)
        if self.numbers > NUMBERS_MAX:
            return
        indices = (int(found[2]), int(found[3]), int(found[4]))
        point = DispersionPoint(int(found[1]), indices, float(found[5]), line, frequencies)
        self.points.append(point)
        out.facts.put("dispersion", self.points, line)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {
            "MODES": (self.read_modes,),
            "DISPERSION": (self.read_point,),
            "NUMBER": (read_calculations,),
            "DX=": (read_step,),
            "ATOMS": (read_masses,),
        }


def _is_gamma(found: re.Match[str]) -> bool:
    return not any(int(found[index]) for index in (2, 3, 4))


def _tells_more(rows: list[Mode], out: Output) -> bool:
    """Tell whether rows have activities, or nothing was told yet: a path meets Gamma again."""
    return rows[0].ir_active is not None or "vibrational_modes" not in out.facts


def _mode(row: re.Match[str]) -> Mode:
    active, intensity = row[7], row[8]
    values = floats(intensity) if intensity else []
    return Mode(
        int(row[1]),
        int(row[2]),
        float(row[3]),
        float(row[4]),
        float(row[5]),
        row[6].strip(),
        None if active is None else active == "A",
        values[0] if values else None,
        None if row[9] is None else row[9] == "A",
    )


def _follow(rows: list[Mode]) -> bool:
    """Tell whether the numbers of the modes follow one another from 1."""
    expected = 1
    for row in rows:
        if row.first != expected or not 0 <= row.last - row.first < DEGENERATE_MAX:
            return False
        expected = row.last + 1
    return bool(rows)


def _keep_modes(rows: list[Mode], frequencies: tuple[float, ...], line: int, out: Output) -> None:
    out.frequencies_cm1 = frequencies
    out.lines["frequencies"] = line
    negative = sum(row.last - row.first + 1 for row in rows if row.eigenvalue_ha2 < 0.0)
    out.facts.put("vibrational_modes", tuple(rows), line)
    out.facts.put("modes", len(frequencies), line)
    out.facts.put("frequency_min", min(frequencies), line)
    out.facts.put("frequency_max", max(frequencies), line)
    out.facts.put("negative_eigenvalues", negative, line)


def settle(out: Output) -> None:
    """Count the imaginary modes; free motions are told by the dimensionality of the whole run."""
    if out.frequencies_cm1:
        imaginary = imaginary_modes(out.frequencies_cm1, out.dimensionality)
        out.facts.put("imaginary_modes", len(imaginary), out.lines["frequencies"])


def read_calculations(line: str, lines: Lines, out: Output) -> None:
    """Read `` NUMBER OF SCF+GRADIENT CALCULATIONS             8``."""
    values = floats(line.partition("SCF+GRADIENT CALCULATIONS")[2])
    if values:
        out.facts.put("displaced_calculations", int(values[0]), lines.number)


def read_masses(line: str, lines: Lines, out: Output) -> None:
    """Read the masses below `` ATOMS ISOTOPIC MASS (AMU) FOR FREQUENCY CALCULATION``.

    ``    1 FE     55.9349    2 FE     55.9349    3 FE     55.9349    4 FE     55.9349``.
    """
    if "ISOTOPIC MASS" not in line:
        return
    number = lines.number
    if not is_blank(skip_noise(lines)):
        lines.back()
    masses = gathered(lines, _MASS)
    if masses and [int(atom) for atom, _ in masses] == list(range(1, len(masses) + 1)):
        out.facts.put("isotopic_masses", tuple(float(mass) for _, mass in masses), number)


def read_step(line: str, lines: Lines, out: Output) -> None:
    """Read `` DX=  0.003 ANGSTROM``."""
    values = floats(line)
    if "ANGSTROM" in line and values:
        out.facts.put("displacement", values[0], lines.number)


FREQUENCIES: Final = Block(
    "frequencies",
    lambda: Vibrations().readers(),
    (
        Property(
            "vibrational_modes", "1/cm", "modes at Gamma: eigenvalue, frequency, irrep, activity"
        ),
        Property("modes", "", "how many modes at Gamma"),
        Property("frequency_min", "1/cm", "lowest frequency at Gamma, imaginary ones negative"),
        Property("frequency_max", "1/cm", "highest frequency at Gamma"),
        Property(
            "imaginary_modes",
            "",
            "modes at Gamma below -10 1/cm, without free motions of the whole",
        ),
        Property(
            "negative_eigenvalues",
            "",
            "modes at Gamma whose eigenvalue is negative, however little: zeros among them",
        ),
        Property("dispersion", "1/cm", "frequencies of each k point of a phonon dispersion"),
        Property("displaced_calculations", "", "SCF and gradients that the Hessian needs"),
        Property("isotopic_masses", "amu", "masses of the atoms"),
        Property("displacement", "Å", "step of the numerical Hessian"),
    ),
    settle,
)
