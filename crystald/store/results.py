"""Results: what an attempt left, recorded together with the judgement."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crystald.models import Attempt, PropertyValue, StepReading
from crystald.protocol import END_RECORD
from crystald.states import Event, State
from crystald.store import answers, attempts, calculations
from crystald.store.database import Transaction
from crystald.store.decisions import raise_decision
from crystald.store.runs import add_structure


@dataclass(frozen=True)
class EndedAttempt:
    """An attempt to be judged, with what the protocol knows of its end."""

    attempt: Attempt
    material: str
    step: str
    calculation_directory: str
    plan: str
    good: bool
    cancelled: bool
    exit_code: int | None
    witness: str
    run_id: str = ""
    node: str = ""
    seconds: float | None = None

    @property
    def by_record(self) -> bool:
        """Whether the job's own end record told of its end."""
        return self.witness.startswith(END_RECORD)


@dataclass(frozen=True)
class KeptFile:
    """A published file: suffix, path relative to the workspace, size and hash."""

    suffix: str
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Judgement:
    """What the collector decided about an attempt.

    Attributes
    ----------
    event
        For the calculation: succeeded, faulted or cancelled.
    reason
        In plain words.
    evidence
        What a person needs to decide (faulted only).
    """

    event: Event
    reason: str
    evidence: Mapping[str, object]


_ENDED = (
    "SELECT a.*, c.run_id, c.material_id, c.step, c.directory AS home, r.plan FROM attempts a"
    " JOIN calculations c ON c.id = a.calculation_id JOIN runs r ON r.id = c.run_id"
    " WHERE a.id = ?"
)


def ended_attempt(connection: sqlite3.Connection, attempt_id: int) -> EndedAttempt | None:
    """Read an attempt that waits to be judged; None when it no longer does."""
    row = connection.execute(f"{_ENDED} AND a.state = 'ended'", (attempt_id,)).fetchone()
    return None if row is None else _ended_of(row)


def judged_attempt(connection: sqlite3.Connection, attempt_id: int) -> EndedAttempt:
    """Read an attempt that was judged."""
    row = connection.execute(f"{_ENDED} AND a.state = 'judged'", (attempt_id,)).fetchone()
    return _ended_of(row)


def _ended_of(row: sqlite3.Row) -> EndedAttempt:
    return EndedAttempt(
        attempts.attempt_of(row),
        row["material_id"],
        row["step"],
        row["home"],
        row["plan"],
        bool(row["good"]),
        bool(row["cancelled"]),
        row["exit_code"],
        row["witness"],
        row["run_id"],
        row["node"],
        row["seconds"],
    )


def record(
    transaction: Transaction,
    ended: EndedAttempt,
    reading: StepReading,
    judgement: Judgement,
    files: Sequence[KeptFile],
    fingerprint: str,
) -> bool:
    """Record a judgement with everything that belongs to it; False when it came too late.

    What waited for the calculation is told at once: most of it can go on then.
    """
    if ended_attempt(transaction.connection, ended.attempt.id) is None:
        return False
    attempts.judge(transaction, ended.attempt, judgement.reason)
    transaction.execute(
        "UPDATE attempts SET good = ?, exit_code = ?, witness = ?, node = ?, seconds = ? WHERE id = ?",
        (
            int(ended.good),
            ended.exit_code,
            ended.witness,
            ended.node,
            ended.seconds,
            ended.attempt.id,
        ),
    )
    if judgement.event is Event.SUCCEEDED:
        _keep_results(transaction, ended, reading, files, fingerprint)
    elif reading.verdict.fault:
        _keep_fault(transaction, ended.attempt, reading)
    calculation_id = ended.attempt.calculation_id
    calculations.move(transaction, calculation_id, judgement.event, judgement.reason)
    if judgement.event is Event.FAULTED:
        raise_decision(
            transaction, calculation_id, ended.attempt.id, judgement.reason, judgement.evidence
        )
    calculations.progress(transaction, of=calculation_id)
    return True


def accept(
    transaction: Transaction,
    decision: int,
    judged: EndedAttempt,
    reading: StepReading,
    files: Sequence[KeptFile],
    fingerprint: str,
) -> None:
    """Record the result of a judged attempt that a person takes as it is."""
    calculation_id = judged.attempt.calculation_id
    if not answers.carried(transaction, decision) or not _asks(transaction, calculation_id):
        return
    reason = f"a person accepted it (d{decision})"
    marked = replace(reading, marks=(*reading.marks, f"suspect: {reason}"))
    _keep_results(transaction, judged, marked, files, fingerprint)
    calculations.move(transaction, calculation_id, Event.ACCEPTED_BY_PERSON, reason)


def refuse(
    transaction: Transaction, decision: int, judged: EndedAttempt, judgement: Judgement
) -> None:
    """Ask anew about a result that was accepted and is not there any more."""
    if answers.carried(transaction, decision):
        attempt = judged.attempt
        text = f"it cannot be accepted any more: {judgement.reason}"
        evidence = {k: v for k, v in judgement.evidence.items() if k != "proposed"}
        raise_decision(transaction, attempt.calculation_id, attempt.id, text, evidence)


def _asks(transaction: Transaction, calculation_id: int) -> bool:
    return calculations.get(transaction.connection, calculation_id).state is State.DECISION


def _keep_results(
    transaction: Transaction,
    ended: EndedAttempt,
    reading: StepReading,
    files: Sequence[KeptFile],
    fingerprint: str,
) -> None:
    calculation_id, attempt_id = ended.attempt.calculation_id, ended.attempt.id
    for table in ("properties", "files", "results"):
        transaction.execute(
            f"DELETE FROM {table} WHERE calculation_id = ?",  # noqa: S608
            (calculation_id,),
        )
    structure_id = None
    if reading.structure is not None:
        structure_id = add_structure(
            transaction, ended.material, "final", reading.structure, fingerprint
        )
    transaction.connection.executemany(
        "INSERT INTO properties (calculation_id, attempt_id, name, value_real, value_text, unit,"
        " file, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(calculation_id, attempt_id, *_property_row(value)) for value in reading.properties],
    )
    transaction.connection.executemany(
        "INSERT INTO files (calculation_id, attempt_id, suffix, path, bytes, sha256)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(calculation_id, attempt_id, f.suffix, f.path, f.bytes, f.sha256) for f in files],
    )
    transaction.execute(
        "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?)",
        (
            calculation_id,
            attempt_id,
            structure_id,
            reading.program,
            reading.version,
            json.dumps(reading.marks),
        ),
    )
    transaction.execute(
        "UPDATE calculations SET standin = ? WHERE id = ?",
        (int(reading.program == "standin"), calculation_id),
    )


def _property_row(
    value: PropertyValue,
) -> tuple[str, float | None, str | None, str, str, int | None]:
    plain = value.value
    number = (
        float(plain) if isinstance(plain, int | float) and not isinstance(plain, bool) else None
    )
    text = None if number is not None else json.dumps(plain, ensure_ascii=False)
    return (value.name, number, text, value.unit, value.file, value.line)


def _keep_fault(transaction: Transaction, attempt: Attempt, reading: StepReading) -> None:
    verdict = reading.verdict
    transaction.execute(
        "INSERT OR IGNORE INTO faults (attempt_id, class, line, line_number) VALUES (?, ?, ?, ?)",
        (attempt.id, verdict.fault, verdict.line, verdict.line_number),
    )
