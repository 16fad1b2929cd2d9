"""Look at a site's Slurm as the scheduler would use it: what works, what does not, what to do."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crystald.clock import Clock
from crystald.models import Resources
from crystald.schedulers.slurm import availability, limits
from crystald.schedulers.slurm.availability import Partition
from crystald.schedulers.slurm.client import SlurmClient, user_name
from crystald.schedulers.slurm.commands import Commands, environment
from crystald.schedulers.slurm.probe import LOOK_LEAST_S, Capabilities
from crystald.schedulers.slurm.settings import SlurmSettings

NEEDED = ("sbatch", "squeue", "scontrol", "scancel")


class Grade(StrEnum):
    """How good a finding is."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes
    ----------
    cure
        What to do about it; empty where nothing is to be done.
    """

    grade: Grade
    text: str
    cure: str = ""


NO_STEPS: Mapping[str, Resources] = {}

SHORT_S = 15.0
"""A KillWait below this leaves little time for saving."""


async def examine(
    settings: SlurmSettings,
    clock: Clock,
    environ: Mapping[str, str],
    poll_s: float,
    steps: Mapping[str, Resources] = NO_STEPS,
    wanted: int = 0,
) -> tuple[Finding, ...]:
    """Ask each command once and judge the answers; nothing is submitted.

    Parameters
    ----------
    settings
        The site's.
    clock
        Tells how long answers take.
    environ
        The environment that the daemon will have.
    poll_s
        How often the queue is looked at, s.
    steps
        Step type -> what its jobs ask for, to be compared with what is granted.
    wanted
        How many jobs the daemon would keep in the queue.
    """
    client = SlurmClient(settings, Commands(clock, environment(environ)), clock, user_name())
    found = [*_programs(settings, environ)]
    config = await client.config()
    if config is None:
        cure = "Is this a login node of the cluster, and is its controller up? Try: scontrol ping"
        return (*found, Finding(Grade.BAD, _trouble(client), cure))
    found += _controller(config, settings, poll_s)
    found += [finding async for finding in _granted(settings, client, steps, wanted)]
    found += [finding async for finding in _announced(client)]
    jobs = await client.queue(knows_me=config.knows_me)
    if jobs is None:
        cure = "Give the real squeue in slurm.squeue: a site's wrapper may print something else."
        found.append(Finding(Grade.BAD, _trouble(client), cure))
    else:
        found.append(Finding(Grade.OK, f"squeue shows {len(jobs)} jobs of yours"))
    found.append(await _accounting(settings, client, config))
    return tuple(found)


async def _granted(
    settings: SlurmSettings, client: SlurmClient, steps: Mapping[str, Resources], wanted: int
) -> AsyncIterator[Finding]:
    """Tell of the partitions and limits, and of steps that ask for more."""
    granted = await limits.ask(client, settings, user_name())
    there = [partition.name for partition in granted.listed]
    for name in (settings.partition or "").split(","):
        if there and name and name not in there:
            cure = f"Correct slurm.partition; there are {', '.join(there)}."
            yield Finding(Grade.BAD, f"there is no partition {name}", cure)
    for grant in granted.grants:
        yield Finding(Grade.OK, grant.words)
    most = granted.limits.submitted
    if most is not None and most < wanted:
        text = f"{most} jobs of ours are kept in the queue, not {wanted}: no more are taken"
        yield Finding(Grade.OK, text)
    for partition in granted.partitions:
        yield _partition(partition)
        for text in limits.exceeded(partition, granted.grants, steps):
            cure = "Ask for less in config/workflows.yaml, or choose another slurm.partition."
            yield Finding(Grade.WARN, text, cure)


def _partition(partition: Partition) -> Finding:
    if partition.words:
        cure = "Jobs wait until an administrator opens it; slurm.partition chooses another."
        return Finding(Grade.WARN, partition.words, cure)
    told = limits.words_of(partition)
    return Finding(Grade.OK, f"the partition {partition.name} is up{told and f': {told}'}")


async def _announced(client: SlurmClient) -> AsyncIterator[Finding]:
    """Tell of maintenance."""
    announced = await client.listing(availability.RESERVATIONS) or ""
    for maintenance in availability.parse_maintenance(announced):
        cure = "Jobs that would run into it start afterwards; shorter time limits may fit before."
        yield Finding(Grade.WARN, maintenance.words, cure)


def _trouble(client: SlurmClient) -> str:
    trouble = client.controller.trouble
    return trouble.text if trouble else "the controller does not answer"


def _programs(settings: SlurmSettings, environ: Mapping[str, str]) -> Iterator[Finding]:
    for name in NEEDED:
        command = getattr(settings, name)
        place = shutil.which(command, path=environ.get("PATH"))
        if place is None:
            cure = f"Give its whole path in slurm.{name}, or load the module that brings it."
            yield Finding(Grade.BAD, f"{command} is not on the PATH", cure)
        else:
            yield Finding(Grade.OK, f"{name}: {place}")


def _controller(config: Capabilities, settings: SlurmSettings, poll_s: float) -> Iterator[Finding]:
    yield Finding(Grade.OK, f"cluster {config.cluster}, Slurm {config.version or '(no version)'}")
    if settings.cluster not in (None, config.cluster):
        yield Finding(
            Grade.BAD,
            f"slurm.cluster is {settings.cluster}, but the controller is that of {config.cluster}",
            "Correct slurm.cluster, or SLURM_CONF; nothing is concluded until they agree.",
        )
    yield from _memory_of_jobs(config, poll_s)
    yield from _ways(config)
    if config.rate_limited:
        yield Finding(Grade.OK, "the controller limits how often each user may ask (rl_enable)")
    quiet_s = settings.quiet(config.message_timeout_s)
    yield Finding(
        Grade.OK, f"a submission without a trace is given up {quiet_s:.0f} s after its sbatch died"
    )


def _memory_of_jobs(config: Capabilities, poll_s: float) -> Iterator[Finding]:
    age_s, look_s = config.min_job_age_s, config.look_s
    if age_s is None or look_s is None:
        return
    if age_s == 0:
        yield Finding(Grade.OK, "the controller never forgets jobs that have ended (MinJobAge 0)")
        return
    text = f"the controller forgets jobs {age_s:.0f} s after their end (MinJobAge)"
    if age_s < 2 * min(poll_s, look_s):
        cure = (
            f"Ask the administrator for {2 * LOOK_LEAST_S:.0f} s or more. Jobs whose end is missed"
            " are asked for one by one, a minute later."
        )
        yield Finding(Grade.WARN, text, cure)
        return
    told = f"; the queue is looked at every {look_s:.0f} s therefore" if look_s < poll_s else ""
    yield Finding(Grade.OK, text + told)


def _ways(config: Capabilities) -> Iterator[Finding]:
    """Tell how it is set up otherwise, as far as it says so."""
    whose = "--me" if config.knows_me else "--user, for it is too old for --me"
    yield Finding(Grade.OK, f"squeue is asked with {whose}")
    if config.message_timeout_s is not None:
        text = f"its commands wait {config.message_timeout_s:.0f} s for an answer (MessageTimeout)"
        yield Finding(Grade.OK, text)
    if config.max_jobs is not None:
        yield Finding(Grade.OK, f"it holds {config.max_jobs} jobs of all users (MaxJobCount)")
    does = "are put back" if config.requeues else "are not put back"
    text = f"jobs {does} after the loss of a node (JobRequeue); ours ask not to be"
    yield Finding(Grade.OK, text)
    yield from _grace(config.kill_wait_s)


def _grace(kill_wait_s: float | None) -> Iterator[Finding]:
    if kill_wait_s is None:
        return
    text = f"a job lives {kill_wait_s:.0f} s after it was told to end (KillWait)"
    if kill_wait_s >= SHORT_S:
        yield Finding(Grade.OK, text)
        return
    cure = (
        "A cancelled job may lose large files; at its time limit it is told long before. Ask the"
        " administrator for more."
    )
    yield Finding(Grade.WARN, text, cure)


async def _accounting(
    settings: SlurmSettings, client: SlurmClient, config: Capabilities
) -> Finding:
    if not (settings.accounting and config.accounting):
        return Finding(
            Grade.OK, "no accounting: how a forgotten job ended is told by its own files alone"
        )
    answer = await client.accounted(numbers=["1"])
    if answer is None:
        trouble = client.accounting.trouble
        return Finding(
            Grade.WARN,
            f"sacct does not answer: {trouble.text if trouble else 'nothing was said'}",
            "It is not needed; slurm.accounting: false keeps it from being asked.",
        )
    kept = "names and comments" if config.comments else "names"
    return Finding(Grade.OK, f"sacct answers ({kept} are kept, {client.since} is asked for)")
