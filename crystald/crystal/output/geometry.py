"""Printed geometries: cells, atoms, lattice vectors."""

from __future__ import annotations

import re
from math import cos, radians, sin, sqrt

from crystald.crystal.output.block import Reader
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import (
    Output,
    Parameters,
    PrintedAtom,
    PrintedGeometry,
    Rows,
)
from crystald.models import Cell, Vector
from crystald.units import CRYSTAL_BOHR_ANG

_ATOM = re.compile(
    r"\s*(\d+|\*+)\s+([TF])\s+(\d{1,9})\s+([A-Z][A-Z]?)\d*\s+([-+]?\d\.\d+E[-+]\d+)\s*([-+]?\d\.\d+E[-+]\d+)"
    r"\s*([-+]?\d\.\d+E[-+]\d+)"
)
FORMAL_ANG = 500.0
_FORMAL_TOLERANCE = 1e-4
_CELL_OF_PROPERTIES = re.compile(r"\((ANGSTROM|BOHR) AND DEGREES\) - PRIMITIVE CELL")
ATOMS_MAX = 200_000
"""No run has more; garbage may."""
_NUMBERED = re.compile(r"(\d+)\s*$")


def read_start(line: str, lines: Lines, out: Output) -> None:
    """Read `` GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    3``.

    Also `` FINAL OPTIMIZED GEOMETRY - DIMENSIONALITY OF THE SYSTEM      3``.
    """
    found = _NUMBERED.search(line)
    if "DIMENSIONALITY" not in line or not found:
        return
    out.dimensionality = int(found[1])
    out.crystal_run = True
    out.geometry = PrintedGeometry(
        out.dimensionality, final=line.lstrip().startswith("FINAL"), line=lines.number
    )
    out.initial_geometry = out.initial_geometry or out.geometry


def read_primitive_cell(line: str, lines: Lines, out: Output) -> None:
    """Read `` PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    14.652065 - DENSITY …`` and its cell.

    Slabs, polymers: `` PRIMITIVE CELL`` alone, and 500 Å where nothing is periodic.
    """
    geometry = out.geometry
    bulk = "CENTRING CODE" in line
    if geometry is None or not (bulk or line.split() == ["PRIMITIVE", "CELL"]):
        return
    if geometry.primitive_parameters is not None:  # a further point of an optimisation
        geometry = out.geometry = PrintedGeometry(geometry.dimensionality, line=lines.number)
    number = lines.number
    parameters = _cell_below(lines)
    if parameters is None:
        return
    geometry.primitive_parameters = parameters
    geometry.lattice_ang = _lattice(parameters)
    out.lines["cell"] = geometry.cell_line = number
    if bulk:
        volume, _, density = line.partition("VOLUME=")[2].partition("- DENSITY")
        geometry.volume_ang3 = first_float(volume)
        geometry.density_g_cm3 = first_float(density)


def read_crystallographic_cell(line: str, lines: Lines, out: Output) -> None:
    """Read `` CRYSTALLOGRAPHIC CELL (VOLUME=         58.60826038)`` and its cell."""
    geometry = out.geometry
    if geometry is None or "VOLUME=" not in line:
        return
    geometry.crystallographic_line = lines.number
    geometry.crystallographic_parameters = _cell_below(lines)
    volume = floats(line.partition("VOLUME=")[2])
    geometry.crystallographic_volume_ang3 = volume[0] if volume else None


def _cell_below(lines: Lines) -> Parameters | None:
    """Read the six numbers below the titles ``A  B  C  ALPHA  BETA  GAMMA``."""
    lines.next()
    values = floats(lines.next())
    if len(values) != 6:
        return None
    a, b, c, alpha, beta, gamma = values
    return (a, b, c, alpha, beta, gamma)


def read_atoms(line: str, lines: Lines, out: Output) -> None:
    """Read the table below `` ATOMS IN THE ASYMMETRIC UNIT    2 - ATOMS IN THE UNIT CELL:   10``.

    Atoms of one element that differ have a number (``FE1``); ghosts are ``XX``.
    """
    found = _NUMBERED.search(line)
    if out.geometry is None or not found or "ATOMS IN THE UNIT CELL" not in line:
        return
    out.n_atoms = int(found[1])
    out.n_asymmetric_atoms = int(values[0]) if (values := floats(line.partition("-")[0])) else None
    out.lines["atoms"] = out.lines["n_atoms"] = lines.number
    out.lines.setdefault("initial_atoms", lines.number)
    if out.geometry.rows:  # a further point of the optimisation of a molecule: it has no cell
        out.geometry = PrintedGeometry(out.geometry.dimensionality, line=lines.number)
    rows = _table(lines, 2)
    if len(rows) == out.n_atoms:  # else noise or the file's end cut the table
        out.geometry.rows = rows


def read_crystallographic_atoms(line: str, lines: Lines, out: Output) -> None:
    """Read the table below `` COORDINATES IN THE CRYSTALLOGRAPHIC CELL``."""
    if out.geometry is not None and "CRYSTALLOGRAPHIC CELL" in line:
        out.lines["crystallographic_atoms"] = lines.number
        out.geometry.crystallographic_rows = _table(lines, 2)


def _table(lines: Lines, titles: int) -> Rows:
    for _ in range(titles):
        lines.next()
    rows: Rows = []
    while (found := _ATOM.match(lines.next())) and len(rows) < ATOMS_MAX:
        rows.append(found)
    lines.back()
    return rows


def read_rows(geometry: PrintedGeometry) -> None:
    """Read the tables of atoms of a geometry: of an optimisation's many only two are asked for."""
    if geometry.rows:
        geometry.atoms = _atoms(geometry.rows)
    if geometry.crystallographic_rows:
        geometry.crystallographic_atoms = _atoms(geometry.crystallographic_rows)


def _atoms(rows: Rows) -> tuple[PrintedAtom, ...]:
    atoms = []
    for index, row in enumerate(rows, 1):
        _, flag, number, symbol, *x = row.groups()
        atoms.append(PrintedAtom(index, flag == "T", int(number), symbol.title(), *map(float, x)))
    return tuple(atoms)


def settle(out: Output) -> None:
    """Read the atoms of the first and the last geometry."""
    for geometry in (out.initial_geometry, out.geometry):
        if geometry is not None:
            read_rows(geometry)
            geometry.rows = geometry.crystallographic_rows = []


def read_lattice_vectors(line: str, lines: Lines, out: Output) -> None:
    """Read the rows below `` DIRECT LATTICE VECTORS CARTESIAN COMPONENTS (ANGSTROM)``."""
    if out.geometry is None or "CARTESIAN COMPONENTS (ANGSTROM)" not in line:
        return
    lines.next()
    rows = [_vector(lines.next()) for _ in range(3)]
    first, second, third = rows
    if first and second and third:
        out.geometry.lattice_ang = (first, second, third)


def _vector(line: str) -> Vector | None:
    values = floats(line)
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def _lattice(parameters: Parameters) -> Cell:
    """Build lattice vectors from parameters, a along x; for outputs that print no vectors."""
    a, b, c, *angles = parameters
    alpha, beta, gamma = (radians(angle) for angle in angles)
    cx = cos(beta)
    cy = (cos(alpha) - cos(beta) * cos(gamma)) / sin(gamma)
    cz = sqrt(max(0.0, 1.0 - cx * cx - cy * cy))
    return (
        (a, 0.0, 0.0),
        (b * cos(gamma), b * sin(gamma), 0.0),
        (c * cx, c * cy, c * cz),
    )


def read_cell_of_properties(line: str, lines: Lines, out: Output) -> None:
    """Read the cell below `` LATTICE PARAMETERS  (ANGSTROM AND DEGREES) - PRIMITIVE CELL``.

    What is not periodic has 500 Å. The crystal program prints the same lines before a geometry is
    edited: not this one. Older versions print ``(BOHR AND DEGREES)``, and TOPOND does so below the
    cell in ångström.
    """
    found = _CELL_OF_PROPERTIES.search(line)
    if not found or not out.properties_run or out.geometry is not None:
        return
    number = lines.number
    lines.next()
    values = floats(lines.next())
    if len(values) != 7:
        return
    unit = CRYSTAL_BOHR_ANG if found[1] == "BOHR" else 1.0
    a, b, c = (_in_angstrom(length, unit) for length in values[:3])
    alpha, beta, gamma, volume = *values[3:6], round(values[6] * unit**3, 5)
    periodic = sum(length != FORMAL_ANG for length in (a, b, c))
    out.dimensionality = periodic
    out.geometry = PrintedGeometry(periodic, line=number)
    if periodic:
        out.geometry.primitive_parameters = (a, b, c, alpha, beta, gamma)
        out.geometry.lattice_ang = _lattice(out.geometry.primitive_parameters)
    if periodic == 3:
        out.geometry.volume_ang3 = volume
    out.lines["cell"] = out.geometry.cell_line = number


def _in_angstrom(length: float, unit: float) -> float:
    """Convert a length; what is formally 500 Å stays so, in whichever unit it was printed."""
    formal = any(abs(length * factor - FORMAL_ANG) < _FORMAL_TOLERANCE for factor in (1.0, unit))
    return FORMAL_ANG if formal else round(length * unit, 5)


READERS: dict[str, tuple[Reader, ...]] = {
    "GEOMETRY": (read_start,),
    "FINAL": (read_start,),
    "PRIMITIVE": (read_primitive_cell,),
    "CRYSTALLOGRAPHIC": (read_crystallographic_cell,),
    "ATOMS": (read_atoms,),
    "COORDINATES": (read_crystallographic_atoms,),
    "DIRECT": (read_lattice_vectors,),
    "LATTICE": (read_cell_of_properties,),
}
"""first word of a line -> its readers."""
