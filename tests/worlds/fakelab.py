"""The lab with the scheduler for Slurm itself, on fake commands and simulated time.

sbatch is a process of its own, as in life: started by the very code that starts the real one. The
commands that only ask are answered in this process, by the same functions.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fakeslurm
from clocks import SimulatedClock
from fakeslurm import Fault, Job
from fate import Fate
from lab import Daemon, Lab, LabRunner
from waiting import until

from crystald.durable import is_locked
from crystald.models import Resources
from crystald.names import JobId, Token
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.simulated import SimulatedJob
from crystald.schedulers.slurm.commands import Ran, Sieve
from crystald.schedulers.slurm.records import Machine
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

BOOT = "b" * 36
"""Not this machine's boot: the age of what sbatch left is then told by the simulated clock."""


class StoppedRunner(LabRunner):
    """Jobs that are also stopped from outside."""

    def stop(
        self, job: SimulatedJob, says: Mapping[str, object] | None, output: str | None
    ) -> None:
        """Stop a job: what its program printed, and what its script had the time to write."""
        self.lose(job)
        if output is not None:
            (self.output(job) / "OUTPUT").write_text(output)
        if says is not None:
            end = self.message(job, 143) | {"why": "TERM", "host": "n1"} | says
            (job.order.directory / "end.json").write_text(json.dumps(end))


class FakeSlurm:
    """The model's jobs start and end here, and its commands answer here.

    Parameters
    ----------
    place
        Where the model is.
    runner
        What jobs do.
    clock
        The time of the model.
    slots
        How many jobs run at once.

    Attributes
    ----------
    puts_back
        How many more times running jobs are put back where they would have ended.
    """

    def __init__(
        self, place: Path, runner: StoppedRunner, clock: SimulatedClock, slots: int = 1000
    ) -> None:
        self.place = place
        self.runner = runner
        self.clock = clock
        self.slots = slots
        self.puts_back = 0

    async def __call__(
        self, argv: Sequence[str], timeout_s: float, sieve: Sieve | None = None
    ) -> Ran:
        """Answer a command; one that hangs takes all of its time."""
        self.tick()
        printed = fakeslurm.call(self.place, argv[0], argv[1:])
        await asyncio.sleep(0)
        if printed.code is None:
            self.clock.boot_s += timeout_s
            return Ran(None, b"", f"{argv[0]} did not answer".encode(), timeout_s)
        out = printed.out.encode()
        return Ran(printed.code, sieve(out) if sieve else out, printed.err.encode(), 0.01)

    def tick(self) -> None:
        """Tell the model the time."""
        with fakeslurm.opened(self.place) as model:
            model.now_s = self.clock.boot_s

    def fault(self, command: str, kind: str, *, for_s: float = 1e12, calls: int = 10**9) -> None:
        """Let a command fail from now on."""
        now_s = self.clock.boot_s
        with fakeslurm.opened(self.place) as model:
            model.faults.append(Fault(command, kind, now_s, now_s + for_s, calls))

    def jobs(self, *states: str) -> list[Job]:
        """The jobs in any of these states; all without any."""
        with fakeslurm.opened(self.place) as model:
            return [job for job in model.jobs if not states or job.state in states]

    def copy(self, job: Job) -> int:
        """Submit the script of a job once more, as a person does; give its number."""
        with fakeslurm.opened(self.place) as model:
            now_s = self.clock.boot_s
            words = (job.name, job.comment, job.directory, job.script)
            return model.accept(Job(0, *words, now_s, now_s))

    def kill(
        self,
        state: str,
        *,
        code: int = 0,
        says: Mapping[str, object] | None = None,
        output: str | None = None,
        requeue: bool = False,
    ) -> None:
        """End every running job from outside.

        Parameters
        ----------
        state
            Slurm's word for it.
        code
            Of the script, as Slurm tells it.
        says
            What the script's ``end.json`` holds beside what is always in it; None for a script
            that had no time to write one.
        output
            What the program printed until then.
        requeue
            Whether the job is put back.
        """
        self.tick()
        with fakeslurm.opened(self.place) as model:
            for job in [job for job in model.jobs if job.state in ("RUNNING", "SUSPENDED")]:
                self.runner.stop(_simulated(job), says, output)
                if requeue:
                    model.put_back(job)
                else:
                    model.end(job, state, code)

    def set_state(self, before: str, after: str, reason: str = "None") -> None:
        """Let jobs change their state: suspended, resumed, cancelled while they wait."""
        self.tick()
        with fakeslurm.opened(self.place) as model:
            for job in model.jobs:
                if job.state == before:
                    job.state, job.reason = after, reason
                    job.ended_s = model.now_s if after == "CANCELLED" else job.ended_s

    def forget(self) -> None:
        """Let the controller forget at once what has ended."""
        with fakeslurm.opened(self.place) as model:
            model.min_job_age_s = -1.0

    def start_pending(self) -> int:
        """Start as many pending jobs as slots allow; tell how many."""
        self.tick()
        with fakeslurm.opened(self.place) as model:
            free = self.slots - sum(job.state == "RUNNING" for job in model.jobs)
            pending = [job for job in model.jobs if job.state == "PENDING"][: max(0, free)]
            for job in pending:
                job.state = "RUNNING"
                code = self.runner.start(_simulated(job))
                if code is not None:
                    model.end(job, "FAILED" if code else "COMPLETED", code)
        return len(pending)

    def finish_running(self) -> int:
        """Let every running job end by itself; tell how many."""
        if self.puts_back and self.jobs("RUNNING"):
            self.puts_back -= 1
            self.kill("PREEMPTED", requeue=True)
            return 1
        self.tick()
        with fakeslurm.opened(self.place) as model:
            running = [job for job in model.jobs if job.state == "RUNNING"]
            for job in running:
                code = self.runner.finish(_simulated(job))
                model.end(job, "FAILED" if code else "COMPLETED", code)
        return len(running)


def _simulated(job: Job) -> SimulatedJob:
    directory = Path(job.directory)
    order = SubmitOrder(Token(job.comment), job.name, directory, Path(job.script), Resources())
    return SimulatedJob(JobId(fakeslurm.CLUSTER, str(job.number)), order, job.state, job.restarts)


class FakeLab(Lab):
    """A lab whose daemons submit to the fake Slurm.

    Parameters
    ----------
    absent
        Commands that are not there.
    settings
        Of the scheduler.
    """

    def __init__(self, root: Path, absent: Sequence[str] = (), **settings: object) -> None:
        super().__init__(root)
        self.runner = StoppedRunner(self.spool)
        self.programs = fakeslurm.install(root / "slurm", absent)
        self.cluster = self.slurm = FakeSlurm(root / "slurm", self.runner, self.clock)
        self.settings = SlurmSettings(**settings)  # type: ignore[arg-type]
        self._threads: ThreadPoolExecutor | None = None

    async def work(self, daemon: Daemon, rounds: int = 150) -> None:
        """Work, and let every sbatch end: its time is the machine's, and runs beside ours."""
        await super().work(daemon, rounds)
        locks = [*(self.state / "submissions").glob("*/lock")]
        await until(lambda: not any(map(is_locked, locks)), "every sbatch has ended")

    async def settle(self, daemon: Daemon, looks: int = 6) -> None:
        """Work until nothing moves any more."""
        for _ in range(looks):
            await self.work(daemon)
            if self.settled():
                return

    async def boot(
        self, fate: Fate | None = None, host: str = "login1", clock: SimulatedClock | None = None
    ) -> Daemon:
        """Start a daemon that remembers nothing; what threads of a dead one began has ended."""
        if self._threads is not None:
            self._threads.shutdown(wait=True)
        self._threads = ThreadPoolExecutor(4)
        asyncio.get_running_loop().set_default_executor(self._threads)
        self.scheduler = SlurmScheduler(
            self.settings,
            self.state / "submissions",
            self.clock,
            run=self.slurm,
            environ=os.environ | {"PATH": f"{self.programs}:{os.environ['PATH']}"},
            machine=Machine(host, BOOT, self.clock.boottime_s),
        )
        return await super().boot(fate, host, clock)
