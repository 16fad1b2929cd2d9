"""Elastic constants: tensor, compliance, moduli, velocities of sound, stability."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import Property
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.rows import WIDTH_MAX, matching, skip_blank, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_TENSOR = re.compile(r" SYMMETRIZED ELASTIC CONSTANTS FOR +(.+?) +CASE, IN +(\w+)")
_ROW = re.compile(r" +\|([-+ 0-9.]+)\|\s*$")
_VELOCITY = re.compile(
    r" +\[ *(-?[\d.]+) +(-?[\d.]+) +(-?[\d.]+)\] +(\d*\.\d+) +(\d*\.\d+) +(\d*\.\d+)\s*$"
)
_CONDITION = re.compile(r" +(C\d\d.*?) {2,}(YES|NO)\s*$")
MODULI: Final = (
    *("bulk_modulus_voigt", "shear_modulus_voigt", "bulk_modulus_reuss", "shear_modulus_reuss"),
    *("bulk_modulus_hill", "shear_modulus_hill", "young_modulus_hill", "poisson_ratio_hill"),
)
"""In the order of ``K_V G_V K_R G_R K_H G_H E_H v_H``."""

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Velocity:
    """Velocities of sound along a direction: longitudinal and two transverse."""

    direction: tuple[float, float, float]
    vp_km_s: float
    vs1_km_s: float
    vs2_km_s: float


class Elastic:
    """Readers that know whether the final tensor was just read: its compliance follows it.

    Further compliances, of other fits, stand below the end of the results.
    """

    def __init__(self) -> None:
        self.final = False

    def read_tensor(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` SYMMETRIZED ELASTIC CONSTANTS FOR ORTHORHOMBIC CASE, IN GPa`` and the rows between ``|``.

        Of slabs and polymers the unit is ``HARTREE``.
        """
        if not (found := _TENSOR.match(line[:WIDTH_MAX])):
            return
        number, tensor = lines.number, _triangle(lines)
        self.final = tensor is not None
        name = "elastic_tensor" if found[2].lower() == "gpa" else "elastic_tensor_hartree"
        out.facts.put(name, tensor, number)

    def read_compliance(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` ELASTIC MODULI (COMPLIANCE TENSOR), IN TPa^-1``; numbers touch: ``659.2238-404.2543``."""
        if "PROPERTIES AT PRESSURE" in line:
            values = floats(line.partition("(GPa) =")[2])
            out.facts.put("elastic_pressure", values[0] if values else None, lines.number)
        elif "(COMPLIANCE TENSOR), IN TPa" in line and self.final:
            self.final = False
            number = lines.number
            out.facts.put("compliance_tensor", _triangle(lines), number)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {
            "SYMMETRIZED": (self.read_tensor,),
            "ELASTIC": (self.read_compliance,),
            "K_V": (read_moduli,),
            "BULK": (read_bulk,),
            "CONDITION": (read_stability,),
            "SEISMIC": (read_velocities,),
        }


def _triangle(lines: Lines) -> Matrix | None:
    """Read an upper triangle, row by row one number less, and make it whole."""
    rows: list[list[float]] = []
    line = skip_blank(lines)
    while (found := _ROW.match(line)) and len(rows) < 6:
        rows.append(floats(found[1]))
        line = skip_noise(lines)
    lines.back()
    size = len(rows)
    if size not in (1, 3, 6) or [len(row) for row in rows] != list(range(size, 0, -1)):
        return None
    return tuple(tuple(rows[min(i, j)][abs(i - j)] for j in range(size)) for i in range(size))


def read_moduli(line: str, lines: Lines, out: Output) -> None:
    """Read the row below ``    K_V     G_V     K_R     G_R     K_H     G_H    E_H      v_H``."""
    if line.rsplit(maxsplit=1)[-1] != "v_H":
        return
    values = floats(skip_blank(lines))
    if len(values) == len(MODULI):
        for name, value in zip(MODULI, values, strict=True):
            out.facts.put(name, value, lines.number)


def read_bulk(line: str, lines: Lines, out: Output) -> None:
    """Read `` BULK MODULUS (GPa)`` and below it `` K =      33.87``; lists of other fits are left."""
    if line.split() == ["BULK", "MODULUS", "(GPa)"]:
        left, equals, number = skip_blank(lines).partition("=")
        values = floats(number)
        if equals and left.strip() == "K" and values:
            out.facts.put("bulk_modulus", values[0], lines.number)


def read_stability(line: str, lines: Lines, out: Output) -> None:
    """Read ``    C11 - C12 > 0                                        YES`` below ``CONDITION  SATISFIED?``."""
    if "SATISFIED?" not in line:
        return
    number, answers = lines.number, list[bool]()
    while (found := _CONDITION.match(skip_blank(lines))) and len(answers) < 30:
        answers.append(found[2] == "YES")
    lines.back()
    out.facts.put("mechanically_stable", all(answers) if answers else None, number)


def read_velocities(line: str, lines: Lines, out: Output) -> None:
    """Read `` [ 0.000  0.000  1.000]          3.651     1.157     1.157`` below `` SEISMIC VELOCITIES …``."""
    if "SEISMIC VELOCITIES" not in line:
        return
    number = lines.number
    if "WAVE VECTOR" not in skip_blank(lines):
        lines.back()
        return
    skip_noise(lines)
    rows = []
    for row in matching(lines, _VELOCITY):
        x, y, z, vp, vs1, vs2 = (float(part) for part in row.groups())
        rows.append(Velocity((x, y, z), vp, vs1, vs2))
    out.facts.put("seismic_velocities", tuple(rows) or None, number)


ELASTIC: Final = Block(
    "elastic constants",
    lambda: Elastic().readers(),
    (
        Property("elastic_tensor", "GPa", "elastic tensor of a crystal, Voigt's order"),
        Property(
            "elastic_tensor_hartree", "Ha", "elastic tensor of a slab or polymer, by the cell"
        ),
        Property("compliance_tensor", "1/TPa", "compliance tensor"),
        *(
            Property(name, "" if "poisson" in name else "GPa", name.replace("_", " "))
            for name in MODULI
        ),
        Property("bulk_modulus", "GPa", "bulk modulus from the compliances"),
        Property("mechanically_stable", "", "whether Born's criteria are satisfied"),
        Property("seismic_velocities", "km/s", "velocities of sound along directions"),
        Property("elastic_pressure", "GPa", "pressure that the elastic constants are of"),
    ),
)
