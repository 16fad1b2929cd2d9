"""The machine and the installation: Python, packages, limits, clock, and who outlives a session."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata

from crystald.doctor.lines import Line, bad, ok, warn

PYTHON = (3, 11)
OPEN_FILES = 1024
PROCESSES = 200
ASK_S = 15.0

_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)>=(?P<least>[0-9.]+)$")
_NUMBER = re.compile(r"\d+")

Ask = Callable[[Sequence[str]], "str | None"]
"""Runs a command; gives what it printed, None when it is absent, failed or hung."""


@dataclass(frozen=True)
class Limits:
    """Limits of this session; None for none.

    Attributes
    ----------
    open_files, processes
        How many.
    cpu_s
        Seconds of processor time after which a process is ended.
    """

    open_files: int | None
    processes: int | None
    cpu_s: int | None


def ask(words: Sequence[str]) -> str | None:
    """Run a command that only looks."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=ASK_S, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def judge_python(version: tuple[int, ...], executable: str) -> Line:
    """Judge the interpreter."""
    text = f"{'.'.join(map(str, version[:3]))} ({executable})"
    if version[:2] < PYTHON:
        return bad("python", text, "3.11 or newer is needed; a module may bring one.")
    return ok("python", text)


def packages() -> dict[str, tuple[str, str | None]]:
    """Give name -> (least version, version found) of all that crystald needs."""
    found: dict[str, tuple[str, str | None]] = {}
    for text in metadata.requires("crystald") or ():
        if match := _REQUIREMENT.match(text.replace(" ", "")):
            found[match["name"]] = (match["least"], _version(match["name"]))
    return found


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def judge_packages(found: Mapping[str, tuple[str, str | None]]) -> Iterator[Line]:
    """Judge the packages.

    Examples
    --------
    >>> [line.text for line in judge_packages({"zmq": ("27", "26.4.1"), "click": ("8.2", "8.10")})]
    ['zmq is 26.4.1, 27 or newer is needed', '1 packages are there']
    """
    well = 0
    for name, (least, version) in sorted(found.items()):
        if version is None or _numbers(version) < _numbers(least):
            text = f"{name} is {version or 'not there'}, {least} or newer is needed"
            yield bad("packages", text, "Install crystald again, into an environment of its own.")
        else:
            well += 1
    yield ok("packages", f"{well} packages are there")


def _numbers(version: str) -> list[int]:
    return [int(found[0]) for part in version.split(".") if (found := _NUMBER.match(part))]


def limits() -> Limits:
    """Ask for the limits of this session."""

    def soft(which: int) -> int | None:
        value = resource.getrlimit(which)[0]
        return None if value == resource.RLIM_INFINITY else value

    kinds = (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_CPU)
    return Limits(*map(soft, kinds))


def judge_limits(found: Limits) -> Iterator[Line]:
    """Judge the limits of this session."""
    if found.open_files is not None and found.open_files < OPEN_FILES:
        yield warn(
            "limits",
            f"{found.open_files} files may be open",
            f"Each connection of a job is one: ulimit -n {OPEN_FILES} before crystalctl up.",
        )
    if found.processes is not None and found.processes < PROCESSES:
        yield warn(
            "limits",
            f"{found.processes} processes and threads may be started",
            "All of yours on this machine count; ask the site, or use another login node.",
        )
    if found.cpu_s is not None:
        yield warn(
            "limits",
            f"a process is ended after {found.cpu_s} s of processor time",
            "A daemon uses little, but for weeks: see crystalctl service cron.",
        )
    many = "any number of" if found.open_files is None else found.open_files
    yield ok("limits", f"{many} files may be open")


def judge_clock(timedatectl: str | None) -> Line:
    """Judge what ``timedatectl show`` printed."""
    if timedatectl is None or "NTPSynchronized=" not in timedatectl:
        return ok("clock", "nobody here tells whether it is synchronised (timedatectl)")
    if "NTPSynchronized=yes" in timedatectl:
        return ok("clock", "synchronised")
    return warn(
        "clock",
        "not synchronised",
        "crystald decides nothing by the time of day; people and Slurm do. Tell the site.",
    )


def judge_sessions(user: str, shown_user: str | None, shown_manager: str | None) -> Iterator[Line]:
    """Judge what logind says of processes that outlive a session.

    Parameters
    ----------
    shown_user
        What ``loginctl show-user USER`` printed.
    shown_manager
        What ``loginctl show-user`` printed: properties of logind itself (loginctl(1)).
    """
    lingers = "Linger=yes" in (shown_user or "").split()
    if shown_manager is None:
        yield ok("sessions", "logind does not answer here: nothing is known of lingering")
        return
    if lingers:
        yield ok("sessions", "lingering is on: services outlive your sessions")
    else:
        yield warn(
            "sessions",
            "lingering is off: a service ends with your last session",
            f"loginctl enable-linger {user}; where that is refused see docs/service.md.",
        )
    if "KillUserProcesses=yes" in shown_manager.split() and not lingers:
        yield warn(
            "sessions",
            "this machine ends all that you started when you log out (KillUserProcesses)",
            "crystalctl up does not last here: use the service with lingering, or cron.",
        )


def look_at_machine(user: str) -> Iterator[Line]:
    """Gather and judge all of this."""
    yield judge_python(sys.version_info[:3], sys.executable)
    yield from judge_packages(packages())
    yield from judge_limits(limits())
    yield judge_clock(ask(["timedatectl", "show"]))
    yield from judge_sessions(
        user, ask(["loginctl", "show-user", user]), ask(["loginctl", "show-user"])
    )
    yield ok("machine", f"{os.uname().nodename}, Linux {os.uname().release}")
