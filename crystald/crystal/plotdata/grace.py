"""The common frame of BAND.DAT and DOSS.DAT: xmgrace text with ``#`` and ``@`` lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from crystald.crystal.output.numbers import floats
from crystald.crystal.plotdata.tables import only_figures
from crystald.crystal.plotdata.values import ABSOLUTE, SHIFTED
from crystald.errors import ParseError

_COUNT = re.compile(r"\b([A-Z]+) *(\d{1,9})\b")
_TICK = re.compile(r"@ XAXIS TICK +(\d{1,4}), *(-?\d+\.?\d*)")
_TICK_LABEL = re.compile(r'@ XAXIS TICKLABEL +(\d{1,4}), *"([^"]*)"')
_DATA = re.compile(r"[-+0-9.EeDd\s]+")
_LONG_EXPONENT = re.compile(r"([-+]?\d*\.\d+)([-+]\d{3})")
TORN = "The file is torn: retry the step."
AT_ONCE = 500
"""Lines of data that are read together; a file may be large."""

Row = tuple[float, ...]


@dataclass
class Grace:
    """A file as its parts.

    Attributes
    ----------
    counts
        ``NKPT``, ``NBND``, ``NSPIN``, ``NEPTS``, ``NPROJ`` … of the first line.
    data
        The lines of the data, with their numbers from 1.
    numbers
        All numbers of the data, in order.
    fermi_ha
        The Fermi energies, behind the data of each spin.
    length
        Number of lines.
    """

    counts: dict[str, int] = field(default_factory=dict)
    data: list[tuple[int, str]] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    ticks: dict[int, float] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    fermi_ha: list[float] = field(default_factory=list)
    zero: str = ABSOLUTE
    length: int = 0

    def first_fermi_ha(self) -> float | None:
        """Give the Fermi energy, of the first spin; None without one (CRYSTAL14)."""
        return next(iter(self.fermi_ha), None)

    def need(self, name: str) -> int:
        """Give a count.

        Raises
        ------
        ParseError
            The first line does not tell it.
        """
        if self.counts.get(name, 0) < 1:
            raise ParseError(f"line 1 tells no {name}", "Is it BAND.DAT or DOSS.DAT?")
        return self.counts[name]

    def blocks(self, rows: int, columns: int) -> list[list[Row]]:
        """Give the data per spin and row: the place on the axis, then the columns.

        A record of many columns goes on over several lines.

        Raises
        ------
        ParseError
            There are more or fewer numbers than announced, or the axis goes back.
        """
        spins, width = self.counts.get("NSPIN", 1), columns + 1
        if spins not in (1, 2):
            raise ParseError(f"line 1 tells {spins} spins")
        announced = spins * rows * width
        if len(self.numbers) != announced:
            raise ParseError(
                f"line {self.length}: the file ends with {len(self.numbers)} numbers where line 1 "
                f"announces {announced} ({spins} x {rows} rows of {width})",
                TORN,
            )
        flat = [tuple(self.numbers[i : i + width]) for i in range(0, len(self.numbers), width)]
        found = [flat[spin * rows : (spin + 1) * rows] for spin in range(spins)]
        self._check_axis(found, width)
        return found

    def _check_axis(self, blocks: list[list[Row]], width: int) -> None:
        number = 0
        for block in blocks:
            for row, before in zip(block, [block[0], *block], strict=False):
                if row[0] < before[0]:
                    line = self._line_of(number * width)
                    raise ParseError(f"line {line}: the axis goes back to {row[0]}", TORN)
                number += 1

    def _line_of(self, place: int) -> int:
        """Tell which line a number stands in."""
        for line, text in self.data:
            place -= len(_numbers(text))
            if place < 0:
                return line
        return self.length


def read_grace(lines: Iterable[str]) -> Grace:
    """Read the parts of a file.

    Raises
    ------
    ParseError
        A line of data is not made of numbers.
    """
    found = Grace()
    for number, line in enumerate(lines, 1):
        found.length = number
        text = line.strip()
        kind = text[:1]
        if kind == "#":
            _comment(found, text)
        elif kind == "@":
            _plot_line(found, text)
        elif kind and text != "&":  # between the spins
            found.data.append((number, text))
    found.numbers = _all_numbers(found.data)
    return found


def _all_numbers(data: list[tuple[int, str]]) -> list[float]:
    """Read the data, many lines at once where they are plain."""
    found: list[float] = []
    for start in range(0, len(data), AT_ONCE):
        some = data[start : start + AT_ONCE]
        found += _numbers(" ".join(text for _, text in some)) or _line_by_line(some)
    return found


def _line_by_line(data: list[tuple[int, str]]) -> list[float]:
    found: list[float] = []
    for number, text in data:
        values = _numbers(text)
        if not values:
            raise ParseError(f"line {number} is not made of numbers: {text[:60]!r}", TORN)
        found += values
    return found


def _numbers(text: str) -> list[float]:
    """Read a line of data; nothing when it holds anything else (``NaN``, ``*****``)."""
    if only_figures(text):
        with suppress(ValueError):
            return list(map(float, text.split()))
    if not _DATA.fullmatch(text):
        return []
    words = [_number(word) for word in text.split()]
    return [value for values in words for value in values] if all(words) else []


def _number(word: str) -> list[float]:
    """Read touching numbers, ``1.0D-02``, and ``1.2345-100``, which has no room for its E."""
    if found := _LONG_EXPONENT.fullmatch(word):
        return [float(f"{found[1]}E{found[2]}")]
    return floats(word)


def _comment(found: Grace, text: str) -> None:
    if "EFERMI" in text:
        values = floats(text.partition(")")[2])
        found.fermi_ha += values[:1]
    elif not found.counts:
        found.counts = {name: int(value) for name, value in _COUNT.findall(text)}


def _plot_line(found: Grace, text: str) -> None:
    if "E-EFERMI" in text:
        found.zero = SHIFTED
    elif match := _TICK.match(text):
        found.ticks[int(match[1])] = float(match[2])
    elif match := _TICK_LABEL.match(text):
        found.labels[int(match[1])] = match[2].strip()
