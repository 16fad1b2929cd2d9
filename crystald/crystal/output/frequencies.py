"""Vibrations: the table of modes, and the zero-point energy."""

from __future__ import annotations

import re

from crystald.crystal.output.numbers import floats
from crystald.crystal.output.stream import Lines, Reader
from crystald.crystal.output.values import Output

DEGENERATE_MAX = 6
"""No symmetry makes more modes of a crystal fall together; garbage may say so."""


def read_modes(line: str, lines: Lines, out: Output) -> None:
    """Read the table below ``    MODES         EIGV          FREQUENCIES     IRREP …``.

    Rows: ``    4-   5    0.4283E-06    143.6263    4.3058  (E  )   A (     0.00)   A``.
    """
    if "FREQUENCIES" not in line:
        return
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


READERS: dict[str, tuple[Reader, ...]] = {
    "MODES": (read_modes,),
    "E0": (read_zero_point,),
}
