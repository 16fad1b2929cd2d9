"""Decks of real runs: the files of the data set, and the decks that outputs repeat at their top."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from crystald.crystal.deck.text.reader import read_d3, read_d12
from crystald.crystal.deck.text.tree import DeckText

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SYSTEM = re.compile(r"^(CRYSTAL|SLAB|POLYMER|MOLECULE|EXTERNAL)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class RealDeck:
    """A deck of somebody else: its name, its text, which program reads it, how its run ended."""

    name: str
    text: str
    d3: bool = False
    ended: str = ""

    def read(self) -> DeckText:
        return read_d3(self.text) if self.d3 else read_d12(self.text)


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


@cache
def manifest() -> tuple[dict[str, str], ...]:
    path = DATA / "MANIFEST.tsv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines, delimiter="\t"))


@cache
def files() -> tuple[RealDeck, ...]:
    """The decks that are files of their own."""
    found = []
    for row in manifest():
        if row["kind"] in ("d12", "d3"):
            text = text_of(DATA / row["file"])
            d3 = row["kind"] == "d3" or bool(re.match(r"NEWK|DOSS|BAND|ECH3|ROTREF", text))
            found.append(RealDeck(row["file"], text, d3))
    return tuple(found)


@cache
def repeated() -> tuple[RealDeck, ...]:
    """The decks at the top of outputs, cut where the program's own reading would stop."""
    return tuple(deck for row in manifest() if (deck := _repeated_in(row)) is not None)


def _repeated_in(row: dict[str, str]) -> RealDeck | None:
    if row["kind"] not in ("out", "outp"):
        return None
    with (DATA / row["file"]).open("rb") as stream:
        top = stream.read(200_000).decode("utf-8", "surrogateescape").split("MAIN AUTHORS")[0]
    if (match := SYSTEM.search(top)) is None:
        return None
    start = top.rfind("\n", 0, match.start() - 1) + 1
    deck = read_d12(top[start:])
    text = deck.print()
    length = len(text) - sum(len(record.raw) for record in deck.trailing)
    return RealDeck(row["file"], text[:length], ended=row["ended"])


def every(*kinds: tuple[RealDeck, ...]) -> list[object]:
    """Parameters of a test; one that is skipped where the data are not there."""
    decks = [deck for kind in kinds for deck in kind]
    if not decks:
        return [pytest.param(None, marks=pytest.mark.skip(reason="no ../shared/data here"))]
    return [pytest.param(deck, id=deck.name[-70:]) for deck in decks]
