"""Where things lie: names of directories, relative to the workspace root; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crystald.names import JobId, safe_material, step_directory

OUTPUTS: Final = "workflow_outputs"
"""Holds all runs, below the workspace root; it tells a workspace from a bare mount point."""

OUTPUT: Final = "OUTPUT"
"""The program's standard output, live, in the directory of a start."""

ATTEMPTS: Final = "attempts"
CLAIM: Final = "claim"
CLOSED: Final = "closed"
"""A link that says who closed an attempt: no start of its job runs from then on."""

END: Final = "end.json"
SCRIPT: Final = "job.sh"
MARK: Final = "token"
"""Names the one attempt that a directory belongs to."""

_START = re.compile(r"(?P<number>[0-9]+|[A-Za-z0-9_-]*-[0-9]+-[0-9]+)\.(?P<restart>[0-9]+)")


@dataclass(frozen=True)
class Roots:
    """The absolute roots below which files are written."""

    workspace: Path
    state: Path
    scratch: Path


def run_directory(run_id: str) -> str:
    """Name the directory of a run."""
    return f"{OUTPUTS}/workflow_{run_id}"


def calculation_directory(run_id: str, position: int, step: str, material: str) -> str:
    """Name the directory of a calculation.

    Examples
    --------
    >>> calculation_directory("r1", 2, "SP", "3,4^2T1")
    'workflow_outputs/workflow_r1/step_002_SP/mat_3%2C4%5E2T1'
    """
    step_name = step_directory(position, step)
    return f"{run_directory(run_id)}/{step_name}/mat_{safe_material(material)}"


def attempt_directory(calculation: str, number: int) -> str:
    """Name the directory of an attempt.

    Examples
    --------
    >>> attempt_directory("a/mat_MgO", 1)
    'a/mat_MgO/attempts/01'
    """
    return f"{calculation}/{ATTEMPTS}/{attempt_name(number)}"


def attempt_name(number: int) -> str:
    """Name the directory of an attempt within those of its calculation."""
    return f"{number:02d}"


def output_directory(attempt: str, job: JobId, restart: int) -> str:
    """Name the directory that one start of a job writes into.

    Examples
    --------
    >>> output_directory("a/attempts/01", JobId("local", "17"), 0)
    'a/attempts/01/17.0'
    """
    return f"{attempt}/{job.number}.{restart}"


def start_of(name: str) -> tuple[str, int] | None:
    """Read job number and restart count out of the name of a start's directory; None for others.

    A scheduler numbers its jobs; a script that a person runs is named by host, process and the
    moment it began. Files of the deck (``fort.34``) have no such name.

    Examples
    --------
    >>> start_of("17.0"), start_of("login-1-77-1700000000.0"), start_of("fort.34")
    (('17', 0), ('login-1-77-1700000000', 0), None)
    """
    found = _START.fullmatch(name)
    return (found["number"], int(found["restart"])) if found else None
