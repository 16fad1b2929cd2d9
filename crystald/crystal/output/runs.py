"""The runs of a file: a run is read line by line and settled at its end."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from crystald.crystal.output import table
from crystald.crystal.output.faults import ERROR, LOUD, fault_of_ending, fault_of_error
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output
from crystald.crystal.output.verdict import Found, verdict_of_run

_LOUD_STARTS: Final = frozenset("abcdefghijklmnopqrstuvwxyz=[")
"""What run-time systems begin a line with behind a blank; the programs write in capitals."""


class Run:
    """One program run while it is read."""

    def __init__(self, before: Output | None = None) -> None:
        self.out = Output()
        self.readers = table.readers()
        self.started = False
        self.fault: Found | None = None
        self.endings: dict[str, Found] = {}
        if before is not None:
            self.out.program, self.out.version = before.program, before.version

    def feed(self, word: str, line: str, lines: Lines) -> None:
        """Read a line, which begins with the word, and the block that it begins."""
        if word[:3] == "CYC":
            word = "CYC"  # from the thousandth cycle on it touches its number
        # Of a line that was cut only the frame is read: its facts may be cut inside a number.
        if readers := (table.FRAME if lines.cut else self.readers).get(word):
            before = lines.number
            for reader in readers:
                if lines.number == before:  # the first that took the block has read it
                    # Noise inside a block (stars for numbers, text of other processes) leaves
                    # the block unread; what else the file tells still stands.
                    with suppress(ArithmeticError, LookupError, TypeError, ValueError):
                        reader(line, lines, self.out)
        if "ERROR ****" in line and ERROR.search(line):
            self._error(line, lines.number)
        elif (line[0] not in " \t" or word[0] in _LOUD_STARTS) and word not in LOUD:
            self._ending(line, lines.number)

    def _error(self, line: str, number: int) -> None:
        if self.fault is None:
            self.fault = Found(fault_of_error(line), line.rstrip("\r\n"), number)
            self.out.properties_run = self.out.properties_run or "properties" in line

    def _ending(self, line: str, number: int) -> None:
        if fault := fault_of_ending(line):
            self.endings.setdefault(fault, Found(fault, line.rstrip("\r\n"), number))

    def finish(self, *, finished: bool) -> Output:
        """Settle what only the whole run tells."""
        for block in table.BLOCKS:
            if block.settle is not None:
                with suppress(ArithmeticError, LookupError, TypeError, ValueError):
                    block.settle(self.out)
        self.out.verdict = verdict_of_run(
            self.out, self.fault, self.endings, started=self.started, finished=finished
        )
        return self.out
