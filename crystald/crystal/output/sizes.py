"""Type and size of a run: spin, orbitals, electrons, k points, basis; and its warnings."""

from __future__ import annotations

import re

from crystald.crystal.output.block import Reader
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

WARNINGS_MAX = 200


def read_type(line: str, lines: Lines, out: Output) -> None:
    """Read `` TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL`` and the lines that name a program.

    Those are `` CRYSTAL CALCULATION`` (SLAB, POLYMER, MOLECULAR), `` GEOMETRY INPUT FROM EXTERNAL
    FILE`` and `` CRYSTAL - PROPERTIES - TYPE OF CALCULATION :``, above which a title stands.
    """
    if "TYPE OF CALCULATION" in line:
        out.spin_polarised = "OPEN SHELL" in line
        out.lines["spin"] = lines.number
        if "PROPERTIES" in line:
            if not out.properties_run:
                out.title = lines.previous.strip(" *\r\n") or out.title
            out.properties_run = True
        else:
            out.crystal_run = True
    elif line.split()[1:2] == ["CALCULATION"] or "GEOMETRY INPUT FROM" in line:
        out.crystal_run = True


_SIZE = re.compile(
    r"\s*(NUMBER OF AO|N\. OF (?:ELECTRONS|ATOMS) PER CELL|N\. OF SYMMETRY OPERATORS)"
    r" *(\d+(?:\.\d+)?)(?=\s|[A-Z]|$)"
)
"""The number touches its title, or is stars, where it is too long."""


def read_size(line: str, lines: Lines, out: Output) -> None:
    """Read `` NUMBER OF AO                18  EXCHANGE OVERLAP TOL        (T3) 10**   -6``.

    Also `` N. OF ELECTRONS PER CELL        20``, `` N. OF ATOMS PER CELL         2`` and `` N. OF
    SYMMETRY OPERATORS    48``.
    """
    if line.split()[2:4] == ["K", "POINTS"]:
        _read_k_points(line, lines, out)
    if not (found := _SIZE.match(line)):
        return
    title, number = found[1], float(found[2])
    if title == "NUMBER OF AO":
        out.n_ao = int(number)
        out.lines["ao"] = lines.number
    elif "ELECTRONS" in title:
        out.n_electrons = number
        out.lines["electrons"] = lines.number
    elif "ATOMS" in title:
        out.n_atoms = int(number)
        out.lines["n_atoms"] = lines.number
    else:
        out.n_symmetry_operators = int(number)
        out.lines["symmetry_operators"] = lines.number


def _read_k_points(line: str, lines: Lines, out: Output) -> None:
    """Read `` NUMBER OF K POINTS IN THE IBZ 294  CELL VOLUME (A.U.)        686.275217``.

    The properties program prints it of the wavefunction; the number may touch its title.
    """
    if found := _K_POINTS.match(line):
        out.n_k_points = int(found[1])
        out.lines["k_points"] = lines.number


_K_POINTS = re.compile(r"\s*NUMBER OF K POINTS IN THE IBZ *(\d+)(?=\s|$)")


def read_shrink(line: str, lines: Lines, out: Output) -> None:
    """Read `` SHRINK. FACT.(MONKH.)    8  8  8  NUMBER OF K POINTS IN THE IBZ     29``.

    Also `` SHRINKING FACTOR(GILAT NET)    8  NUMBER OF K POINTS(GILAT NET)     29``; the properties
    program prints both factors in one line, and the number of points in the next one; TOPOND, below
    it, prints the factors once more.
    """
    if "STARS FOR FOURIER" in line:
        return
    _, mesh, rest = line.partition("(MONKH.)")
    factors, _, points = rest.partition("NUMBER OF K POINTS")
    if mesh and len(values := floats(factors)) >= 3:
        out.shrink = (int(values[0]), int(values[1]), int(values[2]))
        out.n_k_points = int(found[0]) if (found := floats(points)) else None
        out.lines["shrink"] = out.lines["k_points"] = lines.number
    if values := floats(line.partition("SHRINKING FACTOR(GILAT NET)")[2]):
        out.gilat, out.lines["gilat"] = int(values[0]), lines.number


def read_information(line: str, lines: Lines, out: Output) -> None:
    """Read `` INFORMATION **** GUESSP **** SCF GUESS FROM A PREVIOUS RUN DENSITY MATRIX``."""
    if "GUESSP" in line and "PREVIOUS RUN" in line:
        out.guess_from_previous = True
        out.lines["guess"] = lines.number


def read_warning(line: str, lines: Lines, out: Output) -> None:
    """Read `` WARNING **** ROUTINE **** TEXT``, `` WARNING!! …``, and stops of an optimisation.

    Those are `` FLAT SURFACE - NO CHANGE IN ENERGY FOR   4 STEPS`` and `` CONVERGENCE ON GRADIENT -
    NO CHANGE IN ENERGY FOR   2 STEPS``.
    """
    told = "****" in line or "WARNING!!" in line or "NO CHANGE IN ENERGY" in line
    if told and len(out.warnings) < WARNINGS_MAX:
        out.warnings = (*out.warnings, line.strip())
        out.lines["warnings"] = lines.number


def read_basis(line: str, lines: Lines, out: Output) -> None:
    """Read `` Loading internal basis set: POB-TZVP-REV2``."""
    left, colon, name = line.partition(":")
    if colon and "internal basis set" in left:
        out.basis_name = name.strip()
        out.lines["basis"] = lines.number


READERS: dict[str, tuple[Reader, ...]] = {
    "TYPE": (read_type,),
    "CRYSTAL": (read_type,),
    "SLAB": (read_type,),
    "POLYMER": (read_type,),
    "MOLECULAR": (read_type,),
    "GEOMETRY": (read_type,),
    "NUMBER": (read_size,),
    "N.": (read_size,),
    "SHRINK.": (read_shrink,),
    "SHRINKING": (read_shrink,),
    "INFORMATION": (read_information,),
    "WARNING": (read_warning,),
    "WARNING!!": (read_warning,),
    "FLAT": (read_warning,),
    "CONVERGENCE": (read_warning,),
    "Loading": (read_basis,),
}
