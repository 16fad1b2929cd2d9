"""``sacct``, where there is one: what accounting remembers of jobs that the controller forgot.

Never required, and believed only when it says that a job ended: it may lag behind by minutes,
lose the end of a job for ever, and hold several jobs of one id. Every record is matched by the
token that its name (or, where the site keeps comments, its comment) carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crystald.models import Life
from crystald.names import Token
from crystald.schedulers.slurm.exits import exit_code
from crystald.schedulers.slurm.squeue import QueuedJob
from crystald.schedulers.slurm.states import job_state

FIELDS: Final = ("JobIDRaw", "Cluster", "State", "ExitCode", "Submit", "JobName%90", "Comment%40")
ASKED_MAX: Final = 50
"""Jobs asked for in one call."""


@dataclass(frozen=True)
class Accounted:
    """A record: one start of one job."""

    job: QueuedJob
    cluster: str
    submit: int


def arguments(since: str, *, numbers: Iterable[str] = (), names: Iterable[str] = ()) -> list[str]:
    """Give the arguments that ask for jobs by id or by name, each start of them.

    Parameters
    ----------
    since
        As ``--starttime`` reads it; sacct looks back to midnight without it.
    numbers, names
        One of the two; names hold no comma.
    """
    asked = [f"--jobs={','.join(numbers)}"] if numbers else [f"--name={','.join(names)}"]
    fields = ",".join(FIELDS)
    return ["-X", "-D", "-n", "-P", f"--starttime={since}", f"--format={fields}", *asked]


def parse(out: str) -> list[Accounted]:
    """Read what sacct printed; lines that are no whole record are nothing."""
    return [record for line in out.splitlines() if (record := _record(line))]


def _record(line: str) -> Accounted | None:
    parts = line.split("|", len(FIELDS) - 2)
    if len(parts) != len(FIELDS) - 1:
        return None
    number, cluster, state, code, submit, text = parts
    name, bar, comment = text.rpartition("|")
    if not bar or not number.isdecimal():
        return None
    job = QueuedJob(number, job_state(state), 0, exit_code(code), "", name, comment)
    return Accounted(job, cluster, int(submit) if submit.isdecimal() else 0)


def ended(
    records: Sequence[Accounted], cluster: str, tokens: Iterable[Token]
) -> Mapping[Token, tuple[QueuedJob, ...]]:
    """Give the jobs of tokens whose last start is known to have ended."""
    return {
        token: gone
        for token, jobs in last_starts(records, cluster, tokens).items()
        if (gone := tuple(job for job in jobs if job.state.life is Life.GONE))
    }


def last_starts(
    records: Sequence[Accounted], cluster: str, tokens: Iterable[Token]
) -> Mapping[Token, tuple[QueuedJob, ...]]:
    """Give the jobs of tokens as their last starts left them.

    A job that was put back has a record for each start; the last one counts, and the number of
    those before it is its restart count.
    """
    wanted = set(tokens)
    starts: dict[tuple[Token, str], list[Accounted]] = {}
    for record in records:
        token = record.job.token
        if token in wanted and record.cluster == cluster:
            starts.setdefault((token, record.job.number), []).append(record)
    found: dict[Token, tuple[QueuedJob, ...]] = {}
    for (token, _), known in starts.items():
        found[token] = (*found.get(token, ()), _last(known))
    return found


def _last(starts: Sequence[Accounted]) -> QueuedJob:
    ordered = sorted(starts, key=lambda record: record.submit)
    job = ordered[-1].job
    return QueuedJob(
        job.number,
        job.state,
        len(ordered) - 1,
        job.exit_code,
        job.reason,
        job.name,
        job.comment,
    )
