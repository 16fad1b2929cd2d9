"""A run of ``crystal``: its deck with what follows from it, and its SCF."""

from __future__ import annotations

import dataclasses

from crystal_standin.events import STARS, Report
from crystal_standin.files import wavefunction
from crystal_standin.job import Job
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model import energy, system
from crystal_standin.model.bands import Filling
from crystal_standin.model.basis import CellBasis
from crystal_standin.model.energy import Energies
from crystal_standin.model.system import Electrons
from crystal_standin.printing import scf_text
from crystal_standin.printing.scf_text import Cycles
from crystal_standin.reading.deck import Deck


class Run:
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
        """What the program calls the Hamiltonian."""
        return self.deck.hamiltonian.label

    def electrons(self, crystal: Crystal) -> Electrons:
        """Return bands and their filling at a geometry."""
        scf = self.deck.scf
        found = system.electrons_of(self.deck, crystal, self.basis, scf.shrink, scf.gilat)
        if not self.job.behaviour.metallic:
            return found
        changed = [dataclasses.replace(filling, conducting=True) for filling in found.fillings]
        return dataclasses.replace(found, fillings=changed)


def print_scf(report: Report, run: Run, energies: Energies, electrons: Electrons) -> Cycles:
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
        report.line(cycle_line(cycle, total, total - previous))
        if cycle == 2:
            report.stage("scf")
        previous = total
    scf_text.print_end(report, run.label, story, energies)
    return story


def cycle_line(cycle: int, total: float, change: float) -> str:
    """Return the line of an SCF cycle: energy and its change, Ha."""
    tester, density = min(abs(change), 1.0) / 4, min(abs(change) ** 0.5, 2.0)
    return (
        f" CYC{cycle:4d} ETOT(AU){total:20.12E} DETOT{change:10.2E} tst{tester:10.2E}"
        f" PX{density:10.2E}"
    )


def _print_state(report: Report, run: Run, fillings: list[Filling], cycle: int, count: int) -> None:
    report.tick("FDIK")
    if run.deck.scf.spin_lock and cycle <= min(run.deck.scf.spin_lock[1], count - 2):
        report.line(" SPIN LOCKING: NO ENERGY GAP COMPUTED")
    else:
        scf_text.print_gap(report, fillings, 0.02 / 10**cycle if cycle < count - 1 else 0.0)
    report.tick("PDIG")


def print_mulliken(report: Report, run: Run, electrons: Electrons) -> None:
    """Print charges and spins of the atoms, where PPAN asks for them."""
    if not run.deck.scf.mulliken:
        return
    charges = system.charges_of(run.crystal, run.basis)
    spins = system.spins_of(run.deck, run.crystal, electrons.fillings)
    scf_text.print_mulliken(report, run.crystal, "ALPHA+BETA ", charges)
    if spins:
        scf_text.print_mulliken(report, run.crystal, "ALPHA-BETA ", spins)
    report.line(" EIGENVECTORS IN FORTRAN UNIT  8")


def finish(report: Report, run: Run, crystal: Crystal, energies: Energies, story: Cycles) -> None:
    """Write the wave function of a finished SCF."""
    cycles = len(story.energies) - 1
    data = wavefunction.write(run.job.deck, crystal, energies, cycles, run.job.fort34)
    if run.job.behaviour.no_wavefunction:
        return
    if not run.job.behaviour.empty_wavefunction:
        report.file("fort.9", data)
        report.file("fort.98", data)
