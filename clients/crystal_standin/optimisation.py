"""An optimisation: its points, what each prints and writes, and its end."""

from __future__ import annotations

import dataclasses

from crystal_standin.crystal_run import Run, cycle_line, finish, print_mulliken, print_scf
from crystal_standin.events import STARS, RefusalError, Report, Text
from crystal_standin.model import relax
from crystal_standin.model.relax import Point
from crystal_standin.printing import geometry_text, opt_text, scf_text
from crystal_standin.printing.scf_text import Cycles
from crystal_standin.reading.deck import OptGeom


def optimise(report: Report, run: Run, opt: OptGeom) -> None:
    """Print and write an optimisation, point by point.

    Raises
    ------
    RefusalError
        An SCF does not converge, or the geometry does not within its points.
    """
    limit = run.job.behaviour.point_limit
    limited = dataclasses.replace(opt, max_points=min(opt.max_points, limit or opt.max_points))
    freedom = relax.free_coordinates(run.crystal, opt.kind)
    points = relax.relax(run.crystal, run.model, limited)
    header = opt_text.point_header(freedom)
    opt_text.print_start(report)
    log: list[str] = []
    for number, point in enumerate(points, 1):
        report.line("", STARS, f"{header} - POINT{number:5d}")
        if number == 1:
            story = _first_point(report, run, point)
        else:
            story = _later_point(report, run, point, log)
        _print_point(report, opt, point, number)
        _write_point(report, run, points[:number], story)
        _check_point(report, run, points, number, story)
        if number == 2:
            report.stage("opt")
    _print_final(report, run, points)


def _first_point(report: Report, run: Run, point: Point) -> Cycles:
    story = print_scf(report, run, point.energies, run.electrons(point.crystal))
    opt_text.print_forces(report, point)
    report.tick("TOTGRA_C")
    return story


def _later_point(report: Report, run: Run, point: Point, log: list[str]) -> Cycles:
    """Print a point whose SCF goes to SCFOUT.LOG."""
    geometry_text.print_cells(report, point.crystal)
    scf = run.deck.scf
    story = scf_text.cycles(point.energies.scf, scf, guess=True, limit=run.job.behaviour.scf_limit)
    aside = Report(run.job.start)
    aside.ticks = report.ticks
    for cycle, total in enumerate(story.energies):
        change = total - story.energies[cycle - 1] if cycle else total
        aside.line(cycle_line(cycle, total, change))
    scf_text.print_end(aside, run.label, story, point.energies)
    log.extend(event.text for event in aside.events if isinstance(event, Text))
    report.ticks += 20
    report.file("SCFOUT.LOG", "".join(log))
    opt_text.print_energy(report, run.label, point, len(story.energies) - 1)
    return story


def _print_point(report: Report, opt: OptGeom, point: Point, number: int) -> None:
    opt_text.print_tests(report, point, opt, first=number == 1)
    report.tick("OPTI")
    if number == 1 and not all(point.converged):
        opt_text.print_moved(report)


def _write_point(report: Report, run: Run, points: tuple[Point, ...], story: Cycles) -> None:
    """Write the files of a point: geometry, restart information, forces, wave function."""
    last = points[-1]
    kind = "a" if run.deck.opt and run.deck.opt.kind == "ATOMONLY" else "c"
    report.file(f"opt{kind}{len(points):03d}", geometry_text.gui(last.crystal))
    report.file("OPTINFO.DAT", opt_text.optinfo_file(last.crystal, list(points)))
    report.file("HESSOPT.DAT", opt_text.hessian_file(len(last.gradient)))
    report.file("FORCES.DAT", opt_text.forces_file(run.deck.title, last, len(story.energies) - 1))
    if story.converged:
        finish(report, run, last.crystal, last.energies, story)


def _check_point(
    report: Report, run: Run, points: tuple[Point, ...], number: int, story: Cycles
) -> None:
    """Stop where the SCF of a point failed; print FINALRUN's restart where it is asked for."""
    if not story.converged or number == run.job.behaviour.fail_at_point:
        raise RefusalError("OPTGEOM", "SCF FAILED - OPTGEOM STOP")
    if run.job.behaviour.restart_once and number == len(points) - 1:
        report.line(
            "",
            f" CONVERGENCE TESTS NOT SATISFIED AFTER{number:4d} ENERGY AND GRADIENT CALCULATIONS",
            " " + "+" * 79,
            " FINALRUN OPTION: RE-STARTING OPTIMIZATION",
            " " + "+" * 79,
        )


def _print_final(report: Report, run: Run, points: tuple[Point, ...]) -> None:
    last = points[-1]
    opt_text.print_end(report, points)
    electrons = run.electrons(last.crystal)
    scf_text.print_final_gap(report, electrons.fillings)
    geometry_text.print_neighbours(report, last.crystal)
    print_mulliken(report, run, electrons)
    dimension = last.crystal.group.dimension
    report.line("", f" FINAL OPTIMIZED GEOMETRY - DIMENSIONALITY OF THE SYSTEM      {dimension}")
    report.line(" (NON PERIODIC DIRECTION: LATTICE PARAMETER FORMALLY SET TO 500)")
    geometry_text.print_cells(report, last.crystal)
    report.line(" INFORMATION **** fort.34 **** GEOMETRY OUTPUT FILE")
    report.file("fort.34", geometry_text.gui(last.crystal))
    geometry_text.print_vectors(report, last.crystal)
    geometry_text.print_operators(report, last.crystal)
    report.stage("end")
    if not all(last.converged):
        raise RefusalError("f90main", "GEOMETRY OPTIMIZATION FAILED")
    report.end()
