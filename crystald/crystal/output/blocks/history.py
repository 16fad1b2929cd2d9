"""The history of the SCF: every cycle, of every point; SCFOUT.LOG is read alike."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, overload

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import ROWS_MAX, Property
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_NUMBER = r"([-+]?\d*\.\d+(?:E[-+]\d+)?)"
_CYCLE = re.compile(
    rf" CYC *(\d+) ETOT\(AU\) *{_NUMBER} DETOT *{_NUMBER} +tst *{_NUMBER} PX *{_NUMBER}"
)
_DIIS = re.compile(rf" DIIS TEST: *{_NUMBER} AT SCF ")


@dataclass(slots=True)
class Cycle:
    """A cycle of the SCF.

    Attributes
    ----------
    scf
        Which SCF of the file, from 1: one for each point of an optimisation.
    diis
        The error that DIIS printed before it.
    """

    scf: int
    cycle: int
    energy_ha: float
    de_ha: float
    tester: float
    px: float
    line: int
    diis: float | None = None


_Kept = tuple[int, str, int, str]
"""Which SCF, line and number of a cycle, and the line of DIIS behind it."""


class Cycles(Sequence[Cycle]):
    """The last cycles of a run: their lines are kept, and read for whoever asks for them."""

    def __init__(self) -> None:
        self._kept: deque[_Kept] = deque(maxlen=ROWS_MAX)

    def keep(self, scf: int, line: str, number: int) -> None:
        """Keep a line of a cycle."""
        self._kept.append((scf, line, number, ""))

    def keep_diis(self, line: str) -> None:
        """Keep the line of DIIS that belongs to the last cycle."""
        scf, cycle, number, _ = self._kept[-1]
        self._kept[-1] = (scf, cycle, number, line)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Cycle]:
        return map(_cycle, self._kept)

    @overload
    def __getitem__(self, at: int) -> Cycle: ...

    @overload
    def __getitem__(self, at: slice) -> list[Cycle]: ...

    def __getitem__(self, at: int | slice) -> Cycle | list[Cycle]:
        return list(self)[at] if isinstance(at, slice) else _cycle(self._kept[at])


def _cycle(kept: _Kept) -> Cycle:
    scf, line, number, diis_line = kept
    found, diis = _CYCLE.match(line), _DIIS.match(diis_line)
    assert found is not None  # noqa: S101 - only such lines are kept
    energy_ha, de_ha, tester, px = map(float, found.groups()[1:])
    error = float(diis[1]) if diis else None
    return Cycle(scf, int(found[1]), energy_ha, de_ha, tester, px, number, error)


class History:
    """Readers that count the SCF; the last cycles are kept, so memory stays bounded."""

    def __init__(self) -> None:
        self.cycles = Cycles()
        self.scf = self.last = self.line = 0

    def read_cycle(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` CYC  13 ETOT(AU) -3.128282168530E+03 DETOT -1.96E-06 tst  5.31E-07 PX  2.58E-03``."""
        if not (found := _CYCLE.match(line)):
            return
        number = int(found[1])
        if not self.line or number <= self.last:
            self.scf += 1
        self.last, self.line = number, lines.number
        self.cycles.keep(self.scf, line, lines.number)
        out.scratch["history"] = self

    def read_diis(self, line: str, _lines: Lines, _out: Output) -> None:
        """Read `` DIIS TEST: 0.27380E+00 AT SCF   CYCLE   2 - DIIS ACTIVE - HISTORY:     2 CYCLES``."""
        if self.line and "AT SCF" in line:
            self.cycles.keep_diis(line)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {"CYC": (self.read_cycle,), "DIIS": (self.read_diis,)}


def settle(out: Output) -> None:
    """Tell the cycles that were kept."""
    history: History | None = out.scratch.get("history")
    if history is not None:
        out.facts.put("scf_history", history.cycles, history.line)
        out.facts.put("scf_runs", history.scf, history.line)


HISTORY: Final = Block(
    "SCF history",
    lambda: History().readers(),
    (
        Property("scf_history", "Ha", "every cycle: energy, change, tester, PX, DIIS error"),
        Property("scf_runs", "", "how many SCF were run, as far as this file tells"),
    ),
    settle,
)
