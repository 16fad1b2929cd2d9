"""The tasks put together: who does what, and which change of state wakes whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from crystald.kit import Kit
from crystald.schedulers.base import Scheduler
from crystald.steps.checks.table import Action
from crystald.store.calculations import UNTOLD
from crystald.tasks.collector import Collector
from crystald.tasks.housekeeper import BackupSettings, Housekeeper
from crystald.tasks.illustrator import Illustrator
from crystald.tasks.intake import Intake
from crystald.tasks.keeper import Keeper
from crystald.tasks.loop import Task
from crystald.tasks.progression import Progression
from crystald.tasks.reconciler import Reconciler
from crystald.tasks.settling import Settler
from crystald.tasks.submitter import Submission, Submitter

WAKES: Mapping[str, tuple[str, ...]] = {
    "ready": ("submitter",),
    "submitting": ("reconciler", "intake"),
    "inbox": ("reconciler",),
    "held": ("reconciler",),
    "attempt-ended": ("collector",),
    "accepted": ("collector",),
    "attempt-judged": ("submitter",),
    "attempt-revoked": ("submitter",),
    "attempt-rejected": ("submitter",),
    "attempt-lost": ("submitter",),
    "done": ("illustrator",),
    "failed": ("illustrator",),
    "cancelled": ("illustrator",),
    "skipped": ("illustrator",),
    "decision": ("illustrator",),
    UNTOLD: ("progression",),
}
"""What a transaction brought about, mostly a state entered -> tasks that look after it."""


@dataclass(frozen=True)
class Places:
    """Directories that tasks use beside the workspace; `near`: the spool is this machine's own."""

    spool: Path
    backups: Path
    near: bool = False


@dataclass(frozen=True)
class Assembly:
    """All tasks, in the order of the way of the data, and those that others turn to."""

    tasks: tuple[Task, ...]
    intake: Intake
    reconciler: Reconciler
    illustrator: Illustrator
    submitter: Submitter

    def wake(self, changes: Collection[str]) -> None:
        """Wake the tasks that look after states which something entered."""
        names = {name for change in changes for name in WAKES.get(change, ())}
        for task in self.tasks:
            if task.name in names:
                task.wake.set()

    def wake_all(self) -> None:
        """Wake every task, so that it sees a stop; what has begun is finished."""
        self.submitter.begin_no_more()
        for task in self.tasks:
            task.wake.set()


def assemble(
    kit: Kit,
    scheduler: Scheduler,
    submission: Submission,
    places: Places,
    *,
    poll_s: float,
    backup: BackupSettings,
    checks: Mapping[str, Action] | None = None,
) -> Assembly:
    """Build the tasks and let commits wake them."""
    fuse = submission.queue.fuse_limits(nodes=submission.nodes)
    settler = Settler(kit, scheduler, refusals_max=fuse.jobs)
    collector = Collector(kit, fuse, checks or {})
    submitter = Submitter(kit, scheduler, submission, settler, collector.put_off)
    reconciler = Reconciler(kit, scheduler, settler, poll_s)
    intake = Intake(kit, places.spool, near=places.near)
    illustrator = Illustrator(kit)
    assembly = Assembly(
        (
            Task("keeper", Keeper(kit.lease).round, back_off_s=kit.lease.renewal_s),
            Task("intake", intake.round, intake.news),
            Task("reconciler", reconciler.round),
            Task("collector", collector.round, collector.news),
            Task("progression", Progression(kit.database).round),
            Task("submitter", submitter.round, submitter.news),
            Task("illustrator", illustrator.round),
            Task("housekeeper", Housekeeper(kit, backup, places.backups, places.spool).round),
        ),
        intake,
        reconciler,
        illustrator,
        submitter,
    )
    kit.database.listen(assembly.wake)
    return assembly
