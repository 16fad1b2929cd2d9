"""Records of a deck: the lines of the file, each with its number and its exact bytes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a deck.

    Attributes
    ----------
    number
        Of the line, from 1.
    raw
        The line as it stands in the file, its ending included.
    """

    number: int
    raw: str

    @property
    def text(self) -> str:
        """The line without its ending and without blanks around it."""
        return self.raw.strip()

    @property
    def keyword(self) -> str:
        """Its first word, in capitals; empty for a blank line."""
        words = self.raw.split(maxsplit=1)
        return words[0].upper() if words else ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.raw.strip()

    @property
    def is_comment(self) -> bool:
        """Whether it is a line of comment: CRYSTAL has none, people write them."""
        return self.text.startswith(("#", "!"))

    @property
    def is_end(self) -> bool:
        """Whether it closes something: the first three letters of END count (ENDOPT, ENDBS, …)."""
        return self.keyword.startswith("END")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers at its beginning; text after them is the author's comment."""
        return tuple(numbers_of(self.raw))


def split_records(text: str) -> tuple[Record, ...]:
    """Cut a deck into its lines; joined again they are the same text."""
    return tuple(Record(i, raw) for i, raw in enumerate(_LINE.findall(text), start=1))


def join(records: Iterable[Record]) -> str:
    """Put the lines together again."""
    return "".join(record.raw for record in records)


def number_of(word: str) -> float | None:
    """Read one number as Fortran does (``1.5``, ``3D-05``); None for anything else.

    Examples
    --------
    >>> number_of("1.D-3"), number_of("ABC"), number_of(".5")
    (0.001, None, 0.5)
    """
    if not _NUMBER.fullmatch(word):
        return None
    value = float(word.replace("d", "e").replace("D", "e"))
    return value if math.isfinite(value) else None


def numbers_of(line: str) -> list[float]:
    """Read the numbers at the beginning of a line (blanks, commas and TABs between them)."""
    found: list[float] = []
    for word in line.replace(",", " ").split():
        value = number_of(word)
        if value is None:
            break
        found.append(value)
    return found
