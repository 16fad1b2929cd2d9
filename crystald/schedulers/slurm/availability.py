"""Partitions with their limits, and announced maintenance: read from ``scontrol show partition|reservation``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

PARTITIONS: Final = ("-a", "show", "partition", "-o")
RESERVATIONS: Final = ("-a", "show", "reservation", "-o")

_TIME = re.compile(r"(?:(\d+)-)?(\d+):(\d\d):(\d\d)")
_PAIR = re.compile(r"(?:^|\s)(\w+)=(\S*)")

CLOSED: Final = {
    "DOWN": "takes jobs and starts none",
    "DRAIN": "takes no new jobs; those that it has still start",
    "INACTIVE": "takes no jobs and starts none",
}
"""States of a partition other than UP: "State" of scontrol(1)."""


@dataclass(frozen=True)
class Partition:
    """A partition; its state is UP, DOWN, DRAIN or INACTIVE.

    Attributes
    ----------
    time_s
        The longest time limit that a job may have; None for any.
    node_mb, core_mb
        The most memory that a job may have on a node, and for each core; None for any.
    """

    name: str
    state: str
    default: bool
    time_s: int | None = None
    node_mb: int | None = None
    core_mb: int | None = None

    @property
    def words(self) -> str:
        """What its state means, in plain words; empty while it is up."""
        if self.state == "UP":
            return ""
        does = CLOSED.get(self.state, "is in a state that is not known")
        return f"the partition {self.name} {does} ({self.state})"


@dataclass(frozen=True)
class Maintenance:
    """A reservation with the flag MAINT.

    Attributes
    ----------
    begins, ends
        As Slurm tells them: seconds since 1970, or a date in its own time zone.
    """

    name: str
    begins: str
    ends: str
    nodes: str

    @property
    def words(self) -> str:
        """When and where, in plain words."""
        where = f" on {self.nodes}" if self.nodes else ""
        return f"maintenance from {_moment(self.begins)} to {_moment(self.ends)}{where}"


def seconds(printed: str) -> int | None:
    """Read a time limit as scontrol prints it; None for ``UNLIMITED`` and all else.

    Examples
    --------
    >>> seconds("7-00:00:00"), seconds("01:30:00"), seconds("UNLIMITED")
    (604800, 5400, None)
    """
    found = _TIME.fullmatch(printed)
    if found is None:
        return None
    days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def _megabytes(printed: str) -> int | None:
    return int(printed) if printed.isdecimal() and int(printed) else None


def parse_partitions(out: str) -> tuple[Partition, ...]:
    """Read ``scontrol -a show partition -o``; lines that are no partition are nothing."""
    found = (dict(_PAIR.findall(line)) for line in out.splitlines())
    return tuple(
        Partition(
            pairs["PartitionName"],
            pairs["State"],
            pairs.get("Default") == "YES",
            seconds(pairs.get("MaxTime", "")),
            _megabytes(pairs.get("MaxMemPerNode", "")),
            _megabytes(pairs.get("MaxMemPerCPU", "")),
        )
        for pairs in found
        if {"PartitionName", "State"} <= pairs.keys()
    )


def parse_maintenance(out: str) -> tuple[Maintenance, ...]:
    """Read ``scontrol -a show reservation -o``; other reservations than maintenance are left out."""
    found = (dict(_PAIR.findall(line)) for line in out.splitlines())
    return tuple(
        Maintenance(
            pairs["ReservationName"],
            pairs.get("StartTime", ""),
            pairs.get("EndTime", ""),
            pairs.get("Nodes", "").replace("(null)", ""),
        )
        for pairs in found
        if "ReservationName" in pairs and "MAINT" in pairs.get("Flags", "").split(",")
    )


def used(partitions: Iterable[Partition], names: str | None) -> tuple[Partition, ...]:
    """Give the partitions that jobs go to: those named (with commas between), or the default one."""
    wanted = set(names.split(",")) if names else None
    return tuple(p for p in partitions if (p.name in wanted if wanted else p.default))


def _moment(told: str) -> str:
    """Tell a moment in UTC where Slurm tells it in seconds, else as printed."""
    if not told.isdecimal():
        return told or "an unknown moment"
    return f"{datetime.fromtimestamp(int(told), UTC):%Y-%m-%d %H:%M} UTC"
