"""What an output holds: every value as printed, None where nothing was printed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from crystald.crystal.output.facts import Facts
from crystald.models import Cell, Verdict, VerdictKind

Parameters = tuple[float, float, float, float, float, float]
"""a, b, c in Å, alpha, beta, gamma in degrees."""


@dataclass(frozen=True)
class PrintedAtom:
    """A row of a table of atoms: ``1 T  12 MG    0.000000000000E+00 …``.

    Attributes
    ----------
    asymmetric
        ``T``: belongs to the asymmetric unit; ``F``: generated.
    number
        The conventional atomic number as printed (200+Z with an ECP, 100+Z a second species).
    x, y, z
        Fractional along periodic directions, Å along the others.
    """

    index: int
    asymmetric: bool
    number: int
    symbol: str
    x: float
    y: float
    z: float


Rows = list[re.Match[str]]
"""Rows of a table, found and not read."""


@dataclass
class PrintedGeometry:
    """One printed geometry (``GEOMETRY FOR WAVE FUNCTION``, ``FINAL OPTIMIZED GEOMETRY``).

    Attributes
    ----------
    line, cell_line, crystallographic_line
        Where it begins, and where its cells stand.
    rows, crystallographic_rows
        Of its tables of atoms, while a run is read: the atoms are there at its end.
    """

    dimensionality: int
    final: bool = False
    primitive_parameters: Parameters | None = None
    volume_ang3: float | None = None
    density_g_cm3: float | None = None
    atoms: tuple[PrintedAtom, ...] = ()
    crystallographic_parameters: Parameters | None = None
    crystallographic_volume_ang3: float | None = None
    crystallographic_atoms: tuple[PrintedAtom, ...] | None = None
    lattice_ang: Cell | None = None
    line: int | None = None
    cell_line: int | None = field(default=None, compare=False)
    crystallographic_line: int | None = field(default=None, compare=False)
    rows: Rows = field(default_factory=list, repr=False, compare=False)
    crystallographic_rows: Rows = field(default_factory=list, repr=False, compare=False)


@dataclass(frozen=True)
class Shell:
    """A shell of an atom and the numbers of its orbitals, first to last."""

    atom: int
    symbol: str
    type: str
    first: int
    last: int


@dataclass
class Gap:
    """Band edges of one spin channel in one SCF; k points by their number in the printed list."""

    conducting: bool | None = None
    gap_ev: float | None = None
    type: str | None = None
    vbm_ha: float | None = None
    vbm_k_point: int | None = None
    cbm_ha: float | None = None
    cbm_k_point: int | None = None
    fermi_ha: float | None = None


@dataclass
class States:
    """What one SCF printed of its states; the attributes are those of an `Output`."""

    gaps: dict[str, Gap] = field(default_factory=dict)
    band_gap_ev: float | None = None
    band_gap_type: str | None = None
    fundamental_gap_ev: float | None = None
    conducting: bool | None = None
    fermi_ha: float | None = None
    vbm_ha: float | None = None
    vbm_k_point: int | None = None
    cbm_ha: float | None = None
    cbm_k_point: int | None = None
    level_shifter_ha: float | None = None


@dataclass
class Output:
    """Everything read from one program run.

    Attributes
    ----------
    program
        ``crystal``, ``properties`` or ``standin``.
    crystal_run, properties_run
        Whether it told to be a run of that program; neither, where it ended before.
    kind, kinds
        ``SP``, ``OPT``, ``FREQ``, ``BAND`` … (``kinds.ORDER``) or ``PROPERTIES``: of all `kinds`
        that lines were printed of, the most telling one. None before the first such line.
    terminated
        Whether the line of normal termination was printed.
    energy_ha
        The final energy, with dispersion and gCP where they were printed (`energy_kind` says).
    energy_t0_ha
        With smeared levels: extrapolated to T = 0, the mean of energy and free energy. Energies of
        the points and of the end of an optimisation are such ones, that of the SCF's end is not.
    group_kind, group_number
        ``space``, ``layer``, ``rod`` or ``point``, and its number where one was printed (of the
        International Tables for space and layer groups, of CRYSTAL's list for point groups).
    space_group_symbol
        Of the space, layer or rod group, as printed.
    energy_kind
        What `energy_ha` adds up: ``SCF``, ``SCF+D3``, ``SCF+D3+GCP`` …; None where nothing tells.
    band_gap_ev
        As printed last; of two spins the smaller, or lowest empty minus highest occupied of both.
        0.0 only where conducting states were printed.
    fundamental_gap_ev
        Lowest empty minus highest occupied state over both spins, where edges were printed.
    band_gap_point
        The point of an optimisation whose SCF printed the states, which is its last one; None
        without an optimisation, and where the last one printed none.
    states_first_point
        States of the first point of an optimisation that has left it, and printed no others.
    level_shifter_ha
        Active in that SCF: it lowers the occupied states and inflates gaps, also printed ones; no
        Fermi energy and no fundamental gap are then told.
    zero_point_atoms
        Of the cell that `zero_point_ha` is of: a dispersion prints the primitive one's or the
        supercell's; None where the printed frequencies add up to neither.
    facts
        What the blocks tell (:mod:`crystald.crystal.output.blocks`), by name of property.
    scratch
        What readers remember from line to line.
    lines
        Name of a value -> number of the line it was read from.
    texts
        The same, for the few whose printed line is evidence.
    """

    program: str | None = None
    version: str | None = None
    crystal_run: bool = False
    properties_run: bool = False
    title: str | None = None
    verdict: Verdict = field(default_factory=lambda: Verdict(VerdictKind.NOT_CRYSTAL))
    terminated: bool = False
    kind: str | None = None
    kinds: tuple[str, ...] = ()
    dimensionality: int | None = None
    initial_geometry: PrintedGeometry | None = None
    geometry: PrintedGeometry | None = None
    group_kind: str | None = None
    group_number: int | None = None
    space_group_symbol: str | None = None
    point_group_symbol: str | None = None
    n_symmetry_operators: int | None = None
    n_atoms: int | None = None
    n_asymmetric_atoms: int | None = None
    n_ao: int | None = None
    n_electrons: float | None = None
    shells: tuple[Shell, ...] = ()
    basis_name: str | None = None
    spin_polarised: bool | None = None
    shrink: tuple[int, int, int] | None = None
    gilat: int | None = None
    n_k_points: int | None = None
    scf_converged: bool | None = None
    scf_cycles: int | None = None
    energy_scf_ha: float | None = None
    energy_t0_ha: float | None = None
    smearing_ha: float | None = None
    dispersion_ha: float | None = None
    gcp_ha: float | None = None
    energy_ha: float | None = None
    energy_kind: str | None = None
    opt_converged: bool | None = None
    opt_points: int | None = None
    gaps: dict[str, Gap] = field(default_factory=dict)
    band_gap_ev: float | None = None
    fundamental_gap_ev: float | None = None
    band_gap_point: int | None = None
    states_first_point: States | None = None
    level_shifter_ha: float | None = None
    band_gap_type: str | None = None
    conducting: bool | None = None
    fermi_ha: float | None = None
    vbm_ha: float | None = None
    vbm_k_point: int | None = None
    cbm_ha: float | None = None
    cbm_k_point: int | None = None
    guess_from_previous: bool = False
    frequencies_cm1: tuple[float, ...] | None = None
    zero_point_ha: float | None = None
    zero_point_atoms: int | None = None
    n_bands: int | None = None
    n_path_points: int | None = None
    warnings: tuple[str, ...] = ()
    elapsed_s: float | None = None
    cpu_s: float | None = None
    facts: Facts = field(default_factory=Facts)
    lines: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    scratch: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
