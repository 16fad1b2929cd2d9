"""The verdict: of a run by its own words, and of all that its job left together.

The exit status of the programs proves nothing, and neither does the line of normal termination
alone: a run is good that came to its end, whose last SCF converged, and whose optimisation said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from crystald.crystal.output.faults import (
    ERROR,
    NO_ENERGY,
    OPT,
    PROGRAM_MISSING,
    RANK,
    SCF,
    SCF_IN_OPT,
    UNKNOWN,
    VAGUE,
    fault_of_ending,
    fault_of_error,
)
from crystald.crystal.output.values import Output
from crystald.models import Verdict, VerdictKind

ERROR_FILE: Final = "fort.87"
SCF_LOG: Final = "SCFOUT.LOG"
JOB_LOG: Final = "job log"


class Found(NamedTuple):
    """A class of faults, the line that shows it, where that line stands, and in which file."""

    fault: str
    line: str
    number: int
    file: str | None = None

    def verdict(self) -> Verdict:
        """Give the verdict that it makes."""
        return Verdict(VerdictKind.FAULT, self.fault, self.line, self.number, self.file)


def verdict_of_run(
    out: Output,
    fault: Found | None,
    endings: Mapping[str, Found],
    *,
    started: bool,
    finished: bool,
) -> Verdict:
    """Judge a run by its own output.

    Parameters
    ----------
    out
        What was read.
    fault
        The first line ``ERROR ****``.
    endings
        The first line of each class that a run-time system printed.
    started, finished
        Whether the run's begin was printed; whether the file is known to grow no more.
    """
    if fault:
        return fault.verdict()
    if not started and out.program is None and not out.terminated:
        return _of_scf_log(out) if out.scf_cycles is not None else Verdict(VerdictKind.NOT_CRYSTAL)
    if out.opt_converged is False:
        return _told(out, OPT, "opt_end")
    if out.scf_converged is False and not out.properties_run:
        return _told(out, SCF, "scf_end")
    if not out.terminated:
        if found := _worst(endings):
            return found.verdict()
        return Verdict(VerdictKind.TRUNCATED if finished else VerdictKind.RUNNING)
    if out.opt_points is not None and out.opt_converged is None:
        return Verdict(VerdictKind.FAULT, OPT, None, out.lines.get("terminated"))
    if "energy_lost" in out.lines and not out.properties_run:
        return _told(out, NO_ENERGY, "energy_lost")
    return Verdict(VerdictKind.OK)


def _of_scf_log(out: Output) -> Verdict:
    """Judge an ``SCFOUT.LOG``, which has neither head nor end: it is never called truncated."""
    if out.scf_converged is False:
        return _told(out, SCF, "scf_end")
    return Verdict(VerdictKind.OK if out.scf_converged else VerdictKind.RUNNING)


def _told(out: Output, fault: str, where: str) -> Verdict:
    return Verdict(VerdictKind.FAULT, fault, out.texts.get(where), out.lines.get(where))


def _worst(endings: Mapping[str, Found]) -> Found | None:
    told = [found for found in endings.values() if found.fault != PROGRAM_MISSING]
    return min(told, key=lambda found: RANK[found.fault], default=None)


def explain(
    verdict: Verdict,
    *,
    error_file: Iterable[str] | None = None,
    scf_log: Iterable[str] | None = None,
    job_log: Iterable[str] | None = None,
) -> Verdict:
    """Let what else a job left explain an output that stops without saying why.

    A good output, and one that names its fault, stand as they are. Otherwise, what says most comes
    first: an error of the program in ``fort.87``, ``SCFOUT.LOG`` or the job's log; a limit of time,
    memory or disk in the log (time before all others: a job that is ended for it prints others
    too); an SCF in ``SCFOUT.LOG`` that did not converge; any other word of a run-time system.

    Parameters
    ----------
    verdict
        Of the output.
    error_file, scf_log, job_log
        The lines of ``fort.87`` (not one that is older than the run: the caller sees to that), of
        ``SCFOUT.LOG``, and of what the scheduler and the job's shell wrote; None where absent.
    """
    if verdict.kind is VerdictKind.OK or (verdict.fault or "killed") not in {*VAGUE, UNKNOWN}:
        return verdict
    errors, log_endings = _errors_and_endings(job_log, JOB_LOG)
    scf_errors, unconverged = _scf_log(scf_log)
    errors = [*_error_file(error_file), *scf_errors, *errors]
    errors.sort(key=lambda found: found.fault == UNKNOWN)
    if errors and not (errors[0].fault == verdict.fault == UNKNOWN):
        return errors[0].verdict()
    if verdict.fault == UNKNOWN:
        return verdict
    return _ended(verdict, log_endings, unconverged)


def _ended(verdict: Verdict, endings: dict[str, Found], unconverged: Found | None) -> Verdict:
    missing = endings.pop(PROGRAM_MISSING, None)
    worst = _worst(endings)
    if worst and worst.fault not in VAGUE:
        return worst.verdict()
    if unconverged:
        return unconverged.verdict()
    if worst and (verdict.fault is None or RANK[worst.fault] < RANK[verdict.fault]):
        return worst.verdict()
    if missing and verdict.kind is VerdictKind.NOT_CRYSTAL:
        return missing.verdict()
    return verdict


def _error_file(lines: Iterable[str] | None) -> list[Found]:
    """Read ``fort.87``: one line, with the usual form or with the bare text."""
    found = []
    for number, line in enumerate(lines or (), 1):
        fault = fault_of_error(line)
        if ERROR.search(line) or fault != UNKNOWN:
            found.append(Found(fault, line.rstrip("\r\n"), number, ERROR_FILE))
    return found[:1]


def _errors_and_endings(
    lines: Iterable[str] | None, file: str
) -> tuple[list[Found], dict[str, Found]]:
    errors: list[Found] = []
    endings: dict[str, Found] = {}
    for number, line in enumerate(lines or (), 1):
        if not errors and "ERROR ****" in line and ERROR.search(line):
            errors.append(Found(fault_of_error(line), line.rstrip("\r\n"), number, file))
        elif fault := fault_of_ending(line):
            endings.setdefault(fault, Found(fault, line.rstrip("\r\n"), number, file))
    return errors, endings


_CYCLE: Final = re.compile(r"\s*CYC\s")


def _scf_log(lines: Iterable[str] | None) -> tuple[list[Found], Found | None]:
    """Read the errors of an ``SCFOUT.LOG``, and its last SCF where that did not converge."""
    errors: list[Found] = []
    last: Found | None = None
    for number, line in enumerate(lines or (), 1):
        if "== SCF ENDED" in line:
            bad = "TOO MANY CYCLES" in line
            last = Found(SCF_IN_OPT, line.rstrip("\r\n"), number, SCF_LOG) if bad else None
        elif last and _CYCLE.match(line):
            last = None  # another SCF was begun
        elif not errors and "ERROR ****" in line and ERROR.search(line):
            errors.append(Found(fault_of_error(line), line.rstrip("\r\n"), number, SCF_LOG))
    return errors, last
