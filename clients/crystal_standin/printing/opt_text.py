"""The blocks of an output that belong to a geometry optimisation, and its files."""

from __future__ import annotations

import json

import numpy as np

from crystal_standin.events import STARS, Report
from crystal_standin.fortran import es, rows
from crystal_standin.lattice.groups import Floats
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.elements import element
from crystal_standin.model.relax import Freedom, Point
from crystal_standin.reading.deck import OptGeom

OPTINFO_MAGIC = "STAND-IN OPTINFO"
"""First line of the stand-in's OPTINFO.DAT."""

_OPT_LINE = " " + ("OPT" * 26)


def point_header(freedom: Freedom) -> str:
    """Return the words before POINT: what is optimised."""
    if not len(freedom.moves):
        return " CELL OPTIMIZATION"
    return (
        " COORDINATE AND CELL OPTIMIZATION" if len(freedom.strains) else " COORDINATE OPTIMIZATION"
    )


def print_control(report: Report, opt: OptGeom) -> None:
    """Print the settings of the optimisation."""
    if opt.restart:
        report.line("            RESTARTING FROM A PREVIOUS GEOMETRY OPTIMIZATION RUN")
    report.line(
        STARS,
        " COMBINED CELL/ATOM OPTIMIZATION CONTROL",
        "",
        " INITIAL TRUST RADIUS         0.50000 MAXIMUM TRUST RADIUS               4.00000",
        f" MAXIMUM GRADIENT COMPONENT   {1.5 * opt.toldeg:7.5f} "
        f"MAXIMUM DISPLACEMENT COMPONENT     {1.5 * opt.toldex:7.5f}",
        f" R.M.S. OF GRADIENT COMPONENT {opt.toldeg:7.5f} "
        f"R.M.S. OF DISPLACEMENT COMPONENTS  {opt.toldex:7.5f}",
        " THRESHOLD ON ENERGY CHANGE 0.100E-06 EXTRAPOLATING POLYNOMIAL ORDER           2",
        f" MAXIMUM ALLOWED NUMBER OF STEPS {opt.max_points:4d} "
        "SORTING OF ENERGY POINTS:               NO",
        " ANALYTICAL  GRADIENT                 HESSIAN UPDATING                      BFGS",
        STARS,
        "",
    )


def print_start(report: Report) -> None:
    """Print the box that opens the optimisation."""
    report.line(
        "", STARS,
        " *                             OPTIMIZATION STARTS                             *",
        STARS,
    )  # fmt: skip


def print_moved(report: Report) -> None:
    """Print that the SCF of later points is in SCFOUT.LOG."""
    report.line(
        "", _OPT_LINE, "",
        " STARTING GEOMETRY OPTIMIZATION - INFORMATION ON SCF MOVED TO SCFOUT.LOG",
        " GEOMETRY OPTIMIZATION INFORMATION STORED IN OPTINFO.DAT",
        "", _OPT_LINE,
    )  # fmt: skip


def print_forces(report: Report, point: Point) -> None:
    """Print forces on atoms and gradients along the free coordinates."""
    report.line(
        "",
        STARS,
        " *                             FORCE CALCULATION                               *",
        STARS,
        "",
        " CARTESIAN FORCES IN HARTREE/BOHR (ANALYTICAL)",
        "   ATOM                     X                   Y                   Z",
    )
    for index, (number, force) in enumerate(
        zip(point.crystal.numbers, point.forces, strict=True), 1
    ):
        report.line(f"{index:4d}{number:4d}          " + "".join(es(v, 20, 12) for v in force))
    report.line("", " SYMMETRY ALLOWED FORCES (ANALYTICAL) (DIRECTION, FORCE)", "")
    report.line(*rows([f"{i:5d}{es(-v, 15, 7)}" for i, v in enumerate(point.gradient, 1)], 4))


def print_energy(report: Report, label: str, point: Point, cycles: int) -> None:
    """Print the energy of a point after the first."""
    total = es(point.energies.total, 20, 13)
    report.line(
        "",
        f" TOTAL ENERGY({label})(AU)({cycles:3d}) {total}     DE (AU){point.change_ha:12.3E}",
        "",
    )


def print_tests(report: Report, point: Point, opt: OptGeom, *, first: bool) -> None:
    """Print gradients and displacements against their thresholds."""
    values = (
        ("MAX GRADIENT ", _largest(point.gradient), 1.5 * opt.toldeg),
        ("RMS GRADIENT ", _rms(point.gradient), opt.toldeg),
        ("MAX DISPLAC. ", _largest(point.step), 1.5 * opt.toldex),
        ("RMS DISPLAC. ", _rms(point.step), opt.toldex),
    )
    report.line(f" GRADIENT NORM  {np.linalg.norm(point.gradient):12.6f}", "")
    for index, (name, value, threshold) in enumerate(values):
        if index < 2 or not first or all(point.converged):
            answer = "YES" if point.converged[index] else "NO"
            report.line(
                f" {name}{value:13.6f}  THRESHOLD          {threshold:12.6f} CONVERGED {answer}"
            )


def _largest(values: Floats) -> float:
    return float(np.abs(values).max(initial=0.0))


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2))) if len(values) else 0.0


def print_end(report: Report, points: tuple[Point, ...]) -> None:
    """Print the end of the optimisation, converged or not."""
    last = points[-1]
    converged = all(last.converged)
    if converged and len(points) == 1:
        report.line(
            "",
            " CONVERGENCE ON GRADIENTS SATISFIED AFTER THE FIRST OPTIMIZATION CYCLE",
            " GEOMETRY OPTIMIZATION STOPPED",
        )
    else:
        word = "SATISFIED" if converged else "UNSATISFIED"
        count = len(points)
        report.line(
            "", f" CONVERGENCE TESTS {word} AFTER{count:4d} ENERGY AND GRADIENT CALCULATIONS"
        )
    end = "CONVERGED" if all(last.converged) else "FAILED   "
    energy = es(last.energies.total, 20, 12)
    report.line(
        "",
        " " + "*" * 66,
        f" * OPT END - {end} * E(AU): {energy}  POINTS{len(points):5d} *",
        " " + "*" * 66,
        "",
    )


def forces_file(title: str, point: Point, cycles: int) -> str:
    """Return the text of FORCES.DAT: positions (Å) and forces (Ha/bohr)."""
    places = point.crystal.fractional @ point.crystal.lattice
    head = f"{title[:40]:<40} E {es(point.energies.total, 19, 13)} ({cycles:3d})"
    lines = [f"{len(places):4d}", head]
    for number, place, force in zip(point.crystal.numbers, places, point.forces, strict=True):
        cells = "".join(es(float(v), 20, 12) for v in (*place, *force))
        lines.append(f" {element(int(number) % 100).symbol:<2}{cells}")
    return "\n".join([*lines, ""])


def hessian_file(size: int) -> str:
    """Return the text of HESSOPT.DAT: the diagonal of the first guess."""
    return "\n".join(rows([es(1.25, 19, 11) for _ in range(max(size, 1))], 4)) + "\n"


def optinfo_file(crystal: Crystal, points: list[Point]) -> str:
    """Return the text of OPTINFO.DAT: where the optimisation stands, for RESTART."""
    content = {
        "parameters": crystal.parameters,
        "asymmetric": crystal.asymmetric,
        "points": len(points),
        "energies_ha": [point.energies.total for point in points],
    }
    return f"{OPTINFO_MAGIC}\n{json.dumps(content)}\n"
