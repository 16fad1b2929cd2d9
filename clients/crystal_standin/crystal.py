"""The program ``crystal``: a deck and the files beside it in, a run out. No effects."""

from __future__ import annotations

import json

from crystal_standin.crystal_run import Run, finish, print_mulliken, print_scf
from crystal_standin.events import Play, RefusalError, Report
from crystal_standin.files import freq_files, wavefunction
from crystal_standin.job import Job, play
from crystal_standin.lattice import structure
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model import energy, system
from crystal_standin.model.system import Electrons
from crystal_standin.optimisation import optimise
from crystal_standin.printing import freq_text, geometry_text, opt_text, scf_text
from crystal_standin.reading import deck as decks
from crystal_standin.reading.deck import OptGeom
from crystal_standin.reading.vibrations import FreqCalc


def run(job: Job) -> Play:
    """Run the program ``crystal``."""
    return play(job, _run, job.deck.splitlines()[0] if job.deck.strip() else "")


def _run(report: Report, job: Job) -> None:
    deck = decks.read(job.deck, job.fort34)
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
    _run_wave_function(report, Run(job, deck, crystal, system.basis_of(deck, crystal)))


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


def _run_wave_function(report: Report, run: Run) -> None:
    scf_text.print_basis(report, run.crystal, run.basis)
    scf_text.print_ghosts(report, run.crystal, run.basis)
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
        optimise(report, run, run.deck.opt)


def _check_guess(run: Run) -> bool:
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


def _single_point(report: Report, run: Run, electrons: Electrons) -> None:
    freq = run.deck.freq
    if freq is not None and freq.restart:
        _restore(report, run, freq)
        return
    energies, _, _ = energy.evaluate(run.model, run.crystal)
    report.line(f" EEEEEEEEEE INT_CALC TERMINATION  {report.date(report.elapsed_s)}")
    story = print_scf(report, run, energies, electrons)
    finish(report, run, run.crystal, energies, story)
    print_mulliken(report, run, electrons)
    if freq is not None:
        freq_text.print_modes(report, run.crystal, run.model, freq, energies.total)
    report.stage("end")
    report.end()


def _restore(report: Report, run: Run, freq: FreqCalc) -> None:
    """Take the displacements of an earlier run: no SCF is left to do."""
    total = freq_files.restored(run.job.files, run.crystal, freq)
    freq_text.print_modes(report, run.crystal, run.model, freq, total)
    report.stage("end")
    report.end()
