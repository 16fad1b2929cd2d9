"""The check-up of a home, in the order in which a person would ask."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystald.clock import SystemClock
from crystald.doctor import lines, machine, network, places, programs
from crystald.doctor.lines import Line, bad, ok, warn
from crystald.doctor.trials import try_place
from crystald.errors import ConfigError, CrystaldError, NotFoundError, StoreError
from crystald.offline import answer_offline
from crystald.schedulers.local.scheduler import LocalScheduler
from crystald.schedulers.slurm.client import user_name
from crystald.schedulers.slurm.examine import examine
from crystald.settings import CONFIG_FILE, Settings, load_settings, root
from crystald.store.filesystem import Mount, journal_mode, mount_of_directory

HANGS_S = 60.0
"""How long a file system may take before it is said to hang."""

ROOTS = ("state", "workspace", "scratch", "backup")


@dataclass(frozen=True)
class Patient:
    """A home that is looked at.

    Attributes
    ----------
    home
        Absolute.
    settings
        Its settings.
    trial
        Name of the directories that trials are made in, below each root.
    """

    home: Path
    settings: Settings
    trial: str

    @property
    def state(self) -> Path:
        """The state root."""
        return root(self.home, self.settings.roots.state)

    @property
    def slurm(self) -> bool:
        """Whether Slurm gets the jobs."""
        return self.settings.scheduler.kind == "slurm"


def check_up(home: Path, trial: str) -> Iterator[Line]:
    """Look at everything but a compute node; lines come as they are known.

    Parameters
    ----------
    home
        Absolute.
    trial
        Name for directories that are made below each root and removed again.
    """
    yield from machine.look_at_machine(user_name())
    try:
        settings = load_settings(home)
    except ConfigError as error:
        yield bad("settings", error.message, error.hint)
        return
    yield ok("settings", f"{home / CONFIG_FILE} can be read")
    patient = Patient(home, settings, trial)
    yield from _owners(patient)
    for name in ROOTS:
        yield from _within(name, lambda name=name: _root(patient, name))  # type: ignore[misc]
    yield from _daemon(patient)
    yield from programs.look_at_workflows(home)
    yield from programs.look_at_templates(home, settings)
    yield from programs.look_at_programs(settings, os.environ.get("PATH"))
    if patient.slurm:
        steps, poll_s = programs.steps_of(home), settings.scheduler.poll_s
        wanted = settings.queue.max_jobs - settings.queue.reserve
        found = asyncio.run(
            examine(settings.slurm, SystemClock(), os.environ, poll_s, steps, wanted)
        )
        yield from lines.about("slurm", found)
    else:
        local = LocalScheduler(patient.state / "local", settings.scheduler.slots_or_cores())
        for limit in asyncio.run(local.limits()).all:
            yield ok("scheduler", f"the one inside crystald: {limit.words}")


def _owners(patient: Patient) -> Iterator[Line]:
    uid = os.geteuid()
    for path, private in (
        (patient.home, False),
        (patient.home / CONFIG_FILE.parent, False),
        (patient.home / CONFIG_FILE, False),
        (patient.state, True),
    ):
        try:
            yield places.judge_owner("home", places.entry(path), uid, private=private)
        except OSError as error:
            yield bad("home", f"{path}: {error.strerror}", "Is its file system mounted?")


def _root(patient: Patient, name: str) -> list[Line]:
    directory = root(patient.home, getattr(patient.settings.roots, name))
    if not directory.is_dir():
        if name in ("scratch", "backup"):
            return [ok(name, f"{directory} is not there yet; it is made when it is needed")]
        cure = f"Is its file system mounted? For a new home: crystalctl init '{patient.home}'"
        return [bad(name, f"{directory} is not there", cure)]
    mount = mount_of_directory(directory)
    found = list(places.judge_mount(name, mount, slurm=patient.slurm))
    try:
        tried = try_place(directory, patient.trial, journal=_journal(name, mount))
    except OSError as error:
        cure = "Check its rights and its quota, or name another directory in roots."
        return [*found, bad(name, f"nothing can be made in {directory}: {error.strerror}", cure)]
    found += places.judge_trials(name, tried)
    found += places.judge_room(name, places.room(directory))
    return found


def _journal(name: str, mount: Mount) -> str:
    if name != "state":
        return ""
    try:
        return journal_mode(mount)
    except StoreError:
        return "delete"


def _within(topic: str, work: Callable[[], list[Line]]) -> list[Line]:
    """Look at a file system that may hang: no longer than a person would wait."""
    found: list[Line] = []
    trouble: list[OSError] = []

    def look() -> None:
        try:
            found.extend(work())
        except OSError as error:
            trouble.append(error)

    worker = threading.Thread(target=look, daemon=True)
    worker.start()
    worker.join(HANGS_S)
    cure = "Its server may be away; try ls there, then ask the site."
    if worker.is_alive():
        return [bad(topic, f"its file system did not answer within {HANGS_S:.0f} s", cure)]
    return found + [bad(topic, f"cannot be looked at: {error}", cure) for error in trouble]


def _daemon(patient: Patient) -> Iterator[Line]:
    yield network.judge_keys(patient.state)
    found = network.contact(patient.state)
    try:
        recorded = _recorded(patient.home)
    except CrystaldError as error:
        yield bad("daemon", error.message, error.hint)
    else:
        yield network.judge_daemon(found, recorded)
    yield from network.judge_address(found, slurm=patient.slurm)
    if found.alive is None:
        wire = patient.settings.wire
        yield from network.judge_port(wire, network.free_port(wire), network.addresses())
    if (patient.state / "PAUSE").exists():
        cure = f"rm '{patient.state / 'PAUSE'}' to go on."
        yield warn("daemon", "nothing is submitted: the file PAUSE is there", cure)


def _recorded(home: Path) -> Mapping[str, Any] | None:
    """Read who had the home last; None when there is no database yet."""
    try:
        status = answer_offline(home, "status", {})
    except NotFoundError:
        return None
    return status["daemon"] if isinstance(status, dict) else None
