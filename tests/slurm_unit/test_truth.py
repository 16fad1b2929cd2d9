"""Whatever fails, hangs, lags or hides: nothing is told of a job that is not true.

Hypothesis plays Slurm: one job that waits, runs, is put back, ends, is forgotten, and commands
that answer well, with nothing, with half, or not at all. The controller itself never lies about a
job that it was asked for; everything else may.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from clocks import SimulatedClock
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from slurm_prints import Answers, record, shown

from crystald.models import Life, Observation
from crystald.names import JobId, Token
from crystald.protocol import DENIED
from crystald.schedulers.slurm.records import Machine
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

TOKEN = Token("a" * 20)
NAME = f"MgO_SP.{TOKEN}"
JOB = JobId("hpc", "12")
LIVE = ("PENDING", "RUNNING", "COMPLETING", "SUSPENDED")
ENDS = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED")


class Truth(RuleBasedStateMachine):
    """The truth about one job, and what the scheduler tells of it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = SimulatedClock()
        self.answers = Answers(self.clock)
        self.directory = tempfile.TemporaryDirectory()
        self.slurm = SlurmScheduler(
            SlurmSettings(),
            Path(self.directory.name) / "submissions",
            self.clock,
            run=self.answers,
            machine=Machine("here", "b" * 36, self.clock.boottime_s),
        )
        self.state = "PENDING"
        self.restarts = 0
        self.forgotten = False
        self.accounted: list[str] = []
        self.recorded: Observation | None = None
        self.stray: Observation | None = None
        self.stray_since_s = self.clock.boot_s
        self.squeue, self.controller, self.sacct = "well", True, "well"

    def teardown(self) -> None:
        self.directory.cleanup()

    @rule(state=st.sampled_from(LIVE))
    def lives(self, state: str) -> None:
        if self.state in LIVE and not self.forgotten:
            self.state = state

    @rule(state=st.sampled_from(ENDS))
    def ends(self, state: str) -> None:
        if self.state in LIVE:
            self.state = state
            self.accounted.append(state)

    @rule(state=st.sampled_from(("NODE_FAIL", "PREEMPTED")))
    def is_lost_and_put_back(self, state: str) -> None:
        self.ends(state)
        self.is_put_back()

    @rule()
    def is_put_back(self) -> None:
        if self.state in ("NODE_FAIL", "PREEMPTED", "RUNNING") and not self.forgotten:
            if self.state == "RUNNING":
                self.accounted.append("REQUEUED")
            self.state, self.restarts = "PENDING", self.restarts + 1

    @rule()
    def is_forgotten(self) -> None:
        self.forgotten = self.state in ENDS

    @rule(seconds=st.sampled_from([1, 15, 61, 300, 700]))
    def time_passes(self, seconds: int) -> None:
        self.clock.boot_s += seconds

    @rule(
        squeue=st.sampled_from(["well", "empty", "half", "away"]),
        controller=st.booleans(),
        sacct=st.sampled_from(["well", "lagging", "away"]),
    )
    def look(self, squeue: str, *, controller: bool, sacct: str) -> None:
        self.squeue, self.controller, self.sacct = squeue, controller, sacct
        self.clock.boot_s += 3  # pages of one round share an answer for two seconds
        self._show()
        asyncio.run(self._look())

    async def _look(self) -> None:
        # one loop for each look: what the scheduler keeps must not depend on it
        self.slurm._queue._asking = asyncio.Lock()
        self.recorded = (await self.slurm.observe({TOKEN: JOB}))[TOKEN]
        self.clock.boot_s += 3
        self.stray = (await self.slurm.observe({TOKEN: None}))[TOKEN]

    def _show(self) -> None:
        there = not self.forgotten
        line = record(12, self.state, NAME, restarts=self.restarts, comment=TOKEN)
        self.answers.queue = {
            "well": [record(1), *([line] if there else [])],
            "empty": [],
            "half": [record(1), line[:30]],
            "away": None,
        }[self.squeue]
        job = shown(12, self.state, NAME, restarts=self.restarts, comment=TOKEN)
        self.answers.jobs = ({"12": job} if there else {}) if self.controller else None
        starts = [*self.accounted, *([self.state] if self.state in LIVE else [])]
        if self.sacct == "lagging":
            starts.pop()
        lines = [f"12|hpc|{word}|0:0|{n}|{NAME}|\n" for n, word in enumerate(starts)]
        self.answers.accounting = None if self.sacct == "away" else "".join(lines)

    @invariant()
    def what_is_told_is_true(self) -> None:
        if self.recorded is None or self.stray is None:
            return
        recorded, stray, self.recorded, self.stray = self.recorded, self.stray, None, None
        self._true_of(recorded)
        if recorded.answered:
            assert recorded.jobs, "a recorded job is shown, denied, or unknown"
        for sighting in stray.jobs:  # a roll call counts for a minute
            assert sighting.job == JOB
            assert sighting.life is Life.ALIVE or sighting.state in self.accounted

    def _true_of(self, seen: Observation) -> None:
        assert seen.answered or not seen.jobs
        for sighting in seen.jobs:
            assert sighting.job == JOB
            if sighting.state == DENIED:
                assert self.forgotten
            elif sighting.life is Life.GONE and not self.forgotten:
                assert sighting.state == self.state
                assert sighting.restart == self.restarts
            elif sighting.life is Life.GONE:
                assert sighting.state in self.accounted
            else:
                assert (sighting.life, sighting.state) == (Life.ALIVE, self.state)


Truth.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestTruth = Truth.TestCase
