"""Lines of an output, numbered, with one step back; and what a reader of them is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

LINE_MAX = 10_000
"""Longer lines are cut: no program prints them, garbage may."""


class Lines:
    """The lines of an output; past the end they are empty."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[str] = iter(lines)
        self._last = ""
        self._again = False
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._again:
            self._again = False
        else:
            self._last = next(self._lines)[:LINE_MAX]
        self.number += 1
        return self._last

    def next(self) -> str:
        """Give the next line; empty at the end."""
        try:
            return self.__next__()
        except StopIteration:
            self._last = ""
            return ""

    def back(self) -> None:
        """Let the last line be read again."""
        if not self._again and self._last:
            self._again = True
            self.number -= 1


Reader = Callable[[str, Lines, "Output"], None]
"""Reads the block that a line begins, into an output."""
