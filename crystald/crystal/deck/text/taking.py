"""How the records of a keyword are counted: small rules that the tables of keywords are made of.

A rule takes lines from a `Taker` as CRYSTAL's list-directed reads do: a read of five numbers goes
on to the next line until it has five, and leaves what else stands on the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from crystald.crystal.deck.text.records import Record, numbers_of

Rule = Callable[["Taker"], None]

_CELL_MOST: Final = 6
_ATOM: Final = 4
"""Most parameters of a cell; numbers of an atom."""


class ShortError(Exception):
    """The records end, or are none of the kind that belongs here."""


class Taker:
    """Lines of a deck with a position, as the rules see them.

    Parameters
    ----------
    lines
        All lines of the deck.
    at
        Index of the next one.
    dimension
        Periodicity of the system where the deck is now; None where the deck does not say it.
    """

    def __init__(self, lines: Sequence[Record], at: int = 0, dimension: int | None = None) -> None:
        self.lines = lines
        self.at = at
        self.dimension = dimension
        self._began = at

    def peek(self) -> Record | None:
        """Look at the next line; None after the last."""
        return self.lines[self.at] if self.at < len(self.lines) else None

    def take(self) -> Record:
        """Take the next line.

        Raises
        ------
        ShortError
            There is none.
        """
        if self.at >= len(self.lines):
            raise ShortError("a record")
        self.at += 1
        return self.lines[self.at - 1]

    def numbers(self, count: int) -> tuple[float, ...]:
        """Take lines until `count` numbers are there; blank and comment lines are passed over.

        Raises
        ------
        ShortError
            The next line does not begin with a number; it is left where it is.
        """
        found: list[float] = []
        while len(found) < count:
            values = self._next_numbers()
            if not values:
                raise ShortError(f"{count} number{'s' if count > 1 else ''}")
            if not found:
                self._began = self.at
            found += values
            self.at += 1
        return tuple(found[:count])

    def record(self, count: int) -> tuple[Record, tuple[float, ...]]:
        """Take lines until `count` numbers are there; give the first of the lines, too.

        Raises
        ------
        ShortError
            As `numbers`.
        """
        values = self.numbers(count)
        return self.lines[self._began], values

    def cell(self) -> tuple[Record, tuple[float, ...]]:
        """Take the cell: one line, or more where no list of atoms follows the first.

        How many parameters it has depends on the group, which is not known here.

        Returns
        -------
        first of its lines, all of its numbers

        Raises
        ------
        ShortError
            The next line does not begin with a number.
        """
        first, _ = self.record(1)
        found, after = first.numbers, self.at
        while len(found) < _CELL_MOST and not self._at_atoms():
            values = self._next_numbers()
            if not values:
                break
            found += values
            self.at += 1
        if self.at > after and (len(found) > _CELL_MOST or not self._at_atoms()):
            self.at = after
            return first, first.numbers
        return first, found

    def _at_atoms(self) -> bool:
        """Tell whether a line of one whole number is next, and below it one of an atom."""
        start = self.at
        count = self._next_numbers()
        self.at += 1
        atom = self._next_numbers()
        self.at = start
        whole = len(count) == 1 and count[0] >= 1 and not count[0] % 1
        return whole and len(atom) >= _ATOM and not atom[0] % 1

    def _next_numbers(self) -> tuple[float, ...]:
        """Look at the numbers of the next line that is neither blank nor comment."""
        start = self.at
        while (record := self.peek()) is not None and (record.is_blank or record.is_comment):
            self.at += 1
        if record is None or not record.numbers:
            self.at = start
            return ()
        return record.numbers

    def ahead(self) -> float | None:
        """Look at the first number of the next line; None when it has none."""
        start = self.at
        values = self._next_numbers()
        self.at = start
        return values[0] if values else None

    def word(self) -> str:
        """Take a line that holds a word, and give the word in capitals.

        Raises
        ------
        ShortError
            It is blank or an END.
        """
        record = self.peek()
        if record is None or record.is_blank or record.is_end:
            raise ShortError("a word")
        return self.take().keyword

    def line(self) -> None:
        """Take a line of any text.

        Raises
        ------
        ShortError
            It is an END, or there is none.
        """
        record = self.peek()
        if record is None or record.is_end:
            raise ShortError("a line")
        self.take()

    def text(self) -> Record:
        """Take the next line that is neither blank nor comment.

        Raises
        ------
        ShortError
            It is an END, or there is none.
        """
        start = self.at
        while (record := self.peek()) is not None and (record.is_blank or record.is_comment):
            self.at += 1
        if record is None or record.is_end:
            self.at = start
            raise ShortError("a line")
        return self.take()

    def all_numeric(self) -> None:
        """Take every line that begins with a number."""
        while self.ahead() is not None:
            self.numbers(1)


def none(_taker: Taker) -> None:
    """No record follows."""


def reads(*counts: int) -> Rule:
    """Read so many numbers at a time, each time on a new line."""

    def rule(taker: Taker) -> None:
        for count in counts:
            taker.numbers(count)

    return rule


def words(count: int = 1) -> Rule:
    """So many lines that hold a word each."""

    def rule(taker: Taker) -> None:
        for _ in range(count):
            taker.word()

    return rule


def listed(each: int = 1) -> Rule:
    """Read a count N, then N × `each` numbers over as many lines as they need."""

    def rule(taker: Taker) -> None:
        if (total := int(taker.numbers(1)[0])) > 0:
            taker.numbers(total * each)

    return rule


def rows(each: int) -> Rule:
    """Read a count N, then N lines of `each` numbers."""

    def rule(taker: Taker) -> None:
        for _ in range(int(taker.numbers(1)[0])):
            taker.numbers(each)

    return rule


def matrix(taker: Taker) -> None:
    """Read a square matrix of the order of the periodicity (or of its first row), a row a line.

    All of it may stand on one line: the manual calls it one record of free format.
    """
    if taker.dimension is None:
        record = taker.peek()
        count = len(record.numbers) if record is not None else 0
        taker.dimension = {4: 2, 9: 3}.get(count, count)
        _matrix(taker, taker.dimension)
        taker.dimension = None
    else:
        _matrix(taker, taker.dimension)


def _matrix(taker: Taker, order: int) -> None:
    first = taker.peek()
    at_once = first is not None and len(first.numbers) >= order * order
    for _ in range(1 if at_once else order):
        taker.numbers(order)


def beside(taker: Taker) -> None:
    """One number, on the next line or beside its keyword (``VERSION 3`` stood in a good run)."""
    if taker.at == 0 or not numbers_of(" ".join(taker.lines[taker.at - 1].raw.split()[1:2])):
        taker.numbers(1)


def numeric(taker: Taker) -> None:
    """Every line that begins with a number: for input whose count only the program knows."""
    taker.all_numeric()


def then(*rules: Rule) -> Rule:
    """One rule after the other."""

    def rule(taker: Taker) -> None:
        for one in rules:
            one(taker)

    return rule


def becomes(dimension: int, rule: Rule) -> Rule:
    """Follow a rule after which the system has another periodicity (SLABCUT makes a slab)."""

    def changed(taker: Taker) -> None:
        rule(taker)
        taker.dimension = dimension

    return changed
