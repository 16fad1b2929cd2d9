"""The blocks of an output between the geometry and the SCF, and the SCF itself."""

from __future__ import annotations

import dataclasses

import numpy as np

from crystal_standin.events import STARS, Report
from crystal_standin.fortran import es, rows
from crystal_standin.lattice.kmesh import Mesh
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.bands import Filling
from crystal_standin.model.basis import AOS, CellBasis
from crystal_standin.model.elements import element
from crystal_standin.model.energy import BOHR_ANG, Energies
from crystal_standin.reading.method import Hamiltonian, Scf


def print_basis(report: Report, crystal: Crystal, basis: CellBasis) -> None:
    """Print the table of shells: every atom, shells at the first of each kind."""
    if basis.name:
        report.line(
            STARS,
            " STARTING BASIS SET HANDLING ",
            STARS,
            "",
            f" Loading internal basis set: {basis.name:<20}",
            "",
        )
    report.line(
        STARS,
        " LOCAL ATOMIC FUNCTIONS BASIS SET",
        STARS,
        "   ATOM   X(AU)   Y(AU)   Z(AU)  N. TYPE  EXPONENT  S COEF   P COEF   D/F/G COEF",
        STARS,
    )
    places = crystal.fractional @ crystal.lattice / BOHR_ANG
    seen: set[int] = set()
    first = 1
    for index, kind in enumerate(basis.atoms):
        number = int(crystal.numbers[index])
        name = element(number % 100).symbol
        report.line(f"{index + 1:4d} {name:<3}" + "".join(f"{v:8.3f}" for v in places[index]))
        if number not in seen:
            _print_shells(report, kind.shells, first)
            seen.add(number)
        first += sum(AOS[shell] for shell in kind.shells)


def _print_shells(report: Report, shells: tuple[str, ...], first: int) -> None:
    for place, shell in enumerate(shells):
        last = first + AOS[shell] - 1
        span = f"{first:4d}-" if AOS[shell] > 1 else "     "
        report.line(f"{span:>29}{last:7d} {shell:<3}")
        exponent = 30.0 / (place + 1) ** 2
        values = [exponent, *(1.0 if kind in shell else 0.0 for kind in "SP")]
        outer = 1.0 if shell in "DF" else 0.0
        numbers = "".join(es(value, 10, 3) for value in (*values, outer))
        report.line(" " * 40 + numbers)
        first = last + 1


def print_ghosts(report: Report, crystal: Crystal, basis: CellBasis) -> None:
    """Print which atoms are ghosts, and what charge the others have."""
    ghosts = [index for index, kind in enumerate(basis.atoms) if kind.ghost]
    if not ghosts:
        return
    labels = [f"{index + 1:4d}({int(crystal.numbers[index]):3d})" for index in ghosts]
    report.line(
        STARS,
        f" * ATOMS TRANSFORMED INTO GHOSTS :{len(ghosts):4d}",
        *rows(labels, 8),
        " SYMMETRY MAY BE BROKEN",
        "",
        " GHOST ATOMS - REMOVAL OF NUCLEAR CHARGE AND ELECTRONS",
        f" TOTAL NUCLEAR CHARGE      {sum(kind.charge for kind in basis.atoms):14.6E}",
        f" TOTAL ELECTRONIC CHARGE   {basis.electrons:14.6E}",
    )


def print_settings(report: Report, hamiltonian: Hamiltonian, scf: Scf, *, guess: bool) -> None:
    """Print the echoes of the SCF settings, and the witness of a guess that really happened."""
    report.line(
        " INFORMATION **** SET_MPP **** PCRYSTAL CALCULATION",
        f" INFORMATION **** READM2 **** NEW DEFAULT: FOCK/KS MATRIX MIXING SET TO {scf.mixing} %",
        " INFORMATION **** TOLINTEG **** COULOMB AND EXCHANGE SERIES TOLERANCES MODIFIED",
        f" INFORMATION **** TOLDEE **** SCF TOL ON TOTAL ENERGY SET TO {scf.toldee:11d}",
        f" INFORMATION **** MAXCYCLE **** MAX NUMBER OF SCF CYCLES SET TO {scf.max_cycles:11d}",
    )
    if hamiltonian.spin:
        report.line(" INFORMATION **** UHF **** SPIN POLARIZED SOLUTIONS ALLOWED")
    if guess:
        report.line(" INFORMATION **** GUESSP **** SCF GUESS FROM A PREVIOUS RUN DENSITY MATRIX")


def print_sizes(
    report: Report,
    crystal: Crystal,
    basis: CellBasis,
    hamiltonian: Hamiltonian,
    scf: Scf,
    *,
    kind: bool = True,
) -> None:
    """Print the table of sizes and tolerances, and (`kind`) the type of calculation."""
    left = (
        ("N. OF ATOMS PER CELL", len(crystal.numbers)),
        ("NUMBER OF SHELLS", basis.n_shells),
        ("NUMBER OF AO", len(basis.orbitals)),
        ("N. OF ELECTRONS PER CELL", basis.electrons),
        ("CORE ELECTRONS PER CELL", basis.core_electrons),
        ("N. OF SYMMETRY OPERATORS", len(crystal.rotations)),
    )
    names = (
        "COULOMB OVERLAP TOL         (T1) 10**",
        "COULOMB PENETRATION TOL     (T2) 10**",
        "EXCHANGE OVERLAP TOL        (T3) 10**",
        "EXCHANGE PSEUDO OVP (F(G))  (T4) 10**",
        "EXCHANGE PSEUDO OVP (P(G))  (T5) 10**",
    )
    right = [f"{n}{-t:5d}" for n, t in zip(names, scf.tolinteg, strict=True)]
    right.append("POLE ORDER IN MONO ZONE                  4")
    report.line(STARS)
    for (name, value), text in zip(left, right, strict=True):
        report.line(f" {name:<24}{value:6d}  {text}")
    if kind:
        report.line(STARS, f" TYPE OF CALCULATION :  {kind_of_run(hamiltonian)}")
        print_hamiltonian(report, hamiltonian)


def kind_of_run(hamiltonian: Hamiltonian) -> str:
    """Return CRYSTAL's words for a closed or open shell run."""
    return "UNRESTRICTED OPEN SHELL" if hamiltonian.spin else "RESTRICTED CLOSED SHELL"


def print_hamiltonian(report: Report, hamiltonian: Hamiltonian) -> None:
    """Print the Hamiltonian."""
    if not hamiltonian.functional:
        report.line(" HARTREE-FOCK HAMILTONIAN", "")
        return
    name = hamiltonian.functional.removesuffix("-D3")
    report.line(
        " KOHN-SHAM HAMILTONIAN",
        "",
        f" (EXCHANGE)[CORRELATION] FUNCTIONAL:({name})[{name}]",
        "",
    )
    if hamiltonian.d3:
        report.line(
            " INFORMATION **** DFTD3_INPUT **** PERFORM LATEST DISPERSION CORRECTION DFT-D3(BJ)"
            " WITH AUTOMATIC PARAMETER SETUP",
            "",
        )


def cappa(mesh: Mesh, operators: int) -> str:
    """Return the line that names a net of k points."""
    factors = "".join(f"IS{i}{value:3d};" for i, value in enumerate(mesh.shrink, 1))
    return (
        f" CAPPA:{factors} K PTS MONK NET{len(mesh.indices):4d}; "
        f"SYMMOPS:K SPACE{operators:4d};G SPACE{operators:4d}"
    )


def print_mesh(report: Report, mesh: Mesh) -> None:
    """Print the coordinates of the irreducible k points."""
    base = max(mesh.shrink)
    report.line(f" *** K POINTS COORDINATES (OBLIQUE COORDINATES IN UNITS OF IS ={base:3d})")
    letters = ["R" if real else "C" for real in mesh.real]
    scaled = np.rint(mesh.points * base).astype(int)
    cells = [
        f"{i:4d}-{letter}(" + "".join(f"{int(v):3d}" for v in row) + ")"
        for i, (letter, row) in enumerate(zip(letters, scaled, strict=True), 1)
    ]
    report.line(*rows(cells, 4))


def print_nets(
    report: Report, crystal: Crystal, scf: Scf, mesh: Mesh, gilat: tuple[int, int]
) -> None:
    """Print convergence settings and both nets; `gilat` is shrinking factor and point count."""
    factors = " ".join(f"{value:2d}" for value in mesh.shrink)
    report.line(
        cappa(mesh, len(crystal.rotations)),
        "",
        STARS,
        f" MAX NUMBER OF SCF CYCLES{scf.max_cycles:8d}  CONVERGENCE ON DELTAP        10**-16",
        f" WEIGHT OF F(I) IN F(I+1){scf.mixing:7d}% CONVERGENCE ON ENERGY        10**-{scf.toldee:2d}",
        f" SHRINK. FACT.(MONKH.)   {factors}  NUMBER OF K POINTS IN THE IBZ{len(mesh.indices):7d}",
        f" SHRINKING FACTOR(GILAT NET){gilat[0]:5d}  NUMBER OF K POINTS(GILAT NET){gilat[1]:7d}",
        STARS,
    )
    print_mesh(report, mesh)
    reciprocal = 2 * np.pi * np.linalg.inv(crystal.lattice / BOHR_ANG).T
    report.line(
        "",
        " DIRECT LATTICE VECTORS COMPON. (A.U.)     RECIP. LATTICE VECTORS COMPON. (A.U.) ",
        "        X            Y            Z              X            Y            Z",
    )
    for direct, inverse in zip(crystal.lattice / BOHR_ANG, reciprocal, strict=True):
        numbers = "".join(f"{v + 0.0:13.7f}" for v in direct)
        report.line(numbers + "  " + "".join(f"{v + 0.0:13.7f}" for v in inverse))
    report.line("")


@dataclasses.dataclass(frozen=True, slots=True)
class Cycles:
    """The story of one SCF.

    Attributes
    ----------
    energies : tuple of float
        ETOT of each cycle from 0, Ha.
    converged : bool
        Whether the last change is below the threshold.
    """

    energies: tuple[float, ...]
    converged: bool


def cycles(energy_ha: float, scf: Scf, *, guess: bool, limit: int = 0) -> Cycles:
    """Make up how the energy falls to its value: by a factor of 20 with each cycle.

    Parameters
    ----------
    energy_ha : float
        The converged energy.
    scf : Scf
        TOLDEE and MAXCYCLE.
    guess : bool
        Start from a density of before: fewer cycles.
    limit : int
        Stop after so many cycles, converged or not; 0 for MAXCYCLE only.
    """
    last = min(scf.max_cycles, limit) if limit else scf.max_cycles
    error = 1e-4 if guess else 0.7
    energies: list[float] = []
    threshold = 10.0 ** -max(scf.toldee, 1)
    while len(energies) <= last:
        energies.append(energy_ha + error)
        if len(energies) > 1 and abs(energies[-1] - energies[-2]) < threshold:
            return Cycles((*energies[:-1], energy_ha), converged=True)
        error /= 20.0
    return Cycles(tuple(energies), converged=False)


def print_gap(report: Report, fillings: list[Filling], widening: float = 0.0) -> None:
    """Print the state of the bands; `widening` (Ha) moves the edges before convergence."""
    for spin, filling in enumerate(fillings):
        if len(fillings) > 1:
            report.line(f"    {('ALPHA', 'BETA ')[spin]}      ELECTRONS")
        if filling.conducting:
            fermi = es(filling.fermi_ha, 15, 7)
            report.line(
                f" POSSIBLY CONDUCTING STATE - EFERMI(AU){fermi} (RES. CHARGE  0.00E+00;IT.  0)"
            )
        else:
            _print_edges(report, filling, widening)


def _print_edges(report: Report, filling: Filling, widening: float) -> None:
    (top_band, top_k, top), (low_band, low_k, low) = filling.top, filling.bottom
    name = "  DIRECT" if filling.direct else "INDIRECT"
    gap = filling.gap_ev + widening * 54.422772
    report.line(
        " INSULATING STATE",
        f" TOP OF VALENCE BANDS -    BAND{top_band:7d}; K{top_k:5d}; EIG{es(top - widening, 15, 7)} AU",
        f" BOTTOM OF VIRTUAL BANDS - BAND{low_band:7d}; K{low_k:5d}; EIG{es(low + widening, 15, 7)} AU",
        f" {name.strip()} ENERGY BAND GAP:{gap:9.4f} eV",
    )


def print_charges(report: Report, charges: list[float], spins: list[float]) -> None:
    """Print Mulliken charges (and spins) as the SCF does at each cycle."""
    report.line(" CHARGE NORMALIZATION FACTOR   1.00000000", " TOTAL ATOMIC CHARGES:")
    report.line(*rows([f"{value:12.7f}" for value in charges], 6))
    if spins:
        report.line(f" SUMMED SPIN DENSITY {sum(spins) + 0.0:20.8f}", " TOTAL ATOMIC SPINS  :")
        report.line(*rows([f"{value + 0.0:12.7f}" for value in spins], 6))


def print_end(report: Report, label: str, story: Cycles, energies: Energies) -> None:
    """Print the end of the SCF, and the corrections to the energy."""
    last = len(story.energies) - 1
    total = story.energies[-1]
    change = total - story.energies[-2] if last else total
    end = "CONVERGENCE ON ENERGY     " if story.converged else "TOO MANY CYCLES           "
    report.line(
        "",
        f" == SCF ENDED - {end} E(AU){es(total, 21, 13)} CYCLES{last:4d}",
        "",
        "",
        f" TOTAL ENERGY({label})(AU)({last:3d}){es(total, 21, 13)} DE{change:8.1E} tester 3.1E-11",
    )
    report.tick("EDFT" if label == "DFT" else "EHF")
    if energies.d3:
        print_corrections(report, energies, total)


def print_corrections(report: Report, energies: Energies, scf_ha: float) -> None:
    """Print dispersion and counterpoise energies."""
    both = bool(energies.gcp)
    kind = "DFT-D3-GCP DISPERSION AND                   COUNTERPOISE CORRECTION"
    report.line("", f" {kind if both else 'DFT-D3 DISPERSION ENERGY CORRECTION'}", "")
    report.line(f" D3 DISPERSION ENERGY (AU)     {es(energies.d3, 22, 13)}")
    if both:
        report.line(f" GCP ENERGY (AU)               {es(energies.gcp, 22, 13)}")
    name = " TOTAL ENERGY + DISP + GCP (AU) " if both else " TOTAL ENERGY + DISP (AU)        "
    report.line(f"{name}{es(scf_ha + energies.d3 + energies.gcp, 20, 13)}", "")


def print_final_gap(report: Report, fillings: list[Filling]) -> None:
    """Print gap or Fermi energy as they stand after the end of an optimisation."""
    names = ("",) if len(fillings) == 1 else ("ALPHA ", "BETA ")
    for name, filling in zip(names, fillings, strict=True):
        if filling.conducting:
            report.line(f"   {name}FERMI ENERGY:{es(filling.fermi_ha, 31, 7)} Ha ")
        else:
            report.line(f"   {name}BAND GAP:{filling.gap_ev:28.4f}  eV ")
    report.line("")


def print_mulliken(report: Report, crystal: Crystal, what: str, values: list[float]) -> None:
    """Print a population analysis: electrons, or spin, of each atom."""
    report.line(
        " " + "M" * 79,
        f"     {what}ELECTRONS",
        f" MULLIKEN POPULATION ANALYSIS - NO. OF ELECTRONS{sum(values) + 0.0:12.6f}",
        "",
        "  ATOM    Z CHARGE  A.O. POPULATION",
        "",
    )
    for index, (number, value) in enumerate(zip(crystal.numbers, values, strict=True), 1):
        name = element(int(number) % 100).symbol
        report.line(f"{index:4d} {name:<2}{int(number) % 100:4d}{value + 0.0:7.3f}")
    report.line("")
