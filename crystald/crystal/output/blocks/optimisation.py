"""The points of an optimisation: energies, the four criteria, trust radius, rejected steps."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.numbers import first_float
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_POINT = re.compile(r"OPTIMIZATION - POINT +(\d+)\s*$")
_CRITERION = re.compile(
    r" (MAX|RMS) (GRADIENT|DISPLAC\.) +(\d*\.\d+) +THRESHOLD +(\d*\.\d+) +CONVERGED (YES|NO)"
)
_NORM = re.compile(r" GRADIENT NORM +(\d*\.\d+) +GRADIENT THRESHOLD")
_ENERGY = re.compile(r" TOTAL ENERGY\(\w+\)\(AU\)\( *\d+\) *([-+0-9.EeDd]+) +DE \(AU\) +(\S+)")
_TRUST = re.compile(r"TRUST RADIUS +([-+0-9.EeDd]+)\s*$")

CRITERIA: Final = {
    ("MAX", "GRADIENT"): "max_gradient",
    ("RMS", "GRADIENT"): "rms_gradient",
    ("MAX", "DISPLAC."): "max_displacement",
    ("RMS", "DISPLAC."): "rms_displacement",
}


@dataclass(frozen=True)
class Criterion:
    """One of the four criteria: value, threshold, and what the program says of them."""

    value: float
    threshold: float
    satisfied: bool


@dataclass
class Point:
    """A point of an optimisation, as far as it was printed.

    Attributes
    ----------
    max_gradient, rms_gradient
        Hartree/bohr.
    max_displacement, rms_displacement
        Bohr.
    rejected
        How often a step from here was rejected.
    """

    point: int
    line: int
    energy_ha: float | None = None
    de_ha: float | None = None
    gradient_norm: float | None = None
    trust_radius: float | None = None
    max_gradient: Criterion | None = None
    rms_gradient: Criterion | None = None
    max_displacement: Criterion | None = None
    rms_displacement: Criterion | None = None
    rejected: int = 0


class Points:
    """Readers that know at which point the run is."""

    def __init__(self) -> None:
        self.points: deque[Point] = deque(maxlen=ROWS_MAX)

    def read_point(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` COORDINATE AND CELL OPTIMIZATION - POINT    2``.

        What the SCF of an earlier point told holds no longer: of this one it goes to SCFOUT.LOG.
        """
        if not (found := _POINT.search(line)):
            return
        number = int(found[1])
        if number > 1:
            out.facts.forget_passing()
        elif self.points:  # a further optimisation of this run
            self.points = deque(maxlen=ROWS_MAX)
            for name in (*CRITERIA.values(), "gradient_norm", "trust_radius"):
                out.facts.pop(name, None)
        self.points.append(Point(number, lines.number))
        out.facts.put("optimisation_points", self.points, lines.number)

    def _change(self, **values: object) -> None:
        if self.points:
            for name, value in values.items():
                setattr(self.points[-1], name, value)

    def read_criterion(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` MAX GRADIENT      0.221641  THRESHOLD              0.000450 CONVERGED NO``."""
        if not (found := _CRITERION.match(line)):
            return
        name = CRITERIA[found[1], found[2]]
        criterion = Criterion(float(found[3]), float(found[4]), found[5] == "YES")
        self._change(**{name: criterion})
        out.facts.put(name, criterion.value, lines.number)

    def read_norm(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` GRADIENT NORM     0.041632  GRADIENT THRESHOLD     0.500000``."""
        if found := _NORM.match(line):
            self._change(gradient_norm=float(found[1]))
            out.facts.put("gradient_norm", float(found[1]), lines.number)

    def read_energy(self, line: str, _lines: Lines, _out: Output) -> None:
        """Read `` TOTAL ENERGY(DFT)(AU)(  9) -1.4777544982270E+03     DE (AU)   -2.256E-04``.

        The first point has the line without ``DE (AU)``, at the end of its SCF.
        """
        if not self.points or "ENERGY(" not in line:
            return
        if found := _ENERGY.match(line):
            self._change(energy_ha=first_float(found[1]), de_ha=first_float(found[2]))
        elif self.points[-1].energy_ha is None and "TOTAL ENERGY(" in line:
            self._change(energy_ha=first_float(line.rpartition(")")[2]))

    def read_trust(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` UPDATED TRUST RADIUS     0.100E+01``; `` INITIAL TRUST RADIUS    0.5000000000E+00``."""
        if found := _TRUST.search(line):
            self._change(trust_radius=first_float(found[1]))
            if self.points:
                out.facts.put("trust_radius", first_float(found[1]), lines.number)

    def read_rejection(self, line: str, _lines: Lines, _out: Output) -> None:
        """Read `` ENERGY CHANGE > 0: STEP REJECTED. RETRYING WITH A NEW STEP``."""
        if "STEP REJECTED" in line and self.points:
            self._change(rejected=self.points[-1].rejected + 1)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {
            "COORDINATE": (self.read_point,),
            "CELL": (self.read_point,),
            "ATOMS": (self.read_point,),
            "MAX": (self.read_criterion,),
            "RMS": (self.read_criterion,),
            "GRADIENT": (self.read_norm,),
            "TOTAL": (self.read_energy,),
            "UPDATED": (self.read_trust,),
            "INITIAL": (self.read_trust,),
            "ENERGY": (self.read_rejection,),
        }


def read_tests(line: str, lines: Lines, out: Output) -> None:
    """Read `` CONVERGENCE TESTS SATISFIED AFTER   5 ENERGY AND GRADIENT CALCULATIONS``."""
    found = re.search(r"CONVERGENCE TESTS (\w+) +AFTER +(\d+) ENERGY", line)
    if found and found[1] == "SATISFIED":
        out.facts.put("optimisation_calculations", int(found[2]), lines.number)


def read_flat(line: str, lines: Lines, out: Output) -> None:
    """Read `` FLAT SURFACE - NO CHANGE IN ENERGY FOR   4 STEPS``."""
    if line.lstrip().startswith("FLAT SURFACE"):
        out.facts.put("flat_surface", value=True, line=lines.number)


OPTIMISATION: Final = Block(
    "optimisation",
    lambda: {**Points().readers(), "CONVERGENCE": (read_tests,), "FLAT": (read_flat,)},
    (
        Property(
            "optimisation_points", "", "points: energy, four criteria, trust radius, rejections"
        ),
        Property("optimisation_calculations", "", "energy and gradient calculations until the end"),
        Property("gradient_norm", "Ha/bohr", "norm of the gradient at the last point"),
        Property("max_gradient", "Ha/bohr", "largest component of the gradient"),
        Property("rms_gradient", "Ha/bohr", "root mean square of the gradient"),
        Property("max_displacement", "bohr", "largest displacement"),
        Property("rms_displacement", "bohr", "root mean square of the displacements"),
        Property("trust_radius", "bohr", "trust radius at the last point"),
        Property("flat_surface", "", "whether a point found no change in energy any more"),
    ),
)
