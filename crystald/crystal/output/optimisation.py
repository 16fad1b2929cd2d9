"""Optimisations: their points and their end."""

from __future__ import annotations

import re

from crystald.crystal.output.block import Reader
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.scf import corrected, lose_energy
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_END = re.compile(r"OPT END - (\S+) *\* *E\(AU\): *(\S+) +POINTS +(\d+)")


def read_optimisation(line: str, lines: Lines, out: Output) -> None:
    """Read `` COORDINATE AND CELL OPTIMIZATION - POINT    1``."""
    if "OPTIMIZATION - POINT" in line:
        values = floats(line)
        out.opt_points = int(values[-1]) if values else out.opt_points
        out.lines["opt_points"] = lines.number


def read_end(line: str, lines: Lines, out: Output) -> None:
    """Read `` * OPT END - CONVERGED * E(AU):  -2.712596206888E+02  POINTS    6 *``."""
    if "OPT END" not in line or not (found := _END.search(line)):
        return
    out.opt_converged = found[1] == "CONVERGED"
    out.opt_points = int(found[3])
    energy = first_float(found[2])
    if energy is None:
        lose_energy(line, lines, out)
    else:
        out.energy_ha, out.energy_kind = energy, corrected(out)
        out.lines["energy"] = lines.number
        out.lines.pop("energy_lost", None)
        if out.smearing_ha is not None and out.energy_kind == "SCF":
            out.energy_t0_ha, out.lines["energy_t0"] = energy, lines.number
    out.lines["opt_end"] = out.lines["opt_points"] = lines.number
    out.texts["opt_end"] = line.rstrip("\r\n")


READERS: dict[str, tuple[Reader, ...]] = {
    "*": (read_end,),
    "COORDINATE": (read_optimisation,),
    "CELL": (read_optimisation,),
    "ATOMS": (read_optimisation,),
}
