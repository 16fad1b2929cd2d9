"""FREQCALC: modes of the model's energy at the centre of the zone, printed as CRYSTAL does."""

from __future__ import annotations

import dataclasses

import numpy as np

from crystal_standin.events import STARS, Report
from crystal_standin.files import freq_files
from crystal_standin.fortran import ez
from crystal_standin.lattice.groups import Floats
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.elements import element
from crystal_standin.model.energy import BOHR_ANG, Model, evaluate
from crystal_standin.reading.vibrations import FreqCalc

CM1_PER_HARTREE = 219474.6313702
THZ_PER_CM1 = 0.0299792458
ELECTRON_MASSES = 1822.888486
"""Electron masses in one atomic mass unit."""

EV_PER_HARTREE, KJ_PER_HARTREE = 27.211386, 2625.4996
_STEP_ANG = 0.003


def squares(crystal: Crystal, model: Model) -> Floats:
    """Return the squares of the angular frequencies in hartree², ascending; 3N of them.

    The three translations are projected out of the matrix, so that they are zero.
    """
    masses = np.array([element(int(z) % 100).weight for z in crystal.numbers]) * ELECTRON_MASSES
    weights = np.sqrt(np.repeat(masses, 3))
    hessian = _hessian(crystal, model) * BOHR_ANG**2 / np.outer(weights, weights)
    shifts = np.stack([weights * (np.arange(len(weights)) % 3 == axis) for axis in range(3)])
    shifts /= np.linalg.norm(shifts, axis=1)[:, None]
    inner = np.eye(len(weights)) - shifts.T @ shifts
    return np.asarray(np.linalg.eigvalsh(inner @ hessian @ inner), dtype=np.float64)


def _hessian(crystal: Crystal, model: Model) -> Floats:
    """Return second derivatives, Ha/Å², by central differences of forces."""
    count = 3 * len(crystal.numbers)
    inverse = np.linalg.inv(crystal.lattice)
    rows = np.zeros((count, count))
    for place in range(count):
        step = np.zeros((count // 3, 3))
        step[place // 3, place % 3] = _STEP_ANG
        ahead, behind = (
            evaluate(
                model, dataclasses.replace(crystal, fractional=crystal.fractional + side @ inverse)
            )[1]
            for side in (step, -step)
        )
        rows[place] = (behind - ahead).ravel() / (2 * _STEP_ANG)
    return np.asarray((rows + rows.T) / 2, dtype=np.float64)


def print_restart(report: Report) -> None:
    """Print that displacements are read from FREQINFO.DAT."""
    report.line(
        "", STARS, "                       FREQUENCY CALCULATION", "",
        " INFORMATION **** INPFREQ **** FREQUENCY CALCULATION RESTART(DATA FROM FREQINFO.DAT)",
    )  # fmt: skip


def print_modes(
    report: Report, crystal: Crystal, model: Model, freq: FreqCalc, total: float
) -> None:
    """Print the table of modes, the zero point energy, and write the files of a restart."""
    values = squares(crystal, model)
    displacements = freq_files.displacements_of(crystal, freq)
    report.line("", STARS, " FREQUENCY CALCULATION", STARS)
    if freq.restart:
        report.line("         THE FIRST POINT IS RESTORED FROM THE FREQINFO.DAT", "")
    report.line(f" NUMBER OF DISPLACED GEOMETRIES {displacements:8d}")
    freq_files.write(report, crystal, freq, total)
    report.tick("FREQ")
    report.line(
        "",
        "    MODES         EIGV          FREQUENCIES     IRREP  IR   INTENS    RAMAN",
        "             (HARTREE**2)   (CM**-1)     (THZ)             (KM/MOL)",
    )
    waves = np.sign(values) * np.sqrt(np.abs(values)) * CM1_PER_HARTREE
    for number, (square, wave) in enumerate(zip(values, waves, strict=True), 1):
        report.line(
            f"{number:5d}-{number:4d}  {ez(float(square), 12, 4)}{wave + 0.0:12.4f}"
            f"{wave * THZ_PER_CM1 + 0.0:10.4f}  (A  )   A (     0.00)   A"
        )
    zero = float(np.sum(waves[waves > 0])) / 2 / CM1_PER_HARTREE
    report.line(
        "",
        " HARMONIC VIBRATIONAL CONTRIBUTIONS TO THERMODYNAMIC FUNCTIONS AT GIVEN",
        " TEMPERATURE AND PRESSURE:",
        "",
        "                         AU/CELL             EV/CELL                 KJ/MOL",
        f" EL            :{_row(total)}",
        f" E0            :{_row(zero)}",
    )
    lines = "".join(f"{value:24.16E}\n" for value in values)
    report.file("HESSFREQ.DAT", lines)


def _row(value_ha: float) -> str:
    return f"{value_ha:21.12f}{value_ha * EV_PER_HARTREE:21.12f}{value_ha * KJ_PER_HARTREE:21.8f}"
