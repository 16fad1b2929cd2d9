"""Decisions about many attempts: each recorded once, few commits, nothing lost where one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from lab import OPT_SP, Lab

from crystald.errors import StoreBusyError
from crystald.models import Attempt
from crystald.names import JobId, Token
from crystald.protocol import Accept
from crystald.states import AttemptState
from crystald.tasks import ledger
from crystald.tasks.ledger import Ledger, Recorded
from crystald.tasks.policy import QueueSettings

DECISION = Accept(JobId("hpc", "1"))


def attempt(number: int) -> Attempt:
    return Attempt(number, number, 1, Token("0" * 20), AttemptState.INTENT, "a/01", "n", None)


class Rows(list[int]):
    """The inside of a transaction."""

    connection = None


class Book:
    """A database that holds transactions up until it is told to go on."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.written: list[list[int]] = []
        self.fails: Exception | None = None

    async def write(self, work: Callable[[Rows], list[Recorded]]) -> list[Recorded]:
        await self.go.wait()
        rows = Rows()
        told = work(rows)
        if self.fails:
            error, self.fails = self.fails, None
            raise error
        self.written.append(rows)
        return told


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Book:
    def apply(rows: list[int], one: Attempt, *_: object) -> bool:
        rows.append(one.id)
        return one.id % 2 == 0

    monkeypatch.setattr(ledger.recording, "apply", apply)
    monkeypatch.setattr(ledger.attempts, "get", lambda _, number: attempt(number))
    return Book()


async def begun(kept: Ledger, *numbers: int) -> list[asyncio.Task[Recorded]]:
    tasks = [asyncio.create_task(kept.record(attempt(n), DECISION)) for n in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_during_a_commit_goes_together_with_the_next(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "TOGETHER_MAX", 4)
    tasks = await begun(Ledger(book), *range(8))  # type: ignore[arg-type]
    book.go.set()
    assert await asyncio.gather(*tasks) == [Recorded(n % 2 == 0, attempt(n)) for n in range(8)]
    assert book.written == [[0], [1, 2, 3, 4], [5, 6, 7]]


async def test_a_failure_is_told_to_all_that_went_together_and_to_no_other(book: Book) -> None:
    kept = Ledger(book)  # type: ignore[arg-type]
    first = await begun(kept, 0)
    book.fails = StoreBusyError("the disk is full")
    others = await begun(kept, 1, 2)
    book.go.set()
    told = await asyncio.gather(*first, *others, return_exceptions=True)
    assert [type(one) for one in told] == [StoreBusyError, Recorded, Recorded]
    assert book.written == [[1, 2]]
    book.fails = StoreBusyError("once more")
    with pytest.raises(StoreBusyError, match="once more"):
        await kept.record(attempt(4), DECISION)
    assert (await kept.record(attempt(4), DECISION)).done


async def test_who_writes_for_others_and_is_ended_leaves_none_waiting(book: Book) -> None:
    kept = Ledger(book)  # type: ignore[arg-type]
    (writer,) = await begun(kept, 0)
    others = await begun(kept, 1, 2)
    writer.cancel()
    told = await asyncio.gather(writer, *others, return_exceptions=True)
    assert [type(one) for one in told] == [asyncio.CancelledError] * 3
    book.go.set()
    assert (await kept.record(attempt(2), DECISION)).done


async def test_a_sweep_over_many_that_changed_needs_few_commits(fast_path: Path) -> None:
    lab = Lab(fast_path)
    lab.queue = QueueSettings(slow_start=0)
    daemon = await lab.boot()
    await lab.submit(daemon, *(f"M{n}" for n in range(60)), steps=OPT_SP[:1])
    for _ in range(10):
        await daemon.round()
    lab.runner.drop_rings = True
    lab.scheduler.start_pending()
    lab.clock.boot_s += 20.0
    await daemon.kit.lease.renew()
    object.__setattr__(daemon.kit, "abreast", 4)
    before = daemon.fate.commits
    reconciler = next(task for task in daemon.assembly.tasks if task.name == "reconciler")
    await reconciler.round()
    assert set(lab.picture().values()) == {"running"}
    assert daemon.fate.commits - before <= 30
    object.__setattr__(daemon.kit, "abreast", 1)
    await lab.work(daemon)
    assert set(lab.picture().values()) == {"done"}
    assert lab.problems() == []
    await daemon.leave()
