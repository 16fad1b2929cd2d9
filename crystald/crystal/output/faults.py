"""The fault classes: one literal table from printed texts to classes; order is precedence.

Texts of CRYSTAL come from real outputs and from the program's manual; a class is what a person
(or a rule) answers to, so texts that call for the same answer share one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

ERROR: Final = re.compile(r"ERROR \*{4} *(\S+) *\*{4} *(.*)")
"""`` ERROR **** ROUTINE **** TEXT``: how the programs abort."""


@dataclass(frozen=True)
class Fault:
    """A class of faults and the texts that show it (matched without case)."""

    name: str
    texts: tuple[str, ...]


_Texts = tuple[tuple[str, str], ...]


def _flat(faults: tuple[Fault, ...]) -> _Texts:
    return tuple((text, fault.name) for fault in faults for text in fault.texts)


FAULTS: Final = (
    Fault("scf-in-optimisation", ("scf failed - optgeom stop",)),
    Fault("opt-not-converged", ("geometry optimization failed",)),
    Fault("opt-flat", ("pxk too small",)),
    Fault("linear-dependence", ("basis set linearly dependent", "basis set linear dependence")),
    Fault("fermi-energy", ("fermi energy not in interval",)),
    Fault("atoms-too-close", ("use keyword smalldist", "neighb ****", "atoms too close")),
    Fault("not-neutral", ("unit cell not neutral",)),
    Fault("no-basis", ("basis set is not implemented for requested element",)),
    Fault("deck-end", ("end of data in input deck",)),
    Fault("deck-format", ("format error in",)),
    Fault("tolerances", ("inconsistent itol size",)),
    Fault("guess-missing", ("fort.20 can not be found",)),
    Fault("wavefunction-missing", ("wavefunction file can not be found",)),
    Fault("geometry-missing", ("geometry data file not found",)),
    Fault("shrink", ("shrinking factor", "shrink factor", "shrink breaks symmetry")),
    Fault("supercell", ("with scelphono", "supercell is of zero volume", "supercell option not")),
    Fault("two-component", ("compatible with 2-comp scf",)),
    Fault("g-vectors", ("all g-vectors used",)),
    Fault("ilasize", ("ilasize", "ila dimension exceeded")),
    Fault("neighbour-list", ("neighbor list too big",)),
    Fault("hessian-model", ("parameters for model hessian not defined",)),
    Fault("spin-in-closed-shell", ("closed shell run-spin polarization not allowed",)),
    Fault("occupation", ("chemod ****",)),
    Fault("madelung", ("reciprocal",)),
    Fault("memory", ("allocation", "insufficient memory", "out of memory")),
    Fault("deck-keyword", ("not allowed",)),
)
"""Texts behind ``ERROR ****``; what is listed first is meant first."""

ENDINGS: Final = (
    Fault(
        "time-limit",
        (
            *("due to time limit", "time limit exceeded", "job killed: walltime"),
            *("exceeded walltime", "exceeded its walltime", "exceeded time limit"),
        ),
    ),
    Fault("preempted", ("due to preemption",)),
    Fault("node-failure", ("due to node failure",)),
    Fault(
        "memory",
        (
            *("oom-kill", "oom_kill", "out of memory", "out-of-memory", "killed by signal: 9"),
            *("exceeded job memory limit", "exceeded memory limit", "insufficient memory"),
            *("insufficient virtual memory", "cannot allocate memory", "memory allocation"),
        ),
    ),
    Fault(
        "disk",
        (
            *("no space left on device", "disk quota exceeded", "error during write"),
            *("disk full", "file too large", "i/o error", "input/output error"),
        ),
    ),
    Fault("not-stationary", ("at central point is greater than",)),
    Fault(
        "crash",
        (
            *("sigsegv", "segmentation fault", "floating point exception", "sigfpe"),
            *("bus error", "sigbus", "illegal instruction", "stack trace terminated abnormally"),
            *("forrtl: severe", "fortran runtime error", "crystal stops", "fortran stop"),
            "bad termination of",
        ),
    ),
    Fault("cancelled", (" cancelled at ",)),
    Fault("killed", ("process killed (sigterm)", "killed by signal", "signal sigterm")),
    Fault(
        "mpi-abort",
        (
            *("mpi_abort", "mpi abort", "collective abort of all ranks", "abort(1) on node"),
            *("has exited due to process rank", "srun: error:", "slurmstepd: error: ***"),
        ),
    ),
    Fault(
        "program-missing",
        (
            *("command not found", "cannot execute", "error while loading shared libraries"),
            *("could not find an executable", "execve():"),
        ),
    ),
)
"""Texts of the run-time system and the scheduler; they count only without normal termination, and
what is listed first is meant first."""

RANK: Final = {fault.name: rank for rank, fault in enumerate(ENDINGS)}

_ERROR_TEXTS: Final = _flat(FAULTS)
_ENDING_TEXTS: Final = _flat(ENDINGS)

SCF: Final = "scf-not-converged"
SCF_IN_OPT: Final = "scf-in-optimisation"
OPT: Final = "opt-not-converged"
NO_ENERGY: Final = "no-energy"
"""The last energy that was printed is no number."""
UNKNOWN: Final = "unknown-error"
PROGRAM_MISSING: Final = "program-missing"
"""Only where the program printed nothing: shells say so of much that is not needed."""

REPEATED_MAX: Final = 300
"""Characters of a line that is remembered."""

VAGUE: Final = frozenset({"crash", "cancelled", "killed", "mpi-abort"})
"""Classes that say how a program ended and not why."""

LOUD: Final = frozenset({"Note:", "END", "NODE", "SHRINK", "DFT"})
"""First words of frequent lines that begin in the first column and end no run."""

CLASSES: Final = tuple(
    dict.fromkeys([fault.name for fault in (*FAULTS, *ENDINGS)] + [SCF, NO_ENERGY, UNKNOWN])
)
"""All names of classes that a reading gives."""


def fault_of_error(text: str) -> str:
    """Name the class of an ``ERROR ****`` line.

    Examples
    --------
    >>> fault_of_error(" ERROR **** NEIGHB **** USE KEYWORD SMALLDIST TO RUN ANYWAY")
    'atoms-too-close'
    """
    return _first(_ERROR_TEXTS, text) or UNKNOWN


def fault_of_ending(text: str) -> str | None:
    """Name the class of a line of the run-time system; None for any other line."""
    return _ending(text) if len(text) <= REPEATED_MAX else _first(_ENDING_TEXTS, text)


@lru_cache(maxsize=256)
def _ending(text: str) -> str | None:
    """Name the class of a short line: every rank says the same."""
    return _first(_ENDING_TEXTS, text)


def _first(texts: _Texts, text: str) -> str | None:
    small = text.lower()
    for part, name in texts:  # asked for thousands of lines: a plain loop is the quickest
        if part in small:
            return name
    return None
