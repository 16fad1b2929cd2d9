"""The collector: reads what ended attempts left, judges it, publishes and records it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from crystald.crystal.fingerprint import fingerprint
from crystald.errors import ParseError, UnfinishedError, WorkFailedError, WorkspaceError
from crystald.kit import Kit
from crystald.models import StepReading, VerdictKind
from crystald.names import StepName, deck_stem
from crystald.states import Event
from crystald.steps.checks.table import Action
from crystald.steps.table import STEP_TYPES
from crystald.store import answers, attempts, fuses, results
from crystald.store.database import Transaction
from crystald.store.fuses import FuseLimits
from crystald.store.results import EndedAttempt, KeptFile
from crystald.store.runs import published_of_needs
from crystald.tasks.judging import as_told, ending, judge, read_attempt, unreadable
from crystald.tasks.loop import in_turns
from crystald.tasks.patience import Patience
from crystald.workspace.claims import read_end
from crystald.workspace.layout import output_directory
from crystald.workspace.publish import link_live, publish

BATCH = 50
"""Most attempts of one round."""
UNFINISHED_MAX = 3
"""How often an output may take too long to read, until a person is asked."""

log = structlog.get_logger("crystald.collector")


Parents = Mapping[str, Mapping[str, str]]
"""What the calculations published that another one needs: need -> suffix -> path."""


@dataclass(frozen=True)
class _Place:
    """Where things of one attempt lie."""

    attempt: Path
    output: Path
    calculation: Path
    stem: str
    deck: Path


class Collector:
    """Turns ended attempts into results, or into questions.

    Attributes
    ----------
    news
        Set by whoever knows that there may be something to judge or to take.
    """

    def __init__(self, kit: Kit, fuse: FuseLimits, checks: Mapping[str, Action]) -> None:
        self._kit = kit
        self._checks = checks
        self._fuse = fuse
        self._patience = Patience(kit.clock, kit.banners, "collection")
        self._accepting = Patience(kit.clock, kit.banners, "acceptance")
        self._under_way: dict[int, tuple[EndedAttempt, Parents]] = {}
        self._left = 0
        self.news = asyncio.Event()

    async def round(self) -> float:
        """Judge ended attempts, oldest first, as long as there are any."""
        self._left = BATCH
        await in_turns(self._next, self._judge, self._kit.abreast, self.news)
        taken = await self._take_accepted()
        if self._left < BATCH or taken:
            return 0.0
        return min(self._patience.rest(), self._accepting.rest())

    def put_off(self) -> Sequence[int]:
        """Give the attempts that cannot be judged just now."""
        return self._patience.waiting()

    async def _next(self, lanes: int) -> Sequence[int]:
        """Choose the oldest that are not under way."""
        off = [*self._patience.waiting(), *self._under_way]
        most = min(lanes, self._left)
        due = await self._kit.database.read(lambda c: _due(c, most, off))
        self._left -= len(due)
        self._under_way.update(due)
        return list(due)

    async def _judge(self, attempt_id: int) -> None:
        try:
            await self._patience.one(attempt_id, self._one)
        finally:
            del self._under_way[attempt_id]

    async def _take_accepted(self) -> bool:
        """Publish what people take as it is; tell whether there was anything."""
        off = self._accepting.waiting()
        accepted = dict(await self._kit.database.read(lambda c: answers.accepted(c, BATCH, off)))

        async def one(decision: int) -> bool:
            return await self._accept(decision, accepted[decision])

        await self._accepting.each([*accepted], one, abreast=self._kit.abreast)
        return bool(accepted)

    async def _accept(self, decision: int, attempt_id: int) -> bool:
        """Publish and record a judged attempt that a person accepted; what has gone is asked anew."""
        judged = await self._kit.database.read(lambda c: results.judged_attempt(c, attempt_id))
        calculation = judged.attempt.calculation_id
        parents = await self._kit.database.read(lambda c: published_of_needs(c, calculation))
        place = self._place(judged)
        reading = await self._read(judged, place, parents)
        if reading.verdict.kind is not VerdictKind.OK or reading.missing:
            judgement = judge(judged, reading)
            await self._kit.database.write(
                lambda tx: results.refuse(tx, decision, judged, judgement)
            )
            return True
        files = await self._publish(judged, place)
        mark = fingerprint(reading.structure) if reading.structure else ""
        await self._kit.database.write(
            lambda tx: results.accept(tx, decision, judged, reading, files, mark)
        )
        log.info("attempt.accepted", token=judged.attempt.token, decision=decision)
        return True

    async def _one(self, attempt_id: int) -> bool:
        ended, parents = self._under_way[attempt_id]
        place = self._place(ended)
        if not ended.by_record:  # it may have come to be seen since
            ended = as_told(ended, await self._kit.hands.files(read_end, place.attempt))
        reading = await self._read(ended, place, parents)
        judgement = judge(ended, reading)
        files: tuple[KeptFile, ...] = ()
        if judgement.event is Event.SUCCEEDED:
            files = await self._publish(ended, place)
        else:
            await self._show_output(place)
        mark = fingerprint(reading.structure) if reading.structure else ""

        def record(transaction: Transaction, ended: EndedAttempt = ended) -> None:
            if results.record(transaction, ended, reading, judgement, files, mark):
                fuses.note(transaction, ending(ended, judgement), self._fuse)

        await self._kit.database.write(record)
        _report(ended, reading, judgement.event)
        return True

    async def _show_output(self, place: _Place) -> None:
        """Let the calculation's ``.out`` lead to what is not published; only a convenience."""
        output = place.output.relative_to(place.calculation)
        self._kit.lease.check()
        try:
            await self._kit.hands.files(link_live, place.calculation, place.stem, str(output))
        except WorkspaceError as error:
            log.warning("attempt.output-not-shown", place=str(output), error=error.message)

    async def _read(self, ended: EndedAttempt, place: _Place, parents: Parents) -> StepReading:
        """Read what was left; what cannot be read at all becomes a fault with its reason."""
        attempt_id = ended.attempt.id
        where = (place.attempt, place.output, ended.step, self._kit.workspace)
        work = (*where, parents, self._checks)
        try:
            return await self._kit.hands.heavy(read_attempt, *work)
        except (UnfinishedError, ParseError, WorkFailedError) as error:
            failures = self._patience.failures(attempt_id) + 1
            if error.retryable and failures < UNFINISHED_MAX:
                raise
            return unreadable(error.message)

    def _place(self, ended: EndedAttempt) -> _Place:
        attempt = ended.attempt
        if attempt.job is None:
            raise AssertionError("an ended attempt names the job that held its claim")
        output = output_directory(attempt.directory, attempt.job, attempt.restart)
        stem = deck_stem(ended.material, ended.step)
        suffix = STEP_TYPES[StepName.parse(ended.step).type].deck_suffix
        return _Place(
            self._kit.workspace / attempt.directory,
            self._kit.workspace / output,
            self._kit.workspace / ended.calculation_directory,
            stem,
            self._kit.workspace / attempt.directory / f"{stem}.{suffix}",
        )

    async def _publish(self, ended: EndedAttempt, place: _Place) -> tuple[KeptFile, ...]:
        step_type = STEP_TYPES[StepName.parse(ended.step).type]
        self._kit.lease.check()
        published = await self._kit.hands.files(
            publish, place.calculation, place.output, place.stem, step_type.leaves, place.deck
        )
        return tuple(
            KeptFile(
                file.suffix,
                f"{ended.calculation_directory}/{file.name}",
                file.bytes,
                file.sha256,
            )
            for file in published
        )


def _due(
    connection: sqlite3.Connection, most: int, off: Sequence[int]
) -> dict[int, tuple[EndedAttempt, Parents]]:
    """Read what is judged next, with the published files that it is compared with."""
    due: dict[int, tuple[EndedAttempt, Parents]] = {}
    for number in attempts.ended(connection, most, off):
        if ended := results.ended_attempt(connection, number):
            due[number] = (ended, published_of_needs(connection, ended.attempt.calculation_id))
    return due


def _report(ended: EndedAttempt, reading: StepReading, event: Event) -> None:
    log.info(
        "attempt.judged",
        token=ended.attempt.token,
        material=ended.material,
        step=ended.step,
        outcome=event,
        verdict=reading.verdict.kind,
        fault=reading.verdict.fault,
    )
