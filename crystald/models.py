"""The values that the parts of crystald hand to each other: frozen, plain, without behaviour.

Lengths in ångström, energies in hartree, unless a name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from crystald.names import JobId, Token
from crystald.states import AttemptState, State

CHECKPOINT_LEAD_S = 600
"""Most seconds before its time limit at which a job is told to stop its program and save."""

Vector = tuple[float, float, float]
Cell = tuple[Vector, Vector, Vector]


@dataclass(frozen=True)
class Structure:
    """Atoms in a cell, as ASE would hold them.

    Attributes
    ----------
    cell_ang
        Lattice vectors as rows; directions without periodicity hold a zero row.
    numbers
        Atomic numbers, one per atom of the cell.
    positions_ang
        Cartesian positions.
    periodicity
        3 crystal, 2 slab, 1 polymer, 0 molecule (periodic directions come first).
    operations
        The symmetry that the file of a crystal names, in fractions of the cell: ``x,y,z`` and so
        on; empty where it names none.
    """

    cell_ang: Cell
    numbers: tuple[int, ...]
    positions_ang: tuple[Vector, ...]
    periodicity: int = 3
    operations: tuple[str, ...] = ()


@dataclass(frozen=True)
class GivenDeck:
    """A deck that a person submitted, and the geometry file beside it where EXTERNAL reads one."""

    text: str
    fort34: str | None = None


class VerdictKind(StrEnum):
    """What an output says of its run (values as ``crystalctl read`` prints them)."""

    OK = "ok"
    FAULT = "fault"
    RUNNING = "running"
    TRUNCATED = "truncated"
    NOT_CRYSTAL = "not-crystal"


@dataclass(frozen=True)
class Verdict:
    """The judgement of an output.

    Attributes
    ----------
    kind
        What it is.
    fault
        The class of the fault (a key of ``crystald.crystal.output.faults``), None without one.
    line
        The line of evidence as printed, None without one.
    line_number
        Where it stands, from 1.
    file
        In which file, None for the output itself.
    """

    kind: VerdictKind
    fault: str | None = None
    line: str | None = None
    line_number: int | None = None
    file: str | None = None


@dataclass(frozen=True)
class PropertyValue:
    """One number (or text) that was read, with its unit and where it was printed.

    Attributes
    ----------
    name
        The property; the unit is not part of the name.
    value
        As printed; lists and objects as JSON-ready values.
    unit
        ``Ha``, ``eV``, ``Å``, ``Å^3``, ``deg``, ``1/cm``, ``s``, …; empty for pure numbers.
    file
        Name of the file below the attempt's output directory.
    line
        Number of the line from 1; None where a value comes from many.
    """

    name: str
    value: float | int | str | bool | list[object] | dict[str, object]
    unit: str = ""
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class LeftFile:
    """A file that a step leaves behind.

    Attributes
    ----------
    name
        What the program calls it (``fort.9``), or a pattern of several (``optc*``).
    suffix
        What it is called when published, after ``<material>_<step>.`` (``f9``); empty for what
        only stays in the attempt's directory.
    needed
        Whether success needs it (successors read it).
    joint
        What stands between ``<material>_<step>`` and the suffix (``_``: ``MgO_sp_DENS.CUBE``).
    """

    name: str
    suffix: str
    needed: bool = False
    joint: str = "."


@dataclass(frozen=True)
class StagedFile:
    """A file that a job takes in.

    Attributes
    ----------
    role
        Which file of which need: ``<STEP>:<suffix>``, for example ``SP:f9``.
    name
        What the program calls it in its scratch directory (``fort.9``).
    """

    role: str
    name: str


@dataclass(frozen=True)
class StepReading:
    """What one attempt's files say.

    Attributes
    ----------
    verdict
        The judgement of the output.
    program
        Which program printed it: ``crystal``, ``properties`` or ``standin``.
    version
        As in the banner; None when none was found.
    properties
        What was read.
    structure
        The last geometry printed (final for an optimisation), None when none was.
    missing
        Needed files that are absent or empty.
    marks
        Reasons to look twice at a converged result (``suspect: …``), each with its line.
    blocks
        Those of them that a person must answer before anything follows.
    """

    verdict: Verdict
    program: str
    version: str | None = None
    properties: tuple[PropertyValue, ...] = ()
    structure: Structure | None = None
    missing: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Calculation:
    """One step of one material in one run, as stored."""

    id: int
    run_id: str
    material: str
    step: str
    position: int
    state: State
    held: bool
    attempt: int
    reason: str = ""


@dataclass(frozen=True)
class Attempt:
    """One submission of a calculation, as stored.

    Attributes
    ----------
    number
        From 1 within its calculation.
    directory
        Of the attempt, relative to the workspace root.
    job
        The job that the scheduler or the claim named; None before.
    restart
        The restart count last seen.
    """

    id: int
    calculation_id: int
    number: int
    token: Token
    state: AttemptState
    directory: str
    name: str
    job: JobId | None = None
    restart: int = 0


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
    """The scheduler says "later": a quota, not a failure; no job exists."""

    reason: str


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


@dataclass(frozen=True)
class EndRecord:
    """What the claim's holder wrote when it ended (``end.json``).

    Attributes
    ----------
    token
        For which attempt it was written.
    job, restart
        Who wrote it.
    exit_code
        Of the program.
    complete
        Whether the script came to its last line (all files are safe).
    why
        ``end``, ``TERM``, ``USR1``, ``stage-in``, …: what ended it.
    host
        The node it ran on.
    seconds
        How long the script ran; None when it does not say.
    """

    job: JobId
    restart: int
    exit_code: int
    complete: bool
    why: str = "end"
    host: str = ""
    seconds: float | None = None
    token: str = ""


ClaimKind = Literal["none", "missing", "removed", "foreign", "job", "revoked", "unknown"]


@dataclass(frozen=True)
class Claim:
    """Who owns an attempt: read from the link in its directory.

    Attributes
    ----------
    kind
        ``none``: free; ``missing``: free, and the attempt's directory is not there; ``removed``:
        no link, and traces of a start that must have had it; ``foreign``: the directory belongs
        to another token; ``job``: `job` holds it; ``revoked``: fenced by the daemon of `epoch`;
        ``unknown``: the directory could not be read.
    """

    kind: ClaimKind
    job: JobId | None = None
    epoch: int | None = None


NO_CLAIM = Claim("none")
MISSING_CLAIM = Claim("missing")
REMOVED_CLAIM = Claim("removed")
FOREIGN_CLAIM = Claim("foreign")
UNKNOWN_CLAIM = Claim("unknown")


@dataclass(frozen=True)
class RingMessage:
    """What a job tells the daemon, on the wire and in its spool file.

    Attributes
    ----------
    event
        ``start``, ``end`` or ``duplicate`` (another job holds the claim).
    """

    token: Token
    job: JobId
    restart: int
    event: Literal["start", "end", "duplicate"]
    exit_code: int | None = None
    complete: bool = False
    extra: dict[str, str] = field(default_factory=dict)
