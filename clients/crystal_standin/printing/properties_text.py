"""BOLTZTRA, ECH3 and POT3: what they print and write."""

from __future__ import annotations

from crystal_standin.events import STARS, Report
from crystal_standin.lattice.groups import Floats
from crystal_standin.model import grids, system, transport
from crystal_standin.model.transport import Coefficients, Range
from crystal_standin.properties_run import Run
from crystal_standin.reading import d3

_TABLES = (
    ("SIGMA.DAT", "sigma", "sigma", "Electrical conductivity in SI units, i.e. in 1/Ohm/m",
     "ELECTRICAL CONDUCTIVITY"),
    ("SIGMAS.DAT", "sigmaS", "sigma_seebeck",
     "Electrical conductivity * Seebeck coefficient in SI units, i.e. in A/m/K",
     "ELECTRICAL CONDUCTIVITY * SEEBECK COEFFICIENT"),
    ("SEEBECK.DAT", "S", "seebeck", "Seebeck coefficient in SI units, i.e. in V/K",
     "SEEBECK COEFFICIENT"),
    ("KAPPA.DAT", "K", "kappa", "K coefficient in SI units, i.e. in W/m/K",
     "ELECTRICAL THERMAL CONDUCTIVITY"),
)  # fmt: skip
"""File, letter of its columns, quantity, heading, words in the output."""

_TDF = "Transport distribution function (in units of 1/hbar^2*eV*fs/angstrom) vs energy in eV"


def print_further(report: Report, run: Run, task: d3.Boltztra | d3.Grid) -> None:
    """Do what a task says."""
    if isinstance(task, d3.Boltztra):
        _boltztra(report, run, task)
    elif task.keyword == "ECH3":
        _density(report, run, task.points)
    else:
        _potential(report, run, task.points)


def _boltztra(report: Report, run: Run, task: d3.Boltztra) -> None:
    report.line(
        STARS,
        "",
        "           THERMOELECTRIC AND ELECTRONIC TRANSPORT PROPERTIES CALCULATION",
        "",
        STARS,
        *_settings(task),
        STARS,
        " TDF CALCULATION IN PROGRESS...",
    )
    crystal, mesh = run.found.crystal, run.electrons.mesh
    models, fillings = run.electrons.models, run.electrons.fillings
    spins = [transport.states_of(crystal, mesh, model, run.per_state) for model in models]
    electrons = [filling.electrons for filling in fillings]
    report.tick("SMAT")
    report.line(
        " TDF CALCULATION PERFORMED", " TDF CALCULATED ALONG THE XX,XY,XZ,YY,YZ,ZZ DIRECTIONS"
    )
    report.tick("TDF_CALC")
    mu_ev = Range(*task.potentials).values
    found = [
        [
            transport.coefficients(
                spin, count, crystal.volume_ang3, mu_ev, float(kelvin), task.relaxation_fs
            )
            for kelvin in Range(*task.temperatures).values
        ]
        for spin, count in zip(spins, electrons, strict=True)
    ]
    for name, letter, quantity, heading, words in _TABLES:
        report.file(name, _table(heading, letter, mu_ev, crystal.volume_ang3, quantity, found))
        report.line(f" {words} DATA WRITTEN ON {name}")
    energies = Range(*task.energies).values
    parts = [
        transport.distribution_table(
            f"{number} [{_TDF}]",
            energies,
            transport.distribution(spin, crystal.volume_ang3, energies, task.relaxation_fs),
        )
        for number, spin in enumerate(spins)
    ]
    report.file("TDF.DAT", "".join(parts))
    report.line(" TRANSPORT DISTRIBUTION FUNCTION DATA WRITTEN ON TDF.DAT")
    report.tick("BOLTZTRA")


def _settings(task: d3.Boltztra) -> list[str]:
    rows = [
        ("RELAXATION TIME (fs):", task.relaxation_fs),
        ("MIN TEMPERATURE VALUE (K):", task.temperatures[0]),
        ("MAX TEMPERATURE VALUE (K):", task.temperatures[1]),
        ("STEP TEMPERATURE VALUE (K):", task.temperatures[2]),
        ("MIN CHEMICAL POTENTIAL VALUE (eV):", task.potentials[0]),
        ("MAX CHEMICAL POTENTIAL VALUE (eV):", task.potentials[1]),
        ("STEP CHEMICAL POTENTIAL VALUE (eV):", task.potentials[2]),
        ("MIN TDF VALUE (eV):", task.energies[0]),
        ("MAX TDF VALUE (eV):", task.energies[1]),
        ("STEP TDF VALUE (eV):", task.energies[2]),
        ("SMEARING FACTOR:", task.smearing),
    ]
    return [f"  {name:<34}{value:11.4f}" for name, value in rows] + [
        "  SMEARING SCHEME:                      GAUSSIAN"
    ]


def _table(
    heading: str,
    letter: str,
    mu_ev: Floats,
    volume_ang3: float,
    quantity: str,
    found: list[list[Coefficients]],
) -> str:
    return "".join(
        transport.table(
            f"{number} [{heading}]",
            letter,
            mu_ev,
            volume_ang3,
            [(part, getattr(part, quantity)) for part in spin],
        )
        for number, spin in enumerate(found)
    )


def _net_charges(run: Run) -> tuple[list[float], list[float]]:
    """Return electrons and net charge of each atom."""
    electrons = system.charges_of(run.found.crystal, run.basis)
    neutral = [kind.charge for kind in run.basis.atoms]
    return electrons, [z - n for z, n in zip(neutral, electrons, strict=True)]


def _density(report: Report, run: Run, points: int) -> None:
    crystal, title = run.found.crystal, run.found.deck.title
    electrons, net = _net_charges(run)
    shape = grids.shape_of(crystal, points)
    report.tick("ECH3 START")
    report.line(
        "", " " + "3D" * 39, f" 3D DENSITY, GRID IS {shape[0]:3d}*{shape[1]:3d}*{shape[2]:3d}"
    )
    values = grids.density(crystal, electrons, shape)
    report.file("DENS_CUBE.DAT", grids.cube("Charge density", title, crystal, values, net))
    report.tick("CHARGE")
    spins = system.spins_of(run.found.deck, crystal, run.electrons.fillings)
    if spins:
        values = grids.soft(crystal, spins, shape)
        report.file("SPIN_CUBE.DAT", grids.cube("Spin density", title, crystal, values, net))
        report.tick("SPIN")
    report.tick("ECH3 END")
    report.tick("ECH3")


def _potential(report: Report, run: Run, points: int) -> None:
    crystal, title = run.found.crystal, run.found.deck.title
    _, net = _net_charges(run)
    shape = grids.shape_of(crystal, points)
    report.line(
        "", " " + "3D" * 39, f" 3D POTENTIAL, GRID IS {shape[0]:3d}*{shape[1]:3d}*{shape[2]:3d}"
    )
    values = grids.potential(crystal, net, shape)
    name = "Potential"
    report.file("POT_CUBE.DAT", grids.cube(name, title, crystal, values, net))
    report.tick("POT3")
