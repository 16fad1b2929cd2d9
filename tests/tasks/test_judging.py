"""The judgement of an ended attempt: success needs complete output, files and a witness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystald.models import Attempt, StepReading, Verdict, VerdictKind
from crystald.names import JobId, Token
from crystald.states import AttemptState, Event
from crystald.store.results import EndedAttempt
from crystald.tasks.judging import judge

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


def test_the_evidence_names_the_printed_line() -> None:
    evidence = judge(GOOD, FAULT).evidence
    assert (evidence["line"], evidence["line_number"]) == (" == SCF ENDED - TOO MANY CYCLES", 7)
