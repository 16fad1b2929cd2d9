"""How Slurm writes job ids: plain, of arrays, of heterogeneous jobs, of steps, with a cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ID = re.compile(
    r"(?P<number>[1-9][0-9]{0,9})"
    r"(?:_(?P<task>[0-9]+|\[[^\]\s]*\])|\+(?P<component>[0-9]+))?"
    r"(?:\.(?P<step>[A-Za-z0-9_+-]+))?"
    r"(?:;(?P<cluster>[^\s;]+))?"
)


@dataclass(frozen=True)
class SlurmId:
    """A job id taken apart.

    Attributes
    ----------
    number
        Of the job; of the array or of the leader where there is one.
    task
        Of an array: ``4``, or ``[1-9%2]`` for tasks that wait together.
    component
        Of a heterogeneous job.
    step
        ``batch``, ``extern``, ``0``, …
    cluster
        Where sbatch or squeue name it.
    """

    number: str
    task: str | None = None
    component: str | None = None
    step: str | None = None
    cluster: str | None = None


def parse_id(text: str) -> SlurmId | None:
    """Take an id apart; None for what is none.

    Examples
    --------
    >>> parse_id("123_[1-9%2]").task, parse_id("123+0").component, parse_id("123;hpc").cluster
    ('[1-9%2]', '0', 'hpc')
    >>> parse_id("12 jobs") is None
    True
    """
    found = _ID.fullmatch(text)
    return SlurmId(**found.groupdict()) if found else None
