"""Faults: lines of errors and of endings."""

from __future__ import annotations

from typing import Any

import pytest
from output.printed import read

from crystald.crystal.output.faults import fault_of_ending, fault_of_error
from crystald.models import VerdictKind


def test_too_many_cycles_is_a_fault_in_spite_of_the_end(texts: Any) -> None:
    out = read(texts.run.replace("CONVERGENCE ON ENERGY     ", "TOO MANY CYCLES           "))
    assert out.terminated
    assert out.verdict.fault == "scf-not-converged"
    assert out.verdict.line is not None
    assert "TOO MANY CYCLES" in out.verdict.line


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (" ERROR **** NEIGHB **** USE KEYWORD SMALLDIST TO RUN ANYWAY", "atoms-too-close"),
        (" ERROR **** LoadBa **** BASIS SET IS NOT IMPLEMENTED FOR REQUESTED ELEMENT", "no-basis"),
        (" ERROR **** BFGS_ **** PXK TOO SMALL", "opt-flat"),
        (" ERROR **** OPTGEOM **** SCF FAILED - OPTGEOM STOP", "scf-in-optimisation"),
        (" ERROR **** INPFREQ **** FORMAT ERROR IN FREQCALC INPUT DECK", "deck-format"),
        (" ERROR **** PHONON **** MAKE SUPERCELL WITH SCELPHONO", "supercell"),
        (" ERROR **** SUPCEL **** SUPERCELL OPTION NOT ALLOWED FOR MOLECULES", "supercell"),
        (" ERROR **** SUPCEL **** THE SUPERCELL IS OF ZERO VOLUME", "supercell"),
        (" ERROR **** DIIS **** DIIS NOT COMPATIBLE WITH 2-COMP SCF", "two-component"),
        (" ERROR **** CAPPA **** SHRINK BREAKS SYMMETRY", "shrink"),
        (" ERROR **** NOBODY **** KNOWS THIS", "unknown-error"),
    ],
)  # fmt: skip
def test_errors_have_a_class(texts: Any, text: str, fault: str) -> None:
    assert fault_of_error(text) == fault
    verdict = read(texts.head + text + "\n").verdict
    assert (verdict.kind, verdict.fault, verdict.line_number) == (VerdictKind.FAULT, fault, 8)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("slurmstepd: error: *** JOB 1 ON n1 CANCELLED AT … DUE TO TIME LIMIT ***", "time-limit"),
        ("slurmstepd: error: Detected 1 oom-kill event(s) in step 1.0", "memory"),
        ("forrtl: error (78): process killed (SIGTERM)", "killed"),
        ("forrtl: severe (38): error during write, unit 9", "disk"),
        ("forrtl: severe (174): SIGSEGV, segmentation fault occurred", "crash"),
        ("=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES", "crash"),
    ],
)
def test_endings_count_without_a_normal_end(texts: Any, text: str, fault: str) -> None:
    assert fault_of_ending(text) == fault
    assert read(texts.head + texts.scf + text + "\n").verdict.fault == fault
    assert read(texts.head + text + "\n" + texts.scf + texts.tail).verdict.kind is VerdictKind.OK


@pytest.mark.parametrize("text", ["ORTE_ERROR_LOG: something", " ERROR.pe1", "Error: no module x"])
def test_harmless_words_are_no_faults(texts: Any, text: str) -> None:
    assert read(text + "\n" + texts.run).verdict.kind is VerdictKind.OK
