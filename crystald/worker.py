"""How a worker process begins, and that it ends with its daemon; it loads nothing else."""

from __future__ import annotations

import os
import select
import threading

LIBRARIES = ("OPENBLAS", "OMP", "MKL")
"""What computes in several threads unless it is told not to."""


def begin(daemon: int, niceness: int) -> None:
    """Begin as a worker of one thread: cells are small, and login nodes have many cores.

    Parameters
    ----------
    daemon
        The process whose worker this is.
    niceness
        By how much it stands back behind everything else (nice(2)).
    """
    os.nice(niceness)
    for library in LIBRARIES:
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    _end_with(daemon)


def _end_with(daemon: int) -> None:
    """Let a worker end as soon as its daemon has died; nothing else would tell it."""
    try:
        watched = os.pidfd_open(daemon)
    except ProcessLookupError:
        os._exit(0)

    def watch() -> None:
        select.select([watched], [], [])
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="daemon-watch").start()
