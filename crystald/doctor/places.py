"""The roots of a home: whose they are, what they lie on, what works there, how much room is left."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crystald.doctor.lines import Line, bad, ok, warn
from crystald.doctor.trials import Tried
from crystald.errors import StoreError
from crystald.store.filesystem import Mount, journal_mode

PARALLEL = {
    "lustre": "Lustre",
    "gpfs": "GPFS",
    "beegfs": "BeeGFS",
    "fhgfs": "BeeGFS",
    "ceph": "CephFS",
    "panfs": "PanFS",
}
"""Types of mounts whose names people know better."""

FREE_MB = {"bad": 50, "warn": 2000}
FREE_FILES = {"bad": 100, "warn": 10_000}
SKEW_WARN_S = 2.0
SLOW_S = 5.0

NEEDED_IN_STATE = frozenset({"flock", "fcntl lock"})
"""Trials that matter where the database and the locks lie, and nowhere else."""


@dataclass(frozen=True)
class Entry:
    """Who owns a file or directory, and its mode."""

    path: Path
    uid: int
    mode: int


@dataclass(frozen=True)
class Room:
    """What is left: megabytes, and files (None where the file system does not count them)."""

    free_mb: float
    free_files: int | None


def entry(path: Path) -> Entry:
    """Look at a path.

    Raises
    ------
    OSError
        It is not there.
    """
    found = path.stat()
    return Entry(path, found.st_uid, stat.S_IMODE(found.st_mode))


def room(path: Path) -> Room:
    """Ask how much is left for this user."""
    found = os.statvfs(path)
    files = found.f_favail if found.f_files else None
    return Room(found.f_bavail * found.f_frsize / 1e6, files)


def judge_owner(topic: str, found: Entry, uid: int, *, private: bool) -> Line:
    """Judge who may read and write a part of the home.

    Parameters
    ----------
    private
        Whether others may not even look.
    """
    if found.uid != uid:
        return bad(
            topic,
            f"{found.path} belongs to user {found.uid}, not to you (user {uid})",
            "Use a home of your own: its settings are commands that run as you.",
        )
    others = found.mode & (0o077 if private else 0o022)
    if others:
        cure = f"chmod {'700' if private else 'go-w'} '{found.path}'"
        return bad(topic, f"{found.path} is open to others (mode {found.mode:03o})", cure)
    return ok(topic, f"{found.path} is yours (mode {found.mode:03o})")


def kind_of(mount: Mount) -> str:
    """Name a file system for people.

    Examples
    --------
    >>> kind_of(Mount("/scratch", "lustre", frozenset())), kind_of(Mount("/", "ext4", frozenset()))
    ('Lustre', 'ext4')
    """
    return PARALLEL.get(mount.type, mount.type)


def judge_mount(topic: str, mount: Mount, *, slurm: bool) -> Iterator[Line]:
    """Judge what a root lies on.

    Parameters
    ----------
    topic
        ``state``, ``workspace`` or ``scratch``.
    slurm
        Whether jobs run on other machines.
    """
    options = ", ".join(sorted(mount.options & SHOWN)) or "no options that matter"
    text = f"on {kind_of(mount)} at {mount.point} ({options})"
    if "ro" in mount.options:
        yield bad(topic, f"{text}: read-only", "Name another directory in roots.")
    elif mount.type in ("tmpfs", "ramfs") and topic != "scratch":
        yield warn(topic, f"{text}: in memory, gone after a reboot", "Put it on a disk.")
    elif slurm and mount.local and topic != "scratch":
        yield warn(
            topic,
            f"{text}: this machine's own disk",
            "Compute nodes must see it under the same path; crystalctl doctor --job tells.",
        )
    else:
        yield ok(topic, text)
    if topic == "scratch" and "noexec" in mount.options:
        yield warn(
            topic,
            f"{mount.point} is mounted noexec: nothing that lies there can be started",
            "Keep programs and scripts elsewhere; data are fine.",
        )
    if topic == "state":
        yield from _journal(mount)


SHOWN = frozenset(
    {"ro", "rw", "noexec", "relatime", "noatime", "strictatime", "sync", "hard", "soft", "nolock",
     "local_lock=all", "local_lock=posix", "local_lock=flock", "local_lock=none", "flock",
     "localflock", "noac", "lookupcache=none"}
)  # fmt: skip
"""Options of a mount that are told."""


def _journal(mount: Mount) -> Iterator[Line]:
    try:
        mode = journal_mode(mount)
    except StoreError as error:
        yield bad("state", error.message, error.hint)
        return
    yield ok("state", f"the database keeps a journal of the kind {mode}")
    if "soft" in mount.options:
        yield warn(
            "state",
            f"{mount.point} is mounted soft: a slow server becomes an error, data may be lost",
            "Ask for a hard mount, or put roots.state elsewhere.",
        )


def judge_trials(topic: str, tried: Tried) -> Iterator[Line]:
    """Judge what was tried in a root."""
    for name, text in tried.failures.items():
        if name in NEEDED_IN_STATE and topic != "state":
            continue
        yield bad(
            topic,
            f"{name} does not work: {text}",
            f"Name a directory on another file system in roots.{topic}.",
        )
    well = [name for name in tried.names if name not in tried.failures]
    if well:
        yield ok(topic, f"works: {', '.join(well)} ({tried.took_s * 1000:.0f} ms in all)")
    if tried.took_s > SLOW_S:
        yield warn(
            topic,
            f"the trials took {tried.took_s:.0f} s",
            "The file system is slow now; crystald waits for it, and so do you.",
        )
    if tried.skew_s is not None and abs(tried.skew_s) > SKEW_WARN_S:
        side = "ahead of" if tried.skew_s > 0 else "behind"
        yield warn(
            topic,
            f"its clock is {abs(tried.skew_s):.1f} s {side} this machine's",
            "crystald does not decide by file times; programs such as make do. Tell the site.",
        )


def judge_room(topic: str, found: Room) -> Iterator[Line]:
    """Judge how much room is left."""
    amounts = (
        (found.free_mb, FREE_MB, f"{found.free_mb / 1000:.1f} GB are free"),
        (found.free_files, FREE_FILES, f"{found.free_files} more files can be made"),
    )
    for amount, least, text in amounts:
        if amount is None:
            continue
        if amount < least["bad"]:
            yield bad(topic, text, "Make room; submitting stops while there is none.")
        elif amount < least["warn"]:
            yield warn(topic, text, "Make room soon.")
        else:
            yield ok(topic, text)
