"""Read a deck of either program into a `DeckText`: nothing is lost, whatever stands in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from crystald.crystal.deck.text import grammar
from crystald.crystal.deck.text.basis_words import GIVEN, LAST_ELEMENT, element
from crystald.crystal.deck.text.entries import EntryReader
from crystald.crystal.deck.text.geometry_words import SYSTEMS
from crystald.crystal.deck.text.grammar import Grammar
from crystald.crystal.deck.text.records import Record, split_records
from crystald.crystal.deck.text.taking import Taker
from crystald.crystal.deck.text.tree import DeckText, Entry, Kind, Section

SECOND_TITLES_MAX: Final = 4
"""Lines below the title in which CRYSTAL, SLAB, … is looked for before they are taken as words."""

_AFTER_GEOMETRY: Final = Grammar(
    {"BASISSET": grammar.BASIS.words["BASISSET"], **grammar.SCF.words}, grammar.SCF.blocks
)


def read_d12(text: str) -> DeckText:
    """Read a deck of the crystal program; never fails, and printing gives the same text.

    Parameters
    ----------
    text
        The deck, as it is in its file (line endings included; open it with ``newline=""``).

    Returns
    -------
    DeckText
        Sections ``geometry``, ``basis``, ``scf`` as far as the deck goes.
    """
    lines = split_records(text)
    if not lines:
        return DeckText(None, ())
    taker = Taker(lines, at=1)
    sections = tuple(part(taker) for part in (_geometry, _basis, _scf) if _goes_on(taker))
    return DeckText(lines[0], sections, tuple(lines[taker.at :]))


def read_d3(text: str) -> DeckText:
    """Read a deck of the properties program; never fails, and printing gives the same text.

    Returns
    -------
    DeckText
        One section, ``properties``; no title.
    """
    lines = split_records(text)
    taker = Taker(lines)
    section = _section("properties", taker, EntryReader(taker, grammar.PROPERTIES))
    return DeckText(None, (section,), tuple(lines[taker.at :]))


def read_deck(text: str, suffix: str) -> DeckText:
    """Read a deck by what its file name ends in: ``d3`` for properties, else crystal."""
    return read_d3(text) if suffix.lower().lstrip(".") == "d3" else read_d12(text)


def _goes_on(taker: Taker) -> bool:
    return any(not record.is_blank for record in taker.lines[taker.at :])


def _section(
    name: str, taker: Taker, entries: EntryReader, stop: Callable[[Record], bool] | None = None
) -> Section:
    """Read entries up to an END, or up to a line at which `stop` says that the next part begins."""
    found: list[Entry] = []
    while (record := taker.peek()) is not None:
        if record.is_end:
            return Section(name, tuple(found), taker.take())
        if stop is not None and stop(record):
            break
        found.append(entries.next())
    return Section(name, tuple(found))


def _geometry(taker: Taker) -> Section:
    system = _system(taker)
    entries = EntryReader(taker, grammar.GEOMETRY, (_AFTER_GEOMETRY,))
    rest = _section("geometry", taker, entries, lambda record: _ends_geometry(taker, record))
    return Section("geometry", (*system, *rest.entries), rest.end)


def _system(taker: Taker) -> list[Entry]:
    """Read the keyword of the periodicity with its records; lines before it are unknown."""
    start = taker.at
    for ahead in range(SECOND_TITLES_MAX):
        record = taker.lines[start + ahead] if start + ahead < len(taker.lines) else None
        if record is not None and record.keyword in SYSTEMS:
            before = [_unknown(line) for line in taker.lines[start : start + ahead]]
            taker.at = start + ahead + 1
            dimension, rule = SYSTEMS[record.keyword]
            taker.dimension = dimension
            return [*before, EntryReader.with_records(taker, record, record.keyword, rule)]
    return []


def _unknown(record: Record) -> Entry:
    return Entry(record.keyword, Kind.BLANK if record.is_blank else Kind.UNKNOWN, record)


def _ends_geometry(taker: Taker, record: Record) -> bool:
    """Tell whether the basis set or the third part begins here without an END before it."""
    if record.keyword == "BASISSET" or _looks_like_element(taker):
        return True
    known = grammar.GEOMETRY.find(record.keyword)
    return known is None and grammar.SCF.find(record.keyword) is not None


def _looks_like_element(taker: Taker) -> bool:
    """Tell whether a line is ``Z NSHELL`` with a shell or a potential below it."""
    here, below = (*taker.lines[taker.at : taker.at + 2], None, None)[:2]
    if here is None or below is None or len(here.numbers) != 2:
        return False
    return below.keyword in GIVEN or len(below.numbers) == 5


def _basis(taker: Taker) -> Section:
    found: list[Entry] = []
    words = EntryReader(taker, grammar.BASIS, (grammar.SCF,))
    while (record := taker.peek()) is not None:
        if record.is_end:
            if _has_name(found):
                break  # BASISSET stands for this END: what closes here is the third part
            return Section("basis", tuple(found), taker.take())
        if _ends_basis(record):
            break
        numeric = bool(record.numbers) and not _closed(found)
        found.append(_element(taker) if numeric else words.next())
    return Section("basis", tuple(found))


def _has_name(found: list[Entry]) -> bool:
    return any(entry.keyword == "BASISSET" for entry in found)


def _closed(found: list[Entry]) -> bool:
    """Tell whether no element may follow: after ``99 0`` and after BASISSET."""
    return _has_name(found) or any(
        entry.kind is Kind.ELEMENT and entry.keyword == str(LAST_ELEMENT) for entry in found
    )


def _ends_basis(record: Record) -> bool:
    known = grammar.BASIS.find(record.keyword)
    return known is None and grammar.SCF.find(record.keyword) is not None


def _element(taker: Taker) -> Entry:
    head = taker.take()
    taker.at -= 1
    number = str(int(head.numbers[0]))
    entry = EntryReader.with_records(taker, head, number, element, Kind.ELEMENT)
    return replace(entry, records=entry.records[1:])


def _scf(taker: Taker) -> Section:
    return _section("scf", taker, EntryReader(taker, grammar.SCF))
