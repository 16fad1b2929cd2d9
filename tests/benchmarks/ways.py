"""Ways of bringing the same chains through a Slurm, beside crystald's own."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from replay import STEPS, Recording
from slurmhomes import SlurmHome
from slurmhost import SlurmHost
from waiting import wait_until

MANAGER = Path(__file__).parent / "queue_manager.py"
PARENTS = {"OPT": "", "SP": "OPT", "BAND": "SP", "DOSS": "SP"}


@dataclass(frozen=True)
class Row:
    """What one way of submitting did: its makespan, and programs started twice or never."""

    way: str
    makespan_s: float
    duplicates: int
    lost: int

    def line(self, against: Row) -> str:
        """Give a line of the table."""
        share = self.makespan_s / against.makespan_s
        return f"| {self.way} | {share:.2f} × | {self.duplicates} | {self.lost} |"


def counted(way: str, began_s: float, starts: list[str], materials: int) -> Row:
    """Count starts when the queue has run empty."""
    took_s = time.monotonic() - began_s
    counts = Counter(starts)
    twice = sum(count - 1 for count in counts.values())
    return Row(way, took_s, twice, materials * len(STEPS) - len(counts))


def idle(host: SlurmHost) -> None:
    """Wait until nothing is left in the queue."""
    wait_until(lambda: host.run("squeue", "-h").stdout == "", "the queue is empty", 600)


def bare_loop(host: SlurmHost, place: Path, materials: int) -> Row:
    """Submit jobs that run nothing, each behind the one before it."""
    place.mkdir()
    began_s = time.monotonic()
    for number in range(materials):
        numbers = {"": ""}
        for step in STEPS:
            wrap = f"--wrap=echo {number}.{step} >>{shlex.quote(str(place / 'starts'))}"
            numbers[step] = _sbatch(host, numbers[PARENTS[step]], "-o", "/dev/null", wrap)
    idle(host)
    starts = (place / "starts").read_text().split()
    return counted("bare loop of sbatch, jobs that run nothing", began_s, starts, materials)


def _sbatch(host: SlurmHost, after: str, *arguments: str) -> str:
    behind = [f"--dependency=afterok:{after}"] if after else []
    said = host.run("sbatch", "--parsable", *behind, *arguments)
    assert said.returncode == 0, said.stderr
    return said.stdout.strip()


def rendered_up_front(
    host: SlurmHost, done: SlurmHome, recording: Recording, place: Path, materials: int
) -> Row:
    """Submit the scripts that crystald rendered, all at once, each behind the one before it.

    They run in a copy of its home, as if nothing had run: without claims and results.
    """
    home = SlurmHome(place, host=host)
    shutil.copytree(done.path, place, symlinks=True)
    (home.state / "endpoint.json").unlink(missing_ok=True)
    home.witness.unlink()
    moved = (
        (str(done.path), str(place)),
        (recording.program(done.witness)[1], recording.program(home.witness)[1]),
    )
    scripts = sorted(place.glob("workspace/workflow_outputs/*/*/*/attempts/01/job.sh"))
    for script in scripts:
        _as_new(script, moved)
    began_s = time.monotonic()
    numbers: dict[tuple[str, str], str] = {}
    for script in scripts:  # by the number of the step: parents first
        step, material = script.parents[3].name.rpartition("_")[2], script.parents[2].name
        after = numbers.get((material, PARENTS[step]), "")
        numbers[material, step] = _sbatch(host, after, str(script))
    idle(host)
    return counted(
        "the same scripts up front, with dependencies", began_s, home.starts(), materials
    )


def _as_new(script: Path, moved: Sequence[tuple[str, str]]) -> None:
    """Forget that the job of a script has run, and let it work in the copy."""
    for left in script.parent.iterdir():
        if left.name[0].isdigit():
            shutil.rmtree(left)
        elif left.name in ("claim", "end.json") or left.suffix == ".log":
            left.unlink()
    text = script.read_text()
    for old, new in moved:
        text = text.replace(old, new)
    script.write_text(text)


def managers(host: SlurmHost, place: Path, way: str, mode: str, materials: int) -> Row:
    """Let every job that ends start a process that looks what comes next."""
    place.mkdir()
    command = [sys.executable, str(MANAGER), str(place), mode]
    rows = [
        (f"{n}.{step}", f"{n}.{PARENTS[step]}" if PARENTS[step] else "")
        for n in range(materials)
        for step in STEPS
    ]
    with sqlite3.connect(place / "queue.db") as database:
        database.execute("CREATE TABLE steps (id TEXT PRIMARY KEY, needs TEXT, state TEXT)")
        database.executemany("INSERT INTO steps VALUES (?, ?, 'waiting')", rows)
    database.close()
    began_s = time.monotonic()
    assert host.run(*command, "").returncode == 0
    idle(host)
    return counted(way, began_s, (place / "starts").read_text().split(), materials)
