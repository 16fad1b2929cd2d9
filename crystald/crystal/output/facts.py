"""Facts that blocks tell: value and line by name; and what their properties are."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from typing import Final, NamedTuple

ROWS_MAX: Final = 20_000
"""Rows kept of one table: no run prints more, a file without end may."""


@dataclass(frozen=True)
class Property:
    """A property that outputs tell.

    Attributes
    ----------
    unit
        Of the value, or of the numbers in its rows; empty for a pure number or a word.
    meaning
        One line for people.
    """

    name: str
    unit: str
    meaning: str


class Fact(NamedTuple):
    """A value as printed last, and the number of its line.

    Attributes
    ----------
    passing
        Whether it is true only of the geometry at hand: an optimisation that goes on to its next
        point prints such values to SCFOUT.LOG, and what stands here is of an earlier point.
    """

    value: object
    line: int
    passing: bool = False


PASSING: Final = True


class Later(partial[object]):
    """What reads a value at the end of a run, if no newer one came: most are printed often."""


class Facts(dict[str, Fact]):
    """What blocks told, by name of property; a later value takes the place of an earlier one."""

    def put(self, name: str, value: object, line: int) -> None:
        """Keep a value; None (nothing whole was printed) changes nothing."""
        if value is not None:
            self[name] = Fact(value, line)

    def put_passing(self, name: str, value: object, line: int) -> None:
        """Keep a value that holds for the geometry at hand only."""
        if value is not None:
            self[name] = Fact(value, line, PASSING)

    def value(self, name: str) -> object:
        """Give a value; None where nothing was told."""
        fact = self.get(name)
        return fact.value if fact else None

    def settle(self) -> None:
        """Read what was left for later; what turns out to be torn is not told."""
        for name, (value, line, passing) in list(self.items()):
            if isinstance(value, Later):
                del self[name]
                with suppress(ArithmeticError, LookupError, TypeError, ValueError):
                    if (read := value()) is not None:
                        self[name] = Fact(read, line, passing)

    def forget_passing(self) -> None:
        """Drop what holds for a geometry that the run has left."""
        for name in [name for name, fact in self.items() if fact.passing]:
            del self[name]


def plain(value: object) -> object:
    """Make a value of texts, numbers, lists and mappings, as JSON has them.

    Rows are dataclasses; a mapping of rows by their names becomes their list.
    """
    if isinstance(value, str | int | float):
        return value  # nearly all that there is
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return [plain(item) for item in value.values()]
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    return value
