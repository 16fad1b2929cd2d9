"""A doctor's job: its script, and the judgement of what it saw on a compute node; pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from crystald.doctor.lines import Line, bad, ok, warn
from crystald.workspace.script import slurm_time

MEMORY_MB = 200
LIMIT_S = 300
SKEW_WARN_S = 5.0
SLOW_S = 30.0
BASH = (4, 2)
"""Since when bash knows ``printf %(…)T``, which job scripts use."""

_VERSION = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True)
class NodeOrder:
    """What a doctor's script is made of.

    Attributes
    ----------
    directory
        Its own, absolute.
    name
        Of the job.
    workspace, spool, scratch
        What must be writable, absolute.
    doorbell
        Its command.
    programs
        Words that must be programs.
    addresses, port
        Where the daemon listens; none when it is down.
    environment
        Lines of shell from the site's configuration, taken as they are.
    directives
        Options of sbatch from the site's configuration, taken as they are.
    """

    directory: Path
    name: str
    workspace: Path
    spool: Path
    scratch: Path
    doorbell: tuple[str, ...]
    programs: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    port: int = 0
    environment: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clocks:
    """Four moments, s since 1970: the way to the node and back bounds how far clocks differ.

    Attributes
    ----------
    node_started, here_seen
        When the node wrote its first file, and when it was seen here.
    here_replied, node_seen
        When the answer was written here, and when it was seen there.
    """

    node_started: float
    here_seen: float
    here_replied: float
    node_seen: float

    @property
    def ahead_s(self) -> tuple[float, float]:
        """Least and most seconds by which the node's clock is ahead of ours.

        Examples
        --------
        >>> Clocks(100.0, 101.0, 101.5, 101.75).ahead_s
        (-1.0, 0.25)
        """
        return self.node_started - self.here_seen, self.node_seen - self.here_replied


def node_script(order: NodeOrder) -> str:
    """Write the script; its name and its log are said when it is submitted."""
    quoted = {
        "directory": order.directory,
        "workspace": order.workspace,
        "spool": order.spool,
        "scratch": order.scratch,
        "name": order.name,
        "port": order.port,
    }
    head = [
        "#!/bin/bash",
        "#SBATCH --no-requeue",
        "#SBATCH --export=NONE",
        "#SBATCH --ntasks=1",
        f"#SBATCH --mem-per-cpu={MEMORY_MB}M",
        f"#SBATCH --time={slurm_time(LIMIT_S)}",
        *(f"#SBATCH {directive}" for directive in order.directives),
        *(f"{key}={shlex.quote(str(value))}" for key, value in quoted.items()),
        f"doorbell=({shlex.join(order.doorbell)})",
        f"programs=({shlex.join(order.programs)})",
        f"addresses=({shlex.join(order.addresses)})",
        "site() {",
        *order.environment,
        ":",
        "}",
    ]
    body = files("crystald.doctor").joinpath("node.sh").read_text(encoding="utf-8")
    return "\n".join(head) + "\n" + body


def read_facts(text: str) -> dict[str, str]:
    r"""Read what the job wrote: a name, a tab, a value in each line.

    Examples
    --------
    >>> read_facts("claim\tyes\ntorn")
    {'claim': 'yes'}
    """
    pairs = (line.partition("\t") for line in text.splitlines())
    return {name: value for name, tab, value in pairs if tab}


def read_reply(fact: str | None) -> tuple[float, float] | None:
    """Read when the answer was written here and seen there."""
    try:
        written, seen = map(float, (fact or "").split())
    except ValueError:
        return None
    return written, seen


_CURES: Mapping[str, tuple[str, str]] = {
    "claim": (
        "the claim link",
        "Two jobs could run one calculation: put the workspace on another file system.",
    ),
    "sync": ("sync of a file", "Compute nodes need coreutils 8.24 or newer; tell the site."),
    "spool": ("the spool", "Compute nodes must be able to write roots.state/spool."),
    "workspace": ("the workspace", "Compute nodes must be able to write roots.workspace."),
    "scratch": ("the scratch directory", "Correct roots.scratch, or set scratch= in a line."),
    "trap USR1": ("the signal USR1", "Programs cannot save before the time limit; tell the site."),
    "trap TERM": ("the signal TERM", "A cancelled job cannot save its files; tell the site."),
}
"""fact that must be ``yes`` -> what it is called, and what to do where it is not."""


def judge_node(facts: Mapping[str, str], clocks: Clocks | None) -> Iterator[Line]:
    """Judge what a job saw.

    Parameters
    ----------
    facts
        As written by the job.
    clocks
        None when no answer came through.
    """
    yield ok("node", f"the job ran on {facts.get('host') or 'a host without a name'}")
    yield _judge_bash(facts.get("bash", ""))
    for key, (what, cure) in _CURES.items():
        said = facts.get(key, "nothing was said")
        where = f" ({facts['scratch is']})" if key == "scratch" and "scratch is" in facts else ""
        if said == "yes":
            yield ok("node", f"{what} works{where}")
        else:
            yield bad("node", f"{what}{where}: {said}", cure)
    yield from _judge_clocks(clocks)
    yield from _judge_ports(facts)
    yield from _judge_ring(facts)
    yield from _judge_site(facts)


def _judge_bash(version: str) -> Line:
    found = _VERSION.match(version)
    if found and (int(found[1]), int(found[2])) >= BASH:
        return ok("node", f"bash {version}")
    return bad("node", f"bash is {version or 'unknown'}", "Job scripts need bash 4.2 or newer.")


def _judge_clocks(clocks: Clocks | None) -> Iterator[Line]:
    if clocks is None:
        yield warn(
            "node",
            "a file written here was not seen on the node within a minute",
            "The file system shows changes late; crystald waits, and everything takes longer.",
        )
        return
    least_s, most_s = clocks.ahead_s
    if least_s > SKEW_WARN_S or most_s < -SKEW_WARN_S:
        side, by_s = ("ahead of", least_s) if least_s > 0 else ("behind", -most_s)
        yield warn(
            "node",
            f"its clock is at least {by_s:.1f} s {side} ours",
            "crystald decides nothing by the time of day; tell the site all the same.",
        )
        return
    yield ok("node", f"its clock is between {least_s:+.2f} s and {most_s:+.2f} s from ours")
    took_s = most_s - least_s
    if took_s > SLOW_S:
        text = f"files went there and back in {took_s:.0f} s"
        yield warn("node", text, "The file system shows changes late; everything takes longer.")


def _judge_ports(facts: Mapping[str, str]) -> Iterator[Line]:
    tried = {key.partition(" ")[2]: said for key, said in facts.items() if key.startswith("port ")}
    if not tried:
        yield ok("node", "no port was tried: the daemon is down, or listens on its machine alone")
    elif reached := [ip for ip, said in tried.items() if said == "yes"]:
        yield ok("node", f"the daemon is reached at {', '.join(reached)}")
    else:
        yield warn(
            "node",
            f"the daemon is not reached: {'; '.join(f'{ip}: {t}' for ip, t in tried.items())}",
            "Jobs leave messages in the spool instead, so nothing is lost. A firewall may need "
            "wire.first_port to wire.last_port, or another wire.interface.",
        )


def _judge_ring(facts: Mapping[str, str]) -> Iterator[Line]:
    if "doorbell" in facts:
        yield ok("node", f"the doorbell is rung by {facts['doorbell']}")
    else:
        yield warn(
            "node",
            f"the doorbell cannot be rung: {facts.get('no doorbell', 'nothing was said')}",
            "Install crystald where compute nodes see it; without it messages wait in the spool.",
        )


def _judge_site(facts: Mapping[str, str]) -> Iterator[Line]:
    if "environment" not in facts or facts["environment"] == "ended the shell":
        yield bad(
            "node",
            "the environment lines end the shell",
            "Correct programs.environment in config/crystald.yaml (an exit, or set -e?).",
        )
    kind = facts.get("module", "")
    yield ok("node", f"module is a {kind}" if kind else "there is no module command")
    for key, place in facts.items():
        word = key.removeprefix("program ")
        if word == key:
            continue
        if place:
            yield ok("node", f"{word} is {place}")
        else:
            cure = (
                "Correct programs in config/crystald.yaml, or the modules in its environment lines."
            )
            yield bad("node", f"{word} is not found after the environment lines", cure)
