"""Change one thing in a deck and leave every other byte as it is.

Every function takes a `DeckText` and gives a new one, read again from the changed lines, so that
line numbers and sections of the result are right. Lines are given without their endings; they get
the ending that the deck uses.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from crystald.crystal.deck.text.geometry_words import EDITS
from crystald.crystal.deck.text.reader import read_d3, read_d12
from crystald.crystal.deck.text.records import Record
from crystald.crystal.deck.text.tree import DeckText, Entry, Kind, Section
from crystald.crystal.deck.text.values import system_of
from crystald.errors import DeckError


def with_lines(deck: DeckText, first: int, last: int, lines: Iterable[str]) -> DeckText:
    """Put other lines in the place of the lines `first` to `last` (numbers from 1, both included).

    With ``last = first - 1`` nothing is replaced: the lines are put before line `first`.
    """
    old = [record.raw for record in deck.lines()]
    ending = _ending(old)
    before = old[: first - 1]
    new = [f"{line}{ending}" for line in lines]
    if new and before and not before[-1].endswith("\n"):
        before[-1] += ending
    text = "".join((*before, *new, *old[last:]))
    return read_d3(text) if _is_d3(deck) else read_d12(text)


def _ending(lines: Sequence[str]) -> str:
    return "\r\n" if lines and lines[0].endswith("\r\n") else "\n"


def _is_d3(deck: DeckText) -> bool:
    return any(section.name == "properties" for section in deck.sections)


def with_title(deck: DeckText, title: str) -> DeckText:
    """Give a d12 deck another title."""
    return with_lines(deck, 1, 1, [title])


def with_number(deck: DeckText, record: Record, index: int, value: str) -> DeckText:
    """Put another value in the place of one number of a line; blanks and comments stay.

    Parameters
    ----------
    record
        The line, of this deck.
    index
        Which of its numbers, from 0.
    value
        As it is to be written.

    Raises
    ------
    DeckError
        The line has no such number.
    """
    if index >= len(record.numbers):
        raise DeckError(
            f"line {record.number} holds {len(record.numbers)} numbers, not {index + 1}"
        )
    body = record.raw.rstrip("\r\n")
    found = list(re.finditer(r"[^\s,]+", body))[index]
    return with_lines(
        deck, record.number, record.number, [body[: found.start()] + value + body[found.end() :]]
    )


def with_value(deck: DeckText, path: str, *records: str) -> DeckText:
    """Set a keyword with its records; where it is not there yet it is put in, as the last one.

    Parameters
    ----------
    path
        As for `DeckText.find`: ``scf/TOLDEE``, ``scf/DFT/SPIN``, ``geometry/OPTGEOM/TOLDEG``.
    records
        The lines below the keyword. Of one number where one stands, only the number is changed.

    Raises
    ------
    DeckError
        What should hold the keyword is not in the deck.
    """
    entry = deck.find(path)
    if entry is None:
        return inserted(deck, path.rpartition("/")[0], [path.rpartition("/")[2], *records])
    if len(entry.records) == len(records) == 1 and len(entry.records[0].numbers) == 1:
        return with_number(deck, entry.records[0], 0, records[0])
    first = entry.head.number + 1
    return with_lines(deck, first, entry.head.number + len(entry.records), records)


def inserted(deck: DeckText, place: str, lines: Sequence[str]) -> DeckText:
    """Put lines in as the last ones of a section (``scf``) or block (``geometry/OPTGEOM``).

    Raises
    ------
    DeckError
        The place is not in the deck.
    """
    return with_lines(deck, at := _end_of(deck, place), at - 1, lines)


def _end_of(deck: DeckText, place: str) -> int:
    """Find the line before which something new in a place stands."""
    holder: Section | Entry | None = (
        deck.find(place)
        if "/" in place
        else next((one for one in deck.sections if one.name == place), None)
    )
    if holder is None:
        raise DeckError(f"the deck has no {place}", "Put that in first.")
    if holder.end is not None:
        return holder.end.number
    lines = list(holder.lines())
    if not lines:
        return _before(deck, place) + 1
    return lines[-1].number + 1


def _before(deck: DeckText, name: str) -> int:
    """Find the last line before a section that is empty."""
    last = deck.title.number if deck.title is not None else 0
    for section in deck.sections:
        if section.name == name:
            break
        last = max([last, *(record.number for record in section.lines())])
    return last


def without(deck: DeckText, path: str) -> DeckText:
    """Take every entry of a keyword or block out of its place; nothing happens without one."""
    while (entry := deck.find(path)) is not None:
        deck = without_entry(deck, entry)
    return deck


def without_entry(deck: DeckText, entry: Entry) -> DeckText:
    """Take one entry of this deck out, with its records and whatever stands in it."""
    lines = list(entry.lines())
    return with_lines(deck, lines[0].number, lines[-1].number, ())


def with_block(deck: DeckText, place: str, lines: Sequence[str]) -> DeckText:
    """Put a block in the place of the one of the same keyword, else as the last of its place.

    Parameters
    ----------
    place
        Where it stands: ``geometry``, ``scf``.
    lines
        The whole block: its keyword, its words, its END.
    """
    path = f"{place}/{lines[0].split()[0]}"
    entry = deck.find(path)
    if entry is None:
        return inserted(deck, place, lines)
    old = list(entry.lines())
    return with_lines(deck, old[0].number, old[-1].number, lines)


def with_system(deck: DeckText, lines: Sequence[str]) -> DeckText:
    """Put another geometry (``CRYSTAL`` … atoms, or ``EXTERNAL``) in the place of the deck's.

    Raises
    ------
    DeckError
        The deck has none.
    """
    entry = system_of(deck)
    if entry is None:
        raise DeckError("the deck has no CRYSTAL, SLAB, POLYMER, MOLECULE or EXTERNAL")
    old = list(entry.lines())
    return with_lines(deck, old[0].number, old[-1].number, lines)


def without_edits(deck: DeckText, keep: Collection[str] = ()) -> DeckText:
    """Take out the keywords that made another structure (SUPERCEL, SLABCUT, ATOMREMO, …).

    They are in every geometry that the program printed, and would be applied once more.

    Parameters
    ----------
    keep
        Keywords to leave.
    """
    system = system_of(deck)
    doomed = [
        entry
        for entry in deck.geometry.entries
        if entry.keyword in EDITS
        and entry.keyword not in keep
        and entry is not system
        and entry.kind is Kind.KEYWORD
    ]
    for entry in reversed(doomed):
        deck = without_entry(deck, entry)
    return deck
