"""The ledger of decisions: what is decided about several attempts at a time is committed together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from crystald.models import Attempt
from crystald.protocol import Decision
from crystald.store import attempts, recording
from crystald.store.database import Database, Transaction
from crystald.store.refusals import IN_A_ROW

TOGETHER_MAX = 100
"""Decisions in one transaction."""


@dataclass(frozen=True)
class Recorded:
    """What became of a decision.

    Attributes
    ----------
    done
        Whether it was recorded; it was not where the attempt moved meanwhile.
    attempt
        As it is recorded now.
    """

    done: bool
    attempt: Attempt


@dataclass(frozen=True)
class _Entry:
    attempt: Attempt
    decision: Decision
    recorded: asyncio.Future[Recorded]


class Ledger:
    """Records decisions of the protocol; a disk takes as long for one commit as for a hundred rows.

    What comes while a transaction is being written waits for it and then goes as one.

    Parameters
    ----------
    database
        Where it is kept.
    refusals_max
        So many jobs in a row that the scheduler refuses alike hold their run; 0 for never.
    """

    def __init__(self, database: Database, refusals_max: int = IN_A_ROW) -> None:
        self._database = database
        self._refusals_max = refusals_max
        self._waiting: list[_Entry] = []
        self._writing = False

    async def record(self, attempt: Attempt, decision: Decision) -> Recorded:
        """Record a decision; nothing is done when the attempt moved meanwhile.

        Raises
        ------
        StoreError
            Nothing was recorded, of none that went together.
        """
        recorded: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Entry(attempt, decision, recorded))
        if not self._writing:
            await self._write_all()
        return await recorded

    async def _write_all(self) -> None:
        self._writing = True
        try:
            while self._waiting:
                entries = self._waiting[:TOGETHER_MAX]
                del self._waiting[:TOGETHER_MAX]
                await self._write(entries)
        finally:
            self._writing = False

    async def _write(self, entries: list[_Entry]) -> None:
        def one(transaction: Transaction, entry: _Entry) -> Recorded:
            most, attempt = self._refusals_max, entry.attempt
            done = recording.apply(transaction, attempt, entry.decision, most)
            return Recorded(done, attempts.get(transaction.connection, attempt.id))

        def together(transaction: Transaction) -> list[Recorded]:
            return [one(transaction, entry) for entry in entries]

        try:
            told = await self._database.write(together)
        except Exception as error:  # noqa: BLE001  (raised by each that waits for it)
            for entry in entries:
                if not entry.recorded.done():
                    entry.recorded.set_exception(error)
            return
        except BaseException:  # cancelled, or the process ends
            for entry in (*entries, *self._waiting):
                entry.recorded.cancel()
            self._waiting.clear()
            raise
        for entry, recorded in zip(entries, told, strict=True):
            if not entry.recorded.done():
                entry.recorded.set_result(recorded)
