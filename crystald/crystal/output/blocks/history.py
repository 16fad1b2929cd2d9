"""The history of the SCF: every cycle, of every point; SCFOUT.LOG is read alike."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Final

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


class History:
    """Readers that count the SCF; the last cycles are kept, so memory stays bounded."""

    def __init__(self) -> None:
        self.cycles: deque[Cycle] = deque(maxlen=ROWS_MAX)
        self.scf = 0

    def read_cycle(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` CYC  13 ETOT(AU) -3.128282168530E+03 DETOT -1.96E-06 tst  5.31E-07 PX  2.58E-03``."""
        if not (found := _CYCLE.match(line)):
            return
        number = int(found[1])
        if not self.cycles or number <= self.cycles[-1].cycle:
            self.scf += 1
        energy_ha, de_ha, tester, px = map(float, found.groups()[1:])
        self.cycles.append(Cycle(self.scf, number, energy_ha, de_ha, tester, px, lines.number))
        out.facts.put("scf_history", self.cycles, lines.number)
        out.facts.put("scf_runs", self.scf, lines.number)

    def read_diis(self, line: str, _lines: Lines, _out: Output) -> None:
        """Read `` DIIS TEST: 0.27380E+00 AT SCF   CYCLE   2 - DIIS ACTIVE - HISTORY:     2 CYCLES``."""
        if self.cycles and (found := _DIIS.match(line)):
            self.cycles[-1].diis = float(found[1])

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {"CYC": (self.read_cycle,), "DIIS": (self.read_diis,)}


HISTORY: Final = Block(
    "SCF history",
    lambda: History().readers(),
    (
        Property("scf_history", "Ha", "every cycle: energy, change, tester, PX, DIIS error"),
        Property("scf_runs", "", "how many SCF were run, as far as this file tells"),
    ),
)
