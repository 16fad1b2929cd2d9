"""What a Slurm of the tests leaves running is ended with the test, however the test ends.

Everything that such a Slurm starts, its jobs and the daemons that use it included, has the path of
its configuration in its environment. As a program, this waits until nobody holds its standard
input any more, as when a test was killed, and then ends all of it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

TIRED_S = 20.0
"""How long it goes on, where something is started again and again."""


def pids_with(*words: str) -> list[int]:
    """Find the processes whose environment holds the first word, and it or the command the others."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        texts = [command, *environment]
        others = (any(word.encode() in text for text in texts) for word in words[1:])
        if words[0].encode() in environment and all(others):
            found.append(int(entry.name))
    return found


def kill(pid: int) -> None:
    """End a process that may have ended already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def end_all(variable: str) -> None:
    """End every process that has a variable in its environment, until none is left."""
    until_s = time.monotonic() + TIRED_S
    while (left := pids_with(variable)) and time.monotonic() < until_s:
        for pid in left:
            kill(pid)
        time.sleep(0.05)


if __name__ == "__main__":
    sys.stdin.read()
    end_all(sys.argv[1])
