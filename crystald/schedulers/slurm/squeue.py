"""One question for all of the user's jobs, and the reading of its answer.

``squeue -O`` prints columns of fixed width, so that every record has the same number of bytes and
no separator is needed that a name could hold: line breaks, bars and quotes inside the names of
other jobs of the user change nothing, and an answer that was cut anywhere inside a record is
noticed. It is the only format that tells restart counts in one call, and it is the same from
Slurm 20.11 to 25.11. A whole record that is missing cannot be noticed by any format: absence from
an answer only raises the question (see :mod:`crystald.schedulers.slurm.absence`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crystald.models import Life, Sighting
from crystald.names import JobId, Token, is_token, token_of_job_name
from crystald.schedulers.slurm.exits import exit_code
from crystald.schedulers.slurm.ids import parse_id
from crystald.schedulers.slurm.reasons import plain, plain_end, plain_pause
from crystald.schedulers.slurm.states import JobState, job_state

COLUMNS: Final = (
    ("JobID", 24),
    ("State", 24),
    ("RestartCnt", 12),
    ("exit_code", 12),
    ("Reason", 64),
    ("Name", 80),
    ("Comment", 40),
)
"""Fields of ``squeue -O`` (the long names of squeue(1)) and their widths in bytes."""

RECORD: Final = sum(width for _, width in COLUMNS) + 1
"""Bytes of a record, its line break included."""


@dataclass(frozen=True)
class QueuedJob:
    """A job as squeue shows it.

    Attributes
    ----------
    number
        Its own id (the raw one of a task of an array or a part of a heterogeneous job).
    restarts
        How often it was put back and started again.
    exit_code
        Of its script; only of a job that is gone.
    reason
        Slurm's word for why it waits or ended.
    uid
        Whose job it is; None where that was not told.
    """

    number: str
    state: JobState
    restarts: int
    exit_code: int | None
    reason: str
    name: str
    comment: str
    uid: int | None = None

    @property
    def token(self) -> Token | None:
        """The token that the job carries, in its comment or at the end of its name."""
        return token_in(self.name, self.comment)

    def sighting(self, cluster: str) -> Sighting:
        """Give what a scheduler tells of the job."""
        return Sighting(
            JobId(cluster, self.number),
            self.state.life,
            self.state.word,
            running=self.state.running,
            exit_code=self._said_code(),
            restart=self.restarts,
            reason=self._told_reason(),
        )

    def _told_reason(self) -> str:
        if self.state.life is Life.GONE:
            return plain_end(self.reason)
        return plain_pause(self.state.word) if self.state.running else plain(self.reason)

    def _said_code(self) -> int | None:
        """Tell the exit code where it is one of the script.

        Slurm shows 0 also for jobs that never came to their end (cancelled, lost with a node).
        """
        if self.state.life is not Life.GONE:
            return None
        own = self.state.word in ("COMPLETED", "FAILED")
        return self.exit_code if own or self.exit_code else None


class TornAnswerError(ValueError):
    """An answer of Slurm is not whole, or not what the manual says."""


def arguments(whose: Sequence[str] = ("--me",)) -> tuple[str, ...]:
    """Give the arguments of the one question: all states, hidden partitions, one task a record.

    Parameters
    ----------
    whose
        ``--me``, or ``--user`` and a name where squeue is older than that.
    """
    columns = ",".join(f"{name}:{width}" for name, width in COLUMNS)
    return ("-a", *whose, "-t", "all", "-h", "-r", "-O", columns)


def parse(answer: bytes) -> tuple[QueuedJob, ...]:
    """Read an answer.

    Raises
    ------
    TornAnswerError
        It is cut, or holds something that is no record.
    """
    return tuple(_job(record) for record in _records(answer))


def _records(answer: bytes) -> Iterator[bytes]:
    if len(answer) % RECORD:
        raise TornAnswerError(f"squeue: {len(answer)} bytes are no whole number of records")
    for start in range(0, len(answer), RECORD):
        record = answer[start : start + RECORD]
        if record[-1:] != b"\n":
            raise TornAnswerError(f"squeue: record {start // RECORD + 1} has no end")
        yield record


def _job(record: bytes) -> QueuedJob:
    values, start = [], 0
    for _, width in COLUMNS:
        values.append(record[start : start + width].decode(errors="replace").strip())
        start += width
    number, state, restarts, code, reason, name, comment = values
    parsed = parse_id(number)
    if parsed is None or parsed.number != number or not state or not restarts.isdecimal():
        raise TornAnswerError(f"squeue: {record[:40]!r} begins no record")
    return QueuedJob(
        number, job_state(state), int(restarts), exit_code(code), reason, name, comment
    )


def token_in(name: str, comment: str) -> Token | None:
    """Find the token of a job of ours; None in a job of somebody else."""
    return Token(comment) if is_token(comment) else token_of_job_name(name)
