"""The program ``crystal``: a deck and the files beside it in, a run out. No effects."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping

from crystal_standin import deck as decks
from crystal_standin import (
    energy,
    freq_files,
    freq_text,
    geometry_text,
    opt_text,
    relax,
    scf_text,
    structure,
    system,
    wavefunction,
)
from crystal_standin.bands import Filling
from crystal_standin.banner import print_banner
from crystal_standin.basis import CellBasis
from crystal_standin.deck import Deck, OptGeom
from crystal_standin.energy import Energies
from crystal_standin.events import STARS, Play, RefusalError, Report, Text
from crystal_standin.relax import Point
from crystal_standin.scf_text import Cycles
from crystal_standin.structure import Crystal
from crystal_standin.system import Electrons
from crystal_standin.vibrations import FreqCalc


@dataclasses.dataclass(frozen=True, slots=True)
class Behaviour:
    """Ways to misbehave that need the run itself to know of them (see ``faults``).

    Attributes
    ----------
    scf_limit : int
        Stop every SCF unconverged after so many cycles; 0 for no.
    fail_at_point : int
        The SCF of this optimisation point does not converge; 0 for none.
    point_limit : int
        Give up the optimisation after so many points; 0 for no.
    metallic : bool
        Print the bands as conducting whatever they are.
    restart_once : bool
        Print FINALRUN's restart before the last point.
    empty_wavefunction, no_wavefunction : bool
        Leave fort.9 empty, or leave none.
    """

    scf_limit: int = 0
    fail_at_point: int = 0
    point_limit: int = 0
    metallic: bool = False
    restart_once: bool = False
    empty_wavefunction: bool = False
    no_wavefunction: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """What a run of either program is given.

    Attributes
    ----------
    deck : str
        The deck.
    files : mapping of str to bytes
        The files in the directory that the program may read.
    start : dt.datetime
        The clock's time.
    seconds : float
        How long the run takes.
    behaviour : Behaviour
        Misbehaviour asked for.
    """

    deck: str
    files: Mapping[str, bytes]
    start: dt.datetime
    seconds: float = 0.0
    behaviour: Behaviour = dataclasses.field(default_factory=Behaviour)


def run(job: Job) -> Play:
    """Run the program ``crystal``."""
    report = Report(job.start, job.seconds)
    report.stage("start")
    print_banner(report)
    report.line(f" {job.deck.splitlines()[0][:80] if job.deck.strip() else '':<80}")
    report.stage("banner")
    try:
        _run(report, job)
    except RefusalError as refusal:
        refuse(report, refusal)
    return Play(tuple(report.events))


def refuse(report: Report, refusal: RefusalError) -> None:
    """End a run as CRYSTAL ends on a fatal error: a line, fort.87, no termination line."""
    line = f" ERROR **** {refusal.routine} **** {refusal.text}"
    if refusal.note:
        report.line(f" STAND-IN NOTE: {refusal.note}")
    report.line(line)
    report.tick("ERR")
    report.file("fort.87", line + "\n")


class _Run:
    """A deck with all that follows from it before the first SCF."""

    def __init__(self, job: Job, deck: Deck, crystal: Crystal, basis: CellBasis) -> None:
        self.job = job
        self.deck = deck
        self.crystal = crystal
        self.basis = basis
        self.model = energy.make_model(crystal, basis, deck.hamiltonian)
        self.guess = False

    @property
    def label(self) -> str:
        return self.deck.hamiltonian.label

    def electrons(self, crystal: Crystal) -> Electrons:
        scf = self.deck.scf
        found = system.electrons_of(self.deck, crystal, self.basis, scf.shrink, scf.gilat)
        if not self.job.behaviour.metallic:
            return found
        changed = [dataclasses.replace(filling, conducting=True) for filling in found.fillings]
        return dataclasses.replace(found, fillings=changed)


def _run(report: Report, job: Job) -> None:
    deck = decks.read(job.deck)
    crystal = system.crystal_of(deck)
    geometry_text.print_input(report, crystal)
    opt = deck.opt
    if opt is not None:
        opt_text.print_control(report, opt)
        crystal = _restarted(job, opt, crystal)
    if deck.freq is not None and deck.freq.restart:
        freq_text.print_restart(report)
    dimension = crystal.group.dimension
    report.line("", f" GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    {dimension}")
    report.line(" (NON PERIODIC DIRECTION: LATTICE PARAMETER FORMALLY SET TO 500)")
    geometry_text.print_cells(report, crystal)
    geometry_text.print_operators(report, crystal)
    geometry_text.print_vectors(report, crystal)
    report.stage("geometry")
    if deck.test_geometry:
        report.line(" WARNING **** CRYSTA **** TESTGEOM  DIRECTIVE - GEOMETRY EDITING COMPLETE")
        report.end()
        return
    _run_wave_function(report, _Run(job, deck, crystal, system.basis_of(deck, crystal)))


def _restarted(job: Job, opt: OptGeom, crystal: Crystal) -> Crystal:
    """Return where an earlier optimisation stood, if the deck says RESTART."""
    if not opt.restart:
        return crystal
    head, _, body = job.files.get("OPTINFO.DAT", b"").decode(errors="replace").partition("\n")
    if head != opt_text.OPTINFO_MAGIC:
        raise RefusalError(
            "OPTGEO", "FILE OPTINFO.DAT NOT FOUND", "RESTART without its OPTINFO.DAT"
        )
    content = json.loads(body)
    asymmetric = tuple((n, (x, y, z)) for n, (x, y, z) in content["asymmetric"])
    return structure.build(crystal.group, tuple(content["parameters"]), asymmetric)


def _run_wave_function(report: Report, run: _Run) -> None:
    scf_text.print_basis(report, run.crystal, run.basis)
    run.guess = _check_guess(run)
    scf_text.print_settings(report, run.deck.hamiltonian, run.deck.scf, guess=run.guess)
    scf_text.print_sizes(report, run.crystal, run.basis, run.deck.hamiltonian, run.deck.scf)
    electrons = run.electrons(run.crystal)
    scf_text.print_nets(report, run.crystal, run.deck.scf, electrons.mesh, electrons.gilat)
    report.tick("INPUT")
    report.stage("input")
    if run.deck.scf.test_density:
        report.line(" TESTPDIM TEST - SIZE OF DENSITY MATRIX EVALUATED")
        report.end()
        return
    geometry_text.print_neighbours(report, run.crystal)
    report.tick("SYMM")
    if not run.job.behaviour.no_wavefunction:
        report.file("fort.9", b"")
    if run.deck.opt is None:
        _single_point(report, run, electrons)
    else:
        _optimise(report, run, run.deck.opt)


def _check_guess(run: _Run) -> bool:
    if not run.deck.scf.guess:
        return False
    found = wavefunction.read(run.job.files.get("fort.20"))
    if found is None:
        text = "COPY OF WAVEFUNCTION FILE fort.20 CAN NOT BE FOUND"
        raise RefusalError("GUESSP", text, "GUESSP needs the fort.9 of an earlier run as fort.20")
    same = system.basis_of(found.deck, found.crystal)
    if len(same.orbitals) != len(run.basis.orbitals):
        text = "BASIS SET OF fort.20 NOT THE SAME"
        raise RefusalError("GUESSP", text, "fort.20 comes from another basis or another crystal")
    return True


def _single_point(report: Report, run: _Run, electrons: Electrons) -> None:
    freq = run.deck.freq
    if freq is not None and freq.restart:
        _restore(report, run, freq)
        return
    energies, _, _ = energy.evaluate(run.model, run.crystal)
    report.line(f" EEEEEEEEEE INT_CALC TERMINATION  {report.date(report.elapsed_s)}")
    story = _scf(report, run, energies, electrons)
    _finish(report, run, run.crystal, energies, story)
    _print_mulliken(report, run, electrons)
    if freq is not None:
        freq_text.print_modes(report, run.crystal, run.model, freq, energies.total)
    report.stage("end")
    report.end()


def _restore(report: Report, run: _Run, freq: FreqCalc) -> None:
    """Take the displacements of an earlier run: no SCF is left to do."""
    total = freq_files.restored(run.job.files, run.crystal, freq)
    freq_text.print_modes(report, run.crystal, run.model, freq, total)
    report.stage("end")
    report.end()


def _finish(report: Report, run: _Run, crystal: Crystal, energies: Energies, story: Cycles) -> None:
    """Write the wave function of a finished SCF."""
    data = wavefunction.write(run.job.deck, crystal, energies, len(story.energies) - 1)
    if run.job.behaviour.no_wavefunction:
        return
    if not run.job.behaviour.empty_wavefunction:
        report.file("fort.9", data)
        report.file("fort.98", data)


def _scf(report: Report, run: _Run, energies: Energies, electrons: Electrons) -> Cycles:
    """Print a whole SCF."""
    limit = run.job.behaviour.scf_limit
    story = scf_text.cycles(energies.scf, run.deck.scf, guess=run.guess, limit=limit)
    fillings = electrons.fillings
    charges = system.charges_of(run.crystal, run.basis)
    spins = system.spins_of(run.deck, run.crystal, fillings)
    report.line(
        "", STARS, f" {run.deck.title[:80]:<80}",
        f" CRYSTAL - SCF - TYPE OF CALCULATION :  {scf_text.kind_of_run(run.deck.hamiltonian)}",
        STARS, "", scf_text.cappa(electrons.mesh, len(run.crystal.rotations)), "",
    )  # fmt: skip
    report.tick("SDIK")
    previous = 0.0
    for cycle, total in enumerate(story.energies):
        if cycle:
            _print_state(report, run, fillings, cycle, len(story.energies))
        scf_text.print_charges(report, charges, spins)
        report.tick("MONMO3")
        report.line(_cycle_line(cycle, total, total - previous))
        if cycle == 2:
            report.stage("scf")
        previous = total
    scf_text.print_end(report, run.label, story, energies)
    return story


def _cycle_line(cycle: int, total: float, change: float) -> str:
    tester, density = min(abs(change), 1.0) / 4, min(abs(change) ** 0.5, 2.0)
    return (
        f" CYC{cycle:4d} ETOT(AU){total:20.12E} DETOT{change:10.2E} tst{tester:10.2E}"
        f" PX{density:10.2E}"
    )


def _print_state(
    report: Report, run: _Run, fillings: list[Filling], cycle: int, count: int
) -> None:
    report.tick("FDIK")
    if run.deck.scf.spin_lock and cycle <= min(run.deck.scf.spin_lock[1], count - 2):
        report.line(" SPIN LOCKING: NO ENERGY GAP COMPUTED")
    else:
        scf_text.print_gap(report, fillings, 0.02 / 10**cycle if cycle < count - 1 else 0.0)
    report.tick("PDIG")


def _print_mulliken(report: Report, run: _Run, electrons: Electrons) -> None:
    if not run.deck.scf.mulliken:
        return
    charges = system.charges_of(run.crystal, run.basis)
    spins = system.spins_of(run.deck, run.crystal, electrons.fillings)
    scf_text.print_mulliken(report, run.crystal, "ALPHA+BETA ", charges)
    if spins:
        scf_text.print_mulliken(report, run.crystal, "ALPHA-BETA ", spins)
    report.line(" EIGENVECTORS IN FORTRAN UNIT  8")


def _optimise(report: Report, run: _Run, opt: OptGeom) -> None:
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


def _first_point(report: Report, run: _Run, point: Point) -> Cycles:
    story = _scf(report, run, point.energies, run.electrons(point.crystal))
    opt_text.print_forces(report, point)
    report.tick("TOTGRA_C")
    return story


def _later_point(report: Report, run: _Run, point: Point, log: list[str]) -> Cycles:
    """Print a point whose SCF goes to SCFOUT.LOG."""
    geometry_text.print_cells(report, point.crystal)
    scf = run.deck.scf
    story = scf_text.cycles(point.energies.scf, scf, guess=True, limit=run.job.behaviour.scf_limit)
    aside = Report(run.job.start)
    aside.ticks = report.ticks
    for cycle, total in enumerate(story.energies):
        change = total - story.energies[cycle - 1] if cycle else total
        aside.line(_cycle_line(cycle, total, change))
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


def _write_point(report: Report, run: _Run, points: tuple[Point, ...], story: Cycles) -> None:
    """Write the files of a point: geometry, restart information, forces, wave function."""
    last = points[-1]
    kind = "a" if run.deck.opt and run.deck.opt.kind == "ATOMONLY" else "c"
    report.file(f"opt{kind}{len(points):03d}", geometry_text.gui(last.crystal))
    report.file("OPTINFO.DAT", opt_text.optinfo_file(last.crystal, list(points)))
    report.file("HESSOPT.DAT", opt_text.hessian_file(len(last.gradient)))
    report.file("FORCES.DAT", opt_text.forces_file(run.deck.title, last, len(story.energies) - 1))
    if story.converged:
        _finish(report, run, last.crystal, last.energies, story)


def _check_point(
    report: Report, run: _Run, points: tuple[Point, ...], number: int, story: Cycles
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


def _print_final(report: Report, run: _Run, points: tuple[Point, ...]) -> None:
    last = points[-1]
    opt_text.print_end(report, points)
    electrons = run.electrons(last.crystal)
    scf_text.print_final_gap(report, electrons.fillings)
    geometry_text.print_neighbours(report, last.crystal)
    _print_mulliken(report, run, electrons)
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
