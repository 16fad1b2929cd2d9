"""Reading what the programs print: one pass, one small reader per block.

:func:`read_output` never raises, whatever the text: growing, finished, truncated, killed, garbage.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from crystald.crystal.output import geometry, run, scf, shells
from crystald.crystal.output.faults import (
    ERROR,
    NO_ENERGY,
    OPT,
    SCF,
    fault_of_ending,
    fault_of_error,
)
from crystald.crystal.output.stream import Lines, Reader
from crystald.crystal.output.values import (
    Gap,
    Output,
    Parameters,
    PrintedAtom,
    PrintedGeometry,
    Shell,
)
from crystald.models import Verdict, VerdictKind

__all__ = [
    "Gap",
    "Output",
    "Parameters",
    "PrintedAtom",
    "PrintedGeometry",
    "Shell",
    "read_output",
    "read_runs",
]

START = " EEEEEEEEEE STARTING"


class _Run:
    """One program run while it is read."""

    def __init__(self, before: Output | None = None) -> None:
        self.out = Output()
        self.started = False
        self.fault: tuple[str, str, int] | None = None
        self.ending: tuple[str, str, int] | None = None
        if before is not None:
            self.out.program, self.out.version = before.program, before.version
        channels = scf.Channels()
        self.readers: dict[str, tuple[Reader, ...]] = {}
        for table in (
            geometry.READERS,
            run.READERS,
            shells.READERS,
            scf.READERS,
            channels.readers(),
        ):
            for word, readers in table.items():
                self.readers[word] = (*self.readers.get(word, ()), *readers)

    def feed(self, line: str, lines: Lines) -> None:
        """Read a line, and the block that it begins."""
        word = line.split(None, 1)[0]
        if readers := self.readers.get(word):
            before = lines.number
            for reader in readers:
                if lines.number == before:  # the first that took the block has read it
                    # Noise inside a block (stars for numbers, text of other processes) leaves
                    # the block unread; what else the file tells still stands.
                    with suppress(ValueError, OverflowError, ZeroDivisionError):
                        reader(line, lines, self.out)
        if "ERROR ****" in line and self.fault is None and ERROR.search(line):
            self.fault = (fault_of_error(line), line.rstrip("\n"), lines.number)
        elif word[:1] in _ENDING_STARTS and (fault := fault_of_ending(line)):
            self.ending = self.ending or (fault, line.rstrip("\n"), lines.number)

    def finish(self, *, finished: bool) -> Output:
        """Settle what only the whole run tells."""
        scf.settle(self.out)
        shells.settle(self.out)
        _settle_kind(self.out)
        self.out.verdict = self._verdict(finished=finished)
        return self.out

    def _verdict(self, *, finished: bool) -> Verdict:
        out = self.out
        if not self.started and out.program is None:
            if self.fault:
                return Verdict(VerdictKind.FAULT, *self.fault)
            return Verdict(VerdictKind.NOT_CRYSTAL)
        if self.fault:
            return Verdict(VerdictKind.FAULT, *self.fault)
        if out.opt_converged is False:
            return self._told(OPT, "opt_end")
        if out.scf_converged is False and not out.properties_run:
            return self._told(SCF, "scf_end")
        if not out.terminated:
            if self.ending:
                return Verdict(VerdictKind.FAULT, *self.ending)
            return Verdict(VerdictKind.TRUNCATED if finished else VerdictKind.RUNNING)
        return self._ended_verdict()

    def _ended_verdict(self) -> Verdict:
        """Judge a run that came to its end without any word of a fault."""
        out = self.out
        if out.kind == "OPT" and out.opt_converged is None:
            return Verdict(VerdictKind.FAULT, OPT, None, out.lines.get("terminated"))
        if "energy_lost" in out.lines and not out.properties_run:
            return self._told(NO_ENERGY, "energy_lost")
        return Verdict(VerdictKind.OK)

    def _told(self, fault: str, where: str) -> Verdict:
        out = self.out
        return Verdict(VerdictKind.FAULT, fault, out.texts.get(where), out.lines.get(where))


_ENDING_STARTS = frozenset("=AaBbCcDdEeFfIiKkMmNnOoPpRrSsTtUuWw[l")


def _settle_kind(out: Output) -> None:
    if out.properties_run and out.kind in (None, "SP"):
        out.kind = "PROPERTIES"
    if out.kind is None and out.energy_ha is not None:
        out.kind = "SP"


def read_runs(lines: Iterable[str], *, finished: bool = True) -> list[Output]:
    """Read every program run of a file, in order.

    Parameters
    ----------
    lines
        Of the file, with or without their line ends.
    finished
        Whether the file is known to grow no more: a missing end then means truncated.
    """
    stream = Lines(lines)
    runs: list[Output] = []
    current = _Run()
    for line in stream:
        if not line or line.isspace():
            continue
        if line.startswith(START):
            if current.started:
                runs.append(current.finish(finished=True))
                current = _Run(current.out)
            current.started = True
        current.feed(line, stream)
    runs.append(current.finish(finished=finished))
    return runs


def read_output(lines: Iterable[str], *, finished: bool = True) -> Output:
    """Read an output; of several runs, the crystal run (a later properties run spoils nothing).

    Parameters
    ----------
    lines
        Of the file, with or without their line ends.
    finished
        Whether the file is known to grow no more: a missing end then means truncated.
    """
    runs = read_runs(lines, finished=finished)
    crystal = [out for out in runs if not out.properties_run]
    return crystal[-1] if crystal and crystal[-1].program else runs[-1]
