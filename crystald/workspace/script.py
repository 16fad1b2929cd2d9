"""Render job scripts: every value is quoted for the shell, whatever it holds."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from crystald.errors import ConfigError
from crystald.models import LeftFile, Resources
from crystald.names import CONTROL, Token

STOP_S = 60
"""Most seconds that a program gets between TERM and KILL, so that its files can be saved whole."""

TERM_S = 20
"""The same where the scheduler ends the job: the rest of its grace is for saving."""

GRACE_S = 30.0
"""The grace that is usual."""


@dataclass(frozen=True)
class ScriptOrder:
    """What a job script is made of.

    Attributes
    ----------
    program
        Which template: ``crystal`` or ``properties``.
    program_argv
        The program's command, word by word.
    attempt, spool, scratch
        Absolute directories.
    deck
        Name of the deck in the attempt's directory.
    takes
        Files to stage in: source, name in the scratch directory, bytes.
    leaves
        Files to stage out.
    ring_argv
        The command of the doorbell; empty for none.
    environment
        Lines of shell from the site's configuration, taken as they are.
    directives
        Further ``#SBATCH`` options from the site's configuration, taken as they are.
    grace_s
        How long the job lives after its scheduler has told it to end.
    """

    material: str
    step: str
    program: Literal["crystal", "properties"]
    program_argv: tuple[str, ...]
    token: Token
    name: str
    attempt: Path
    spool: Path
    scratch: Path
    deck: str
    takes: tuple[tuple[Path, str, int], ...]
    leaves: tuple[LeftFile, ...]
    resources: Resources
    ring_argv: tuple[str, ...]
    endpoint: Path
    ring_key: Path
    environment: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()
    grace_s: float = GRACE_S


class _Verbatim(str):
    """A line of the site's own configuration: shell on purpose."""

    __slots__ = ()


def _quoted(value: object) -> str:
    """Quote a value for the shell; no quotes hold a line break in a comment such as ``#SBATCH``."""
    if isinstance(value, _Verbatim):
        return str(value)
    if found := CONTROL.search(str(value)):
        raise ConfigError(
            f"the job script would hold the control character {found[0]!r} of {str(value)!r}",
            "Rename the file or the directory.",
        )
    return shlex.quote(str(value))


def render_script(order: ScriptOrder, templates: Path) -> str:
    """Render the script of an attempt.

    Parameters
    ----------
    order
        What it is made of.
    templates
        Directory of the home's templates.

    Raises
    ------
    ConfigError
        A template is missing or wrong, or a value holds a control character.
    """
    if any("\n" in line or "\r" in line for line in (*order.environment, *order.directives)):
        raise ConfigError(
            "a line of the site's environment or directives holds a line break",
            "Write one list entry per line in config/crystald.yaml.",
        )
    name = f"{order.program}.sh.j2"
    try:
        return _environment(templates).get_template(name).render(_values(order))
    except TemplateError as error:
        raise ConfigError(
            f"{templates / name}: {error}", "Compare it with the shipped template of that name."
        ) from error


@lru_cache(maxsize=4)
def _environment(templates: Path) -> ImmutableSandboxedEnvironment:
    """Give the environment of a directory; it keeps a template compiled until its file changes."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        finalize=_quoted,
        autoescape=False,
        keep_trailing_newline=True,
    )


def _values(order: ScriptOrder) -> dict[str, object]:
    limit_s, lead_s = order.resources.time_limit_s, order.resources.lead_s
    return {
        "material": order.material,
        "step": order.step,
        "name": order.name,
        "token": order.token,
        "program_argv": order.program_argv,
        "attempt": order.attempt,
        "spool": order.spool,
        "scratch": order.scratch,
        "deck": order.deck,
        "takes": order.takes,
        "leaves": order.leaves,
        "ranks": order.resources.ranks,
        "memory_mb": order.resources.memory_mb,
        "time_limit": slurm_time(limit_s) if limit_s else "",
        # sbatch expands % in the whole of it
        "log": f"{str(order.attempt).replace('%', '%%')}/slurm-%j.log",
        "lead_s": lead_s,
        "term_s": min(TERM_S, max(1, int(order.grace_s) // 2)),
        "stop_s": min(STOP_S, max(1, lead_s // 2)) if lead_s else STOP_S,
        "ring_argv": order.ring_argv,
        "endpoint": order.endpoint,
        "ring_key": order.ring_key,
        "environment": tuple(map(_Verbatim, order.environment)),
        "directives": tuple(map(_Verbatim, order.directives)),
    }


def slurm_time(seconds: int) -> str:
    """Write a time limit as Slurm reads it, rounded up to minutes.

    Examples
    --------
    >>> slurm_time(7 * 86400), slurm_time(90)
    ('7-00:00:00', '0-00:02:00')
    """
    minutes = -(-seconds // 60)
    days, rest = divmod(minutes, 1440)
    return f"{days}-{rest // 60:02d}:{rest % 60:02d}:00"
