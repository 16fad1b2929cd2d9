"""Start Slurm's commands that only ask (or cancel), each with a limit on time and size."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crystald.clock import Clock

ANSWER_BYTES_MAX = 64 * 2**20
REAP_S = 5.0
"""How long a killed command is waited for; one that hangs in the kernel is left to itself."""

_SCRUBBED = re.compile(r"(SBATCH|SLURM|SLURMD|SQUEUE|SACCT|SCONTROL|SCANCEL|SPRIO|XDG|DBUS)_")
_KEPT = frozenset({"SLURM_CONF", "SLURM_JWT"})


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


Sieve = Callable[[bytes], bytes]
"""Keeps what counts of some whole lines."""


class Run(Protocol):
    """Runs a command to its end."""

    async def __call__(
        self, argv: Sequence[str], timeout_s: float, sieve: Sieve | None = None
    ) -> Ran:
        """Run it; whatever goes wrong is an answer without an exit code.

        Parameters
        ----------
        argv
            The command and its arguments.
        timeout_s
            How long it may take, s.
        sieve
            What is kept of its answer, as it comes; None keeps all.
        """


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

    async def __call__(
        self, argv: Sequence[str], timeout_s: float, sieve: Sieve | None = None
    ) -> Ran:
        """Run a command; it is killed with all that it started when the time is up."""
        began_s = self._clock.boottime_s()
        listener = _Listener(sieve)
        try:
            transport, _ = await asyncio.get_running_loop().subprocess_exec(
                lambda: listener,
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
                env=self._environ,
            )
        except (OSError, ValueError) as error:
            return Ran(None, b"", f"{argv[0]} cannot be started: {error}".encode(), 0.0)
        trouble = ""
        try:
            async with asyncio.timeout(timeout_s):
                await listener.ended.wait()
        except TimeoutError:
            trouble = f"{argv[0]} did not answer within {timeout_s:.0f} s"
        finally:
            await _end(transport, listener)
        if listener.flooded:
            trouble = f"{argv[0]} printed more than {ANSWER_BYTES_MAX} bytes"
        took_s = self._clock.boottime_s() - began_s
        if trouble:
            return Ran(None, b"", trouble.encode(), took_s)
        return Ran(transport.get_returncode(), listener.answer(), bytes(listener.err), took_s)


class _Listener(asyncio.SubprocessProtocol):
    """Collects what a command prints, until it has ended, or printed too much."""

    def __init__(self, sieve: Sieve | None = None) -> None:
        self.out, self.err = bytearray(), bytearray()
        self._sieve = sieve
        self._line = bytearray()
        self.ended = asyncio.Event()
        self.exited = asyncio.Event()
        self.flooded = False

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep what was printed."""
        if self.flooded:
            return
        if fd != 1:
            self.err.extend(data)
        elif self._sieve is None:
            self.out.extend(data)
        else:
            self._sift(self._sieve, data)
        if len(self.out) + len(self.err) + len(self._line) > ANSWER_BYTES_MAX:
            self.flooded = True
            for kept in (self.out, self.err, self._line):
                kept.clear()
            self.ended.set()

    def _sift(self, sieve: Sieve, data: bytes) -> None:
        """Keep what counts of the lines that are whole by now."""
        cut = data.rfind(b"\n") + 1
        if cut:
            self.out.extend(sieve(bytes(self._line) + data[:cut]))
            self._line.clear()
        self._line.extend(data[cut:])

    def answer(self) -> bytes:
        """Give what was printed, or kept of it; a torn last line stays torn."""
        return bytes(self.out + self._line)

    def process_exited(self) -> None:
        """Note that the command itself has ended; others may still hold its pipes."""
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (the face of asyncio)
        """Note the end: the command has exited and nobody holds its pipes."""
        self.ended.set()


async def _end(transport: asyncio.SubprocessTransport, listener: _Listener) -> None:
    """Kill what is left of a command, also when the one who waited was cancelled."""
    if not listener.exited.is_set() or not listener.ended.is_set():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(transport.get_pid(), signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REAP_S):
                await listener.exited.wait()
    transport.close()
