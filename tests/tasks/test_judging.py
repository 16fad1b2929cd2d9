"""The judgement of an ended attempt: success needs complete output, files and a witness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystald.models import Attempt, StepReading, Verdict, VerdictKind
from crystald.names import JobId, Token
from crystald.states import AttemptState, Event
from crystald.store.results import EndedAttempt
from crystald.tasks.judging import ending, judge, with_log

ATTEMPT = Attempt(1, 1, 1, Token("0" * 20), AttemptState.ENDED, "a/01", "n", JobId("local", "1"))
GOOD = EndedAttempt(
    ATTEMPT, "MgO", "SP", "a", "", good=True, cancelled=False, exit_code=0, witness="end record"
)
OK = StepReading(Verdict(VerdictKind.OK), "crystal")
FAULT = StepReading(
    Verdict(VerdictKind.FAULT, "scf-not-converged", " == SCF ENDED - TOO MANY CYCLES", 7), "crystal"
)
TRUNCATED = StepReading(Verdict(VerdictKind.TRUNCATED), "crystal")


@pytest.mark.parametrize(
    ("ended", "reading", "event", "words"),
    [
        (GOOD, OK, Event.SUCCEEDED, "complete output"),
        (replace(GOOD, good=False, exit_code=1), OK, Event.FAULTED, "ended badly (exit code 1"),
        (GOOD, replace(OK, missing=("fort.9",)), Event.FAULTED, "fort.9 is missing"),
        (GOOD, FAULT, Event.FAULTED, "scf-not-converged: == SCF ENDED"),
        (GOOD, TRUNCATED, Event.FAULTED, "stops before its end"),
        (replace(GOOD, good=False, cancelled=True), TRUNCATED, Event.CANCELLED, "cancelled"),
        (replace(GOOD, good=False, cancelled=True), OK, Event.FAULTED, "ended badly"),
    ],
)
def test_judgement(ended: EndedAttempt, reading: StepReading, event: Event, words: str) -> None:
    judgement = judge(ended, reading)
    assert judgement.event is event
    assert words in judgement.reason


def test_a_complete_output_with_a_bad_end_proposes_to_accept() -> None:
    assert judge(replace(GOOD, good=False), OK).evidence["proposed"] == "accept"


def test_a_check_that_blocks_raises_a_question_and_counts_for_no_fuse() -> None:
    marks = ("suspect: 1 imaginary mode (-80.0 1/cm)",)
    reading = replace(OK, marks=marks, blocks=marks)
    judgement = judge(GOOD, reading)
    assert judgement.event is Event.FAULTED
    assert "a person has to look: suspect: 1 imaginary mode" in judgement.reason
    assert (judgement.evidence["proposed"], judgement.evidence["blocks"]) == ("accept", [*marks])
    quick = replace(GOOD, seconds=3.0)
    assert ending(quick, judgement).seconds is None
    assert judge(GOOD, replace(OK, marks=marks)).event is Event.SUCCEEDED


def test_the_evidence_names_the_printed_line() -> None:
    evidence = judge(GOOD, FAULT).evidence
    assert (evidence["line"], evidence["line_number"]) == (" == SCF ENDED - TOO MANY CYCLES", 7)


@pytest.mark.parametrize(
    ("log", "fault"),
    [
        ("slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT x DUE TO TIME LIMIT ***", "time-limit"),
        ("slurmstepd: error: Exceeded job memory limit", "memory"),
        ("Killed by signal: 9\nslurmstepd: error: job cancelled DUE TO TIME LIMIT", "time-limit"),
        ("cp: error writing 'x': No space left on device", "disk"),
    ],
)
def test_the_log_explains_an_output_that_stops(log: str, fault: str) -> None:
    reading = with_log(TRUNCATED, f"begun\n{log}\n")
    assert (reading.verdict.kind, reading.verdict.fault) == (VerdictKind.FAULT, fault)
    assert reading.verdict.line in log


def test_the_log_spoils_no_good_output_and_no_printed_fault() -> None:
    text = "slurmstepd: error: Exceeded job memory limit"
    assert with_log(OK, text) == OK
    assert with_log(FAULT, text) == FAULT
    assert with_log(TRUNCATED, "all is well") == TRUNCATED


@pytest.mark.parametrize(
    ("witness", "fault"),
    [
        ("scheduler: TIMEOUT", "time-limit"),
        ("end record: USR1, scheduler: FAILED", "time-limit"),
        ("end record: TERM, scheduler: PREEMPTED", "preempted"),
        ("end record: TERM, scheduler: OUT_OF_MEMORY", "memory"),
        ("scheduler: NODE_FAIL", "node-failure"),
        ("end record: TERM, scheduler: FAILED", None),
    ],
)
def test_the_scheduler_explains_an_output_that_stops(witness: str, fault: str | None) -> None:
    judgement = judge(replace(GOOD, good=False, witness=witness), TRUNCATED)
    assert judgement.event is Event.FAULTED
    assert judgement.evidence["fault"] == fault
    assert judgement.reason.startswith(fault or "the output stops")
    assert witness in judgement.reason
    assert judge(replace(GOOD, witness=witness), FAULT).evidence["fault"] == "scf-not-converged"


def test_who_was_preempted_burns_no_fuse() -> None:
    ended = replace(GOOD, good=False, witness="scheduler: PREEMPTED", seconds=3.0)
    assert ending(ended, judge(ended, TRUNCATED)).seconds is None
    ended = replace(ended, witness="scheduler: TIMEOUT")
    assert ending(ended, judge(ended, TRUNCATED)).seconds == 3.0
