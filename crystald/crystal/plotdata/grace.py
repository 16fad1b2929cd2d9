"""The common frame of BAND.DAT and DOSS.DAT: xmgrace text with ``#`` and ``@`` lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crystald.crystal.output.numbers import floats
from crystald.crystal.plotdata.values import ABSOLUTE, SHIFTED
from crystald.errors import ParseError

_COUNT = re.compile(r"\b([A-Z]+) +(\d+)")
_TICK = re.compile(r"@ XAXIS TICK +(\d+), *([-0-9.Ee+]+)")
_TICK_LABEL = re.compile(r'@ XAXIS TICKLABEL +(\d+), *"([^"]*)"')


@dataclass
class Grace:
    """A file as its parts.

    Attributes
    ----------
    counts
        ``NKPT``, ``NBND``, ``NSPIN``, ``NEPTS``, ``NPROJ`` … of the first line.
    numbers
        All numbers of the data, in order.
    """

    counts: dict[str, int] = field(default_factory=dict)
    numbers: list[float] = field(default_factory=list)
    ticks: dict[int, float] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    fermi_ha: float | None = None
    zero: str = ABSOLUTE

    def need(self, name: str) -> int:
        """Give a count.

        Raises
        ------
        ParseError
            The first line does not tell it.
        """
        if self.counts.get(name, 0) < 1:
            raise ParseError(f"the first line tells no {name}", "Is it BAND.DAT or DOSS.DAT?")
        return self.counts[name]


def read_grace(lines: Iterable[str]) -> Grace:
    """Read the parts of a file.

    Raises
    ------
    ParseError
        A line of data is not made of numbers.
    """
    found = Grace()
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith("#"):
            _comment(found, text)
        elif text.startswith("@"):
            _plot_line(found, text)
        elif text:
            values = floats(text)
            if not values or re.search(r"[^-+0-9.EeDd\s]", text):
                raise ParseError(f"line {number} is not made of numbers: {text[:60]!r}")
            found.numbers += values
    return found


def _comment(found: Grace, text: str) -> None:
    if "EFERMI" in text:
        values = floats(text.partition(")")[2])
        found.fermi_ha = values[0] if values and found.fermi_ha is None else found.fermi_ha
    elif not found.counts:
        found.counts = {name: int(value) for name, value in _COUNT.findall(text)}


def _plot_line(found: Grace, text: str) -> None:
    if "E-EFERMI" in text:
        found.zero = SHIFTED
    elif match := _TICK.match(text):
        found.ticks[int(match[1])] = float(match[2])
    elif match := _TICK_LABEL.match(text):
        found.labels[int(match[1])] = match[2]
