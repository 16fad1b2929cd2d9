"""Rows of a printed table, with the noise of other processes between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from crystald.crystal.output.facts import ROWS_MAX
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.stream import Lines

NOISE_MAX: Final = 200
"""Lines of noise in a row after which a table is given up."""

WIDTH_MAX: Final = 512
"""Characters of a row; no table is wider, and no pattern is tried on more."""


_NO_NUMBERS: Final = re.compile(r"[A-Za-z*](?![-+]?\d)|\.\d+\.")
"""Words and stars in a row, and two numbers that touch."""


class TornError(ValueError):
    """The file ends, or noise does not, before a table does: the block is left unread."""


def is_noise(line: str) -> bool:
    """Tell whether a line is of another process: the programs leave the first column blank."""
    return bool(line) and not line[0].isspace()


def is_blank(line: str) -> bool:
    """Tell whether a line, with or without its line end, is empty."""
    return not line.strip()


def skip_noise(lines: Lines) -> str:
    """Give the next line that the program itself printed.

    Raises
    ------
    TornError
        There is none.
    """
    for _ in range(NOISE_MAX):
        line = lines.next()
        if lines.ended or lines.cut:
            break
        if not line or line[0].isspace():  # else it is noise
            return line[:WIDTH_MAX]
    raise TornError


def skip_blank(lines: Lines, most: int = 3) -> str:
    """Give the next line that is not blank; a blank one where too many follow one another."""
    line = skip_noise(lines)
    while is_blank(line) and most > 0:
        line, most = skip_noise(lines), most - 1
    return line


def matching(lines: Lines, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Give the rows that match; the first other line ends the table and is left to be read."""
    for _ in range(ROWS_MAX):
        if not (found := pattern.match(skip_noise(lines))):
            lines.back()
            return
        yield found


def until_blank(lines: Lines, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Give the rows of a table that a blank line ends.

    Raises
    ------
    TornError
        Another line ends it: the rest of the table is missing.
    """
    rows: list[re.Match[str]] = []
    while (found := pattern.match(line := skip_noise(lines))) and len(rows) < ROWS_MAX:
        rows.append(found)
    if not is_blank(line):
        lines.back()
        raise TornError
    return rows


def gathered(lines: Lines, pattern: re.Pattern[str]) -> list[Any]:
    """Give all matches in the rows below, several to a row; the first row without any is left."""
    found: list[Any] = []
    while (some := pattern.findall(skip_noise(lines))) and len(found) < ROWS_MAX:
        found += some
    lines.back()
    return found


def matrix(lines: Lines) -> tuple[tuple[float, ...], ...] | None:
    """Read three rows of three numbers; None where they are not whole."""
    rows = [numbers(lines, 3) for _ in range(3)]
    whole = tuple(row for row in rows if row is not None)
    return whole if len(whole) == 3 else None


def numbers(lines: Lines, count: int) -> tuple[float, ...] | None:
    """Read a row of exactly so many numbers, and nothing else; None and the line is left.

    Numbers that touch without a sign between them (``1.234561234.56789``) are not told apart.
    """
    line = skip_noise(lines)
    values = floats(line)
    if len(values) == count and not _NO_NUMBERS.search(line):
        return tuple(values)
    lines.back()
    return None
