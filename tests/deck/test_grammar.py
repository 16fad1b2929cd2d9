"""Decks made out of our own tables of keywords are read back to what made them; none upsets a rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystald.crystal.deck.lint.linter import lint
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.text import grammar
from crystald.crystal.deck.text.geometry_words import SYSTEMS
from crystald.crystal.deck.text.grammar import Grammar
from crystald.crystal.deck.text.reader import read_d3, read_d12
from crystald.crystal.deck.text.records import Record
from crystald.crystal.deck.text.taking import Rule, Taker
from crystald.crystal.deck.text.tree import Entry, Kind
from crystald.errors import DeckError


class Writer(Taker):
    """Follows the rules of a table as a reader would, and writes what they ask for."""

    def __init__(self, dimension: int | None) -> None:
        super().__init__([], 0, dimension)
        self.lines: list[Record] = []

    def _write(self, text: str) -> Record:
        self.lines.append(Record(len(self.lines) + 1, f"{text}\n"))
        self.at = len(self.lines)
        return self.lines[-1]

    def numbers(self, count: int) -> tuple[float, ...]:
        # ones, so that counts and matrices are small; a remark behind a whole read
        self._write(" ".join(["1"] * count) + "  as read")
        return (1.0,) * count

    def word(self) -> str:
        return self._write("PBE").keyword

    def line(self) -> None:
        self._write("1")

    def text(self) -> Record:
        return self._write("1")

    def all_numeric(self) -> None:
        self._write("1 1")

    def ahead(self) -> float | None:
        return 1.0

    def peek(self) -> Record | None:
        return None


def written(word: str, rule: Rule, dimension: int | None) -> list[str]:
    writer = Writer(dimension)
    writer._write(word)
    writer.at = 1
    rule(writer)
    return [record.raw for record in writer.lines]


def lines_of(words: Grammar, dimension: int | None) -> Iterator[tuple[str, list[str]]]:
    """Every keyword and block of a place with records, blocks with all their words in them."""
    for word, rule in words.words.items():
        yield word, written(word, rule, dimension)
    for word, block in words.blocks.items():
        inner = [line for _, lines in lines_of(block.inner, dimension) for line in lines]
        yield word, [*written(word, block.head, dimension), *inner, f"END{word[:4]}\n"]


def places() -> list[object]:
    found = []
    for name, place, head, tail in (
        ("geometry", grammar.GEOMETRY, "t\nEXTERNAL\n", "END\n"),
        ("basis", grammar.BASIS, "t\nEXTERNAL\nEND\n1 1\n1 0 3 1 0\n99 0\n", "END\n"),
        ("scf", grammar.SCF, "t\nEXTERNAL\nBASISSET\nSTO-3G\nUHF\n", "END\n"),
        ("properties", grammar.PROPERTIES, "", "END\n"),
    ):
        for word, lines in lines_of(place, None if name != "geometry" else 3):
            if (name, word) == ("basis", "BASISSET"):
                continue  # it stands in the place of the elements
            found.append(pytest.param(name, word, lines, head, tail, id=f"{name}-{word}"))
    return found


def bad(entries: tuple[Entry, ...]) -> list[tuple[str, str, str]]:
    return [
        (e.keyword, e.kind.value, e.missing)
        for e in entries
        if e.missing or e.kind is Kind.UNKNOWN or (e.kind is Kind.BLOCK and e.end is None)
    ] + [x for e in entries for x in bad(e.entries)]


@pytest.mark.parametrize(("name", "word", "lines", "head", "tail"), places())
def test_every_keyword_is_read_with_the_records_its_rule_asks_for(
    name: str, word: str, lines: list[str], head: str, tail: str
) -> None:
    text = (
        head.replace("EXTERNAL", "CRYSTAL\n0 0 0\n1\n9 9 9 90 90 90\n1\n1 0 0 0")
        if (name == "geometry")
        else head
    )
    text += "".join(lines) + tail
    deck = (read_d3 if name == "properties" else read_d12)(text)
    assert deck.print() == text
    section = deck.section(name)
    entry = section.get(word)
    assert entry is not None
    assert [record.raw for record in entry.lines()] == lines
    assert bad(section.entries) == []
    assert section.end is not None
    assert deck.trailing == ()


@pytest.mark.parametrize("word", SYSTEMS)
def test_every_system_is_read_with_its_atoms(word: str) -> None:
    lines = written(word, SYSTEMS[word][1], SYSTEMS[word][0])
    deck = read_d12("title\n" + "".join(lines) + "END\n")
    assert [record.raw for record in deck.geometry.entries[0].lines()] == lines
    assert bad(deck.geometry.entries) == []


def pieces() -> list[str]:
    lines = {line.rstrip("\n") for place in places() for line in place.values[2]}
    numbers = ["0 0 0", "225", "5.64", "2", "11 0 0 0", "17 .5 .5 .5", "99 0", "-1 0", "1e400 1"]
    numbers += ["0 1 0", "167", "8 8", "0 8", "12 0 0 12", "200 0 0", "1 1", "3 2 1 0", "0.5"]
    return sorted(lines) + numbers * 8 + [*SYSTEMS, "END", "", "# x", "Γ", "BASISSET", "STO-3G"] * 6


def heads() -> list[str]:
    crystal = "t\nCRYSTAL\n0 0 0\n225\n5.64\n2\n11 0 0 0\n17 .5 .5 .5\n"
    slab = "t\nSLAB\n80\n2.46\n1\n6 .3333 .6667 0\n"
    return ["", "t\n", crystal, slab, crystal + "BASISSET\nSTO-3G\nDFT\nPBE\nEND\n"]


@settings(derandomize=True, max_examples=120, deadline=None)
@given(
    st.sampled_from(heads()),
    st.lists(st.sampled_from(pieces()), max_size=12),
    st.sampled_from(["d12", "d3"]),
    st.sampled_from([None, (), ("fort.20",)]),
)
def test_no_deck_upsets_the_linter(
    head: str, lines: list[str], suffix: str, staged: tuple[str, ...] | None
) -> None:
    text = head + "\n".join(lines)
    count = text.count("\n") + 2
    assert all(1 <= one.line <= count for one in lint(text, suffix, staged))
    try:
        structure_of(read_d12(text))
    except DeckError as error:
        assert error.message  # noqa: PT017 - anything else would be a failure
