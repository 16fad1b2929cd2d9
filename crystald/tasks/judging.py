"""Judge an ended attempt: the reading of its files (in a worker) and the pure judgement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crystald.errors import WorkspaceError
from crystald.models import StepReading, Verdict, VerdictKind
from crystald.names import StepName
from crystald.states import Event
from crystald.steps.table import STEP_TYPES
from crystald.store.fuses import Ending
from crystald.store.results import EndedAttempt, Judgement
from crystald.workspace.claims import read_claim

LINE_MAX = 1 << 20
"""Most characters of a line; longer ones (binary rubbish) are read in pieces."""

UNREADABLE = "unreadable"
"""The fault of an output that cannot be read; its line says why."""


def read_attempt(attempt: Path, output: Path, step: str) -> StepReading:
    """Read what an attempt left in its output directory; runs in a worker process.

    Raises
    ------
    WorkspaceError
        The attempt's directory is not there now: nothing can be said of its files.
    """
    if read_claim(attempt).kind in ("missing", "none"):
        return unreadable(f"{attempt} or its claim was taken away")

    def open_file(name: str) -> Iterator[str] | None:
        path = output / name
        if not path.is_file() or path.is_symlink():
            return None
        return _lines(path)

    reading = STEP_TYPES[StepName.parse(step).type].read(open_file)
    if read_claim(attempt).kind != "job":  # asked last, so that files were not missed meanwhile
        raise WorkspaceError(
            f"{attempt} cannot be read",
            "Check that the workspace is mounted; nothing is concluded meanwhile.",
        )
    return reading


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from iter(lambda: file.readline(LINE_MAX), "")


def unreadable(why: str) -> StepReading:
    """Give the reading of an output that cannot be read at all."""
    return StepReading(Verdict(VerdictKind.FAULT, UNREADABLE, why), "")


def judge(ended: EndedAttempt, reading: StepReading) -> Judgement:
    """Decide what an ended attempt means: success needs complete output, files and a witness.

    Parameters
    ----------
    ended
        What the protocol knows of its end.
    reading
        What its files say.
    """
    evidence = _evidence(ended, reading)
    if ended.cancelled and reading.verdict.kind is not VerdictKind.OK:
        return Judgement(Event.CANCELLED, "its job was cancelled", evidence)
    if reading.verdict.kind is not VerdictKind.OK:
        return Judgement(Event.FAULTED, _fault_text(ended, reading), evidence)
    if reading.missing:
        missing = ", ".join(reading.missing)
        return Judgement(
            Event.FAULTED, f"the output is complete, but {missing} is missing", evidence
        )
    if not ended.good:
        text = f"the output is complete, but the job ended badly ({_end_text(ended)})"
        return Judgement(Event.FAULTED, text, evidence | {"proposed": "accept"})
    return Judgement(Event.SUCCEEDED, "complete output, files and a good end", evidence)


def ending(ended: EndedAttempt, judgement: Judgement) -> Ending:
    """Tell what the fuses care about; a person's cancelling says nothing about a run or a node."""
    alike = judgement.evidence.get("fault") or f"{judgement.evidence.get('verdict')}"
    return Ending(
        ended.run_id,
        ended.attempt.calculation_id,
        ended.attempt.id,
        ended.node,
        None if judgement.event is Event.CANCELLED else ended.seconds,
        f"{alike} (exit code {ended.exit_code})" if judgement.event is Event.FAULTED else "",
    )


def _fault_text(ended: EndedAttempt, reading: StepReading) -> str:
    verdict = reading.verdict
    if verdict.fault:
        line = f": {verdict.line.strip()}" if verdict.line else ""
        return f"{verdict.fault}{line}"
    if verdict.kind is VerdictKind.NOT_CRYSTAL:
        return f"the output is not CRYSTAL's ({_end_text(ended)})"
    return f"the output stops before its end ({_end_text(ended)})"


def _end_text(ended: EndedAttempt) -> str:
    code = "exit code unknown" if ended.exit_code is None else f"exit code {ended.exit_code}"
    return f"{code}, {ended.witness}"


def _evidence(ended: EndedAttempt, reading: StepReading) -> dict[str, object]:
    return {
        "verdict": reading.verdict.kind,
        "fault": reading.verdict.fault,
        "line": reading.verdict.line,
        "line_number": reading.verdict.line_number,
        "exit_code": ended.exit_code,
        "witness": ended.witness,
        "missing": list(reading.missing),
    }
