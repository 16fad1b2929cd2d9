"""Records of a deck: numbers as CRYSTAL likes them, lines as a reader walks through them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, TypeVar

from crystald.errors import DeckError

DECIMALS: Final = 12
"""Decimals that computed coordinates are rounded to: finer than CRYSTAL prints them."""

TITLE_MAX: Final = 78
"""The program's echo of a title is cut at 80 characters."""

T = TypeVar("T")


def plain(value: float, least: int = 10) -> str:
    """Write a number in plain decimals that read back exactly, with at least `least` of them.

    Examples
    --------
    >>> plain(1 / 3), plain(-0.0), plain(3e-05, least=1)
    ('0.3333333333333333', '0.0000000000', '0.00003')
    """
    text = format(Decimal(repr(float(value) + 0.0)), "f")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(least, '0')}"


def rounded(value: float) -> float:
    """Round a computed number to the decimals of a deck; never a negative zero."""
    return round(value, DECIMALS) + 0.0


def title_line(text: str) -> str:
    r"""Make a title: one line of printable ASCII, never empty.

    Examples
    --------
    >>> title_line("β-quartz\n OPT")
    '?-quartz OPT'
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "replace").decode()
    return " ".join(ascii_text.split())[:TITLE_MAX].strip() or "crystal"


class Lines:
    """The lines of a deck, read one after the other.

    Parameters
    ----------
    text
        The deck.
    name
        What it is called in errors.
    """

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.splitlines()
        self._name = name
        self._next = 0

    def peek(self) -> str:
        """Look at the next line; empty after the last."""
        return self._lines[self._next].strip() if self._next < len(self._lines) else ""

    def take(self) -> str:
        """Read the next line.

        Raises
        ------
        DeckError
            The deck has ended.
        """
        if self._next >= len(self._lines):
            raise self.wrong("the deck ends too early")
        self._next += 1
        return self._lines[self._next - 1].strip()

    @property
    def last(self) -> str:
        """The line that was read last, as it stands."""
        return self._lines[self._next - 1]

    def values(self, kind: Callable[[str], T], count: int) -> tuple[T, ...]:
        """Read a line of exactly `count` numbers.

        Raises
        ------
        DeckError
            It holds something else.
        """
        words = self.take().split()
        try:
            found = tuple(kind(word) for word in words)
        except ValueError:
            raise self.wrong(f"{count} numbers belong here, not {' '.join(words)!r}") from None
        if len(found) != count:
            raise self.wrong(f"{count} numbers belong here, not {len(found)}")
        return found

    def value(self, kind: Callable[[str], T]) -> T:
        """Read a line of one number."""
        return self.values(kind, 1)[0]

    def expect(self, words: Sequence[str]) -> str:
        """Read a line that is one of `words`.

        Raises
        ------
        DeckError
            It is not.
        """
        line = self.take()
        if line not in words:
            raise self.wrong(f"{' or '.join(words)} belongs here, not {line!r}")
        return line

    def finish(self) -> None:
        """Make sure that nothing follows.

        Raises
        ------
        DeckError
            More lines follow.
        """
        if self._next < len(self._lines):
            self._next += 1
            raise self.wrong("nothing may follow the last END")

    def wrong(self, what: str) -> DeckError:
        """Make the error for the line that was read last."""
        return DeckError(f"{self._name}, line {max(self._next, 1)}: {what}")
