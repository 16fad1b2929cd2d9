"""A queue manager as a finishing job would start it: what crystald is measured against.

usage: queue_manager.py DIRECTORY lock|race [STEP THAT HAS JUST ENDED]

``lock`` sleeps for 10 to 40 s and gives up when another one holds the lock; ``race`` does neither.
"""

from __future__ import annotations

import fcntl
import random
import shlex
import sqlite3
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    """Note what has ended, then submit what is ready."""
    place, mode, ended = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    with sqlite3.connect(place / "queue.db") as database:
        database.execute("UPDATE steps SET state = 'done' WHERE id = ?", (ended,))
    if mode == "lock" and ended:
        time.sleep(random.uniform(10, 40))
    with (place / "lock").open("w") as lock:
        if mode == "lock":
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
        subprocess.run(["squeue", "-h", "--me"], capture_output=True, check=True)
        submit(place, mode, database)


def submit(place: Path, mode: str, database: sqlite3.Connection) -> None:
    """Submit every step whose parent is done."""
    ready = database.execute(
        "SELECT id FROM steps WHERE state = 'waiting' AND (needs = ''"
        " OR needs IN (SELECT id FROM steps WHERE state = 'done'))"
    ).fetchall()
    for (step,) in ready:
        again = shlex.join([sys.executable, str(Path(__file__)), str(place), mode, step])
        starts, ends = (shlex.quote(str(place / name)) for name in ("starts", "ends"))
        wrap = f"echo {step} >>{starts}; echo {step} $(date +%s.%N) >>{ends}; {again}"
        subprocess.run(
            ["sbatch", "--parsable", "-o", "/dev/null", f"--wrap={wrap}"],
            capture_output=True,
            check=True,
        )
        with (place / "answers").open("a") as answers:
            answers.write(f"{step} {time.time()}\n")
        with database:
            database.execute("UPDATE steps SET state = 'submitted' WHERE id = ?", (step,))


if __name__ == "__main__":
    main()
