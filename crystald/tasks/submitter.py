"""The submitter: ready calculations become attempts; intent before act, record after."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from crystald.errors import CrystaldError, SchedulerUnavailableError, StoreError, UnfinishedError
from crystald.kit import Kit
from crystald.models import (
    Accepted,
    Answer,
    Attempt,
    Deferred,
    Observation,
    SbatchLife,
    Unclear,
)
from crystald.names import Token, job_name
from crystald.schedulers.base import Scheduler, SubmitOrder
from crystald.states import Event
from crystald.store import attempts, calculations, choice, runs
from crystald.store.attempts import Intent
from crystald.store.database import Transaction
from crystald.store.decisions import raise_decision
from crystald.store.runs import Preparation
from crystald.tasks.choosing import Chooser
from crystald.tasks.deferral import Deferral
from crystald.tasks.loop import in_turns
from crystald.tasks.making import Made, make
from crystald.tasks.patience import Patience
from crystald.tasks.policy import QueueSettings, Waiting
from crystald.tasks.settling import Settler
from crystald.workspace.layout import ATTEMPTS, attempt_directory
from crystald.workspace.prepare import free_number, make_place, write_attempt

PAUSED_LOOK_S = 2.0
FULL_LOOK_S = 15.0
UNFINISHED_MAX = 3
"""How often a deck may take too long to make, until a person is asked."""

log = structlog.get_logger("crystald.submitter")

Scribe = Callable[[Preparation, Made, Token, str, Path], str]
"""Writes the job script from preparation, deck, token, job name and the attempt's directory."""


@dataclass(frozen=True)
class Submission:
    """What the submitter works with.

    Attributes
    ----------
    pause
        While this file exists, nothing is submitted.
    scribe
        Writes job scripts.
    new_token
        Gives a token that was never given before.
    queue
        The limits.
    nodes
        Whether the scheduler has nodes that can be left out.
    """

    pause: Path
    scribe: Scribe
    new_token: Callable[[], Token]
    queue: QueueSettings
    nodes: bool = False


class Submitter:
    """Hands ready calculations over to the scheduler, each attempt once.

    Parameters
    ----------
    kit
        What every part of the daemon works with.
    scheduler
        Who gets them.
    work
        What it works with.
    settler
        Settles what the scheduler refuses.
    put_off
        Gives the ended attempts that are not looked at now: nobody waits for those.

    Attributes
    ----------
    news
        Set by whoever knows that something may be submitted: a material that goes on stands before
        those that wait to begin, and behind none of them.
    """

    def __init__(
        self,
        kit: Kit,
        scheduler: Scheduler,
        work: Submission,
        settler: Settler,
        put_off: Callable[[], Sequence[int]] = tuple,
    ) -> None:
        self._kit = kit
        self._scheduler = scheduler
        self._work = work
        self._settler = settler
        self._patience = Patience(kit.clock, kit.banners, "submission")
        self._deferral = Deferral(kit.clock)
        self._chooser = Chooser(kit, scheduler, work.queue, self._patience, self._deferral, put_off)
        self._ending = False
        self.news = asyncio.Event()

    async def round(self) -> float:
        """Submit as much of what is ready as policy allows, one burst."""
        waiting = self._patience.waiting()
        ready, live = await self._kit.database.read(
            lambda c: (choice.ready(c, 1, waiting), attempts.live_count(c))
        )
        if not ready:
            self._kit.banners.clear("pause")
            self._kit.banners.clear("queue")
            self._kit.banners.clear("refusals")
            return self._patience.rest()
        if await self._paused():
            self._kit.banners.show(
                "pause", f"submission is paused by {self._work.pause}", "Remove it."
            )
            return PAUSED_LOOK_S
        self._kit.banners.clear("pause")
        if (left_s := self._deferral.left_s(live)) > 0:
            return left_s
        self._chooser.begin_burst()
        await in_turns(self._next, self._submit, self._kit.abreast, self.news, self._rest)
        return 0.0 if self._chooser.has_chosen else self._chooser.rest_s(FULL_LOOK_S)

    def _rest(self, news: asyncio.Event) -> Awaitable[bool]:
        """Wait for news while submissions are under way; time alone may let more begin."""
        return self._kit.clock.wait(news, self._chooser.rest_s(FULL_LOOK_S))

    def begin_no_more(self) -> None:
        """Let a burst end with what is under way."""
        self._ending = True

    async def _paused(self) -> bool:
        return await self._kit.hands.files(self._work.pause.exists)

    async def _next(self, lanes: int) -> Sequence[Waiting]:
        if self._ending or self._deferral.waits or await self._paused():
            return ()
        return await self._chooser.next(lanes)

    async def _submit(self, item: Waiting) -> None:
        try:
            await self._patience.one(item.id, self._one)
        finally:
            self._chooser.let_go(item)

    async def _one(self, calculation_id: int) -> bool:
        """Prepare, intend, write, act, record: in this order, each step safe to die after."""
        if self._deferral.waits:
            return False
        preparation = await self._kit.database.read(lambda c: runs.preparation(c, calculation_id))
        try:
            made = await self._kit.hands.heavy(make, preparation, self._kit.workspace)
        except CrystaldError as error:
            if error.retryable and not self._gives_up(calculation_id, error):
                raise
            await self._unpreparable(calculation_id, error.message, error.hint)
            return True
        token = self._work.new_token()
        self._settler.starting.add(token)
        try:
            return await self._hand_over(preparation, made, token)
        finally:
            self._settler.starting.discard(token)

    def _gives_up(self, calculation_id: int, error: CrystaldError) -> bool:
        failures = self._patience.failures(calculation_id) + 1
        return isinstance(error, UnfinishedError) and failures >= UNFINISHED_MAX

    async def _hand_over(self, preparation: Preparation, made: Made, token: Token) -> bool:
        name = job_name(preparation.material, preparation.step, token)
        number, script = await self._kit.hands.files(self._lay_out, preparation, made, token, name)
        directory = attempt_directory(preparation.directory, number)
        place = self._kit.workspace / directory
        intent = Intent(
            preparation.calculation_id,
            token,
            name,
            directory,
            hashlib.sha256(made.deck.encode()).hexdigest(),
            number,
        )
        attempt = await self._kit.database.write(
            lambda tx: attempts.intend(tx, intent, preparation.number)
        )
        if attempt is None:
            return True
        self._kit.lease.check()
        await self._kit.hands.files(
            write_attempt, place, token, {made.deck_name: made.deck, **dict(made.writes)}, script
        )
        self._kit.lease.check()
        self._chooser.submitted()
        order = SubmitOrder(
            token,
            name,
            place,
            place / "job.sh",
            made.resources,
            may_begin=partial(self._may_begin, token),
        )
        return await self._record(attempt, await self._scheduler.submit(order))

    def _lay_out(
        self, preparation: Preparation, made: Made, token: Token, name: str
    ) -> tuple[int, str]:
        """Find the number of an attempt, write its script, and make the place of all attempts."""
        attempts_of_it = self._kit.workspace / preparation.directory / ATTEMPTS
        number = free_number(attempts_of_it, preparation.number)
        place = self._kit.workspace / attempt_directory(preparation.directory, number)
        script = self._work.scribe(preparation, made, token, name, place)
        self._kit.lease.check()
        make_place(self._kit.workspace, attempts_of_it)
        return number, script

    def _may_begin(self, token: Token) -> str:
        """Tell why a submission may not begin now; the scheduler asks just before it does.

        Between the intent and this moment it may have waited for its turn: what a person holds
        meanwhile stays here.
        """
        self._kit.lease.check()
        if self._work.pause.exists():
            return f"{self._work.pause} is there"
        try:
            return self._kit.database.read_here(lambda c: attempts.withheld(c, token))
        except StoreError as error:
            return f"whether it is held cannot be read: {error.message}"

    async def _record(self, attempt: Attempt, answer: Answer) -> bool:
        """Record what the scheduler answered; a refusal only once the claim is ours."""
        log.info("attempt.answered", token=attempt.token, answer=str(answer))
        self._settler.starting.discard(attempt.token)
        if isinstance(answer, Accepted):
            self._deferral.passed()
            self._kit.banners.clear("refusals")
            await self._settler.accept(attempt, answer.job)
            self._chooser.taken(attempt.calculation_id)
            return True
        if isinstance(answer, Unclear):
            text = f"it is not clear whether a job was submitted for {attempt.name}"
            self._patience.put_off(
                attempt.calculation_id, SchedulerUnavailableError(f"{text}: {answer.reason}")
            )
            return False
        if isinstance(answer, Deferred) and not await self._withheld(attempt):
            self._put_off(answer)
        if (found := await self._settler.find(attempt.token)) is not None:
            refused = Observation(answered=False, sbatch=SbatchLife.DEAD, answer=answer)
            await self._settler.settle(found, refused)
        return False

    def _put_off(self, answer: Deferred) -> None:
        self._deferral.put_off()
        if not answer.sick:
            self._kit.banners.clear("refusals")
            return
        self._kit.banners.show(
            "refusals",
            f"the scheduler refuses jobs: {answer.reason}",
            "It is tried again and again, for its name service (LDAP, munge) may be ill. If that"
            " lasts: may you use this account and partition?",
        )

    async def _withheld(self, attempt: Attempt) -> bool:
        """Tell whether it was a person, and not the scheduler, who said "later"."""
        if await self._paused():
            return True
        return bool(await self._kit.database.read(lambda c: attempts.withheld(c, attempt.token)))

    async def _unpreparable(self, calculation_id: int, message: str, hint: str) -> None:
        log.warning("calculation.unpreparable", id=calculation_id, error=message)

        def record(transaction: Transaction) -> None:
            calculations.move(transaction, calculation_id, Event.UNPREPARABLE, message)
            raise_decision(transaction, calculation_id, None, message, {"hint": hint})

        await self._kit.database.write(record)
