"""Start Slurm's commands that only ask (or cancel), each with a limit on time and size."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crystald.clock import Clock

ANSWER_BYTES_MAX = 64 * 2**20
REAP_S = 5.0
"""How long a killed command is waited for; one that hangs in the kernel is left to itself."""

_SCRUBBED = re.compile(r"(SBATCH|SLURM|SLURMD|SQUEUE|SACCT|SCONTROL|SCANCEL|SPRIO|XDG|DBUS)_")
_KEPT = frozenset({"SLURM_CONF"})


@dataclass(frozen=True)
class Ran:
    """How a command ended.

    Attributes
    ----------
    code
        Its exit code; None when it did not end in time, or could not be started.
    out, err
        What it printed.
    took_s
        How long it took.
    """

    code: int | None
    out: bytes
    err: bytes
    took_s: float

    @property
    def said(self) -> str:
        """The last line of its complaints, for people."""
        lines = [line for line in self.err.decode(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""


class Run(Protocol):
    """Runs a command to its end."""

    async def __call__(self, argv: Sequence[str], timeout_s: float) -> Ran:
        """Run it; whatever goes wrong is an answer without an exit code."""


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of Slurm's commands: ours without what would change their defaults.

    ``SBATCH_*`` variables override the script's own lines, ``SQUEUE_*`` change formats. Which
    configuration to read (``SLURM_CONF``) stays a matter of the site.

    Examples
    --------
    >>> sorted(environment({"SBATCH_QOS": "x", "SLURM_CONF": "/c", "HOME": "/h"}))
    ['HOME', 'LANG', 'LC_ALL', 'SLURM_CONF', 'SLURM_TIME_FORMAT']
    """
    kept = {k: v for k, v in ours.items() if k in _KEPT or not _SCRUBBED.match(k)}
    return {**kept, "LC_ALL": "C", "LANG": "C", "SLURM_TIME_FORMAT": "%s"}


class Commands:
    """Runs commands as children in sessions of their own.

    Parameters
    ----------
    clock
        Measures how long they take.
    environ
        Their environment (see :func:`environment`).
    """

    def __init__(self, clock: Clock, environ: Mapping[str, str]) -> None:
        self._clock = clock
        self._environ = dict(environ)

    async def __call__(self, argv: Sequence[str], timeout_s: float) -> Ran:
        """Run a command; it is killed with all that it started when the time is up."""
        began_s = self._clock.boottime_s()
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                env=self._environ,
            )
        except (OSError, ValueError) as error:
            return Ran(None, b"", f"{argv[0]} cannot be started: {error}".encode(), 0.0)
        code, out, err = await _finish(process, argv[0], timeout_s)
        return Ran(code, out, err, self._clock.boottime_s() - began_s)


async def _finish(
    process: asyncio.subprocess.Process, name: str, timeout_s: float
) -> tuple[int | None, bytes, bytes]:
    assert process.stdout is not None  # noqa: S101 (both are pipes)
    assert process.stderr is not None  # noqa: S101
    try:
        async with asyncio.timeout(timeout_s):
            out, err = await asyncio.gather(_read(process.stdout), _read(process.stderr))
            return await process.wait(), out, err
    except TimeoutError:
        return None, b"", f"{name} did not answer within {timeout_s:.0f} s".encode()
    except OverflowError:
        return None, b"", f"{name} printed more than {ANSWER_BYTES_MAX} bytes".encode()
    finally:
        await _end(process)


async def _read(stream: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := await stream.read(2**16):
        size += len(part)
        if size > ANSWER_BYTES_MAX:
            raise OverflowError
        parts.append(part)
    return b"".join(parts)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill what is left of a command, also when the one who waited was cancelled."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(REAP_S):
            await process.wait()
