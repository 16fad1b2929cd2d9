"""Send one tiny job through the scheduler of the home and wait for what it saw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crystald.clock import Clock
from crystald.doctor.lines import Line, bad
from crystald.doctor.node import (
    LIMIT_S,
    MEMORY_MB,
    Clocks,
    NodeOrder,
    judge_node,
    node_script,
    read_facts,
    read_reply,
)
from crystald.doctor.programs import programs_of
from crystald.errors import CrystaldError, WireError
from crystald.models import Accepted, Deferred, Life, Observation, Rejected, Resources, Sighting
from crystald.names import JobId, Token
from crystald.schedulers.base import Scheduler, SubmitOrder
from crystald.schedulers.local.scheduler import LocalScheduler
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.settings import Settings, root
from crystald.wire.endpoint import read_endpoint
from crystald.wire.ring_command import ring_command
from crystald.workspace.files import write_beside

LOOK_S = 0.1
"""How often the job's files are looked for."""

ASK_S = 3.0
"""How often the scheduler is asked."""

LATE_S = 30.0
"""How long after the end of a job its files may still appear."""

LOG_LINES = 5

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Errand:
    """One job of a doctor.

    Attributes
    ----------
    directory
        Its own; made by the errand.
    token
        Its own.
    order
        What its script is made of.
    scheduler
        Who gets it.
    clock
        Tells when to give up.
    """

    directory: Path
    token: Token
    order: NodeOrder
    scheduler: Scheduler
    clock: Clock

    async def run(self, timeout_s: float, tell: Tell) -> list[Line]:
        """Send it and wait; its job is cancelled when the time is up.

        Parameters
        ----------
        timeout_s
            How long to wait.
        tell
            Gets the state of the job whenever it changes.
        """
        self.directory.mkdir(parents=True, mode=0o700)
        script = self.directory / "job.sh"
        write_beside(script, node_script(self.order).encode(), mode=0o755)
        resources = Resources(ranks=1, memory_mb=MEMORY_MB, time_limit_s=LIMIT_S)
        order = SubmitOrder(self.token, self.order.name, self.directory, script, resources)
        deadline_s = self.clock.boottime_s() + timeout_s
        answer = await self.scheduler.submit(order)
        if isinstance(answer, Rejected | Deferred):
            cure = "Correct the section slurm of config/crystald.yaml, or wait; then try again."
            return [bad("job", f"the scheduler did not take it: {answer.reason}", cure)]
        job = answer.job if isinstance(answer, Accepted) else None
        tell(f"job {job}" if job else "it is not clear whether there is a job; waiting for it")
        return await self._followed(job, deadline_s, tell)

    async def _followed(self, job: JobId | None, deadline_s: float, tell: Tell) -> list[Line]:
        """Wait for the facts, or for the end of the job, or of patience."""
        seen: Sighting | None = None
        asked_s = gone_s = self.clock.boottime_s()
        here: tuple[float, float] | None = None
        try:
            while (now_s := self.clock.boottime_s()) < deadline_s:
                here = here or self._replied()
                if (self.directory / "facts").exists():
                    return self._judged(here)
                if now_s - asked_s >= ASK_S:
                    asked_s, before = now_s, seen
                    seen = await self._sighted(job) or seen
                    if seen and _words(seen) != _words(before):
                        tell(_words(seen))
                if seen is None or seen.life is not Life.GONE:
                    gone_s = now_s
                elif now_s - gone_s > LATE_S:
                    return [self._silent(seen)]
                await asyncio.sleep(LOOK_S)
        except BaseException:
            await self._withdraw(seen.job if seen else job, tell)
            raise
        await self._withdraw(seen.job if seen else job, tell)
        state = _words(seen) if seen else "never seen by the scheduler"
        return [
            bad(
                "job",
                f"it was not through in time ({state}) and was cancelled",
                "The queue may be long: crystalctl doctor --job --timeout 3600",
            )
        ]

    async def _sighted(self, job: JobId | None) -> Sighting | None:
        found: Observation = (await self.scheduler.observe({self.token: job}))[self.token]
        return found.jobs[-1] if found.jobs else None

    async def _withdraw(self, job: JobId | None, tell: Tell) -> None:
        if job is None:
            return
        try:
            await self.scheduler.cancel(job, self.order.name)
        except CrystaldError as error:
            tell(f"job {job} could not be cancelled: {error}")

    def _replied(self) -> tuple[float, float] | None:
        """Answer the job's first file; give when it was written there and seen here."""
        try:
            started = float((self.directory / "started").read_text())
        except (OSError, ValueError):
            return None
        seen = time.time()
        write_beside(self.directory / "reply", f"{time.time():.6f}\n".encode())
        return started, seen

    def _judged(self, here: tuple[float, float] | None) -> list[Line]:
        facts = read_facts((self.directory / "facts").read_text(errors="replace"))
        there = read_reply(facts.get("reply"))
        clocks = Clocks(*here, *there) if here and there else None
        return list(judge_node(facts, clocks))

    def _silent(self, seen: Sighting) -> Line:
        logs = sorted(self.directory.glob("*.log"))
        said = [line for log in logs for line in log.read_text(errors="replace").splitlines()]
        last = " | ".join(said[-LOG_LINES:]) or "nothing was printed"
        return bad(
            "job",
            f"it ended ({_words(seen)}) and left no report here: {last}",
            f"Nodes must see {self.directory} under this path; its files are there.",
        )


def _words(seen: Sighting | None) -> str:
    if seen is None:
        return ""
    reason = f", {seen.reason}" if seen.reason else ""
    return f"job {seen.job}: {seen.state or seen.life}{reason}"


def errand_of(home: Path, settings: Settings, token: Token, clock: Clock) -> Errand:
    """Prepare a doctor's job for a home."""
    state = root(home, settings.roots.state)
    directory = state / "doctor" / token
    slurm = settings.scheduler.kind == "slurm"
    addresses, port = _listening(state)
    order = NodeOrder(
        directory=directory,
        name=f"crystald-doctor-{token}",
        workspace=root(home, settings.roots.workspace),
        spool=state / "spool",
        scratch=root(home, settings.roots.scratch),
        doorbell=ring_command(),
        programs=tuple(dict.fromkeys(w for words in programs_of(settings).values() for w in words)),
        addresses=tuple(ip for ip in addresses if not slurm or not ip.startswith("127.")),
        port=port,
        environment=settings.programs.environment,
        directives=settings.slurm.directive_lines() if slurm else (),
    )
    scheduler: Scheduler = (
        SlurmScheduler(settings.slurm, directory / "submissions", clock)
        if slurm
        else LocalScheduler(directory / "local", 1)
    )
    return Errand(directory, token, order, scheduler, clock)


def _listening(state: Path) -> tuple[tuple[str, ...], int]:
    try:
        address = read_endpoint(state).address
    except WireError:
        return (), 0
    return address.addresses, address.port
