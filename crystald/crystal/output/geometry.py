"""Printed geometries: cells, atoms, lattice vectors, symmetry."""

from __future__ import annotations

import re
from math import cos, radians, sin, sqrt

from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines, Reader
from crystald.crystal.output.values import (
    Output,
    Parameters,
    PrintedAtom,
    PrintedGeometry,
)
from crystald.models import Cell, Vector

_ATOM = re.compile(
    r"\s*(\d+)\s+([TF])\s+(\d+)\s+([A-Z][A-Z]?)\d*\s+([-+]?\d\.\d+E[-+]\d+)\s*([-+]?\d\.\d+E[-+]\d+)"
    r"\s*([-+]?\d\.\d+E[-+]\d+)"
)
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
    """Read `` PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    14.652065 - DENSITY …`` and its cell."""
    geometry = out.geometry
    if geometry is None or "CENTRING CODE" not in line:
        return
    if geometry.primitive_parameters is not None:  # a further point of an optimisation
        geometry = out.geometry = PrintedGeometry(geometry.dimensionality, line=lines.number)
    parameters = _cell_below(lines)
    if parameters is not None:
        geometry.primitive_parameters = parameters
        geometry.volume_ang3 = first_float(line.partition("VOLUME=")[2].partition("-")[0])
        geometry.lattice_ang = _lattice(parameters)
        out.lines["cell"] = lines.number


def read_crystallographic_cell(line: str, lines: Lines, out: Output) -> None:
    """Read `` CRYSTALLOGRAPHIC CELL (VOLUME=         58.60826038)`` and its cell."""
    geometry = out.geometry
    if geometry is None or "VOLUME=" not in line:
        return
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
    out.lines["atoms"] = lines.number
    atoms = _table(lines, 2)
    if len(atoms) == out.n_atoms:  # else noise or the file's end cut the table
        out.geometry.atoms = atoms


def read_crystallographic_atoms(line: str, lines: Lines, out: Output) -> None:
    """Read the table below `` COORDINATES IN THE CRYSTALLOGRAPHIC CELL``."""
    if out.geometry is not None and "CRYSTALLOGRAPHIC CELL" in line:
        out.geometry.crystallographic_atoms = _table(lines, 2) or None


def _table(lines: Lines, titles: int) -> tuple[PrintedAtom, ...]:
    for _ in range(titles):
        lines.next()
    atoms = []
    while found := _ATOM.match(lines.next()):
        index, flag, number, symbol, x, y, z = found.groups()
        atoms.append(
            PrintedAtom(
                int(index), flag == "T", int(number), symbol.title(), float(x), float(y), float(z)
            )
        )
    lines.back()
    return tuple(atoms)


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


def read_group(line: str, lines: Lines, out: Output) -> None:
    """Read `` SPACE GROUP (CENTROSYMMETRIC)        :  F D 3 M``."""
    left, colon, symbol = line.partition(":")
    if colon and "GROUP" in left and out.space_group_symbol is None:
        out.space_group_symbol = symbol.strip()
        out.lines["space_group"] = lines.number


def read_operators(line: str, lines: Lines, out: Output) -> None:
    """Read `` NUMBER OF SYMMETRY OPERATORS         :   48``."""
    found = _NUMBERED.search(line)
    if "SYMMETRY OPERATORS" in line and found:
        out.n_symmetry_operators = int(found[1])
        out.lines["symmetry_operators"] = lines.number


READERS: dict[str, tuple[Reader, ...]] = {
    "GEOMETRY": (read_start,),
    "FINAL": (read_start,),
    "PRIMITIVE": (read_primitive_cell,),
    "CRYSTALLOGRAPHIC": (read_crystallographic_cell,),
    "ATOMS": (read_atoms,),
    "COORDINATES": (read_crystallographic_atoms,),
    "DIRECT": (read_lattice_vectors,),
    "SPACE": (read_group,),
    "TWO-SIDED": (read_group,),
    "NUMBER": (read_operators,),
}
"""first word of a line -> its readers."""
