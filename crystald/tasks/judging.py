"""Judge an ended attempt: the reading of its files (in a worker) and the pure judgement."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from crystald.crystal.output import faults
from crystald.crystal.output.verdict import JOB_LOG, explain
from crystald.errors import WorkspaceError
from crystald.models import EndRecord, StepReading, Verdict, VerdictKind
from crystald.names import StepName
from crystald.protocol import DENIED, END_RECORD
from crystald.states import Event
from crystald.steps.base import OpenFile
from crystald.steps.checks.table import Action
from crystald.steps.reading.left import DECK, Left
from crystald.steps.table import STEP_TYPES
from crystald.steps.verify import verify
from crystald.store.fuses import Ending
from crystald.store.results import EndedAttempt, Judgement
from crystald.workspace.claims import read_claim
from crystald.workspace.files import safe_join

LINE_MAX = 1 << 20
"""Most characters of a line; longer ones (binary rubbish) are read in pieces."""

DECK_SUFFIXES = (".d12", ".d3")

LOG_MAX = 1 << 16
"""How much of the end of a job's log is read, bytes."""

VAGUE = frozenset({"", *faults.VAGUE})
"""Faults that say how a program ended and not why."""

INTERRUPTIONS = {
    "USR1": "time-limit",
    "TIMEOUT": "time-limit",
    "DEADLINE": "time-limit",
    "OUT_OF_MEMORY": "memory",
    "PREEMPTED": "preempted",
    "NODE_FAIL": "node-failure",
    "BOOT_FAIL": "node-failure",
}
"""What a signal or a scheduler's word says of the end of a program that was stopped; what stands
first says more."""

_DENIED = f"scheduler: {DENIED}"
_VANISHED = "the scheduler does not know the job any more"

UNREADABLE = "unreadable"
"""The fault of an output that cannot be read; its line says why."""


def read_attempt(
    attempt: Path,
    output: Path,
    step: str,
    workspace: Path,
    parents: Mapping[str, Mapping[str, str]] | None = None,
    actions: Mapping[str, Action] | None = None,
) -> StepReading:
    """Read what an attempt left in its output directory, and check it; runs in a worker process.

    Parameters
    ----------
    attempt, output
        Its directory, and that of the start which held the claim.
    step
        The step's name.
    workspace
        The root below which everything lies.
    parents
        By need, the published files of that calculation by suffix, relative to the workspace.
    actions
        What checks do where it is not as in their table.

    Raises
    ------
    WorkspaceError
        The attempt's directory is not there now: nothing can be said of its files. Or a link leads
        out of the workspace.
    """
    if read_claim(attempt).kind in ("missing", "none"):
        return unreadable(f"{attempt} or its claim was taken away")

    log = _log_of(attempt, output)

    def open_file(name: str) -> Iterator[str] | None:
        if name == JOB_LOG:
            return iter(log.splitlines()) if log else None
        path = _deck_of(attempt) if name == DECK else output / name
        return None if path is None or path.is_symlink() else _lines_of(path)

    left = Left(open_file)
    reading = STEP_TYPES[StepName.parse(step).type].read(left)
    before = {need: _opener(files, workspace) for need, files in (parents or {}).items()}
    reading = verify(reading, left, before, actions)
    if read_claim(attempt).kind != "job":  # asked last, so that files were not missed meanwhile
        raise WorkspaceError(
            f"{attempt} cannot be read",
            "Check that the workspace is mounted; nothing is concluded meanwhile.",
        )
    return with_log(reading, log)


def _deck_of(attempt: Path) -> Path | None:
    """Find the deck of an attempt: the one file of that kind in its directory."""
    found = [path for path in attempt.iterdir() if path.suffix in DECK_SUFFIXES]
    return found[0] if len(found) == 1 else None


def _log_of(attempt: Path, output: Path) -> str:
    """Read the end of what the job's shell and its scheduler wrote; empty where there is nothing.

    Its name ends with the job's number (``slurm-123.log``), as that of the output directory
    begins with it (``123.0``).
    """
    number = output.name.partition(".")[0]
    for path in sorted(attempt.glob("*.log")):
        if path.stem.rpartition("-")[2] == number and path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - LOG_MAX))
                return file.read(LOG_MAX).decode("utf-8", "replace")
    return ""


def with_log(reading: StepReading, text: str) -> StepReading:
    """Let the job's log explain an output that stops without saying why.

    Its end is all that was read, so that the number of a line in it means nothing.
    """
    verdict = explain(reading.verdict, job_log=text.splitlines())
    if verdict.file == JOB_LOG:
        verdict = replace(verdict, line_number=None)
    return replace(reading, verdict=verdict)


def _opener(files: Mapping[str, str], workspace: Path) -> OpenFile:
    """Open the published files of a calculation by suffix; what has gone is not compared."""

    def open_file(suffix: str) -> Iterator[str] | None:
        return _lines_of(safe_join(workspace, files[suffix])) if suffix in files else None

    return open_file


def _lines_of(path: Path) -> Iterator[str] | None:
    return _lines(path) if path.is_file() else None


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from iter(partial(file.readline, LINE_MAX), "")


def unreadable(why: str) -> StepReading:
    """Give the reading of an output that cannot be read at all."""
    return StepReading(Verdict(VerdictKind.FAULT, UNREADABLE, why), "")


def as_told(ended: EndedAttempt, end: EndRecord | None) -> EndedAttempt:
    """Believe the end record of a script that came to its end more than a scheduler's word.

    Which of the two was heard first then decides nothing: a program that ended with 0 ended well
    although Slurm counts a job as OUT_OF_MEMORY for whatever was killed beside it.
    """
    attempt = ended.attempt
    if end is None or not end.complete or (end.token, end.job) != (attempt.token, attempt.job):
        return ended
    if end.restart < attempt.restart:
        return ended
    return replace(
        ended,
        good=end.exit_code == 0,
        exit_code=end.exit_code,
        witness=END_RECORD,
        node=end.host,
        seconds=end.seconds,
    )


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
    if reading.blocks:
        text = f"the output is complete, but a person has to look: {reading.blocks[0]}"
        return Judgement(Event.FAULTED, text, evidence | {"proposed": "accept"})
    return Judgement(Event.SUCCEEDED, "complete output, files and a good end", evidence)


def ending(ended: EndedAttempt, judgement: Judgement) -> Ending:
    """Tell what the fuses care about: what others did to a job says nothing about a run or a node."""
    fault = judgement.evidence.get("fault")
    alike = fault or f"{judgement.evidence.get('verdict')}"
    blocked = bool(judgement.evidence.get("blocks"))  # a material's own question
    telling = judgement.event is not Event.CANCELLED and fault != "preempted" and not blocked
    return Ending(
        ended.run_id,
        ended.attempt.calculation_id,
        ended.attempt.id,
        ended.node,
        ended.seconds if telling else None,
        f"{alike} (exit code {ended.exit_code})" if judgement.event is Event.FAULTED else "",
    )


def _fault_text(ended: EndedAttempt, reading: StepReading) -> str:
    verdict = reading.verdict
    cause = _cause(ended, reading)
    if cause and cause == verdict.fault:
        line = f": {verdict.line.strip()}" if verdict.line else ""
        return f"{cause}{line}"
    if cause:
        return f"{cause}: the output stops before its end ({_end_text(ended)})"
    if verdict.kind is VerdictKind.NOT_CRYSTAL:
        return f"the output is not CRYSTAL's ({_end_text(ended)})"
    return f"the output stops before its end ({_end_text(ended)})"


def _cause(ended: EndedAttempt, reading: StepReading) -> str:
    """Name the fault: as printed, unless that is vague and the scheduler (or a signal) says more."""
    printed = reading.verdict.fault or ""
    if printed not in VAGUE or reading.verdict.kind is VerdictKind.OK:
        return printed
    words = ended.witness.replace(",", " ").split()
    return next((cause for word, cause in INTERRUPTIONS.items() if word in words), printed)


def _end_text(ended: EndedAttempt) -> str:
    code = "exit code unknown" if ended.exit_code is None else f"exit code {ended.exit_code}"
    return f"{code}, {ended.witness.replace(_DENIED, _VANISHED)}"


def _evidence(ended: EndedAttempt, reading: StepReading) -> dict[str, object]:
    return {
        "verdict": reading.verdict.kind,
        "fault": _cause(ended, reading) or None,
        "line": reading.verdict.line,
        "line_number": reading.verdict.line_number,
        "file": reading.verdict.file,
        "exit_code": ended.exit_code,
        "witness": ended.witness,
        "missing": list(reading.missing),
        "blocks": list(reading.blocks),
    }
