"""A scheduler of Slurm's whose commands are answers of ours, and whose time passes when told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clocks import SimulatedClock
from slurm_prints import Answers

from crystald.models import Observation
from crystald.names import JobId, Token
from crystald.schedulers.slurm.records import Machine
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

T1, T2 = Token("1" * 20), Token("2" * 20)


@dataclass
class World:
    clock: SimulatedClock
    answers: Answers
    slurm: SlurmScheduler

    async def look(self, token: Token = T1, job: str | None = None) -> Observation:
        recorded = JobId.parse(job) if job else None
        return (await self.slurm.observe({token: recorded}))[token]

    def later(self, seconds: float) -> None:
        self.clock.boot_s += seconds

    @classmethod
    def made(cls, root: Path, **settings: object) -> World:
        clock = SimulatedClock()
        answers = Answers(clock)
        machine = Machine("here", "b" * 36, clock.boottime_s)
        slurm = SlurmScheduler(
            SlurmSettings(**settings),  # type: ignore[arg-type]
            root / "submissions",
            clock,
            run=answers,
            machine=machine,
        )
        return cls(clock, answers, slurm)
