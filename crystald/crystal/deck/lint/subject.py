"""What a rule looks at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from crystald.crystal.deck.structure.build import built_of
from crystald.crystal.deck.structure.cell import Built, LargeCellError
from crystald.crystal.deck.structure.edits import ImpossibleEditError, edited
from crystald.crystal.deck.structure.setting import group_number
from crystald.crystal.deck.text.geometry_words import EDITS
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.text.values import SystemInput, system_input
from crystald.errors import DeckError


class Severity(StrEnum):
    """How bad a finding is: an info is what real runs did well with, and may still not be meant."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Note:
    """What a rule says of one place.

    Attributes
    ----------
    line
        Number of the line, from 1.
    reason
        What is wrong.
    cure
        What to write instead.
    """

    line: int
    reason: str
    cure: str


@dataclass(frozen=True)
class Finding(Note):
    """A note with the rule that made it.

    Attributes
    ----------
    rule
        Name of the rule.
    severity
        How bad it is.
    """

    rule: str
    severity: Severity


Check = Callable[["Subject"], Iterator[Note]]


@dataclass(frozen=True)
class Subject:
    """A deck under examination.

    Attributes
    ----------
    deck
        As read.
    staged
        Names under which the program will find files beside its deck (``fort.20``, ``fort.34``);
        None where nobody knows.
    fort34
        Text of fort.34, None without.
    beside
        The program's names of the files that lie beside the deck; None where nobody looked.
    """

    deck: DeckText
    staged: frozenset[str] | None = None
    fort34: str | None = None
    beside: frozenset[str] | None = None

    @cached_property
    def _system(self) -> SystemInput | DeckError:
        try:
            return system_input(self.deck)
        except DeckError as error:
            return error

    @property
    def system(self) -> SystemInput | None:
        """The geometry; None where it cannot be read (other rules say so)."""
        return self._system if isinstance(self._system, SystemInput) else None

    @cached_property
    def group(self) -> int | None:
        """Number of the group; None without a geometry or for a group that there is not."""
        if self.system is None or self.system.dimension is None:
            return None
        try:
            return group_number(self.system)
        except DeckError:
            return None

    @cached_property
    def _built(self) -> Built | DeckError:
        if isinstance(self._system, DeckError):
            return self._system
        try:
            return built_of(self._system, self.fort34)
        except DeckError as error:
            return error

    @property
    def cell(self) -> Built | None:
        """The primitive cell before edits; None where it is not known."""
        return self._built if isinstance(self._built, Built) else None

    @property
    def cell_error(self) -> DeckError | None:
        """Why there is no cell; None where there is one."""
        return self._built if isinstance(self._built, DeckError) else None

    @cached_property
    def _edited(self) -> Built | DeckError | None:
        try:
            return edited(self.cell, self.deck) if self.cell is not None else None
        except DeckError as error:
            return error

    @property
    def edit_error(self) -> DeckError | None:
        """Why the edits cannot be applied; None where they can, and without a cell."""
        return self._edited if isinstance(self._edited, DeckError) else None

    @property
    def edited_cell(self) -> Built | None:
        """The cell after edits; None where it is not known.

        The cell before them where they are wrong: a rule says so, and the others go on.
        """
        wrong = isinstance(self._edited, ImpossibleEditError | LargeCellError)
        return self.cell if wrong else self._edited if isinstance(self._edited, Built) else None

    @property
    def stop_line(self) -> int | None:
        """Line of the first STOP: nothing behind it is read. None without one."""
        for section in self.deck.sections:
            entry = next((e for e in section.entries if e.keyword == "STOP"), None)
            if entry is not None:
                return entry.head.number
        return None

    @property
    def is_edited(self) -> bool:
        """Whether some keyword makes another structure of the geometry."""
        return any(entry.keyword in EDITS for entry in self.deck.geometry.entries[1:])

    @cached_property
    def dimension(self) -> int | None:
        """Periodic directions of what is computed; None where edits or a file decide."""
        if self.is_edited:
            return self.edited_cell.dimension if self.edited_cell is not None else None
        if self.system is not None and self.system.dimension is not None:
            return self.system.dimension
        return self.cell.dimension if self.cell is not None else None
