"""Look at a site's Slurm as the scheduler would use it: what works, what does not, what to do."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crystald.clock import Clock
from crystald.schedulers.slurm import availability
from crystald.schedulers.slurm.client import SINCE, SlurmClient, user_name
from crystald.schedulers.slurm.commands import Commands, environment
from crystald.schedulers.slurm.probe import Capabilities
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


async def examine(
    settings: SlurmSettings, clock: Clock, environ: Mapping[str, str], poll_s: float
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
    """
    client = SlurmClient(settings, Commands(clock, environment(environ)), clock, user_name())
    found = [*_programs(settings, environ)]
    config = await client.config()
    if config is None:
        cure = "Is this a login node of the cluster, and is its controller up? Try: scontrol ping"
        return (*found, Finding(Grade.BAD, _trouble(client), cure))
    found += _controller(config, settings, poll_s)
    found += [finding async for finding in _closed(settings, client)]
    jobs = await client.queue(knows_me=config.knows_me)
    if jobs is None:
        cure = "Give the real squeue in slurm.squeue: a site's wrapper may print something else."
        found.append(Finding(Grade.BAD, _trouble(client), cure))
    else:
        found.append(Finding(Grade.OK, f"squeue shows {len(jobs)} jobs of yours"))
    found.append(await _accounting(settings, client, config))
    return tuple(found)


async def _closed(settings: SlurmSettings, client: SlurmClient) -> AsyncIterator[Finding]:
    """Tell of partitions that are not up, and of maintenance."""
    listed = availability.parse_partitions(await client.listing(availability.PARTITIONS) or "")
    partitions = availability.used(listed, settings.partition)
    if listed and settings.partition and not partitions:
        names = ", ".join(partition.name for partition in listed)
        cure = f"Correct slurm.partition; there are {names}."
        yield Finding(Grade.BAD, f"there is no partition {settings.partition}", cure)
    for partition in partitions:
        if partition.words:
            cure = "Jobs wait until an administrator opens it; slurm.partition chooses another."
            yield Finding(Grade.WARN, partition.words, cure)
        else:
            yield Finding(Grade.OK, f"the partition {partition.name} is up")
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
    age_s = config.min_job_age_s
    if age_s is not None and age_s < 2 * poll_s:
        yield Finding(
            Grade.WARN,
            f"the controller forgets jobs {age_s:.0f} s after their end (MinJobAge)",
            f"Set scheduler.poll_s to {max(1.0, age_s / 2):.0f} or less; jobs that are missed are "
            "asked for one by one.",
        )
    if config.rate_limited:
        yield Finding(Grade.OK, "the controller limits how often each user may ask (rl_enable)")
    quiet_s = settings.quiet(config.message_timeout_s)
    yield Finding(
        Grade.OK, f"a submission without a trace is given up {quiet_s:.0f} s after its sbatch died"
    )


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
    return Finding(Grade.OK, f"sacct answers ({kept} are kept, {SINCE} is asked for)")
