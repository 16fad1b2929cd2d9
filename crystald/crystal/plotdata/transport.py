"""Tables of BOLTZTRA: SIGMA.DAT, SEEBECK.DAT, SIGMAS.DAT, KAPPA.DAT and TDF.DAT.

::

    # 0 [Seebeck coefficient in SI units, i.e. in V/K]
    # Mu(eV) T(K) N(#carriers) S_xx S_xy S_yx S_yy
    # T(K) =   300.00   Npoints =      31   V(cm^3) =  4.649E-22
          -4.84          300.000    5.870E+00   -6.4231864E-06 …
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crystald.crystal.plotdata.tables import TORN, need_numbers
from crystald.errors import ParseError

_SECTION = re.compile(r"#\s*(\d+)\s*\[(.+)\]\s*")
_COLUMNS = re.compile(r"#\s*(Mu|Energy)\(eV\)\s+(.*)")
_BLOCK = re.compile(
    r"#\s*T\(K\)\s*=\s*(\d+\.\d*)\s+Npoints\s*=\s*(\d{1,7})\s+V\(cm\^3\)\s*=\s*(\d+\.\d*E[-+]\d+)\s*"
)
_COMPONENT = re.compile(r".*_([xyz][xyz])")

QUANTITIES = {
    "Seebeck coefficient": "seebeck",
    "Electrical conductivity * Seebeck coefficient": "sigma_seebeck",
    "Electrical conductivity": "sigma",
    "K coefficient": "kappa",
    "Transport distribution function": "tdf",
}
"""What the words in brackets stand for: the text before `` in `` or `` (in ``."""


@dataclass(frozen=True)
class TemperatureBlock:
    """The rows of one temperature.

    Attributes
    ----------
    temperature_k, volume_cm3
        As printed; the volume is that of the cell.
    mu_ev
        Chemical potentials, absolute, in eV; shape (points,).
    carriers
        Carriers per cell, positive for holes.
    tensors
        Per point, the components in the order of `Transport.components`.
    """

    temperature_k: float
    volume_cm3: float
    mu_ev: tuple[float, ...]
    carriers: tuple[float, ...]
    tensors: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Transport:
    """One quantity of one spin.

    Attributes
    ----------
    quantity
        ``sigma``, ``seebeck``, ``sigma_seebeck``, ``kappa`` or ``tdf``.
    spin
        The digit before the bracket: 0 in the files of closed shells that were seen.
    unit
        As printed: ``V/K``, ``1/Ohm/m``, ``A/m/K``, ``W/m/K``; of TDF its whole text.
    components
        ``xx``, ``xy`` …; symmetric tensors list six (three of a slab), the Seebeck tensor nine
        (four).
    blocks
        Per temperature; none of TDF.
    energies_ev, values
        Of TDF: energies, and per energy the components.
    """

    quantity: str
    spin: int
    unit: str
    components: tuple[str, ...]
    blocks: tuple[TemperatureBlock, ...] = ()
    energies_ev: tuple[float, ...] = ()
    values: tuple[tuple[float, ...], ...] = ()


@dataclass
class _Section:
    line: int
    spin: int
    text: str
    components: tuple[str, ...] = ()
    blocks: list[_Block] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)


@dataclass
class _Block:
    line: int
    temperature_k: float
    points: int
    volume_cm3: float
    rows: list[list[float]] = field(default_factory=list)


def looks_like_transport(line: str) -> bool:
    """Tell whether a first line is that of a table of BOLTZTRA."""
    found = _SECTION.fullmatch(line.strip())
    return found is not None and _quantity(found[2]) is not None


def read_transport(lines: Iterable[str]) -> tuple[Transport, ...]:
    """Read a table of BOLTZTRA; one part for each heading (of a closed shell there is one).

    Raises
    ------
    ParseError
        A heading is missing, a line is no row of its table, or a temperature has another number of
        points than it announces.
    """
    sections: list[_Section] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if found := _SECTION.fullmatch(text):
            sections.append(_Section(number, int(found[1]), found[2]))
        elif not sections:
            raise ParseError(
                f"line {number} is not the heading of a table of BOLTZTRA: {text[:60]!r}"
            )
        elif text.startswith("#"):
            _heading(sections[-1], text, number)
        elif text:
            _row(sections[-1], text, number)
    if not sections:
        raise ParseError("line 1: the file is empty", TORN)
    return tuple(_finished(section) for section in sections)


def _heading(section: _Section, text: str, number: int) -> None:
    if found := _COLUMNS.fullmatch(text):
        names = [_COMPONENT.fullmatch(word) for word in found[2].split()]
        section.components = tuple(name[1] for name in names if name)
    elif found := _BLOCK.fullmatch(text):
        _check_points(section)
        section.blocks.append(_Block(number, float(found[1]), int(found[2]), float(found[3])))
    else:
        raise ParseError(f"line {number} is no heading that is known: {text[:60]!r}", TORN)


def _row(section: _Section, text: str, number: int) -> None:
    if not section.components:
        raise ParseError(f"line {number}: numbers before the names of their columns", TORN)
    before = 3 if section.blocks else 1
    row = need_numbers(text, number, before + len(section.components))
    (section.blocks[-1].rows if section.blocks else section.rows).append(row)


def _check_points(section: _Section) -> None:
    for block in section.blocks[-1:]:
        if len(block.rows) != block.points:
            raise ParseError(
                f"line {block.line} announces {block.points} points, {len(block.rows)} follow", TORN
            )


def _finished(section: _Section) -> Transport:
    quantity = _quantity(section.text)
    if quantity is None:
        raise ParseError(f"line {section.line}: no quantity that is known: {section.text[:60]!r}")
    _check_points(section)
    if not section.blocks and not section.rows:
        raise ParseError(f"line {section.line}: a heading without numbers", TORN)
    return Transport(
        quantity=quantity,
        spin=section.spin,
        unit=_unit(section.text),
        components=section.components,
        blocks=tuple(_temperature(block) for block in section.blocks),
        energies_ev=tuple(row[0] for row in section.rows),
        values=tuple(tuple(row[1:]) for row in section.rows),
    )


def _temperature(block: _Block) -> TemperatureBlock:
    return TemperatureBlock(
        temperature_k=block.temperature_k,
        volume_cm3=block.volume_cm3,
        mu_ev=tuple(row[0] for row in block.rows),
        carriers=tuple(row[2] for row in block.rows),
        tensors=tuple(tuple(row[3:]) for row in block.rows),
    )


def _quantity(text: str) -> str | None:
    return QUANTITIES.get(re.split(r" \(?in ", text)[0])


def _unit(text: str) -> str:
    found = re.search(r"i\.e\. in (.+)", text) or re.search(r"in units of ([^)]+)", text)
    return found[1].strip() if found else ""
