"""What this Slurm can do and how it is set up: read from ``scontrol show config``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_LINE = re.compile(r"^(?P<key>[A-Za-z_]+)\s*= (?P<value>.*)$", re.MULTILINE)
_VERSION = re.compile(r"(\d+)\.(\d+)")
_NUMBER = re.compile(r"\d+")

ME_SINCE = (20, 2)
"""The first version whose squeue knows ``--me``."""

NO_ACCOUNTING = ("accounting_storage/none", "(null)")

ARGUMENTS = ("show", "config")

LOOK_LEAST_S = 15.0
"""Least time between looks for the sake of MinJobAge: the controller is not asked all the time
because it forgets quickly; jobs that are missed are asked for one by one."""


@dataclass(frozen=True)
class Capabilities:
    """What the controller says of itself.

    Attributes
    ----------
    cluster
        ClusterName: the first half of every job id, in our records as in the jobs' own claims.
    version
        As printed (``22.05.8``).
    min_job_age_s
        How long a job that has ended is still shown; 0 for ever (slurm.conf(5)).
    message_timeout_s
        How long a command waits for the controller.
    kill_wait_s
        How long a job has between SIGTERM and SIGKILL.
    max_jobs
        How many jobs the controller holds in all.
    accounting
        Whether jobs may be kept in an accounting database: nothing says that they are not.
    comments
        Whether accounting keeps the comments of jobs.
    rate_limited
        Whether the controller limits how often a user may ask.
    requeues
        Whether jobs are put back after the loss of a node unless they say otherwise.
    """

    cluster: str
    version: str = ""
    min_job_age_s: float | None = None
    message_timeout_s: float | None = None
    kill_wait_s: float | None = None
    max_jobs: int | None = None
    accounting: bool = True
    comments: bool = False
    rate_limited: bool = False
    requeues: bool = False

    @property
    def knows_me(self) -> bool:
        """Whether squeue knows ``--me``."""
        found = _VERSION.match(self.version)
        return not found or (int(found[1]), int(found[2])) >= ME_SINCE

    @property
    def look_s(self) -> float | None:
        """The longest time between looks at the queue, so that few ends of jobs are missed, s."""
        if self.min_job_age_s == 0:
            return math.inf
        return None if self.min_job_age_s is None else max(LOOK_LEAST_S, self.min_job_age_s / 2)


def parse(out: str) -> Capabilities | None:
    """Read the configuration; None when it does not even name the cluster."""
    values = {found["key"]: found["value"].strip() for found in _LINE.finditer(out)}
    cluster = values.get("ClusterName", "")
    if not cluster or cluster.startswith("("):
        return None
    return Capabilities(
        cluster,
        values.get("SLURM_VERSION", ""),
        _seconds(values, "MinJobAge"),
        _seconds(values, "MessageTimeout"),
        _seconds(values, "KillWait"),
        _count(values, "MaxJobCount"),
        accounting=values.get("AccountingStorageType") not in NO_ACCOUNTING,
        comments="job_comment" in values.get("AccountingStoreFlags", "").lower(),
        rate_limited="rl_enable" in values.get("SlurmctldParameters", "").lower(),
        requeues=values.get("JobRequeue", "") == "1",
    )


def _count(values: dict[str, str], key: str) -> int | None:
    found = _NUMBER.match(values.get(key, ""))
    return int(found[0]) if found else None


def _seconds(values: dict[str, str], key: str) -> float | None:
    found = _count(values, key)
    return None if found is None else float(found)
