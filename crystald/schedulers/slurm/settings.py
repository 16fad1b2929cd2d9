"""What a site says about its Slurm, in ``config/crystald.yaml``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

Word = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.+@][A-Za-z0-9_.+@,=-]*\Z")]
"""A name as Slurm's administrators give them; nothing that sbatch or a shell would read as more."""

Constraint = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.+&|()*:,\[\]-]+\Z")]
Directive = Annotated[str, msgspec.Meta(pattern=r"^--?[A-Za-z][^\x00-\x1f\x7f]*\Z")]
Program = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]

UNKNOWN_MESSAGE_TIMEOUT_S = 100.0
"""What is assumed of MessageTimeout while the controller has not said: the most that is usual."""

NODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
EXCLUDE: Final = re.compile(r"(?:--exclude(?:=|\s+)|-x\s*)(.*)")


_OPTION: Final = re.compile(r"--[a-z-]+|-[A-Za-z]")
_MEMORY: Final = "a step's memory is memory_mb (for each rank) of its resources"
_OURS: Final = "crystald sets it itself"
_NO_JOB: Final = "sbatch would not hand over a job, or not tell its number"
_NOT_OURS: Final = {
    "--job-name": _OURS,
    "-J": _OURS,
    "--comment": _OURS,
    "--output": _OURS,
    "-o": _OURS,
    "--chdir": _OURS,
    "-D": _OURS,
    "--parsable": _OURS,
    "--wrap": _OURS,
    "--array": "a job runs one calculation",
    "-a": "a job runs one calculation",
    "--clusters": "jobs of other clusters are not looked after",
    "-M": "jobs of other clusters are not looked after",
    "--wait": "sbatch would not come back until the job has ended",
    "-W": "sbatch would not come back until the job has ended",
    "--mem": _MEMORY,
    "--mem-per-gpu": _MEMORY,
    "--quiet": _NO_JOB,
    "-Q": _NO_JOB,
    "--test-only": _NO_JOB,
    "--help": _NO_JOB,
    "-h": _NO_JOB,
    "--usage": _NO_JOB,
    "--version": _NO_JOB,
    "-V": _NO_JOB,
}
"""Options of sbatch that would break a submission, and why."""


def check_directives(directives: Sequence[str]) -> None:
    """Refuse options with which no submission works as it should.

    Raises
    ------
    ValueError
        One of them stands there; it is named, with the reason.

    Examples
    --------
    >>> check_directives(["--exclude=n13", "--mem-per-cpu=4G", "-C intel18"])
    >>> check_directives(["--mem=80G"])
    Traceback (most recent call last):
    ValueError: directives: --mem is not possible: a step's memory is memory_mb (for each rank) of its resources
    """
    for directive in directives:
        found = _OPTION.match(directive)
        if found and (why := _NOT_OURS.get(found[0])):
            raise ValueError(f"directives: {found[0]} is not possible: {why}")


class SlurmSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How this site's Slurm is used.

    Attributes
    ----------
    account, partition, qos, constraint, reservation
        As sbatch takes them; null leaves the site's default.
    directives
        Further options of sbatch, one each (``--exclude=n13``); they become ``#SBATCH`` lines.
    singleton
        Whether Slurm itself keeps jobs of one name apart (``--dependency=singleton``); the claim
        does so in any case.
    cluster
        The name of the cluster (``ClusterName``); null takes what the controller says. Where it
        is given, a controller of another name is not believed.
    sbatch, squeue, scontrol, scancel, sacct
        The commands; a name is looked for on PATH.
    accounting
        Whether sacct may be asked; it is never required.
    answer_s
        How long squeue, scontrol and scancel may take, s.
    accounting_s
        How long sacct may take, s.
    patience_s
        How long a submission is waited for before other work goes on, s; sbatch itself goes on.
    sbatch_s
        How long sbatch may take before it is ended, s; it repeats by itself for 120 s.
    submitters
        How many sbatch run at the same time.
    load_s
        How old the count of all jobs may be when it decides about submitting, s.
    quiet_s
        How long after the death of an sbatch a job of it may still appear, s; null: from the
        controller's MessageTimeout.
    """

    account: Word | None = None
    partition: Word | None = None
    qos: Word | None = None
    constraint: Constraint | None = None
    reservation: Word | None = None
    directives: tuple[Directive, ...] = ()
    singleton: bool = False
    cluster: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+\Z")] | None = None
    sbatch: Program = "sbatch"
    squeue: Program = "squeue"
    scontrol: Program = "scontrol"
    scancel: Program = "scancel"
    sacct: Program = "sacct"
    accounting: bool = True
    answer_s: Seconds = 60.0
    accounting_s: Seconds = 120.0
    patience_s: Seconds = 30.0
    sbatch_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)] = 600.0
    submitters: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    load_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 15.0
    quiet_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)] | None = None

    def __post_init__(self) -> None:
        """Check that the further options leave room for ours."""
        check_directives(self.directives)

    def directive_lines(self, excluded: Sequence[str] = ()) -> tuple[str, ...]:
        """Give the options for the ``#SBATCH`` lines of every script, so that it also works by hand.

        sbatch heeds only the last ``--exclude``: nodes that are left out stand in one, after the
        site's own.

        Parameters
        ----------
        excluded
            Nodes to leave out; what is no name of a node is not taken.

        Examples
        --------
        >>> SlurmSettings(account="chem", directives=("-x n13",)).directive_lines(["n7"])
        ('--account=chem', '--exclude=n13,n7')
        """
        named = ("account", "partition", "qos", "constraint", "reservation")
        given = [(name, getattr(self, name)) for name in named]
        lines = [f"--{name}={_quoted(value)}" for name, value in given if value is not None]
        if self.singleton:
            lines.append("--dependency=singleton")
        nodes = [node for node in excluded if NODE.fullmatch(node)]
        if not nodes:
            return (*lines, *self.directives)
        theirs = [
            found[1].strip() for line in self.directives if (found := EXCLUDE.fullmatch(line))
        ]
        others = [line for line in self.directives if not EXCLUDE.fullmatch(line)]
        return (*lines, *others, f"--exclude={','.join((*theirs, *nodes))}")

    def quiet(self, message_timeout_s: float | None) -> float:
        """Tell the quiet period: what is set, else twice MessageTimeout and more, 180 s at least.

        Examples
        --------
        >>> SlurmSettings().quiet(10.0), SlurmSettings().quiet(100.0)
        (180.0, 260.0)
        """
        if self.quiet_s is not None:
            return self.quiet_s
        timeout_s = UNKNOWN_MESSAGE_TIMEOUT_S if message_timeout_s is None else message_timeout_s
        return max(180.0, 2 * timeout_s + 60.0, timeout_s + 120.0)


def _quoted(value: str) -> str:
    """Quote what sbatch would otherwise read as several words or as a comment."""
    return f'"{value}"' if set(value) & set("&|()*[]") else value
