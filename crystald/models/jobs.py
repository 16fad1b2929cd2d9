"""Jobs: what they ask of a scheduler, and what it says of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crystald.names import JobId

CHECKPOINT_LEAD_S = 600
"""Most seconds before its time limit at which a job is told to stop its program and save."""


@dataclass(frozen=True)
class Resources:
    """What a job asks of the scheduler.

    Attributes
    ----------
    ranks
        MPI processes.
    memory_mb
        Memory per rank.
    time_limit_s
        Wall-clock limit of the job; None for none.
    build
        Which build of the programs it runs; empty for the usual one.
    """

    ranks: int = 1
    memory_mb: int = 2000
    time_limit_s: int | None = None
    build: str = ""

    @property
    def lead_s(self) -> int | None:
        """Seconds before the limit at which a job is told to save; None without a limit.

        Ten minutes, a fifth of short limits.
        """
        if self.time_limit_s is None:
            return None
        return min(CHECKPOINT_LEAD_S, max(1, self.time_limit_s // 5))


class Life(StrEnum):
    """What is known of a job: three values, never two."""

    ALIVE = "alive"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Sighting:
    """What the scheduler says of one job.

    Attributes
    ----------
    job
        Which one.
    life
        Alive, gone with evidence, or unknown.
    state
        The scheduler's own word (``PENDING``, ``RUNNING``, ``COMPLETED``, …).
    running
        Whether it has begun (alive only).
    exit_code
        Of the script, when the scheduler knows it.
    restart
        How often the job was put back and started again.
    reason
        Why it waits or ended, in the scheduler's words.
    """

    job: JobId
    life: Life
    state: str = ""
    running: bool = False
    exit_code: int | None = None
    restart: int = 0
    reason: str = ""


class SbatchLife(StrEnum):
    """What is known of the process that hands an attempt to the scheduler."""

    RUNNING = "running"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Accepted:
    """The scheduler has a job for the token."""

    job: JobId


@dataclass(frozen=True)
class Deferred:
    """The scheduler says "later": a quota, not a failure; no job exists.

    Attributes
    ----------
    reason
        In its words.
    sick
        Whether it may be ill, and no quota: a person should hear of it.
    """

    reason: str
    sick: bool = False


@dataclass(frozen=True)
class Rejected:
    """The scheduler says "never": asking again unchanged is useless; no job exists."""

    reason: str


@dataclass(frozen=True)
class Unclear:
    """Nobody knows whether a job exists: reconcile, never repeat."""

    reason: str


Answer = Accepted | Deferred | Rejected | Unclear


@dataclass(frozen=True)
class Observation:
    """What the scheduler knows of one token.

    Attributes
    ----------
    answered
        Whether the scheduler answered completely; only then does absence from `jobs` mean that
        it holds no such job now.
    jobs
        The jobs that carry the token, oldest first.
    sbatch
        What is known of the submitting process.
    answer
        What that process wrote down, None when nothing.
    dead_s
        For how long that process is known to be dead; None where the moment is not known.
    """

    answered: bool
    jobs: tuple[Sighting, ...] = ()
    sbatch: SbatchLife = SbatchLife.UNKNOWN
    answer: Answer | None = None
    dead_s: float | None = None
