"""What Slurm grants a user: limits of partitions, of accounts and of a quality of service.

Read from ``scontrol show partition`` and ``scontrol show assoc_mgr``, which the controller answers
without asking its accounting. Limits are told, and compared with what steps ask for; Slurm itself
is the judge of every job.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from crystald.models import Resources
from crystald.schedulers.base import Limit, Limits
from crystald.schedulers.slurm import availability
from crystald.schedulers.slurm.availability import Partition
from crystald.schedulers.slurm.client import SlurmClient
from crystald.schedulers.slurm.settings import SlurmSettings

HOUR_S: Final = 3600
_PAIR = re.compile(r"(?:^|\s)(\w+)=(\S*)")
_NUMBER = re.compile(r"(\d+)(?:\(\d+\))?")
_COUNTS: Final = {
    "MaxJobs": "{} jobs of yours run",
    "MaxSubmitJobs": "{} of yours are submitted",
    "GrpJobs": "{} of all its users run",
    "GrpSubmitJobs": "{} of all its users are submitted",
}
"""Limits on the number of jobs, as ``show assoc_mgr`` names them."""

SUBMITTED: Final = ("MaxSubmitJobs", "GrpSubmitJobs")
RUNNING: Final = ("MaxJobs", "GrpJobs")


@dataclass(frozen=True)
class Grant:
    """The limits of an account, of its user, or of a quality of service.

    Attributes
    ----------
    whose
        In plain words.
    counts
        How many jobs it allows: Slurm's name of the limit -> number.
    time_s
        The longest time limit; None for any.
    """

    whose: str
    counts: Mapping[str, int]
    time_s: int | None = None

    @property
    def limit(self) -> Limit:
        """The same in the terms of every scheduler."""
        jobs = [self.counts[name] for name in SUBMITTED if name in self.counts]
        running = [self.counts[name] for name in RUNNING if name in self.counts]
        return Limit(
            self.whose,
            self.words,
            min(jobs, default=None),
            min(running, default=None),
            self.time_s,
        )

    @property
    def words(self) -> str:
        """Its limits in plain words; empty without any."""
        told = [_COUNTS[name].format(count) for name, count in self.counts.items()]
        if self.time_s is not None:
            told.append(f"each at most {duration(self.time_s)}")
        return f"{self.whose}: at most {', '.join(told)}" if told else ""


@dataclass(frozen=True)
class Granted:
    """What the controller says of partitions and limits.

    Attributes
    ----------
    listed
        All partitions that it shows.
    partitions
        Those that jobs go to.
    """

    listed: tuple[Partition, ...]
    partitions: tuple[Partition, ...]
    grants: tuple[Grant, ...]

    @property
    def limits(self) -> Limits:
        """The same in the terms of every scheduler."""
        partitions = (
            Limit(
                f"the partition {p.name}",
                words_of(p),
                time_s=p.time_s,
                core_mb=p.core_mb,
                node_mb=p.node_mb,
            )
            for p in self.partitions
            if words_of(p)
        )
        return Limits((*partitions, *(grant.limit for grant in self.grants)))


async def ask(client: SlurmClient, settings: SlurmSettings, user: str) -> Granted:
    """Ask the controller what a user may have: two questions; what it does not say is not there."""
    listed = availability.parse_partitions(await client.listing(availability.PARTITIONS) or "")
    out = await client.listing(arguments(user)) or ""
    return Granted(
        listed,
        availability.used(listed, settings.partition),
        parse_grants(out, user, settings.account, settings.qos),
    )


def arguments(user: str) -> tuple[str, ...]:
    """Give the arguments that ask for the limits of a user."""
    return ("-o", "show", "assoc_mgr", f"users={user}", "flags=assoc,qos")


def parse_grants(
    out: str, user: str, account: str | None = None, qos: str | None = None
) -> tuple[Grant, ...]:
    """Read ``scontrol -o show assoc_mgr``.

    Parameters
    ----------
    user
        Whose limits; those of an account as a whole are of everybody in it.
    account
        The account that is used; None takes the user's default.
    qos
        The quality of service that is asked for; None leaves all of them out.
    """
    rows = [dict(_PAIR.findall(line)) for line in out.splitlines()]
    own = [row for row in rows if row.get("UserName", "").partition("(")[0] == user]
    chosen = account or next((r["Account"] for r in own if r.get("DefAssoc") == "Yes"), None)
    found = [
        _grant(f"your limits in the account {chosen}", row)
        for row in own
        if row.get("Account") == chosen
    ]
    found += [
        _grant(f"the account {chosen}", row)
        for row in rows
        if row.get("Account") == chosen and row.get("UserName") == ""
    ]
    named = (row for row in rows if qos and row.get("QOS", "").partition("(")[0] == qos)
    found += [_grant(f"the quality of service {qos}", row) for row in named]
    return tuple(grant for grant in found if grant.words)


def _grant(whose: str, row: Mapping[str, str]) -> Grant:
    counts = {
        name: number for name in _COUNTS if (number := _number(row.get(name, ""))) is not None
    }
    minutes = _number(row.get("MaxWallPJ", ""))
    return Grant(whose, counts, None if minutes is None else minutes * 60)


def _number(printed: str) -> int | None:
    """Read ``10(3)``: the limit, and how much of it is used; ``N(0)`` is no limit."""
    found = _NUMBER.fullmatch(printed)
    return int(found[1]) if found else None


def duration(time_s: int) -> str:
    """Tell a time in days and hours.

    Examples
    --------
    >>> duration(604_800), duration(5_400), duration(3_600)
    ('7 days', '1.5 hours', '1 hour')
    """
    days, rest_s = divmod(time_s, 24 * HOUR_S)
    if days > 1 and not rest_s:
        return f"{days} days"
    return "1 hour" if time_s == HOUR_S else f"{time_s / HOUR_S:g} hours"


def words_of(partition: Partition) -> str:
    """Tell the limits of a partition; empty without any."""
    told = []
    if partition.time_s is not None:
        told.append(duration(partition.time_s))
    if partition.core_mb is not None:
        told.append(f"{partition.core_mb} MB for each core")
    if partition.node_mb is not None:
        told.append(f"{partition.node_mb} MB on a node")
    return f"at most {', '.join(told)}" if told else ""


def exceeded(
    partition: Partition, grants: Iterable[Grant], steps: Mapping[str, Resources]
) -> Iterator[str]:
    """Tell what steps ask for in vain, in plain words.

    Parameters
    ----------
    partition
        Where they go to.
    grants
        What else limits them.
    steps
        Step type -> what its jobs ask for.
    """
    times = [(f"the partition {partition.name}", partition.time_s)]
    times += [(grant.whose, grant.time_s) for grant in grants]
    for step, asked in steps.items():
        for whose, most_s in times:
            if (
                most_s is not None
                and asked.time_limit_s is not None
                and asked.time_limit_s > most_s
            ):
                wants, most = duration(asked.time_limit_s), duration(most_s)
                yield f"{step} asks for {wants}; the most is {most} ({whose})"
        yield from _memory(partition, step, asked)


def _memory(partition: Partition, step: str, asked: Resources) -> Iterator[str]:
    for wants_mb, most_mb, where in (
        (asked.memory_mb, partition.core_mb, "for each core"),
        (asked.memory_mb * asked.ranks, partition.node_mb, "on a node"),
    ):
        if most_mb is not None and wants_mb > most_mb:
            name = partition.name
            yield f"{step} asks for {wants_mb} MB {where}; the most is {most_mb} MB (the partition {name})"
