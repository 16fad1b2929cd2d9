"""Type and size of a run: spin, orbitals, electrons, k points, basis; and its warnings."""

from __future__ import annotations

from crystald.crystal.output.numbers import floats
from crystald.crystal.output.stream import Lines, Reader
from crystald.crystal.output.values import Output

WARNINGS_MAX = 200


def read_type(line: str, lines: Lines, out: Output) -> None:
    """Read `` TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL`` and the lines that name a program.

    Those are `` CRYSTAL CALCULATION`` (SLAB, POLYMER, MOLECULAR), `` GEOMETRY INPUT FROM EXTERNAL
    FILE`` and `` CRYSTAL - PROPERTIES - TYPE OF CALCULATION :``, above which a title stands.
    """
    if "TYPE OF CALCULATION" in line:
        out.spin_polarised = "OPEN SHELL" in line
        if "PROPERTIES" in line:
            if not out.properties_run:
                out.title = lines.previous.strip(" *\r\n") or out.title
            out.properties_run = True
        else:
            out.crystal_run = True
    elif line.split()[1:2] == ["CALCULATION"] or "GEOMETRY INPUT FROM" in line:
        out.crystal_run = True


def read_size(line: str, lines: Lines, out: Output) -> None:
    """Read `` NUMBER OF AO                18  EXCHANGE OVERLAP TOL        (T3) 10**   -6`` and friends."""
    values = floats(line)
    if line.lstrip().startswith("NUMBER OF AO") and values:
        out.n_ao = int(values[0])
        out.lines["ao"] = lines.number


def read_counts(line: str, lines: Lines, out: Output) -> None:
    """Read `` N. OF ELECTRONS PER CELL        20`` and `` N. OF ATOMS PER CELL         2``."""
    values = floats(line.partition("PER CELL")[2] or line.partition("OPERATORS")[2])
    if not values:
        return
    if "ELECTRONS PER CELL" in line:
        out.n_electrons = values[0]
        out.lines["electrons"] = lines.number
    elif "ATOMS PER CELL" in line:
        out.n_atoms = int(values[0])
    elif "SYMMETRY OPERATORS" in line:
        out.n_symmetry_operators = int(values[0])


def read_shrink(line: str, lines: Lines, out: Output) -> None:
    """Read `` SHRINK. FACT.(MONKH.)    8  8  8  NUMBER OF K POINTS IN THE IBZ     29``.

    Also `` SHRINKING FACTOR(GILAT NET)    8  NUMBER OF K POINTS(GILAT NET)     29``; the properties
    program prints both factors in one line, and no number of points.
    """
    _, mesh, rest = line.partition("(MONKH.)")
    factors, _, points = rest.partition("NUMBER OF K POINTS")
    if mesh and len(values := floats(factors)) >= 3:
        out.shrink = (int(values[0]), int(values[1]), int(values[2]))
        out.n_k_points = int(found[0]) if (found := floats(points)) else None
        out.lines["shrink"] = lines.number
    if values := floats(line.partition("SHRINKING FACTOR(GILAT NET)")[2]):
        out.gilat = int(values[0])


def read_information(line: str, lines: Lines, out: Output) -> None:
    """Read `` INFORMATION **** GUESSP **** SCF GUESS FROM A PREVIOUS RUN DENSITY MATRIX``."""
    if "GUESSP" in line and "PREVIOUS RUN" in line:
        out.guess_from_previous = True
        out.lines["guess"] = lines.number


def read_warning(line: str, lines: Lines, out: Output) -> None:
    """Read `` WARNING **** ROUTINE **** TEXT``."""
    if "****" in line and len(out.warnings) < WARNINGS_MAX:
        out.warnings = (*out.warnings, line.strip())


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
    "N.": (read_counts,),
    "SHRINK.": (read_shrink,),
    "SHRINKING": (read_shrink,),
    "INFORMATION": (read_information,),
    "WARNING": (read_warning,),
    "Loading": (read_basis,),
}
