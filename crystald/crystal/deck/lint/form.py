"""Rules on the form of a deck: lines, keywords, records, ENDs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Final

from crystald.crystal.deck.lint.subject import Note, Subject
from crystald.crystal.deck.text import grammar
from crystald.crystal.deck.text.geometry_words import SYSTEMS
from crystald.crystal.deck.text.grammar import Grammar
from crystald.crystal.deck.text.records import Record
from crystald.crystal.deck.text.scf_words import GRIDS, WHOLE_FUNCTIONALS
from crystald.crystal.deck.text.tree import DeckText, Entry, Kind

TITLE_MAX: Final = 80

STRANGE_MAX: Final = 0.05
"""Share of bytes that are no letters above which a file is no text."""

_BINARY: Final = re.compile(r"[\x00-\x08\x0e-\x1f\udc80-\udcff]")
_STRANGE: Final = re.compile(r"[\x00-\x08\x0e-\x1f]|[^\x00-\x7f]")

_PLACES: Final = {
    "geometry": grammar.GEOMETRY,
    "basis": grammar.BASIS,
    "scf": grammar.SCF,
    "properties": grammar.PROPERTIES,
}
_NO_NUMBER: Final = re.compile(r"[-+]?(NAN|INF|INFINITY)")
"""What programs print where a number failed."""

_CLAIMED: Final = ("GHOSTS",)
"""Words that a rule of its own speaks of where they are out of place."""


def is_d3(deck: DeckText) -> bool:
    """Tell whether a deck is one of the properties program."""
    return deck.title is None


def _grammar_of(path: str) -> Grammar:
    name, *blocks = path.split("/")
    found = _PLACES[name]
    for block in blocks:
        found = found.blocks[block].inner
    return found


def _number_lines(deck: DeckText) -> Iterator[Record]:
    """Give the lines that belong to a keyword or an element as its records."""
    for _, entry in deck.walk():
        yield from entry.records


def empty(subject: Subject) -> Iterator[Note]:
    """Tell a file with nothing in it."""
    if all(record.is_blank for record in subject.deck.lines()):
        yield Note(1, "the deck is empty", "Make it again; look at the disk and its quota.")


def not_text(subject: Subject) -> Iterator[Note]:
    """Tell a file that is no text: a wavefunction, an archive."""
    letters = strange = 0
    for record in subject.deck.lines():
        letters += len(record.raw)
        strange += len(_BINARY.findall(record.raw))
    if strange > STRANGE_MAX * letters:
        yield Note(1, "this is no text file", "Give the deck, not what a program wrote.")


def blank_line(subject: Subject) -> Iterator[Note]:
    """Tell an empty line where the program reads a keyword: KEYWORD NOT ALLOWED."""
    for path, entry in subject.deck.walk():
        if entry.kind is Kind.BLANK and not _among_numbers(subject.deck, path, entry):
            yield Note(
                entry.head.number,
                "a blank line is no keyword: the program stops here",
                "Take the line out.",
            )


def _among_numbers(deck: DeckText, path: str, entry: Entry) -> bool:
    """Tell whether numbers are read here, which passes over blank lines: among the elements."""
    if path != "basis" or deck.basis.get("BASISSET") is not None:
        return False
    last = next((e for e in deck.basis.entries if e.keyword == "99"), None)
    return last is not None and entry.head.number < last.head.number


def blank_among_numbers(subject: Subject) -> Iterator[Note]:
    """Tell an empty line among numbers: reading passes over it, people and tools may not."""
    among = [
        entry.head
        for path, entry in subject.deck.walk()
        if entry.kind is Kind.BLANK and _among_numbers(subject.deck, path, entry)
    ]
    for record in (*_number_lines(subject.deck), *among):
        if record.is_blank:
            yield Note(record.number, "a blank line stands among numbers", "Take the line out.")


def comment_line(subject: Subject) -> Iterator[Note]:
    """Tell a line of comment: the program reads it as a keyword or as numbers."""
    heads = [entry.head for _, entry in subject.deck.walk() if entry.kind is Kind.COMMENT]
    for record in (*heads, *_number_lines(subject.deck)):
        if record.is_comment:
            yield Note(
                record.number,
                "CRYSTAL knows no lines of comment",
                "Take the line out; text may stand behind the numbers of a line.",
            )


_NEVER: Final = {
    "PREOPT": "Take it out; in FREQCALC PREOPTGEOM optimises first.",
    "TIGHTOPT": "Write TOLDEG and TOLDEX with their numbers.",
}
"""Words that decks were once made with and that no version of the program knows -> the cure."""


def unknown_keyword(subject: Subject) -> Iterator[Note]:
    """Tell a line that can be no keyword, or that is a known one misspelt."""
    for path, entry in _unknown(subject.deck):
        if entry.keyword in _NEVER:
            yield Note(entry.head.number, f"{entry.keyword} is no keyword", _NEVER[entry.keyword])
            continue
        near = "" if _is_of_dft(path, entry) else _near(entry.keyword, path)
        if near or not _is_word(entry.keyword):
            what = "numbers stand" if entry.head.numbers else f"{entry.head.text[:30]!r} stands"
            if _NO_NUMBER.fullmatch(entry.keyword):
                yield Note(
                    entry.head.number,
                    f"{entry.head.text.split()[0]} is no number that the program reads",
                    "Write the number; look at what made the deck.",
                )
                continue
            cure = (
                f"Write {near}."
                if near
                else "A keyword or an END lacks above, or a line is too much."
            )
            yield Note(entry.head.number, f"{what} where a keyword belongs", cure)


def outside_dft(subject: Subject) -> Iterator[Note]:
    """Tell a functional or a grid that stands outside of the DFT block: no keyword there."""
    for path, entry in _unknown(subject.deck):
        if _is_of_dft(path, entry):
            yield Note(
                entry.head.number,
                f"{entry.keyword} stands outside of a DFT block",
                "Write DFT above it and ENDDFT below; look whether the basis set lacks its name.",
            )


def _is_of_dft(path: str, entry: Entry) -> bool:
    bare = entry.keyword.split("-D3")[0].split("-D4")[0]
    word = bare in WHOLE_FUNCTIONALS or entry.keyword in GRIDS
    return path in ("geometry", "basis", "scf") and word and entry.keyword != "DEFAULT"


def unverified_keyword(subject: Subject) -> Iterator[Note]:
    """Tell a word that looks like a keyword and is in none of our tables."""
    for path, entry in _unknown(subject.deck):
        told = entry.keyword in _NEVER or _near(entry.keyword, path) or _is_of_dft(path, entry)
        if _is_word(entry.keyword) and not told:
            yield Note(
                entry.head.number,
                f"{entry.keyword} is not known to stand in {path.replace('/', ' ')}",
                _where(subject.deck, entry.keyword)
                or "Look it up in the manual of your version; its records were not checked.",
            )


def _where(deck: DeckText, keyword: str) -> str:
    """Say in which places of a deck a word is known; empty for a word of none."""
    names = ["properties"] if is_d3(deck) else ["geometry", "basis", "scf"]
    found = [place for name in names for place in _places_of(keyword, name, _PLACES[name])]
    return f"It is known in {', '.join(found)}." if found else ""


def _places_of(keyword: str, name: str, words: Grammar) -> Iterator[str]:
    if words.find(keyword) is not None:
        yield name
    for block, inner in words.blocks.items():
        yield from _places_of(keyword, f"{name} {block}", inner.inner)


def _unknown(deck: DeckText) -> Iterator[tuple[str, Entry]]:
    for path, entry in deck.walk():
        before = path == "geometry" and _is_before_system(deck, entry)
        if entry.kind is Kind.UNKNOWN and entry.keyword not in _CLAIMED and not before:
            yield path, entry


def _is_before_system(deck: DeckText, entry: Entry) -> bool:
    systems = [e.head.number for e in deck.geometry.entries if e.keyword in SYSTEMS]
    return not systems or entry.head.number < systems[0]


def _is_word(keyword: str) -> bool:
    if _NO_NUMBER.fullmatch(keyword):
        return False
    bare = keyword.replace("-", "").replace("_", "").replace("*", "")
    return bool(bare) and bare.isascii() and bare.isalnum() and bare[0].isalpha()


def _near(keyword: str, path: str) -> str:
    """Find a word of the place (below BASISSET also of the third part) that is nearly the same."""
    place = _grammar_of(path)
    every = [*place.words, *place.blocks]
    if path == "basis":
        every += [*grammar.SCF.words, *grammar.SCF.blocks]
    return next(iter(difflib.get_close_matches(keyword, every, 1, cutoff=0.83)), "")


_RECORDS: Final = {
    "BROYDEN": "Give W0, IMIX and ISTART below BROYDEN, for example 0.0001 50 2.",
    "SPINLOCK": "Give two numbers below SPINLOCK: n_alpha - n_beta and the cycles of the lock.",
    "NEWK": "Give IS ISP (and three factors below where IS is 0), then 1 0.",
    "SHRINK": "Give IS ISP below SHRINK, and three factors below them where IS is 0.",
    "TOLINTEG": "Give five whole numbers, for example 7 7 7 7 14.",
    "LEVSHIFT": "Give two numbers: the shift in tenths of a hartree, and whether it stays (0 or 1).",
}


def missing_record(subject: Subject) -> Iterator[Note]:
    """Tell a keyword whose records are not complete."""
    for _, entry in subject.deck.walk():
        if entry.missing and entry.kind is not Kind.ELEMENT:
            last = list(entry.lines())[-1] if entry.kind is not Kind.BLOCK else entry.head
            cure = _RECORDS.get(entry.keyword, f"Give {entry.keyword} its records.")
            yield Note(last.number + 1, f"{entry.missing} of {entry.keyword} must stand here", cure)


def missing_end(subject: Subject) -> Iterator[Note]:
    """Tell a block or a part without its END."""
    lines = list(subject.deck.lines())
    for _, entry in subject.deck.walk():
        if entry.kind is Kind.BLOCK and entry.end is None and not _doubled(subject.deck, entry):
            last = list(entry.lines())[-1].number
            yield Note(last, f"the block {entry.keyword} is not closed", "Put an END behind it.")
    for name in _unclosed(subject.deck):
        last = _last_line(subject.deck, name) or len(lines)
        what = "deck" if name == _last_part(subject.deck) else f"{name} part"
        yield Note(last, f"the {what} has no END", f"Put an END behind line {last}.")


_TESTS: Final = ("TESTGEOM", "STOP")


def ends_early(subject: Subject) -> Iterator[Note]:
    """Tell a deck that ends after its geometry or its basis set: END OF DATA IN INPUT DECK."""
    deck = subject.deck
    tested = any(deck.geometry.get(word) is not None for word in _TESTS)
    last = deck.sections[-1] if deck.sections else None
    if last is not None and last.end is not None and last.name in ("geometry", "basis"):
        if last.name == "basis" and deck.basis.get("STOP") is not None:
            return
        if not tested:
            following = "basis set" if last.name == "geometry" else "Hamiltonian and SCF"
            yield Note(
                last.end.number,
                f"the deck ends here, without {following}",
                "Put it behind (or TESTGEOM into the geometry, for a test of it alone).",
            )


def _doubled(deck: DeckText, block: Entry) -> bool:
    """Tell whether the same block opens again right below (a rule of its own speaks of that)."""
    entries = deck.geometry.entries
    at = next((i for i, entry in enumerate(entries) if entry is block), None)
    return at is not None and at + 1 < len(entries) and entries[at + 1].keyword == block.keyword


def _unclosed(deck: DeckText) -> Iterator[str]:
    by_name = deck.basis.get("BASISSET") is not None
    for section in deck.sections:
        if section.get("STOP") is not None:
            return  # nothing behind it is read
        needs = section.name in ("scf", "properties") or not by_name
        if section.end is None and needs and section.entries:
            yield section.name
    names = [section.name for section in deck.sections]
    if by_name and "scf" not in names:
        yield "basis"


def _last_part(deck: DeckText) -> str:
    return deck.sections[-1].name


def _last_line(deck: DeckText, name: str) -> int | None:
    lines = [record.number for record in deck.section(name).lines() if not record.is_blank]
    return lines[-1] if lines else None


def after_the_end(subject: Subject) -> Iterator[Note]:
    """Tell lines behind the last END: the program never reads them."""
    rest = [record for record in subject.deck.trailing if not record.is_blank]
    if rest and not all(record.is_end for record in rest):
        yield Note(
            rest[0].number,
            f"{len(rest)} lines stand behind the last END and are not read",
            "Take them out, or the END above that closes too early.",
        )


def not_ascii(subject: Subject) -> Iterator[Note]:
    """Tell letters that Fortran does not know (Γ in a path, a long dash for a minus)."""
    for record in subject.deck.lines():
        bad = _STRANGE.search(record.raw)
        if record is not subject.deck.title and bad is not None:
            what = f"{_spelt(bad[0])} is no ASCII letter"
            yield Note(record.number, what, "Write G for Γ, - for a dash.")


def _spelt(letter: str) -> str:
    """Spell a letter; a byte that is none (of an old encoding) by its value."""
    byte = "\udc80" <= letter <= "\udcff"
    return f"the byte 0x{ord(letter) - 0xDC00:02X}" if byte else repr(letter)


def title_not_ascii(subject: Subject) -> Iterator[Note]:
    """Tell a title with letters that the program counts as several."""
    title = subject.deck.title
    if title is not None and not title.raw.isascii():
        yield Note(1, "the title holds letters other than ASCII", "Write it in plain letters.")


def title_long(subject: Subject) -> Iterator[Note]:
    """Tell a title that the program's echo cuts."""
    title = subject.deck.title
    if title is not None and len(title.text) > TITLE_MAX:
        yield Note(
            1,
            f"the title has {len(title.text)} letters, {TITLE_MAX} are kept",
            "Write a shorter one.",
        )


def no_title(subject: Subject) -> Iterator[Note]:
    """Tell a deck that begins with the geometry: the program takes its first line as the title."""
    title = subject.deck.title
    first = subject.deck.geometry.entries[:1]
    if title is None or title.keyword not in SYSTEMS or len(title.text.split()) > 1:
        return
    if not first or first[0].keyword not in SYSTEMS:
        yield Note(1, "the title lacks", "The first line is a title, whatever it holds.")


def carriage_return(subject: Subject) -> Iterator[Note]:
    """Tell line endings of Windows, which some builds read as part of the keyword."""
    first = next((r for r in subject.deck.lines() if r.raw.endswith("\r\n")), None)
    if first is not None:
        yield Note(first.number, "lines end as on Windows", "Convert the file with dos2unix.")


def keyword_indented(subject: Subject) -> Iterator[Note]:
    """Tell a keyword that does not begin in the first column."""
    for record in _keywords(subject.deck):
        if record.raw[:1] in (" ", "\t"):
            yield Note(
                record.number,
                f"{record.keyword} does not stand in the first column",
                "Shift it left.",
            )


def keyword_in_small_letters(subject: Subject) -> Iterator[Note]:
    """Tell a keyword in small letters (names of functionals and basis sets may be)."""
    for path, entry in subject.deck.walk():
        word = entry.head.text.split()[0] if entry.head.text else ""
        known = entry.kind in (Kind.KEYWORD, Kind.BLOCK) and path != "scf/DFT"
        if known and word != word.upper():
            yield Note(entry.head.number, f"{word} is in small letters", f"Write {word.upper()}.")


def _keywords(deck: DeckText) -> Iterator[Record]:
    for _, entry in deck.walk():
        if entry.kind in (Kind.KEYWORD, Kind.BLOCK):
            yield entry.head
            if entry.end is not None:
                yield entry.end
    yield from (section.end for section in deck.sections if section.end is not None)
