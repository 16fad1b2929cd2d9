"""How a process ends whose threads a file system holds."""

from __future__ import annotations

import os
import sys
import threading
import time

import structlog

LEAVE_S = 5.0
"""How long threads may take to end with the process."""

log = structlog.get_logger("crystald.hands")


def leave(code: int) -> None:
    """End the process with an exit code where a file system holds threads of it.

    The interpreter would wait for them without end. Without such threads this only returns.
    """
    until_s = time.monotonic() + LEAVE_S
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    for thread in others:
        if not thread.daemon:
            thread.join(max(0.0, until_s - time.monotonic()))
    if any(thread.is_alive() and not thread.daemon for thread in others):
        log.warning("process.left", code=code)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
