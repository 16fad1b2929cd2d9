"""The errors of crystald, grouped by what the caller should do next.

::

    CrystaldError
      InputError             the file or deck a person gave is not usable: change it
        DeckError            no correct deck can be made from this structure and these settings
      ConfigError            a configuration file is wrong: edit it
      RequestError           the request is wrong: change it
        NotFoundError        no such run, material, calculation, ...
        RefusedError         understood and not done (state, rights, limits)
          IllegalTransitionError   a state does not allow the event
      ParseError             a file is not what the program's manual says it is
      StoreError             the database cannot be used: stop
        StoreBusyError       locked, full or unreadable just now (retryable)
        MigrationError       its schema cannot be brought up to date
      LeaseError             another daemon may own this home: stop, change nothing
        HeldError            another daemon does own it (host and process are named)
        StaleLeaseError      not renewed for too long to act on: renew first (retryable)
      SchedulerError         the scheduler did not do as asked
        SchedulerUnavailableError  nothing is known to have happened: ask again later (retryable)
      WorkspaceError         a file below a root cannot be read or written (retryable)
        UnfinishedError      long work took too long, or its process died (retryable)
      WorkFailedError        long work came upon something that nobody foresaw
      WireError              the daemon cannot be reached, or a message is not one of ours

Every error carries a message (what happened, and where), a ``hint`` (what to do, may be empty),
and two facts of its class: ``code``, the word that stands for it on the wire, and ``retryable``.
"""

from __future__ import annotations

from typing import ClassVar


class CrystaldError(Exception):
    """Any error that crystald raises on purpose.

    Parameters
    ----------
    message : str
        What happened and where, for a person.
    hint : str
        What to do about it; empty when the message says it all.
    """

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class InputError(CrystaldError):
    """The file or deck that a person gave is not usable."""

    code = "input"


class DeckError(InputError):
    """No correct deck can be made from this structure and these settings."""

    code = "deck"


class ConfigError(CrystaldError):
    """A configuration file is wrong."""

    code = "config"


class RequestError(CrystaldError):
    """A request is wrong."""

    code = "request"


class NotFoundError(RequestError):
    """No such run, material, calculation, attempt, job or decision."""

    code = "not-found"


class RefusedError(RequestError):
    """A request was understood and is not carried out."""

    code = "refused"


class IllegalTransitionError(RefusedError):
    """A state does not allow the event."""

    code = "illegal-transition"


class ParseError(CrystaldError):
    """A file is not what the program's manual says it is."""

    code = "parse"


class StoreError(CrystaldError):
    """The database cannot be used."""

    code = "store"


class StoreBusyError(StoreError):
    """The database is locked, its disk full or unreadable just now; nothing is known to be lost."""

    code = "store-busy"
    retryable = True


class MigrationError(StoreError):
    """The schema of the database cannot be brought up to date."""

    code = "migration"


class LeaseError(CrystaldError):
    """The home is not, or no longer, owned by this process: it must change nothing."""

    code = "lease"


class HeldError(LeaseError):
    """Another daemon owns the home.

    Parameters
    ----------
    message, hint : str
        As for every error.
    host, pid
        Who holds the home.
    """

    code = "held"

    def __init__(self, message: str, hint: str = "", *, host: str = "", pid: int = 0) -> None:
        super().__init__(message, hint)
        self.host = host
        self.pid = pid


class StaleLeaseError(LeaseError):
    """The lease was not renewed for so long that another daemon may be about to take it."""

    code = "stale-lease"
    retryable = True


class SchedulerError(CrystaldError):
    """The scheduler did not do as asked."""

    code = "scheduler"


class SchedulerUnavailableError(SchedulerError):
    """The scheduler does not answer; nothing is known to have happened."""

    code = "scheduler-unavailable"
    retryable = True


class WorkspaceError(CrystaldError):
    """A file below one of the roots cannot be read or written."""

    code = "workspace"
    retryable = True


class UnfinishedError(WorkspaceError):
    """Long work took too long, or the process that did it died."""

    code = "unfinished"


class WorkFailedError(CrystaldError):
    """Long work came upon something that nobody foresaw: a fault of crystald."""

    code = "work-failed"


class WireError(CrystaldError):
    """The daemon cannot be reached, or a message is not one of ours."""

    code = "wire"
