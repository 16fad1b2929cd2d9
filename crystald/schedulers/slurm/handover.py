"""Start sbatch so that nothing of ours can end it, and so that its answer cannot be lost.

sbatch runs under a small shell that is nobody's child: it writes what sbatch prints into the
record of the token, then the exit code. The daemon only waits for both of them to let go of a
pipe. Stopped, killed or cut off meanwhile, it (or its successor, on whatever host) reads the
record instead.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

WRAPPER = """
record=$1 limit=$2 place=$3
shift 3
cd -- "$place" || exit 1
timeout -k 10 "$limit" "$@" >"$record/out" 2>"$record/err" </dev/null
code=$?
read -r uptime rest </proc/uptime
read -r boot </proc/sys/kernel/random/boot_id
printf '%d %s %s\\n' "$code" "$uptime" "$boot" >"$record/.end" &&
  sync "$record/out" "$record/err" "$record/.end" &&
  mv -f -- "$record/.end" "$record/end" &&
  sync "$record"
"""
"""Arguments: the record, seconds for sbatch, its working directory, sbatch and its arguments.
The lock and the pipe are inherited by all of them."""


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
        A descriptor that comes to its end when sbatch and its wrapper have ended.

    Raises
    ------
    OSError
        Nothing could be started.
    """
    ours, theirs = os.pipe()
    words = ["/bin/sh", "-c", WRAPPER, "crystald-sbatch", str(record), f"{limit_s:.0f}", str(place)]
    try:
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *words, *argv],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(held, theirs),
            start_new_session=True,
            env=dict(environ),
        )
    except (OSError, subprocess.SubprocessError) as error:
        os.close(ours)
        raise OSError(f"sbatch cannot be started: {error}") from error
    finally:
        os.close(theirs)
        os.close(held)
    return ours


async def ended(pipe: int, timeout_s: float) -> bool:
    """Wait until sbatch and its wrapper have ended; tell whether they did in time."""
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    loop.add_reader(pipe, gone.set)
    try:
        async with asyncio.timeout(timeout_s):
            await gone.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(pipe)
        os.close(pipe)
    return True
