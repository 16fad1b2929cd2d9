"""The program ``properties``: a deck and fort.9 in, a run out. No effects."""

from __future__ import annotations

import numpy as np

from crystal_standin.events import STARS, Play, RefusalError, Report
from crystal_standin.files import plotfiles
from crystal_standin.files import wavefunction as wavefunctions
from crystal_standin.files.plotfiles import BandLine
from crystal_standin.fortran import es, rows
from crystal_standin.job import Job, play
from crystal_standin.lattice import kmesh, structure
from crystal_standin.lattice.groups import Floats
from crystal_standin.model import bands, dos, system
from crystal_standin.model.elements import element
from crystal_standin.model.energy import BOHR_ANG
from crystal_standin.printing import properties_text, scf_text
from crystal_standin.properties_run import Run
from crystal_standin.reading import d3
from crystal_standin.reading.d3 import Band, Doss, Newk


def run(job: Job) -> Play:
    """Run the program ``properties``."""
    return play(job, _run)


def _run(report: Report, job: Job) -> None:
    found = wavefunctions.read(job.files.get("fort.98" if d3.converts(job.deck) else "fort.9"))
    if found is None:
        text = "Wavefunction file can not be found"
        raise RefusalError("init_properties_io", text, "no fort.9, or not one of the stand-in's")
    run = Run(found)
    _print_wave_function(report, run)
    report.stage("input")
    for task in d3.read(job.deck):
        _do(report, run, task)
        report.stage("work")
    report.line(" ENDPROP   ")
    report.stage("end")
    report.end()


def _do(report: Report, run: Run, task: d3.Task) -> None:
    if isinstance(task, Newk):
        _newk(report, run, task)
    elif isinstance(task, Band):
        _band(report, run, task)
    elif isinstance(task, Doss):
        _doss(report, run, task)
    else:
        properties_text.print_further(report, run, task)


def _print_wave_function(report: Report, run: Run) -> None:
    found, crystal, deck = run.found, run.found.crystal, run.found.deck
    report.line(
        "",
        STARS,
        f" {deck.title[:80]:<80}",
        f" CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  {scf_text.kind_of_run(deck.hamiltonian)}",
        STARS,
    )
    scf_text.print_hamiltonian(report, deck.hamiltonian)
    report.line(" DIRECT LATTICE VECTOR COMPONENTS (ANGSTROM)")
    report.line(*("".join(f"{v + 0.0:16.5f}" for v in row) for row in crystal.lattice))
    primitive = structure.parameters_of(crystal.lattice)
    report.line(
        "",
        " LATTICE PARAMETERS  (ANGSTROM AND DEGREES) - PRIMITIVE CELL",
        "       A          B          C         ALPHA      BETA     GAMMA        VOLUME",
        "".join(f"{v:11.5f}" for v in primitive[:3])
        + "".join(f"{v:12.4f}" for v in primitive[3:])
        + f"{crystal.volume_ang3:14.5f}",
    )
    scf_text.print_sizes(report, crystal, run.basis, deck.hamiltonian, deck.scf, kind=False)
    _print_atoms(report, run)
    factors = " ".join(f"{value:2d}" for value in run.electrons.mesh.shrink)
    report.line(
        f" TOTAL ENERGY{es(found.energies.scf, 21, 13)}  CONVERGENCE ON ENER        0.000E+00",
        f" N. OF SCF CYCLES         {found.cycles:8d}  FERMI ENERGY        {run.fermi_ha[0]:16.3E}",
        f" SHRINK. FACT.(MONKH.)    {factors}  SHRINKING FACTOR(GILAT NET)"
        f"{run.electrons.gilat[0]:9d}",
        f" NUMBER OF K POINTS IN THE IBZ{len(run.electrons.mesh.indices):4d}  "
        f"CELL VOLUME (A.U.) {crystal.volume_ang3 / BOHR_ANG**3:17.6f}",
        STARS,
    )
    report.tick("gordsh1")


def _print_atoms(report: Report, run: Run) -> None:
    crystal = run.found.crystal
    charges = system.charges_of(crystal, run.basis)
    report.line(
        STARS,
        "   ATOM N.AT.  SHELL    X(A)      Y(A)      Z(A)      EXAD       N.ELECT.",
        STARS,
    )
    places = crystal.fractional @ crystal.lattice
    for index, number in enumerate(crystal.numbers):
        place = "".join(f"{v + 0.0:10.3f}" for v in places[index])
        name = element(int(number) % 100).symbol
        shells = len(run.basis.atoms[index].shells)
        report.line(
            f"{index + 1:5d}{number:5d} {name:<2}{shells:5d}{place}   1.500E-01{charges[index]:12.3f}"
        )
    report.line(STARS)


def _newk(report: Report, run: Run, newk: Newk) -> None:
    kmesh.check_shrink(run.found.crystal, newk.shrink)
    run.renew(newk)
    mesh, gilat = run.electrons.mesh, run.electrons.gilat
    factors = " ".join(f"{value:2d}" for value in mesh.shrink)
    report.line(
        "",
        scf_text.cappa(mesh, len(run.found.crystal.rotations)),
        "",
        STARS,
        " RESTART WITH NEW K POINTS NET",
        STARS,
        f" POINTS IN THE IBZ            {len(mesh.indices):8d} POINTS(GILAT NET){gilat[1]:18d}",
        f" SHRINK FACTORS(MONK.)        {factors} SHRINK FACTOR(GILAT){gilat[0]:15d}",
        STARS,
    )
    scf_text.print_mesh(report, mesh)
    report.line(
        "",
        " FERMI ENERGY AND DENSITY MATRIX CALCULATION ON COMPUTED EIGENVECTORS",
        f" DENSITY MATRIX AT SCF CYCLE ({run.found.cycles:3d}+1)",
        "",
    )
    scf_text.print_gap(report, run.electrons.fillings)
    report.line("", " CORE DENSITY MATRIX CALCULATION")
    report.tick("NEWK")


def _band(report: Report, run: Run, band: Band) -> None:
    count = len(run.basis.orbitals)
    if not 1 <= band.first <= band.last <= count:
        note = f"bands {band.first} to {band.last}, the cell has {count} orbitals"
        raise RefusalError("BAND", "BAND NUMBERS NOT ALLOWED", note)
    spins = [_band_lines(run, band, model) for model in run.electrons.models]
    _print_band_head(report, band, sum(len(line.distances) for line in spins[0]))
    for number, line in enumerate(spins[0], 1):
        _print_line(report, run, band, number, line)
    _print_written(report, run, spins)
    report.tick("BAND")
    if band.plot:
        for lines, fermi in zip(spins, run.fermi_ha, strict=True):
            run.plots.append(plotfiles.band25(lines, run.kind, fermi))
        report.file("fort.25", "".join(run.plots))
        report.file("BAND.DAT", plotfiles.band_dat(spins, band.unit, run.fermi_ha))


def _print_band_head(report: Report, band: Band, total: int) -> None:
    report.line(
        STARS,
        " *                                                                             *",
        f" *  {'BAND STRUCTURE':<75}*",
        f" *  {band.title[:74]:<75}*",
        f" *  {f'FROM BAND{band.first:4d} TO BAND{band.last:4d}':<75}*",
        f" *  {f'TOTAL OF{total - 1:4d} K-POINTS ALONG THE PATH':<75}*",
        " *                                                                             *",
        STARS,
    )


def _print_written(report: Report, run: Run, spins: list[list[BandLine]]) -> None:
    """Print what goes to unit 25 for each line, and the range of all energies."""
    for lines in spins:
        for line in lines:
            data = line.energies.size
            ends = "".join(f"{value:5d}" for value in (*line.ends[0], *line.ends[1]))
            head = f" -%-{run.kind}BAND  {ends}"
            report.line("", f"{data:5d} DATA WRITTEN ON UNIT 25 WITH THE FOLLOWING HEADER :", head)
    low = min(float(line.energies.min()) for lines in spins for line in lines)
    high = max(float(line.energies.max()) for lines in spins for line in lines)
    report.line("", f" ENERGY RANGE (A.U.){low:11.5f} -{high:10.5f} EFERMI{run.fermi_ha[0]:10.5f}")


def _print_line(report: Report, run: Run, band: Band, number: int, line: BandLine) -> None:
    reciprocal = 2 * np.pi * np.linalg.inv(run.found.crystal.lattice / BOHR_ANG).T
    ends = [np.array(end) / band.unit for end in line.ends]
    first, last = ["".join(f"{v + 0.0:5.2f}" for v in end) for end in ends]
    cart = ["".join(f"{v + 0.0:6.3f}" for v in end @ reciprocal) for end in ends]
    report.line(
        "",
        f" LINE{number:3d} ({first}:{last}) IN TERMS OF PRIMITIVE LATTICE VECTORS",
        f"{len(line.distances):4d} POINTS - SHRINKING_FACTOR{band.unit * len(line.distances):5d}",
        f" CARTESIAN COORD. ({cart[0]}):({cart[1]}) STEP{line.step:8.4f}",
        "",
    )


def points_per_line(lengths: list[float], points: int) -> list[int]:
    """Share out the intervals of a path: by length, at least one each, the sum as asked."""
    total = sum(lengths) or 1.0
    exact = [points * length / total for length in lengths]
    shares = [max(int(value), 1) for value in exact]
    order = sorted(range(len(exact)), key=lambda i: int(exact[i]) - exact[i])
    for place in order[: max(points - sum(shares), 0)]:
        shares[place] += 1
    return shares


def _band_lines(run: Run, band: Band, model: bands.BandModel) -> list[BandLine]:
    reciprocal = 2 * np.pi * np.linalg.inv(run.found.crystal.lattice / BOHR_ANG).T
    ends = [[np.array(end) / band.unit for end in line] for line in band.lines]
    lengths = [float(np.linalg.norm((b - a) @ reciprocal)) for a, b in ends]
    lines: list[BandLine] = []
    start, before = 0.0, None
    for line, (a, b), length, count in zip(
        band.lines, ends, lengths, points_per_line(lengths, band.points), strict=True
    ):
        first = 1 if before == line[0] else 0
        shares = np.arange(first, count + 1) / count
        levels = bands.solve(model, a + shares[:, None] * (b - a))
        kept = levels.energies[:, band.first - 1 : band.last]
        lines.append(BandLine(line, length / count, start + shares * length, kept))
        start, before = start + length, line[1]
    return lines


def _doss(report: Report, run: Run, doss: Doss) -> None:
    low, high = _window(run, doss)
    energies = dos.grid(low, high, doss.points)
    chosen = [_orbitals(run, projection) for projection in doss.projections]
    sizes = [len(orbitals) for orbitals in chosen] + [len(run.basis.orbitals)]
    report.line(
        " " + "#" * 79,
        "",
        " TOTAL AND PROJECTED DENSITY OF STATES - FOURIER LEGENDRE METHOD",
        f" FROM BAND{_band_range(run, low, high)} ENERGY RANGE {es(low, 12, 5)} {es(high, 12, 5)}",
        "",
        " " + "#" * 79,
        "",
        f" NUMBER OF LEGENDRE POLYNOMIALS              {doss.polynomials:2d}",
        f" NUMBER OF SYMMETRIZED PWS FOR EXPANSION{len(run.electrons.mesh.indices):7d}",
        f" NUMBER OF K POINTS OF SECONDARY NET    {run.electrons.gilat[1]:7d}",
        f" NUMBER OF PROJECTIONS                  {len(chosen):7d}",
        f" NUMBER OF ENERGY POINTS                {doss.points:7d}",
    )
    for number, orbitals in enumerate(chosen, 1):
        cells = rows([f"{value + 1:4d}" for value in orbitals], 10)
        head = f" *** PROJECTION{number:4d} ATOMIC ORBITALS  "
        padded = [head if i == 0 else " " * len(head) for i in range(len(cells))]
        report.line("", *(a + b for a, b in zip(padded, cells, strict=True)))
    values = []
    for spin, model in enumerate(run.electrons.models):
        part = _densities(report, run, model, chosen, energies)
        values.append(part if spin == 0 else -part)
    _write_doss(report, run, doss, energies, values, sizes)


def _window(run: Run, doss: Doss) -> tuple[float, float]:
    if doss.window_ha is not None:
        return doss.window_ha
    levels = [bands.solve(m, run.electrons.mesh.points) for m in run.electrons.models]
    count = len(run.basis.orbitals)
    first, last = max(doss.first, 1), min(doss.last, count)
    low = min(float(part.energies[:, first - 1].min()) for part in levels)
    high = max(float(part.energies[:, last - 1].max()) for part in levels)
    return low, high


def _band_range(run: Run, low: float, high: float) -> str:
    energies = bands.solve(run.electrons.models[0], run.electrons.mesh.points).energies
    inside = np.nonzero((energies.max(axis=0) >= low) & (energies.min(axis=0) <= high))[0]
    first, last = (int(inside[0]) + 1, int(inside[-1]) + 1) if len(inside) else (0, 0)
    return f"{first:5d} TO BAND{last:5d}"


def _orbitals(run: Run, projection: tuple[int, ...]) -> list[int]:
    """Return the places (from 0) of a projection's orbitals."""
    count, atoms = len(run.basis.orbitals), len(run.basis.atoms)
    if any(not -atoms <= item <= count or item == 0 for item in projection):
        raise RefusalError("DOSS", "PROJECTION NOT ALLOWED", f"projection {projection}")
    if projection and projection[0] < 0:
        wanted = {-item - 1 for item in projection}
        return [i for i, orbital in enumerate(run.basis.orbitals) if orbital.atom in wanted]
    return [item - 1 for item in projection]


def _densities(
    report: Report, run: Run, model: bands.BandModel, chosen: list[list[int]], energies: Floats
) -> Floats:
    mesh = run.electrons.mesh
    projector = np.zeros((len(run.basis.orbitals), len(chosen) + 1))
    projector[:, -1] = 1.0
    for place, orbitals in enumerate(chosen):
        projector[orbitals, place] = 1.0
    levels = bands.solve(model, mesh.points, projector)
    bare = dos.integrated(mesh.weights, levels.shares, run.per_state)
    low, high = float(energies[0]), float(energies[-1])
    inside = (levels.energies.min(axis=0) >= low) & (levels.energies.max(axis=0) <= high)
    names = "".join(f"{number:10d}" for number in range(1, len(chosen) + 1)) + f"{'T':>10}"
    report.line("", " BAND     INTEGRATED DOSS PER PROJECTION AND TOTAL", f"  {names}")
    for band in np.nonzero(inside)[0]:
        report.line(f"{band + 1:4d}" + "".join(f"{value:10.5f}" for value in bare[band]))
    values = dos.density(levels, mesh.weights, energies, run.per_state)
    whole = values.sum(axis=0) * float(energies[1] - energies[0])
    report.line(
        "",
        " *** INTEGRATED DENSITIES IN THE ENERGY INTERVAL PER PROJECTION AND TOTAL",
        names[2:],
        "  " + "".join(f"{value:10.5f}" for value in whole),
    )
    return values


def _write_doss(
    report: Report, run: Run, doss: Doss, energies: Floats, values: list[Floats], sizes: list[int]
) -> None:
    if doss.plot:
        for part, fermi in zip(values, run.fermi_ha, strict=True):
            run.plots.append(plotfiles.doss25(energies, part, sizes, run.kind, fermi))
            for place, size in enumerate(sizes, 1):
                head = f" -%-{run.kind}DOSS  {place:5d}{size:5d}" + "    0" * 4
                text = "DATA WRITTEN ON UNIT 25 WITH THE FOLLOWING HEADER :"
                report.line("", f"{len(energies):5d} {text}", head)
        report.file("fort.25", "".join(run.plots))
    if doss.plot == 2:
        report.file("DOSS.DAT", plotfiles.doss_dat(energies, values, run.fermi_ha))
    report.tick("DOSS")
