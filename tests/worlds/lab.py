"""A whole daemon in process: real store, real files, real tasks; simulated scheduler and clock.

The scheduler, its jobs and the files live on when a daemon dies; a daemon is abandoned the way
``kill -9`` abandons it: nothing of it runs any more, its database connections are gone, open
transactions are rolled back.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clocks import SimulatedClock
from fate import FatalCommits, Fate, Mortal

from crystald.errors import DeckError
from crystald.kit import Banners, Kit
from crystald.models import (
    PropertyValue,
    Resources,
    RingMessage,
    StepReading,
    Structure,
    Verdict,
    VerdictKind,
)
from crystald.names import StepName, Token, deck_stem
from crystald.owning import Ownership
from crystald.schedulers.simulated import SimulatedJob, SimulatedScheduler
from crystald.steps.table import STEP_TYPES
from crystald.store import runs
from crystald.store.database import Connection, Database, connect
from crystald.store.lease import Identity, Lease
from crystald.store.runs import NewMaterial, NewRun, NewStep, Preparation
from crystald.tasks.assembly import Assembly, Places, assemble
from crystald.tasks.drawing import draw
from crystald.tasks.housekeeper import BackupSettings
from crystald.tasks.judging import read_attempt
from crystald.tasks.making import Made, make
from crystald.tasks.policy import QueueSettings
from crystald.tasks.submitter import Submission
from crystald.wire.messages import encode_ring
from crystald.workspace.layout import calculation_directory, output_directory

FULL_ELECTRONIC = (
    NewStep("OPT", 1, {}),
    NewStep("SP", 2, {"geometry": "OPT"}),
    NewStep("BAND", 3, {"wavefunction": "SP"}),
    NewStep("DOSS", 4, {"wavefunction": "SP"}),
)
OPT_SP = FULL_ELECTRONIC[:2]
MGO = Structure(
    ((0.0, 2.1, 2.1), (2.1, 0.0, 2.1), (2.1, 2.1, 0.0)), (12, 8), ((0.0, 0.0, 0.0), (2.1, 2.1, 2.1))
)
LEASE_S = 30.0


class LabHands:
    """Runs work at once, between two suspensions; decks and outputs are the lab's own."""

    def __init__(self, workspace: Path) -> None:
        self._heavy: dict[object, Callable[..., object]] = {
            make: _make,
            read_attempt: _read,
            draw: lambda _: b"png",
        }
        self._workspace = workspace

    async def files(self, work, *arguments):
        await asyncio.sleep(0)
        result = work(*arguments)
        await asyncio.sleep(0)
        return result

    async def heavy(self, work, *arguments):
        await asyncio.sleep(0)
        result = self._heavy.get(work, work)(*arguments)
        await asyncio.sleep(0)
        return result


IMPOSSIBLE = "no deck"
"""A material of this name gets no deck."""

FORT34 = (("fort.34", "0 1 1\n"),)
"""What is written beside the deck of a first step, as for a deck that begins with EXTERNAL."""


def _make(preparation: Preparation, workspace: Path) -> Made:
    if preparation.material == IMPOSSIBLE:
        raise DeckError("no basis for element 118", "Choose another basis.")
    step = STEP_TYPES[StepName.parse(preparation.step).type]
    for facts in preparation.parents.values():
        assert "out" in facts.files, f"{preparation.step} is made before its need is done"
    return Made(
        f"{deck_stem(preparation.material, preparation.step)}.{step.deck_suffix}",
        f"{preparation.material} {preparation.step}\n",
        step.program,
        (),
        step.leaves,
        Resources(),
        (),
        writes=() if preparation.parents else FORT34,
    )


def _read(attempt: Path, output: Path, step: str, *_: object) -> StepReading:
    text = (output / "OUTPUT").read_text() if (output / "OUTPUT").exists() else ""
    if not text.endswith("TERMINATION\n"):
        return StepReading(Verdict(VerdictKind.TRUNCATED), "crystal")
    if "ERROR" in text:
        return StepReading(Verdict(VerdictKind.FAULT, "scf-not-converged", text, 1), "crystal")
    energy = PropertyValue("energy", -int(hashlib.sha256(step.encode()).hexdigest()[:4], 16), "Ha")
    return StepReading(Verdict(VerdictKind.OK), "crystal", "23", (energy,), MGO)


@dataclass
class LabRunner:
    """What jobs do: the twin of the job script, with real links and real files."""

    spool: Path
    starts: list[tuple[str, str]] = field(default_factory=list)
    alive: set[str] = field(default_factory=set)
    drop_rings: bool = False
    faults: set[str] = field(default_factory=set)
    bad: list[str] = field(default_factory=list)
    told: list[RingMessage] = field(default_factory=list)
    ringing: list[RingMessage] = field(default_factory=list)

    def hear(self) -> list[RingMessage]:
        """What rang since the last time; a daemon that dies meanwhile has not heard it."""
        rings, self.ringing = self.ringing, []
        return rings

    def start(self, job: SimulatedJob) -> int | None:
        place, token = job.order.directory, job.order.token
        claim = place / "claim"
        try:
            claim.symlink_to(str(job.id))
        except FileExistsError:
            if str(claim.readlink()) != str(job.id):
                self.tell(job, "duplicate", 0)
                return 0
        except FileNotFoundError:
            return 1
        if (place / "closed").is_symlink():
            return 0
        calculation = str(place.parent.parent)
        if calculation in self.alive:
            self.bad.append(f"{calculation} runs twice at the same time")
        self.alive.add(calculation)
        self.starts.append((token, calculation))
        self.output(job).mkdir()
        self.tell(job, "start", None)
        return None

    def finish(self, job: SimulatedJob) -> int:
        place = job.order.directory
        out = self.output(job)
        step = place.parent.parent.parent.name.split("_")[2]
        failing = step in self.faults
        for left in STEP_TYPES[StepName.parse(step).type].leaves:
            if left.needed:
                (out / left.name).write_text(f"{left.name} of {step}\n")
        (out / "OUTPUT").write_text(f"{'ERROR ' if failing else ''}{step}\nTERMINATION\n")
        end = self.message(job, 0) | {"why": "end", "host": "n1"}
        _write(place / "end.json", json.dumps(end).encode())
        self.alive.discard(str(place.parent.parent))
        self.tell(job, "end", 0)
        return 0

    def lose(self, job: SimulatedJob) -> None:
        self.alive.discard(str(job.order.directory.parent.parent))

    def output(self, job: SimulatedJob) -> Path:
        place = job.order.directory
        return place / Path(output_directory("x", job.id, job.restart)).name

    def message(self, job: SimulatedJob, code: int | None) -> dict[str, object]:
        return {
            "v": 1,
            "token": job.order.token,
            "job": str(job.id),
            "restart": job.restart,
            "exit": code,
            "complete": code == 0,
            "seconds": 5,
            "at": 0,
        }

    def tell(self, job: SimulatedJob, event: str, code: int | None) -> None:
        ring = RingMessage(job.order.token, job.id, job.restart, event, code, code == 0)
        self.told.append(ring)
        if self.drop_rings:
            return
        self.ringing.append(ring)
        name = f"{job.order.token}.{job.id}.{job.restart}.{event}.json"
        _write(self.spool / name, encode_ring(ring))


def _write(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.tmp")
    partial.write_bytes(data)
    partial.replace(path)


@dataclass
class Daemon:
    """A daemon in process."""

    kit: Kit
    assembly: Assembly
    ownership: Ownership
    connections: Sequence[Connection]
    fate: Fate
    hook: FatalCommits
    hear: Callable[[], list[RingMessage]]
    due_s: dict[str, float] = field(default_factory=dict)
    dead: bool = False

    async def round(self) -> None:
        """Let every task that is awake or due look once; death raises."""
        clock = self.kit.clock
        if rings := self.hear():
            await Mortal(self.assembly.intake.receive(rings), self.fate)
        for task in self.assembly.tasks:
            if task.name == "housekeeper":
                continue
            if task.wake.is_set() or self.due_s.get(task.name, 0.0) <= clock.boottime_s():
                task.wake.clear()
                pause_s = await Mortal(task.round(), self.fate)
                self.due_s[task.name] = clock.boottime_s() + pause_s

    async def abandon(self) -> None:
        """Be gone, as after kill -9."""
        self.dead = True
        self.kit.database.close_here()
        for connection in self.connections:
            await connection.close()
        self.ownership.unlock()

    async def leave(self) -> None:
        """End properly."""
        await self.ownership.give_back()
        await self.abandon()


class Lab:
    """Files, scheduler and clock that outlive daemons."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workspace, self.state = root / "workspace", root / "state"
        self.spool = self.state / "spool"
        for directory in (self.workspace / "workflow_outputs", self.spool):
            directory.mkdir(parents=True)
        self.clock = SimulatedClock()
        self.runner = LabRunner(self.spool)
        self.scheduler = SimulatedScheduler(self.runner)
        self.cluster = self.scheduler
        self.queue = QueueSettings(max_jobs_per_run=200)
        self.tokens = 0
        self.pids = 100

    def scribe(self, *_: object) -> str:
        """Write a job script; what it would do is the runner's business."""
        return "#!/bin/bash\n"

    def new_token(self) -> Token:
        self.tokens += 1
        return Token(f"{self.tokens:020x}")

    async def boot(
        self, fate: Fate | None = None, host: str = "login1", clock: SimulatedClock | None = None
    ) -> Daemon:
        """Start a daemon; raises HeldError when another is alive."""
        fate, clock = fate or Fate(), clock or self.clock
        self.pids += 1
        path = self.state / "materials.db"
        writing = await connect(path, read_only=False)
        await writing.run(lambda c: c.execute("PRAGMA synchronous = OFF"))  # the lab loses no power
        try:
            return await self._boot(fate, host, clock, path, writing)
        except BaseException:
            await writing.close()
            raise

    async def _boot(self, fate, host, clock, path, writing) -> Daemon:
        reading = await connect(path, read_only=True)
        hook = FatalCommits(fate)
        database = Database(path, (writing, reading), clock, hook)
        lease = Lease(database, clock, Identity(host, self.pids, "1", f"boot of {host}"), LEASE_S)
        ownership = Ownership(database, lease, self.state / f"{host}.lock")
        try:
            await ownership.take(clock, asyncio.Event(), self.root / "backup")
        except BaseException:
            await reading.close()
            raise
        hands = LabHands(self.workspace)
        kit = Kit(database, hands, hands, lease, clock, Banners(clock), self.workspace)
        work = Submission(
            pause=self.state / "PAUSE",
            scribe=self.scribe,
            new_token=self.new_token,
            queue=self.queue,
        )
        places = Places(self.spool, self.root / "backup")
        tasks = assemble(kit, self.scheduler, work, places, poll_s=15.0, backup=BackupSettings())
        return Daemon(kit, tasks, ownership, (writing, reading), fate, hook, self.runner.hear)

    async def submit(
        self, daemon: Daemon, *materials: str, steps: tuple[NewStep, ...] = FULL_ELECTRONIC
    ) -> str:
        """Create a run."""
        new = tuple(NewMaterial(m, "MgO", MGO, m, 225, "cif", f"{m}.cif") for m in materials)
        run = NewRun("run", "full_electronic", "plan", f"request {materials}", steps)
        created = await daemon.kit.database.write(
            lambda tx: runs.create(
                tx, run, new, calculation_directory, runs.next_number(tx.connection)
            )
        )
        return created.run_id

    async def work(self, daemon: Daemon, rounds: int = 150) -> None:
        """Let daemon and scheduler work until nothing moves for some simulated time."""
        still = 0
        for _ in range(rounds):
            before = self.journal()
            await daemon.round()
            started = self.cluster.start_pending()
            await daemon.round()
            ended = self.cluster.finish_running()
            self.clock.boot_s += 10.0
            still = 0 if started or ended or before != self.journal() else still + 1
            if still > 25 or (still > 1 and self.settled()):
                return

    def picture(self) -> dict[str, str]:
        """The state of every calculation."""
        return dict(self.ask("SELECT directory, state FROM calculations ORDER BY id"))

    def settled(self) -> bool:
        """Whether nothing can move by itself any more."""
        moving = "('ready', 'submitting', 'queued', 'running', 'ended')"
        return not self.ask(f"SELECT 1 FROM calculations WHERE state IN {moving} LIMIT 1")

    def journal(self) -> int:
        """How much has happened."""
        return self.ask("SELECT count(*) FROM journal")[0][0]

    def ask(self, sql: str) -> list[tuple]:
        """Look into the database from outside."""
        connection = sqlite3.connect(self.state / "materials.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def table(self) -> list[tuple[object, ...]]:
        """The results: what must be the same whatever died."""
        return self.ask(
            "SELECT c.directory, c.state, p.name, p.value_real, p.value_text, p.unit, p.file, p.line"
            " FROM calculations c LEFT JOIN properties p ON p.calculation_id = c.id"
            " UNION ALL SELECT c.directory, c.state, f.suffix, f.bytes, f.sha256, f.path, '', 0"
            " FROM calculations c JOIN files f ON f.calculation_id = c.id"
            " UNION ALL SELECT c.directory, c.state, s.fingerprint, 0, s.cell_ang, '', '', 0"
            " FROM calculations c JOIN results r ON r.calculation_id = c.id"
            " JOIN structures s ON s.id = r.structure_id ORDER BY 1, 3"
        )

    def problems(self) -> list[str]:
        """Whatever breaks an invariant, counted outside the database."""
        found = list(self.runner.bad)
        starts = Counter(token for token, _ in self.runner.starts)
        found += [f"token {token} started {n} times" for token, n in starts.items() if n > 1]
        found += [
            f"integrity: {row[0]}" for row in self.ask("PRAGMA integrity_check") if row[0] != "ok"
        ]
        found += [f"foreign key: {row}" for row in self.ask("PRAGMA foreign_key_check")]
        return found
