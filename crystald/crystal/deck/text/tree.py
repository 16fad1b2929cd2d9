"""What a deck is read into: sections of entries, entries of records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crystald.crystal.deck.text.records import Record, join


class Kind(StrEnum):
    """What an entry is."""

    KEYWORD = "keyword"
    """A keyword with the records that belong to it."""
    BLOCK = "block"
    """A keyword that opens a block with keywords of its own, closed by an END."""
    ELEMENT = "element"
    """The basis set of one element (``Z NSHELL`` and its shells), or the closing ``99 0``."""
    COMMENT = "comment"
    """A line of comment where a keyword belongs."""
    BLANK = "blank"
    """A blank line where a keyword belongs."""
    UNKNOWN = "unknown"
    """A line that is no keyword known to stand here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A keyword and what belongs to it.

    Attributes
    ----------
    keyword
        As the table spells it, in capitals (``DISPERSI`` for DISPERSION); for an element its
        number, for a line that is no keyword its first word.
    kind
        What it is.
    head
        The line of the keyword.
    records
        The lines below it that hold its values (comments between them included).
    entries
        The entries of a block, in order.
    end
        The line that closes a block; None where it is lacking, and for what is no block.
    missing
        What lacks among the records, in words; empty when they are complete.
    """

    keyword: str
    kind: Kind
    head: Record
    records: tuple[Record, ...] = ()
    entries: tuple[Entry, ...] = ()
    end: Record | None = None
    missing: str = ""

    def lines(self) -> Iterator[Record]:
        """Give all its lines in order."""
        yield self.head
        yield from self.records
        for entry in self.entries:
            yield from entry.lines()
        if self.end is not None:
            yield self.end

    @property
    def numbers(self) -> tuple[float, ...]:
        """All numbers of its records, in order, comments left out."""
        return tuple(x for record in self.records for x in record.numbers)

    def get(self, keyword: str) -> Entry | None:
        """Find the last entry of a keyword in this block (the last one counts)."""
        return _last(self.entries, keyword)


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts of a deck.

    Attributes
    ----------
    name
        ``geometry``, ``basis``, ``scf``; ``properties`` for the only one of a d3 deck.
    entries
        Its entries in order.
    end
        The END that closes it; None where it is lacking or where BASISSET stands for it.
    """

    name: str
    entries: tuple[Entry, ...] = ()
    end: Record | None = None

    def lines(self) -> Iterator[Record]:
        """Give all its lines in order."""
        for entry in self.entries:
            yield from entry.lines()
        if self.end is not None:
            yield self.end

    def get(self, keyword: str) -> Entry | None:
        """Find the last entry of a keyword (the last one counts)."""
        return _last(self.entries, keyword)

    def all(self, keyword: str) -> tuple[Entry, ...]:
        """Find every entry of a keyword."""
        return tuple(entry for entry in self.entries if entry.keyword == keyword)


def _last(entries: tuple[Entry, ...], keyword: str) -> Entry | None:
    known = (Kind.KEYWORD, Kind.BLOCK)
    return next((e for e in reversed(entries) if e.keyword == keyword and e.kind in known), None)


SECTIONS: Final = ("geometry", "basis", "scf")


@dataclass(frozen=True, slots=True)
class DeckText:
    """A deck, whole: printing it gives the bytes that were read.

    Attributes
    ----------
    title
        The first line; None for an empty deck and for a d3 deck.
    sections
        Its parts in order: geometry, basis, scf; of a d3 deck the one called ``properties``.
    trailing
        Lines after the last END: the program never reads them.
    """

    title: Record | None
    sections: tuple[Section, ...]
    trailing: tuple[Record, ...] = ()

    def lines(self) -> Iterator[Record]:
        """Give all lines in order."""
        if self.title is not None:
            yield self.title
        for section in self.sections:
            yield from section.lines()
        yield from self.trailing

    def print(self) -> str:
        """Print the deck: the same bytes that were read."""
        return join(self.lines())

    def section(self, name: str) -> Section:
        """Give a part by its name; an empty one where the deck has none."""
        return next((one for one in self.sections if one.name == name), Section(name))

    @property
    def geometry(self) -> Section:
        """The geometry input, from the dimensionality keyword to its END or to BASISSET."""
        return self.section("geometry")

    @property
    def basis(self) -> Section:
        """The basis set input: elements up to ``99 0`` and keywords, or BASISSET and keywords."""
        return self.section("basis")

    @property
    def scf(self) -> Section:
        """The third part: Hamiltonian and SCF."""
        return self.section("scf")

    @property
    def properties(self) -> Section:
        """The only part of a d3 deck."""
        return self.section("properties")

    def find(self, path: str) -> Entry | None:
        """Find an entry by its path.

        Parameters
        ----------
        path
            Section and keywords with slashes between: ``scf/TOLDEE``, ``scf/DFT/SPIN``,
            ``geometry/OPTGEOM/TOLDEG``, ``properties/BAND``.

        Returns
        -------
        Entry or None
            The last one of that keyword (the program takes the last); None when there is none.
        """
        name, *keywords = path.split("/")
        found: Entry | Section | None = self.section(name)
        for keyword in keywords:
            found = found.get(keyword.upper()) if found is not None else None
        return found if isinstance(found, Entry) else None

    def walk(self) -> Iterator[tuple[str, Entry]]:
        """Give every entry with the path of what holds it, blocks before their entries."""
        for section in self.sections:
            for entry in section.entries:
                yield from _walk(section.name, entry)


def _walk(path: str, entry: Entry) -> Iterator[tuple[str, Entry]]:
    yield path, entry
    for inner in entry.entries:
        yield from _walk(f"{path}/{entry.keyword}", inner)
