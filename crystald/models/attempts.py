"""Calculations and their attempts, as stored, and what jobs tell of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from crystald.names import JobId, Token
from crystald.states import AttemptState, State


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
