"""One visit to a home, for cron and scrontab: look until nothing moves by itself, then leave."""

from __future__ import annotations

import asyncio

import structlog

from crystald.errors import CrystaldError
from crystald.kit import Kit
from crystald.store import attempts
from crystald.tasks.assembly import Assembly
from crystald.tasks.loop import Task

STEP_S = 2.0
"""Seconds between looks while a submission of an earlier process must be waited out."""

MORE_S = 30.0
"""Seconds beyond the quiet period that a submission may take to be settled."""

ROUNDS_MAX = 1000
"""Most rounds of one task in one look: a visit ends although work never ends."""

log = structlog.get_logger("crystald.once")


async def visit(assembly: Assembly, kit: Kit, longest_s: float, stop: asyncio.Event) -> bool:
    """Let every task look, in the order of the way of the data, while the lease is kept.

    A submission whose answer an earlier process did not live to record is waited out, at
    most for `longest_s`, because nobody else would ever do so.

    Parameters
    ----------
    longest_s
        How long a submission may be at work, and a job may still appear after its death.
    stop
        Ends the visit early.

    Returns
    -------
    bool
        Whether no task met trouble, and no submission is left of which nothing is known.
    """
    keeper, *others = assembly.tasks
    assembly.illustrator.hurry()  # its turn in a look comes after that of all who hand over
    kept = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(keeper.run(kept, kit.clock, kit.banners), name=keeper.name)
        try:
            well = await _look(others, stop)
            until_s = kit.clock.boottime_s() + longest_s + MORE_S
            while not stop.is_set() and await _waits(kit) and kit.clock.boottime_s() < until_s:
                await kit.clock.wait(stop, STEP_S)
                assembly.reconciler.hurry()
                well = await _look(others, stop)
            well = well and not await _waits(kit)
        finally:
            kept.set()
            keeper.wake.set()
    return well


async def _waits(kit: Kit) -> bool:
    return await kit.database.read(attempts.intent_count) > 0


async def _look(tasks: list[Task], stop: asyncio.Event) -> bool:
    """Let all tasks look, again while one of them moved something for another."""
    well, moving = True, True
    while moving and well and not stop.is_set():
        for task in tasks:
            task.wake.clear()
        for task in tasks:
            well = await _rounds(task, stop) and well
        moving = any(task.wake.is_set() for task in tasks)
    return well


async def _rounds(task: Task, stop: asyncio.Event) -> bool:
    try:
        for _ in range(ROUNDS_MAX):
            if stop.is_set() or await task.round() > 0:
                break
    except CrystaldError as error:
        if not error.retryable:
            raise
        log.warning("task.trouble", task=task.name, error=error.message, hint=error.hint)
        return False
    return True
