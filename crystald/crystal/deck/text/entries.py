"""Read one entry after the other: a keyword with its records, or a block."""

from __future__ import annotations

from crystald.crystal.deck.text.grammar import Block, Grammar
from crystald.crystal.deck.text.records import Record
from crystald.crystal.deck.text.taking import Rule, ShortError, Taker
from crystald.crystal.deck.text.tree import Entry, Kind


class EntryReader:
    """Reads the entries of one place of a deck.

    Parameters
    ----------
    taker
        The lines.
    words
        What stands here.
    around
        What stands in the places around: a word of those ends a block that lacks its END.
    """

    def __init__(self, taker: Taker, words: Grammar, around: tuple[Grammar, ...] = ()) -> None:
        self._taker = taker
        self._words = words
        self._around = around

    def next(self) -> Entry:
        """Read the entry that begins at the next line (there is one, and it is no END)."""
        head = self._taker.take()
        if head.is_blank:
            return Entry("", Kind.BLANK, head)
        if head.is_comment:
            return Entry(head.keyword, Kind.COMMENT, head)
        keyword = self._words.find(head.keyword)
        if keyword is None:
            return self.with_records(
                self._taker, head, head.keyword, Taker.all_numeric, Kind.UNKNOWN
            )
        if keyword in self._words.blocks:
            return self._block(head, keyword, self._words.blocks[keyword])
        return self.with_records(self._taker, head, keyword, self._words.words[keyword])

    @staticmethod
    def with_records(
        taker: Taker, head: Record, keyword: str, rule: Rule, kind: Kind = Kind.KEYWORD
    ) -> Entry:
        """Take what a rule wants; what lacks is said in the entry, nothing is raised."""
        start, missing = taker.at, ""
        try:
            rule(taker)
        except ShortError as short:
            missing = str(short)
        return Entry(keyword, kind, head, tuple(taker.lines[start : taker.at]), missing=missing)

    def _block(self, head: Record, keyword: str, block: Block) -> Entry:
        opened = self.with_records(self._taker, head, keyword, block.head, Kind.BLOCK)
        inner = EntryReader(self._taker, block.inner, (self._words, *self._around))
        entries: list[Entry] = []
        end: Record | None = None
        while (record := self._taker.peek()) is not None:
            if record.is_end:
                end = self._taker.take()
                break
            if inner.is_foreign(record):
                break
            entries.append(inner.next())
        return Entry(keyword, Kind.BLOCK, head, opened.records, tuple(entries), end, opened.missing)

    def is_foreign(self, record: Record) -> bool:
        """Tell whether a word belongs to a place around this one and not to this one."""
        if self._words.find(record.keyword) is not None:
            return False
        return any(words.find(record.keyword) is not None for words in self._around)
