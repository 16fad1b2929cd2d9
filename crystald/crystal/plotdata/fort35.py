"""fort.35: bands on a grid of the Brillouin zone, for Fermi surfaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crystald.crystal.plotdata.tables import TORN, need_numbers
from crystald.errors import ParseError

OUTSIDE = 10000.0
"""Stands where a band was not computed."""

_BAND = re.compile(r"\s*(?:(Alpha|Beta)\s+)?band\s+(\d{1,7})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class GridBand:
    """One band on the grid.

    Attributes
    ----------
    spin
        ``alpha`` or ``beta``, empty for closed shells.
    number
        As printed.
    values
        As printed, :data:`OUTSIDE` where there are none.
    """

    spin: str
    number: int
    values: tuple[float, ...]


@dataclass(frozen=True)
class BandGrid:
    """Bands on a grid.

    Attributes
    ----------
    shape
        Points along the three axes.
    bands
        One for each band and spin.
    """

    shape: tuple[int, int, int]
    bands: tuple[GridBand, ...]


def read_fort35(lines: Iterable[str]) -> BandGrid:
    """Read fort.35: grid, origin, three vectors, then a block for each band and spin.

    Raises
    ------
    ParseError
        It is cut, or a band has more or fewer values than the grid has points.
    """
    source = enumerate(lines, 1)
    head = [_row(source) for _ in range(5)]
    if any(value != int(value) or not 1 <= value < 1e5 for value in head[0]):
        raise ParseError(f"line 1: a grid of {head[0]} points", TORN)
    one, two, three = (int(value) for value in head[0])
    bands = _bands(source)
    for band in bands:
        if len(band.values) != one * two * three:
            raise ParseError(
                f"{band.spin} band {band.number} holds {len(band.values)} values on a grid of "
                f"{one * two * three} points",
                TORN,
            )
    return BandGrid((one, two, three), bands)


def _bands(source: Iterator[tuple[int, str]]) -> tuple[GridBand, ...]:
    """Read the blocks of the bands, each with all its values."""
    bands: list[tuple[str, int, list[float]]] = []
    for number, text in source:
        if found := _BAND.fullmatch(text.rstrip("\n")):
            bands.append(((found[1] or "").lower(), int(found[2]), []))
        elif text.strip():
            if not bands:
                raise ParseError(f"line {number}: numbers before the first band", TORN)
            bands[-1][2].extend(need_numbers(text, number))
    if not bands:
        raise ParseError("the file ends before the first band", TORN)
    return tuple(GridBand(spin, band, tuple(values)) for spin, band, values in bands)


def _row(source: Iterator[tuple[int, str]]) -> list[float]:
    number, text = next(source, (0, ""))
    if number == 0:
        raise ParseError("the file ends within its first five lines", TORN)
    return need_numbers(text, number, 3)
