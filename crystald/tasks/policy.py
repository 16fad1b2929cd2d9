"""Queue policy: how many jobs may be submitted now, and which; pure, with its settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

import msgspec

from crystald.names import StepName
from crystald.steps.table import STEP_TYPES
from crystald.store.fuses import FuseLimits

Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class StepPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds for the jobs of one step type.

    Attributes
    ----------
    max_jobs
        Never more of them in the scheduler; null for no limit of their own.
    priority
        Higher ones are submitted first; 0 where nothing is said.
    """

    max_jobs: Count | None = None
    priority: Annotated[int, msgspec.Meta(ge=-1000, le=1000)] = 0


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
    per_minute
        Most submissions in a minute; null for no limit.
    max_jobs_per_run
        Never more jobs of one run in the scheduler; null for no limit.
    steps
        Step type -> what holds for its jobs.
    slow_start
        No more materials begin while so many calculations are on their way: handed over and not
        known to last, or come back and not judged. It doubles whenever they last; 0 for no limit.
    canary
        So many jobs of a step must have ended well before the others of a run are submitted;
        0 for none. One that waits for a person keeps its place until it is settled.
    fuse
        So many jobs in a row that end within `fuse_s` with the same fault, as the first ones of a
        run or on one node, and the run is held; 0 for never.
    fuse_s
        How soon an end counts for the fuse, s.
    """

    max_jobs: Count = 250
    reserve: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 30
    max_submit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 20
    per_minute: Count | None = None
    max_jobs_per_run: Count | None = None
    steps: dict[str, StepPolicy] = {}
    slow_start: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 20
    canary: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    fuse: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 3
    fuse_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 60.0

    def __post_init__(self) -> None:
        """Check that something may be submitted at all, and that the step types exist."""
        if self.reserve >= self.max_jobs:
            raise ValueError("reserve must be smaller than max_jobs")
        if unknown := sorted(self.steps.keys() - STEP_TYPES.keys()):
            raise ValueError(f"{unknown[0]!r} is no step type; there are {', '.join(STEP_TYPES)}")

    @property
    def chooses(self) -> bool:
        """Whether it matters which of the waiting calculations come first."""
        return bool(self.steps or self.canary or self.max_jobs_per_run)

    def fuse_limits(self, *, nodes: bool) -> FuseLimits:
        """Give when a run is held by itself; `nodes`: whether the scheduler can leave nodes out."""
        return FuseLimits(self.fuse, self.fuse_s, nodes)


@dataclass(frozen=True)
class Waiting:
    """A calculation that may be submitted.

    Attributes
    ----------
    begins
        Whether it is the first of its material in the run: nothing has been waited for.
    """

    id: int
    run_id: str
    step: str
    begins: bool = False

    @property
    def type(self) -> str:
        """Its step type."""
        return StepName.parse(self.step).type


@dataclass(frozen=True)
class Standing:
    """What there is already.

    Attributes
    ----------
    live
        (run, step) -> attempts that may have a job.
    done, unsettled
        (run, step) -> calculations done, and those that wait for a remedy or a person; counted as
        far as the canary needs.
    """

    live: Mapping[tuple[str, str], int] = field(default_factory=dict)
    done: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unsettled: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def beside(self, begun: Iterable[Waiting]) -> Standing:
        """Count what is under way and may not be live yet; at most once too often."""
        live = Counter(self.live)
        live.update((item.run_id, item.step) for item in begun)
        return replace(self, live=live)


@dataclass(frozen=True)
class Ours:
    """What the daemon itself knows of its jobs.

    Attributes
    ----------
    live
        Attempts that may have a job, shown or not.
    unclear
        Those of which it is not known yet whether they have one.
    last_minute
        Submissions of the last minute.
    """

    live: int = 0
    unclear: int = 0
    last_minute: int = 0


def room(
    settings: QueueSettings, in_scheduler: int | None, ours: Ours, most: int | None = None
) -> int:
    """Tell how many jobs may be submitted now.

    Parameters
    ----------
    settings
        The limits.
    in_scheduler
        All of the user's jobs that the scheduler shows; None when it does not say.
    ours
        Jobs that it may not show yet are counted as well.
    most
        Jobs of ours that the scheduler says it takes; None where it does not say. One more is
        tried, so that it is the scheduler that refuses, in its own words, and a limit that was
        raised meanwhile is found out.

    Examples
    --------
    >>> room(QueueSettings(max_jobs=10, reserve=2, max_submit=5), 5, Ours(live=3, unclear=1))
    2
    >>> room(QueueSettings(), None, Ours())
    0
    >>> room(QueueSettings(), 0, Ours(), most=7), room(QueueSettings(), 7, Ours(live=7), most=7)
    (7, 1)
    """
    if in_scheduler is None:
        return 0
    free = settings.max_jobs - settings.reserve - max(in_scheduler + ours.unclear, ours.live)
    if most is not None:
        free = min(free, max(1, most - ours.live))
    if settings.per_minute is not None:
        free = min(free, settings.per_minute - ours.last_minute)
    return max(0, min(free, settings.max_submit))


def choose(
    settings: QueueSettings, waiting: Sequence[Waiting], standing: Standing, free: int
) -> list[Waiting]:
    """Choose what is submitted now.

    Parameters
    ----------
    settings
        The limits.
    waiting
        What may be, in the order of the store (priority, started materials first).
    standing
        What there is already.
    free
        Most to choose.

    Returns
    -------
    list of Waiting
        In the order in which they are to be submitted.
    """
    limits = _Limits(settings, standing)
    chosen: list[Waiting] = []
    for item in sorted(waiting, key=lambda w: -_policy(settings, w.type).priority):
        if len(chosen) == free:
            break
        if limits.allow(item):
            limits.count(item)
            chosen.append(item)
    return chosen


def let_begin(chosen: Sequence[Waiting], most: int) -> list[Waiting]:
    """Let at most so many materials begin: those that go on come first.

    Examples
    --------
    >>> some = [Waiting(1, "r", "SP"), Waiting(2, "r", "OPT", True), Waiting(3, "r", "OPT", True)]
    >>> [item.id for item in let_begin(some, 1)]
    [1, 2]
    """
    beginners = [item for item in chosen if item.begins][:most]
    return [item for item in chosen if not item.begins or item in beginners]


def _policy(settings: QueueSettings, step_type: str) -> StepPolicy:
    return settings.steps.get(step_type, StepPolicy())


class _Limits:
    """What is left of the limits while the choice is made."""

    def __init__(self, settings: QueueSettings, standing: Standing) -> None:
        self._settings = settings
        self._done = standing.done
        self._unsettled = standing.unsettled
        self._of_step: Counter[tuple[str, str]] = Counter(standing.live)
        self._of_type: Counter[str] = Counter()
        self._of_run: Counter[str] = Counter()
        for (run, step), number in standing.live.items():
            self._of_type[StepName.parse(step).type] += number
            self._of_run[run] += number

    def allow(self, item: Waiting) -> bool:
        """Tell whether one more of its kind may go."""
        settings, step = self._settings, (item.run_id, item.step)
        canary = max(0, settings.canary - self._done.get(step, 0))
        pairs = (
            (_policy(settings, item.type).max_jobs, self._of_type[item.type]),
            (settings.max_jobs_per_run, self._of_run[item.run_id]),
            (canary or None, self._of_step[step] + self._unsettled.get(step, 0)),
        )
        return all(limit is None or used < limit for limit, used in pairs)

    def count(self, item: Waiting) -> None:
        """Count one that goes."""
        self._of_type[item.type] += 1
        self._of_run[item.run_id] += 1
        self._of_step[item.run_id, item.step] += 1
