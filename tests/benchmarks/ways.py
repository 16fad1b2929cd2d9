"""Ways of bringing the same chains through a Slurm, beside crystald's own."""

from __future__ import annotations

import math
import shlex
import shutil
import sqlite3
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from replay import STEPS
from slurmhomes import SlurmHome
from slurmhost import SlurmHost
from waiting import wait_until

MANAGER = Path(__file__).parent / "queue_manager.py"
RUNAWAY = 5
"""How many starts, of as many as there are steps, are enough to see where a race goes."""
PARENTS = {"OPT": "", "SP": "OPT", "BAND": "SP", "DOSS": "SP"}


@dataclass(frozen=True)
class Row:
    """What one way of submitting did.

    Attributes
    ----------
    duplicates, lost
        Programs started twice, or never.
    delays_s
        From the end of a job until sbatch had answered for its child.
    """

    way: str
    makespan_s: float
    duplicates: int
    lost: int
    delays_s: tuple[float, ...] = ()

    def line(self, against: Row) -> str:
        """Give a line of the table."""
        share = self.makespan_s / against.makespan_s
        delays = told(self.delays_s) if self.delays_s else "–"
        return f"| {self.way} | {share:.2f} × | {delays} | {self.duplicates} | {self.lost} |"


def told(delays_s: Sequence[float]) -> str:
    """Tell the middle of some times, and what hardly any exceeds."""
    ordered = sorted(delays_s)
    p99_s = ordered[math.ceil(len(ordered) * 0.99) - 1]
    return f"{statistics.median(ordered):.2f} s (p99 {p99_s:.2f} s)"


def counted(
    way: str, began_s: float, starts: list[str], materials: int, delays_s: Sequence[float] = ()
) -> Row:
    """Count starts when the queue has run empty."""
    took_s = time.monotonic() - began_s
    counts = Counter(starts)
    twice = sum(count - 1 for count in counts.values())
    lost = materials * len(STEPS) - len(counts)
    return Row(way, took_s, twice, lost, tuple(delays_s))


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
    host: SlurmHost,
    done: SlurmHome,
    place: Path,
    materials: int,
    program: Callable[[Path], str] = str,
) -> Row:
    """Submit the scripts that crystald rendered, all at once, each behind the one before it.

    They run in a copy of its home, as if nothing had run: without claims and results.

    Parameters
    ----------
    program
        Gives the file of the program that notes its starts in a witness file.
    """
    home = SlurmHome(place, host=host)
    shutil.copytree(done.path, place, symlinks=True)
    (home.state / "endpoint.json").unlink(missing_ok=True)
    home.witness.unlink()
    moved = (
        (str(done.path), str(place)),
        (program(done.witness), program(home.witness)),
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
    if runs_away(host, place / "starts", RUNAWAY * len(rows)):
        way = f"{way} (stopped at {RUNAWAY} × as many starts)"
    starts = (place / "starts").read_text().split()
    return counted(way, began_s, starts, materials, _delays_s(place))


def runs_away(host: SlurmHost, witness: Path, most: int) -> bool:
    """Wait until the queue is empty, or empty it when there were too many starts.

    A step that is submitted twice starts two managers, which submit its children twice each: what
    races does not come to an end by itself.
    """

    def started() -> int:
        return len(witness.read_text().split()) if witness.exists() else 0

    def is_over() -> bool:
        return started() > most or host.run("squeue", "-h").stdout == ""

    wait_until(is_over, "the queue is empty, or full of the same", 600)
    if started() <= most:
        return False
    with sqlite3.connect(witness.parent / "queue.db") as database:
        database.execute("UPDATE steps SET state = 'stopped'")  # managers find nothing any more
    database.close()
    while host.run("squeue", "-h").stdout:  # those at work still submit what they have found
        host.cancel_all()
    return True


def _delays_s(place: Path) -> list[float]:
    """Give the times from each end until the first answer for a child."""
    times: dict[str, dict[str, float]] = {}
    for name in ("ends", "answers"):
        times[name] = {}
        for line in (place / name).read_text().splitlines():
            step, at = line.split()
            times[name].setdefault(step, float(at))
    found = []
    for step, at in times["answers"].items():
        number, _, kind = step.partition(".")
        if PARENTS[kind]:
            found.append(at - times["ends"][f"{number}.{PARENTS[kind]}"])
    return found
