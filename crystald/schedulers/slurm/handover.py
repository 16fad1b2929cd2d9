"""Start sbatch so that nothing of ours can end it, and so that its answer cannot be lost.

sbatch runs under a small shell that is nobody's child: it writes what sbatch prints into the
record of the token, then the exit code. The daemon only waits for a word on a pipe, or for both of
them to let go of it: a site's sbatch may leave children that never let go. Stopped, killed or cut
off meanwhile, it (or its successor, on whatever host) reads the record instead.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import select
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

KILL_S = 10.0
"""How long an sbatch that is told to end may go on before it is killed (in the wrapper, too)."""

WRAPPER = """
record=$1 limit=$2 place=$3 job= rest= more=
shift 3
cd -- "$place" || exit 1
read -r began up </proc/uptime
timeout -k 10 "$limit" "$@" 9>&1 >"$record/out" 2>"$record/err"
code=$?
read -r ended up </proc/uptime
read -r boot </proc/sys/kernel/random/boot_id
tell() { printf '%d %s %s %s %s\\n' "$code" "$began" "$ended" "$boot" "$job"; }
is_one_word() { read -r job rest && ! read -r more && [ "$code$rest$more" = 0 ]; }
{ is_one_word <"$record/out" || { job= && sync "$record/out" "$record/err"; }; } && tell >"$record/end"
trap '' PIPE
tell || sync "$record/end" "$record"
"""
"""Arguments: the record, seconds for sbatch, its working directory, sbatch and its arguments. The
lock is inherited by all of them, and so is the pipe: the wrapper's standard output. The end carries
the job where sbatch ended well and printed one word; all else that it printed is durable before the
end is written, which counts only where its line is whole. Who listens is told the same line, and
keeps elsewhere what it says: it need not become durable, too, unless nobody listens any more."""

NAMED = 10
"""So many descriptors have names in a shell: the wrapper's 9 would close a lock of that number, and
an sbatch whose wrapper was killed would seem to be dead."""

LAUNCHER = f"{{ {WRAPPER} }} &"
"""Leaves the wrapper to itself and ends; how it ends says nothing of what it started."""


def start(
    record: Path,
    held: int,
    argv: Sequence[str],
    place: Path,
    *,
    limit_s: float,
    environ: Mapping[str, str],
) -> int:
    """Start sbatch for a record that was just begun.

    Parameters
    ----------
    record, held
        As :meth:`~crystald.schedulers.slurm.records.Records.begin` gave them; the lock is handed on.
    argv
        sbatch and its arguments.
    place
        Its working directory.
    limit_s
        How long it may take; it is ended then.
    environ
        Its environment.

    Returns
    -------
    int
        A descriptor that has something to read, or comes to its end, when sbatch has ended.

    Raises
    ------
    OSError
        Nothing could be started.
    """
    told = [str(record), f"{limit_s:.0f}", str(place)]
    with ExitStack() as open_here:
        open_here.callback(os.close, held)
        apart = fcntl.fcntl(held, fcntl.F_DUPFD_CLOEXEC, NAMED)
        open_here.callback(os.close, apart)
        ours, theirs = os.pipe()
        open_here.callback(os.close, theirs)
        try:
            subprocess.run(
                ["/bin/sh", "-c", LAUNCHER, "crystald-sbatch", *told, *argv],
                check=False,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=theirs,
                stderr=subprocess.DEVNULL,
                pass_fds=(apart,),
                start_new_session=True,
                env=dict(environ),
            )
        except BaseException:
            os.close(ours)
            raise
    return ours


class Ending:
    """The end of sbatch, seen on the pipe by the loop that runs.

    Parameters
    ----------
    pipe
        As :func:`start` gave it; closed at the end.
    then
        Called at the end, whether anybody waits for it or not.

    Attributes
    ----------
    said
        What the wrapper said: the line of the record's end; empty where it died.
    """

    def __init__(self, pipe: int, then: Callable[[], None]) -> None:
        self._pipe = pipe
        self._then = then
        self._gone = asyncio.Event()
        self.said = ""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(pipe, self._end)

    def _end(self) -> None:
        self._loop.remove_reader(self._pipe)
        self.said = os.read(self._pipe, select.PIPE_BUF).decode(errors="replace")
        os.close(self._pipe)
        self._gone.set()
        self._then()

    async def within(self, timeout_s: float) -> bool:
        """Wait for the end, at most so long; tell whether it came."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._gone.wait()
        except TimeoutError:
            return False
        return True
