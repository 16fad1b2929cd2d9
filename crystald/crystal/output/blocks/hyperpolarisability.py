"""Hyperpolarisabilities: the response to two and three fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.numbers import first_float
from crystald.crystal.output.rows import skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_N = r" *(-?\d*\.\d+(?:E[-+]\d+)?|\*+)"
_ROW = re.compile(rf" +([XYZ]{{3,4}}){_N} *\({_N} *\){_N}")
_TITLES: Final = {
    "FIRST HYPERPOLARIZABILITY (BETA)": "hyperpolarisability_beta",
    "SECOND HYPERPOLARIZABILITY (GAMMA)": "hyperpolarisability_gamma",
}
ABOVE_MAX: Final = 8
"""Lines between the title and the first row."""


@dataclass(frozen=True)
class HyperComponent:
    """A component, symmetrised, and the susceptibility of that order, both in atomic units."""

    component: str
    value: float | None
    susceptibility: float | None


def read_components(line: str, lines: Lines, out: Output) -> None:
    """Read the table of `` FIRST HYPERPOLARIZABILITY (BETA) AND SECOND ELECTRIC SUSCEPTIBILITY (CHI(2))``.

    Rows ``     XXZ    5.1784E+02  (  5.1781E+02)   1.0018E+01   9.7410E+00   2.3239E-01``; of
    `` SECOND HYPERPOLARIZABILITY (GAMMA) AND THIRD ELECTRIC SUSCEPTIBILITY (CHI(3))`` ``     XXXX
    -3.5311E+05 (  -3.5285E+05)  -2.2771E+03  -2.1529E+01  -1.5397E+01``.
    """
    title = next((name for text, name in _TITLES.items() if text in line), None)
    if title is None or "SUSCEPTIBILITY" not in line:
        return
    number = lines.number
    rows: list[HyperComponent] = []
    found: re.Match[str] | None = None
    for _ in range(ABOVE_MAX):
        if found := _ROW.match(skip_noise(lines)):
            break
    while found and len(rows) < ROWS_MAX:
        rows.append(HyperComponent(found[1], first_float(found[2]), first_float(found[4])))
        found = _ROW.match(skip_noise(lines))
    lines.back()
    out.facts.put(title, tuple(rows) or None, number)


HYPERPOLARISABILITY: Final = Block(
    "hyperpolarisability",
    lambda: dict.fromkeys(("FIRST", "SECOND"), (read_components,)),
    (
        Property("hyperpolarisability_beta", "a.u.", "first one, and second-order susceptibility"),
        Property("hyperpolarisability_gamma", "a.u.", "second one, and third-order susceptibility"),
    ),
)
