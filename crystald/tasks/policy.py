"""Queue policy: how many jobs may be submitted now; pure, with its settings."""

from __future__ import annotations

from typing import Annotated

import msgspec


class QueueSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits on what the daemon keeps in the scheduler, counting all of the user's jobs.

    Attributes
    ----------
    max_jobs
        Never more jobs than this in the scheduler.
    reserve
        Slots below `max_jobs` that are left free for people.
    max_submit
        Most submissions in one burst.
    """

    max_jobs: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 250
    reserve: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 30
    max_submit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 20

    def __post_init__(self) -> None:
        """Check that something may be submitted at all."""
        if self.reserve >= self.max_jobs:
            raise ValueError("reserve must be smaller than max_jobs")


def room(settings: QueueSettings, in_scheduler: int | None, live: int) -> int:
    """Tell how many jobs may be submitted now.

    Parameters
    ----------
    settings
        The limits.
    in_scheduler
        All of the user's jobs that the scheduler shows; None when it does not say.
    live
        Attempts of ours that may have a job, shown or not.

    Examples
    --------
    >>> room(QueueSettings(max_jobs=10, reserve=2, max_submit=5), 6, 3)
    2
    >>> room(QueueSettings(), None, 0)
    0
    """
    if in_scheduler is None:
        return 0
    free = settings.max_jobs - settings.reserve - max(in_scheduler, live)
    return max(0, min(free, settings.max_submit))
