"""The runs of a file: a run is read line by line and settled at its end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from crystald.crystal.output import table
from crystald.crystal.output.banner import program_of
from crystald.crystal.output.block import Block
from crystald.crystal.output.faults import ERROR, LOUD, fault_of_ending, fault_of_error
from crystald.crystal.output.stream import LINE_MAX, NOISE_STARTS, CutLine, Lines, quiet
from crystald.crystal.output.values import Output
from crystald.crystal.output.verdict import Found, verdict_of_run

MARK: Final = "E" * 10
DIVIDING: Final = frozenset({MARK, "*"})
"""What a line begins with that may begin another run."""
BLANKS: Final = frozenset(" \t")
SMALL: Final = frozenset("abcdefghijklmnopqrstuvwxyz=[")
"""What run-time systems begin a line with behind a blank; the programs write in capitals."""

OTHERS: Final = SMALL | NOISE_STARTS
"""What a line that no reader knows may begin with and yet be more than a row of a table: words of
run-time systems, noise."""

CYCLE: Final = "CYC"
"""What ``CYC1000`` begins with: no blank is left behind it."""

TORN: Final = (ArithmeticError, LookupError, TypeError, ValueError)
"""What a block of other text than a reader expects (stars for numbers, foreign words) may lead to."""


class Run:
    """One program run while it is read: the frame, and some blocks."""

    def __init__(self, blocks: Sequence[Block], before: Output | None = None) -> None:
        self.out = Output()
        self.blocks = blocks
        self.readers = table.readers(blocks)
        self.started = False
        self.torn = 0
        self.fault: Found | None = None
        self.endings: dict[str, Found] = {}
        if before is not None:
            self.out.program, self.out.version = before.program, before.version

    def feed(self, word: str, line: str, lines: Lines) -> None:
        """Read a line, which begins with the word, and the block that it begins."""
        # A line that was cut may be cut inside a number: only words are read of it.
        readers = table.WORDS.get(word, ()) if lines.cut else self.readers[word]
        before, out = lines.number, self.out
        for reader in readers:
            try:
                reader(line, lines, out)
            except TORN:  # the block is left unread; what else the file tells still stands
                self.torn += 1
            if lines.number != before:
                break  # the first that took the block has read it
        if "ERROR ****" in line:
            self.error(line, lines.number)

    def error(self, line: str, number: int) -> None:
        """Keep the first error of the program; one behind its end is of another program."""
        if self.fault is None and not self.out.terminated and ERROR.search(line):
            self.fault = Found(fault_of_error(line), line.rstrip("\r\n"), number)
            self.out.properties_run = self.out.properties_run or "properties" in line

    def ending(self, line: str, number: int) -> None:
        """Keep the first word of each class that a run-time system says."""
        if fault := fault_of_ending(line):
            self.endings.setdefault(fault, Found(fault, line.rstrip("\r\n"), number))

    def finish(self, *, finished: bool) -> Output:
        """Settle what only the whole run tells."""
        self.out.facts.settle()
        for settle in table.settles(self.blocks):
            with suppress(*TORN):
                settle(self.out)
        self.out.verdict = verdict_of_run(
            self.out, self.fault, self.endings, started=self.started, finished=finished
        )
        return self.out


class Reading:
    """The runs of a file while it is read."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.done: list[Output] = []
        self.run = Run(blocks)

    def read(self, lines: Lines) -> None:
        """Read all lines: those that nobody knows are passed over as quickly as can be."""
        known = self.run.readers
        for line in lines:
            words = line.split(None, 1)
            if not words:
                continue
            word = words[0]
            if word in known:
                if lines.have_ends or line.__class__ is CutLine:
                    lines.look(line)
                if word in DIVIDING:
                    self._divide(word, line[:LINE_MAX])
                self.run.feed(word, line[:LINE_MAX], lines)
            elif (
                word[0] in OTHERS
                or word[:3] == CYCLE
                or line[0] not in BLANKS
                or "ERROR ****" in line
            ):
                self._other(line, lines)

    def _other(self, line: str, lines: Lines) -> None:
        kept = quiet(line)
        if not kept or not (words := kept.split(None, 1)):
            return
        word = CYCLE if words[0].startswith(CYCLE) else words[0]
        if word in self.run.readers:
            lines.look(line)
            if word in DIVIDING:
                self._divide(word, kept)
            self.run.feed(word, kept, lines)
        elif "ERROR ****" in kept:
            self.run.error(kept, lines.number)
        elif word not in LOUD and (word[0] in SMALL or kept[0] not in BLANKS):
            self.run.ending(kept, lines.number)

    def _divide(self, word: str, line: str) -> None:
        """Begin another run at the banner of its program, or at its start where that has none."""
        start = word == MARK and line.split()[1:2] == ["STARTING"]
        if self.run.started and (start or program_of(line) is not None):
            self.done.append(self.run.finish(finished=True))
            self.run = Run(self.run.blocks, self.run.out)
        self.run.started = self.run.started or start

    def finish(self, *, finished: bool) -> list[Output]:
        """Give all runs, the last one as far as it got."""
        return [*self.done, self.run.finish(finished=finished)]
