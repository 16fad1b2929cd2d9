"""Lines of an output, numbered, with one step back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

LINE_MAX = 10_000
"""Longer lines are cut: no program prints them, garbage may."""

CHUNK = 1 << 18

PROCESS: Final = re.compile(r" ?PROCESS +\d+ +OF +\d+ +WORKING *")
"""`` PROCESS           19  OF           32  WORKING``: every rank prints it when it likes."""

NOISE: Final = re.compile(
    r"MPI startup\(\)|\[\d+\] MPI startup\(\)|Note: The following floating-point|Warning: ieee_"
)
"""What run-time systems print from the first column, between the lines of a table too."""


class CutLine(str):
    """A last line without its end, among lines whose ends were taken off."""

    __slots__ = ()


NOISE_STARTS: Final = frozenset("\0MN[WP")


class Lines:
    """The lines of an output; past the end they are empty.

    Iteration gives them as they are, :meth:`next` and :func:`quiet` without the noise of other
    ranks: of most lines nobody wants to know more than the first word.

    Attributes
    ----------
    previous
        The line before the last one.
    number
        Of the last line, from 1.
    ended
        Whether a line was asked for past the end.
    have_ends
        Whether lines come with their ends, as far as is known: then each is to be looked at.
    cut
        Whether the last line has no end where others have one: a kill, or a program that is
        writing, may have cut it inside a number.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[str] = iter(lines)
        self._last = ""
        self._again = False
        self.previous = ""
        self.number = 0
        self.ended = False
        self.cut = False
        self.have_ends = True
        self._seen_ends = False

    def __iter__(self) -> Iterator[str]:
        while True:
            while (again := self._given_back()) is not None:
                yield again
            for line in self._lines:
                self.number += 1
                self.previous = self._last
                self._last = line
                yield line
                if self._again:
                    break
            else:
                return

    def _given_back(self) -> str | None:
        if not self._again:
            return None
        self._again = False
        self.number += 1
        return self._last

    def next(self) -> str:
        """Give the next line that is more than noise; empty at the end and for one that was cut."""
        if self.ended:
            return ""
        if self._again:
            return self._given_back() or ""
        for line in self._lines:
            self.number += 1
            if self.have_ends or line.__class__ is CutLine:
                self.look(line)
            plain = line[:1] == " " and "PROCESS " not in line and "\0" not in line
            kept = line[:LINE_MAX] if plain else quiet(line)
            if kept is not None:
                self.previous, self._last = self._last, kept
                return self._leave() if self.cut else kept
        self._last, self.ended = "", True
        return ""

    def _leave(self) -> str:
        """Leave a line that was cut to the iteration: no table has it."""
        self._again = self.ended = True
        self.number -= 1
        return ""

    def look(self, line: str) -> None:
        """See whether a line that is to be read was cut."""
        if line[-1:] == "\n":
            self._seen_ends = True
        elif self._seen_ends or line.__class__ is CutLine:
            self.cut = True
        else:
            self.have_ends = False

    def back(self) -> None:
        """Let the last line be read again."""
        if not self._again and not self.ended and self.number:
            self._again = True
            self.number -= 1


def quiet(line: str) -> str | None:
    """Take the noise out of a line: other ranks' words, lost blocks of a file; None if it is all.

    Examples
    --------
    >>> quiet(" PROCESS           19  OF           32  WORKING"), quiet(" CYC   1")
    (None, ' CYC   1')
    """
    line = line[:LINE_MAX]
    if "\0" in line:
        line = line.replace("\0", "")
    if "PROCESS " in line and PROCESS.search(line):
        line = PROCESS.sub("", line)
        return line if line.strip() else None
    return None if line[:1] in NOISE_STARTS and NOISE.match(line) else line


def lines_of(read: Callable[[int], str], longest: int = LINE_MAX) -> Iterator[str]:
    """Cut a text file into lines, in memory that does not grow with the file or its lines.

    Parameters
    ----------
    read
        Gives at most so many characters of the file, none at its end.
    longest
        Longer lines may be cut there: tables of bands have longer ones than outputs.
    """
    rest = ""
    while chunk := read(CHUNK):
        lines = (rest + chunk).split("\n")
        rest = lines.pop()[:longest]
        yield from lines
    if rest:
        yield CutLine(rest)
