"""A daemon that is killed exactly between the scheduler's answer and its record.

Run as ``python dies_after_submit.py HOME N``: the N-th submission is the last thing it does,
or the first is not done at all (0).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from crystald.daemon import run
from crystald.schedulers.local.scheduler import LocalScheduler


def main(home: str, count: str) -> int:
    left = [int(count)]
    submit = LocalScheduler._submit

    def submit_and_die(self, order):
        if not left[0]:  # before the first one
            os.kill(os.getpid(), signal.SIGKILL)
        job = submit(self, order)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return job

    LocalScheduler._submit = submit_and_die  # type: ignore[method-assign]
    return run(Path(home), once=False, take_over=False, foreground=False)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
