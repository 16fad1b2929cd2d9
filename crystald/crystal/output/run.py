"""The frame of a run: banner, start and end, timings, messages, sizes, settings."""

from __future__ import annotations

import re

from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.scf import lose_energy
from crystald.crystal.output.stream import Lines, Reader
from crystald.crystal.output.values import Output

_BANNER = re.compile(r"\b(CRYSTAL(?:\d\d)|STAND-IN)\b")
_VERSION = re.compile(r"(?:public|stand-in) *: *(.+?) *\*? *$")
_TIME = re.compile(r"TELAPSE *([0-9.]+) *TCPU *([0-9.]+)")
_OPT_END = re.compile(r"OPT END - (\S+) *\* *E\(AU\): *(\S+) +POINTS +(\d+)")
WARNINGS_MAX = 200
DEGENERATE_MAX = 6
"""No symmetry makes more modes of a crystal fall together; garbage may say so."""


def read_starred(line: str, lines: Lines, out: Output) -> None:
    """Read the banner ``*   CRYSTAL17   *`` and `` * OPT END - CONVERGED * E(AU):  … POINTS  6 *``."""
    if "OPT END" in line:
        _read_opt_end(line, lines, out)
    elif out.version is None and (found := _BANNER.search(line)):
        out.program = "standin" if found[1] == "STAND-IN" else "crystal"
        out.version = "" if found[1] == "STAND-IN" else found[1].removeprefix("CRYSTAL")
    elif out.version is not None and (found := _VERSION.search(line)) and " " not in out.version:
        out.version = f"{out.version} {found[1]}".strip()


def _read_opt_end(line: str, lines: Lines, out: Output) -> None:
    if not (found := _OPT_END.search(line)):
        return
    out.opt_converged = found[1] == "CONVERGED"
    out.opt_points = int(found[3])
    energy = first_float(found[2])
    if energy is None:
        lose_energy(line, lines, out)
    else:
        out.energy_ha, out.energy_kind = energy, "OPT END"
        out.lines["energy"] = lines.number
        out.lines.pop("energy_lost", None)
    out.lines["opt_end"] = lines.number
    out.texts["opt_end"] = line.rstrip("\n")


def read_mark(line: str, lines: Lines, out: Output) -> None:
    """Read `` EEEEEEEEEE TERMINATION  DATE …``; ``INT_CALC TERMINATION`` is another thing."""
    word = line.split()[1:2]
    if word == ["STARTING"]:
        out.title = lines.next().strip() or None
    elif word == ["TERMINATION"] and line.startswith(" EEEEEEEEEE TERMINATION"):
        out.terminated = True
        out.lines["terminated"] = lines.number


def read_type(line: str, lines: Lines, out: Output) -> None:
    """Read `` TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL`` and the lines that name a program."""
    if "TYPE OF CALCULATION" in line:
        out.spin_polarised = "OPEN SHELL" in line
        out.properties_run = out.properties_run or "PROPERTIES" in line
    elif line.split()[1:2] == ["CALCULATION"]:
        out.kind = out.kind or "SP"


def read_time(line: str, lines: Lines, out: Output) -> None:
    """Read `` TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT END         TELAPSE      607.20 TCPU      603.28``."""
    if found := _TIME.search(line):
        out.elapsed_s, out.cpu_s = float(found[1]), float(found[2])
        out.lines["elapsed"] = lines.number


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
    """Read `` SHRINK. FACT.(MONKH.)    8  8  8  NUMBER OF K POINTS IN THE IBZ     29``."""
    values = floats(line.partition(")")[2])
    if "(MONKH.)" in line and len(values) >= 4:
        out.shrink = (int(values[0]), int(values[1]), int(values[2]))
        out.n_k_points = int(values[3])
        out.lines["shrink"] = lines.number
    elif "(GILAT NET)" in line and values:
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


def read_optimisation(line: str, lines: Lines, out: Output) -> None:
    """Read `` COORDINATE AND CELL OPTIMIZATION - POINT    1``."""
    if "OPTIMIZATION - POINT" in line:
        out.kind = "OPT"
        values = floats(line)
        out.opt_points = int(values[-1]) if values else out.opt_points


def read_modes(line: str, lines: Lines, out: Output) -> None:
    """Read the table below ``    MODES         EIGV          FREQUENCIES     IRREP …``.

    Rows: ``    4-   5    0.4283E-06    143.6263    4.3058  (E  )   A (     0.00)   A``.
    """
    if "FREQUENCIES" not in line:
        return
    out.kind = "FREQ"
    lines.next()
    frequencies: list[float] = []
    while found := re.match(r"\s*(\d+)- *(\d+)\s+\S+\s+([-0-9.]+)", lines.next()):
        degenerate = int(found[2]) - int(found[1]) + 1
        frequencies += [float(found[3])] * min(degenerate, DEGENERATE_MAX)
    lines.back()
    if frequencies and out.frequencies_cm1 is None:
        out.frequencies_cm1 = tuple(frequencies)
        out.lines["frequencies"] = lines.number


def read_zero_point(line: str, lines: Lines, out: Output) -> None:
    """Read `` E0            :  0.012345 …`` (zero point energy, AU per cell first)."""
    values = floats(line.partition(":")[2])
    if line.split()[1:2] == [":"] and values and out.zero_point_ha is None:
        out.zero_point_ha = values[0]
        out.lines["zero_point"] = lines.number


def read_path(line: str, lines: Lines, out: Output) -> None:
    """Read `` FROM BAND  1 TO BAND 26`` and `` TOTAL OF  201 K-POINTS ALONG THE PATH``."""
    values = floats(line)
    if "BAND" in line and "TO BAND" in line and len(values) >= 2:
        out.n_bands = int(values[1]) - int(values[0]) + 1
    elif "K-POINTS ALONG THE PATH" in line and values:
        out.n_path_points = int(values[0])
        out.kind = "BAND"


READERS: dict[str, tuple[Reader, ...]] = {
    "*": (read_starred,),
    "EEEEEEEEEE": (read_mark,),
    "TYPE": (read_type,),
    "CRYSTAL": (read_type,),
    "SLAB": (read_type,),
    "POLYMER": (read_type,),
    "MOLECULE": (read_type,),
    "T" * 30: (read_time,),
    "NUMBER": (read_size,),
    "N.": (read_counts,),
    "SHRINK.": (read_shrink,),
    "SHRINKING": (read_shrink,),
    "INFORMATION": (read_information,),
    "WARNING": (read_warning,),
    "Loading": (read_basis,),
    "COORDINATE": (read_optimisation,),
    "CELL": (read_optimisation,),
    "ATOMS": (read_optimisation,),
    "MODES": (read_modes,),
    "E0": (read_zero_point,),
    "FROM": (read_path,),
    "TOTAL": (read_path,),
}
