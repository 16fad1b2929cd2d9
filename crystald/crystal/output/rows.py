"""Rows of a printed table, with the noise of other processes between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crystald.crystal.output.numbers import floats
from crystald.crystal.output.stream import Lines

NOISE_MAX = 200
"""Lines of noise in a row after which a table is given up."""


def is_noise(line: str) -> bool:
    """Tell whether a line is of another process: the programs leave the first column blank."""
    return line[:1] not in ("", " ", "\n", "\r", "\t")


def skip_noise(lines: Lines) -> str:
    """Give the next line that the program itself printed; empty at the end."""
    for _ in range(NOISE_MAX):
        if not is_noise(line := lines.next()):
            return line
    return ""


def skip_blank(lines: Lines, most: int = 3) -> str:
    """Give the next line that is not blank."""
    line = skip_noise(lines)
    while line.isspace() and most > 0:
        line, most = skip_noise(lines), most - 1
    return line


def matching(lines: Lines, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Give the rows that match; the first other line ends the table and is left to be read."""
    while found := pattern.match(skip_noise(lines)):
        yield found
    lines.back()


def numbers(lines: Lines, count: int) -> tuple[float, ...] | None:
    """Read a row of exactly so many numbers, and nothing else; None and the line is left."""
    line = skip_noise(lines)
    values = floats(line)
    if len(values) == count and not re.search(r"[A-Za-z*](?![-+]?\d)", line.replace("NaN", "*")):
        return tuple(values)
    lines.back()
    return None
