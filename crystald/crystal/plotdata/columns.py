"""Files of columns: spectra (IRSPEC.DAT, RAMSPEC.DAT) and profiles of the potential (POTC.DAT)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crystald.crystal.plotdata.tables import TORN, need_numbers
from crystald.errors import ParseError

Row = tuple[float, ...]

RAMAN = (
    "total", "parallel", "perpendicular", "xx", "xy", "xz", "yy", "yz", "zz",
)  # fmt: skip
"""Columns of RAMSPEC.DAT behind the frequency: of a powder, then of a single crystal."""

NM_CM1 = 1e7
"""Wavelength in nm times wavenumber in 1/cm."""


@dataclass(frozen=True)
class Spectrum:
    """A spectrum on a grid of frequencies.

    Attributes
    ----------
    quantity
        ``raman`` or ``infrared``.
    frequencies_cm1
        Shape (points,).
    columns
        Name of each further column.
    intensities
        Per column, per point; arbitrary units.
    """

    quantity: str
    frequencies_cm1: tuple[float, ...]
    columns: tuple[str, ...]
    intensities: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class PotentialProfile:
    """The electrostatic potential along an axis, averaged in planes or volumes.

    Attributes
    ----------
    positions
        Along the axis, as printed: its unit could not be verified on a real file.
    potentials_ha
        Hartree, as printed.
    further
        Further columns as printed, per column.
    """

    positions: tuple[float, ...]
    potentials_ha: tuple[float, ...]
    further: tuple[tuple[float, ...], ...]


def read_raman(lines: Iterable[str]) -> Spectrum:
    """Read RAMSPEC.DAT: frequency, then powder (total, parallel, perpendicular) and crystal.

    Raises
    ------
    ParseError
        A line is no row of ten numbers, the frequencies do not rise in equal steps, or the total is
        not the sum of its parts: it is another file.
    """
    rows = _rows(lines, 1 + len(RAMAN))
    for number, row in enumerate(rows, 1):
        if abs(row[1] - row[2] - row[3]) > 2e-5 * abs(row[1]) + 1e-30:
            raise ParseError(
                f"row {number}: the total is not the sum of parallel and perpendicular"
            )
    return Spectrum("raman", _axis(rows), RAMAN, _columns(rows, 1))


def read_infrared(lines: Iterable[str]) -> Spectrum:
    """Read IRSPEC.DAT: frequency, wavelength in nm, then absorbances and reflectances.

    No real file was at hand: the meaning of the columns behind the wavelength is not told.

    Raises
    ------
    ParseError
        A line is no row of numbers, the frequencies do not rise in equal steps, or the second
        column is not the wavelength: it is another file.
    """
    rows = _rows(lines, None)
    if len(rows[0]) < 3:
        raise ParseError("line 1: fewer than three columns")
    for number, row in enumerate(rows, 1):
        if row[0] > 0 and abs(row[0] * row[1] / NM_CM1 - 1) > 1e-3:
            raise ParseError(f"row {number}: the second column is not the wavelength in nm")
    names = tuple(f"column_{place}" for place in range(3, len(rows[0]) + 1))
    return Spectrum("infrared", _axis(rows), names, _columns(rows, 2))


def read_potential_profile(lines: Iterable[str]) -> PotentialProfile:
    """Read POTC.DAT: lines with ``#`` or ``@``, then position and potential.

    No real file was at hand; readers of others take the second column as hartree.

    Raises
    ------
    ParseError
        A line is no row of numbers, or the positions go back.
    """
    rows = _rows(lines, None)
    if len(rows[0]) < 2:
        raise ParseError("a line of one number: it is no profile", TORN)
    positions = tuple(row[0] for row in rows)
    if any(after <= before for before, after in pairwise(positions)):
        raise ParseError("the positions do not rise", TORN)
    return PotentialProfile(positions, tuple(row[1] for row in rows), _columns(rows, 2))


def _rows(lines: Iterable[str], count: int | None) -> list[Row]:
    """Read the rows, all of one length, passing over lines with ``#``, ``@`` and ``&``."""
    rows: list[Row] = []
    number = 0
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text and text[0] not in "#@&":
            row = need_numbers(text, number, count)
            count = count or len(row)
            rows.append(tuple(row))
    if not rows:
        raise ParseError(f"line {number}: the file ends without a row of numbers", TORN)
    return rows


def _axis(rows: Sequence[Row]) -> tuple[float, ...]:
    axis = tuple(row[0] for row in rows)
    steps = [after - before for before, after in pairwise(axis)]
    if any(step <= 0 or abs(step - steps[0]) > 0.02 * steps[0] for step in steps):
        raise ParseError("the frequencies do not rise in equal steps", TORN)
    return axis


def _columns(rows: Sequence[Row], first: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row[place] for row in rows) for place in range(first, len(rows[0])))
