"""Response to a field: polarisability, dielectric tensor, refractive indices, Born charges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.rows import is_blank, matrix, numbers, skip_blank, skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_COMPONENT = re.compile(r" +(?:(\d*\.\d+) +)?([XYZ][XYZ]) *(-?\d[-+ .0-9]*)$")
_ATOM = re.compile(r" ATOM +(\d+) ([A-Z][A-Z]?)\d* +DYNAMIC CHARGE +(-?\d*\.\d+)\s*$")
_PRINCIPAL = re.compile(r"(?:AA|BB|CC) +(-?\d*\.\d+E[-+]\d+)")


@dataclass(frozen=True)
class Component:
    """A component at a frequency of the field (0: static); alpha in bohr^3, epsilon a pure number."""

    field_ev: float
    component: str
    alpha: float
    epsilon: float | None


@dataclass(frozen=True)
class BornCharge:
    """Born charge of an atom: tensor by rows and a third of its trace, electron charges."""

    atom: int
    symbol: str
    charge: float
    tensor: tuple[tuple[float, ...], ...]


def read_polarisability(line: str, lines: Lines, out: Output) -> None:
    """Read the table of `` POLARIZABILITY (ALPHA), DIELECTRIC (EPSILON) AND FIRST-ORDER ELECTRIC``.

    Rows ``  0.000   XX      82.2680       0.0000       1.9384       0.0000       0.9384`` (field in
    eV, real and imaginary parts) or, in 14, ``     XX        5.1208        0.0000        1.5112        0.5112``.
    """
    if "POLARIZABILITY (ALPHA)" not in line:
        return
    number, titles = lines.number, ""
    for _ in range(4):
        if "COMP" in (titles := skip_noise(lines)) and "ALPHA(" in titles:
            break
    else:
        return
    rows: list[Component] = []
    while (found := _COMPONENT.match(skip_noise(lines).rstrip())) and len(rows) < ROWS_MAX:
        values = floats(found[3])
        place = 2 if "EPSILON" in titles and len(values) > 2 else None
        epsilon = values[place] if place is not None else None
        rows.append(Component(float(found[1] or 0.0), found[2], values[0], epsilon))
    lines.back()
    out.facts.put("polarisability", tuple(rows) or None, number)


def read_principal(line: str, lines: Lines, out: Output) -> None:
    """Read `` AA  1.938374E+00 BB  1.938374E+00 CC  1.938374E+00`` below its title.

    `` DIELECTRIC TENSOR`` (then `` TENSOR IN PRINCIPAL AXES SYSTEM``) or `` REFRACTIVE INDICES``.
    """
    name = {"DIELECTRIC TENSOR": "dielectric_constants", "REFRACTIVE INDICES": "refractive_indices"}
    if not (key := name.get(line.strip())):
        return
    number = lines.number
    row = skip_blank(lines)
    if "PRINCIPAL AXES" in row:
        row = skip_noise(lines)
    values = tuple(float(value) for value in _PRINCIPAL.findall(row))
    if not values:
        lines.back()
    out.facts.put(key, values or None, number)


_TENSORS: Final = {
    "SUM TENSOR OF THE VIBRATIONAL CONTRIBUTIONS": "vibrational_dielectric_tensor",
    "HIGH FREQUENCY DIELECTRIC TENSOR": "high_frequency_dielectric_tensor",
    "STATIC DIELECTRIC TENSOR": "static_dielectric_tensor",
}


def read_tensor(line: str, lines: Lines, out: Output) -> None:
    """Read the rows below `` STATIC DIELECTRIC     TENSOR``.

    Also below `` HIGH FREQUENCY DIELECTRIC     TENSOR (FROM INPUT)`` and `` SUM TENSOR OF THE
    VIBRATIONAL CONTRIBUTIONS TO THE STATIC DIELECTRIC     TENSOR``.
    """
    title = " ".join(line.split())
    name = next((name for text, name in _TENSORS.items() if title.startswith(text)), None)
    if name is None:
        return
    number = lines.number
    if not is_blank(skip_noise(lines)):
        lines.back()
        return
    out.facts.put(name, matrix(lines), number)


def read_born(line: str, lines: Lines, out: Output) -> None:
    """Read the tensors below `` ATOMIC BORN CHARGE TENSOR (UNITS OF e, ELECTRON CHARGE).``.

    Of each atom `` ATOM   1 MG DYNAMIC CHARGE     1.851740`` and three numbered rows.
    """
    if "BORN CHARGE TENSOR" not in line:
        return
    number, charges = lines.number, list[BornCharge]()
    if "DYNAMIC CHARGE" not in skip_noise(lines):
        lines.back()
    while (found := _ATOM.match(skip_blank(lines))) and len(charges) < ROWS_MAX:
        skip_blank(lines)
        rows = [numbers(lines, 4) for _ in range(3)]
        tensor = tuple(row[1:] for row in rows if row is not None)
        if len(tensor) != 3:
            return
        charges.append(BornCharge(int(found[1]), found[2].title(), float(found[3]), tensor))
    lines.back()
    if charges and len(charges) == (out.n_atoms or len(charges)):
        out.facts.put("born_charges", tuple(charges), number)


RESPONSE: Final = Block(
    "response",
    lambda: {
        "POLARIZABILITY": (read_polarisability,),
        "DIELECTRIC": (read_principal,),
        "REFRACTIVE": (read_principal,),
        **dict.fromkeys(("SUM", "HIGH", "STATIC"), (read_tensor,)),
        "ATOMIC": (read_born,),
    },
    (
        Property(
            "polarisability", "bohr^3", "components of polarisability and dielectric tensor (CPHF)"
        ),
        Property("dielectric_constants", "", "dielectric tensor along its principal axes"),
        Property("refractive_indices", "", "refractive indices along the principal axes"),
        Property("vibrational_dielectric_tensor", "", "contribution of the vibrations, static"),
        Property("high_frequency_dielectric_tensor", "", "of the electrons, as the deck gave it"),
        Property("static_dielectric_tensor", "", "of electrons and vibrations"),
        Property("born_charges", "e", "Born charges of the atoms"),
    ),
)
