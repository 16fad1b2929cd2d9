"""The verdict of all that a job left: output, fort.87, SCFOUT.LOG and the log of its scheduler."""

from __future__ import annotations

from typing import Any

import pytest

from crystald.crystal.output import read_output
from crystald.crystal.output.faults import CLASSES, ENDINGS, FAULTS, fault_of_ending, fault_of_error
from crystald.crystal.output.verdict import ERROR_FILE, JOB_LOG, SCF_LOG, explain
from crystald.models import Verdict, VerdictKind

OK = Verdict(VerdictKind.OK)
CUT = Verdict(VerdictKind.TRUNCATED)
EMPTY = Verdict(VerdictKind.NOT_CRYSTAL)
ABORTED = Verdict(VerdictKind.FAULT, "mpi-abort", "application called MPI_Abort(…)", 9)
UNCONVERGED = Verdict(VerdictKind.FAULT, "scf-not-converged", " == SCF ENDED - TOO MANY CYCLES", 8)
UNKNOWN = Verdict(VerdictKind.FAULT, "unknown-error", " ERROR **** A **** B", 7)

FLAT = " ERROR **** BFGS_ **** PXK TOO SMALL"
LIMIT = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2030-01-01T00:00:00 DUE TO TIME LIMIT ***"
PLAIN = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2030-01-01T00:00:00 ***"
OOM = "slurmstepd: error: Detected 1 oom_kill event in StepId=7.batch."
KILLED = "=   KILLED BY SIGNAL: 9 (Killed)"
TOO_MANY = " == SCF ENDED - TOO MANY CYCLES            E(AU) -3.1E+03 CYCLES  10"
CONVERGED = " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -3.1E+03 CYCLES   8"
CYCLE = " CYC   0 ETOT(AU) -3.128282168530E+03 DETOT -1.96E-06"


@pytest.mark.parametrize("verdict", [OK, UNCONVERGED])
def test_what_the_output_says_clearly_stands(verdict: Verdict) -> None:
    assert explain(verdict, error_file=[FLAT], scf_log=[TOO_MANY], job_log=[LIMIT, OOM]) == verdict


@pytest.mark.parametrize("verdict", [CUT, EMPTY, ABORTED, UNKNOWN])
def test_fort_87_has_the_text_of_an_abort(verdict: Verdict) -> None:
    told = explain(verdict, error_file=["", FLAT], job_log=[OOM])
    assert told == Verdict(VerdictKind.FAULT, "opt-flat", FLAT, 2, ERROR_FILE)


def test_fort_87_may_hold_the_bare_text() -> None:
    assert explain(CUT, error_file=["PXK TOO SMALL\n"]).fault == "opt-flat"
    assert explain(CUT, error_file=["nothing of note"]) == CUT


@pytest.mark.parametrize(
    ("log", "fault"),
    [
        ([OOM, PLAIN, LIMIT], "time-limit"),
        ([KILLED, LIMIT], "time-limit"),
        ([PLAIN, OOM], "memory"),
        ([PLAIN.replace("***", "", 1) + " DUE TO PREEMPTION"], "preempted"),
        ([PLAIN.replace(" ***", " DUE TO NODE FAILURE ***", 2)], "node-failure"),
        ([PLAIN], "cancelled"),
        (["srun: error: n1: tasks 0-3: Killed"], "mpi-abort"),
        (["cp: error writing 'x': No space left on device", PLAIN], "disk"),
        (["forrtl: severe (174): SIGSEGV, segmentation fault occurred", PLAIN], "crash"),
    ],
)
def test_the_log_of_the_scheduler(log: list[str], fault: str) -> None:
    for order in (log, log[::-1]):
        told = explain(CUT, job_log=["begun", *order])
        assert (told.kind, told.fault, told.file) == (VerdictKind.FAULT, fault, JOB_LOG)
        assert told.line in log


def test_a_vague_word_of_the_log_does_not_replace_one_of_the_output() -> None:
    crash = Verdict(VerdictKind.FAULT, "crash", "forrtl: severe", 5)
    assert explain(crash, job_log=[PLAIN, "srun: error: n1: task 0: Exited"]) == crash
    assert explain(ABORTED, job_log=["segmentation fault"]).fault == "crash"


def test_an_error_of_the_program_may_stand_in_the_log() -> None:
    told = explain(ABORTED, job_log=["x", " ERROR **** CHOLSK **** BASIS SET LINEARLY DEPENDENT"])
    assert (told.fault, told.line_number, told.file) == ("linear-dependence", 2, JOB_LOG)
    assert explain(UNKNOWN, job_log=[LIMIT]) == UNKNOWN


def test_a_failed_scf_of_an_optimisation_stands_in_its_own_log() -> None:
    told = explain(ABORTED, scf_log=[CYCLE, CONVERGED, CYCLE, TOO_MANY])
    assert (told.fault, told.line_number, told.file) == ("scf-in-optimisation", 4, SCF_LOG)
    cancelled = " GRADIENT CALCULATION CANCELLED"
    for log in ([TOO_MANY, CYCLE], [CONVERGED, cancelled], [TOO_MANY, CYCLE, CONVERGED]):
        assert explain(CUT, scf_log=log) == CUT
    assert explain(CUT, scf_log=[TOO_MANY], job_log=[LIMIT]).fault == "time-limit"
    assert explain(CUT, scf_log=[TOO_MANY], job_log=[PLAIN]).fault == "scf-in-optimisation"


def test_a_missing_program_counts_only_where_nothing_ran() -> None:
    log = ["job.sh: line 9: Pcrystal: command not found"]
    assert explain(EMPTY, job_log=log).fault == "program-missing"
    assert explain(CUT, job_log=log) == CUT


def test_silence_explains_nothing() -> None:
    for verdict in (CUT, EMPTY, ABORTED, UNKNOWN):
        assert explain(verdict) == verdict
        assert explain(verdict, error_file=[], scf_log=[], job_log=["all is well"]) == verdict


def test_the_log_of_scfs_has_neither_head_nor_end(texts: Any) -> None:
    assert read_output(texts.scf.splitlines()).verdict.kind is VerdictKind.OK
    failed = texts.scf.replace("CONVERGENCE ON ENERGY     ", "TOO MANY CYCLES           ")
    assert read_output(failed.splitlines()).verdict.fault == "scf-not-converged"
    begun = read_output([*texts.scf.splitlines(), CYCLE])
    assert begun.verdict.kind is VerdictKind.RUNNING


def test_every_text_of_the_table_is_found_and_none_hides_another() -> None:
    for fault in FAULTS:
        for text in fault.texts:
            assert fault_of_error(f" ERROR **** {text.upper()}") == fault.name
    for fault in ENDINGS:
        for text in fault.texts:
            assert fault_of_ending(f"x {text.upper()} x") == fault.name, text
    assert len(set(CLASSES)) == len(CLASSES)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("READM2 **** KEYWORD            NOT ALLOWED", "deck-keyword"),
        ("X **** CLOSED SHELL RUN-SPIN POLARIZATION NOT ALLOWED", "spin-in-closed-shell"),
        ("INPUT ****  END OF DATA IN INPUT DECK", "deck-end"),
        ("RHOLSK **** BASIS SET LINEARLY DEPENDENT", "linear-dependence"),
        ("ZERO **** FERMI ENERGY NOT IN INTERVAL", "fermi-energy"),
        ("LoadBa **** UNIT CELL NOT NEUTRAL", "not-neutral"),
        ("CHEMOD **** WRONG NUMBER OF SHELLS", "occupation"),
        ("WBECKE_F **** WBECKE_F NEIGHBOR LIST TOO BIG", "neighbour-list"),
        ("MADEL2 **** RECIPROCAL SUM", "madelung"),
        ("init_properties_io **** Wavefunction file can not be found", "wavefunction-missing"),
        ("init_def2msvp **** Basis set is not implemented for requested element: 87", "no-basis"),
        ("SHRINK **** ANISOTROPIC SHRINKING FACTOR", "shrink"),
        ("CAPPA **** SHRINK BREAKS SYMMETRY", "shrink"),
        ("f90main **** GEOMETRY OPTIMIZATION FAILED", "opt-not-converged"),
    ],
)
def test_errors_as_printed(text: str, fault: str) -> None:
    assert fault_of_error(f" ERROR **** {text}") == fault


def test_harmless_lines_of_a_program_are_no_endings() -> None:
    for line in (
        " GRADIENT CALCULATION CANCELLED",
        "Note: The following floating-point exceptions are signalling: IEEE_UNDERFLOW_FLAG",
        " WARNING **** EXCBUF **** EXCH. BIPO BUFFER TOO SMALL - TO AVOID I/O SET EXCHSIZE = 9",
        " ERROR.pe1",
        "walltime limit: 24:00:00",
    ):
        assert fault_of_ending(line) is None, line
