"""Deciding: a person's answers to open questions."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec

from crystald.desk.desk import Desk
from crystald.errors import RequestError
from crystald.store import answers, calculations
from crystald.store.decisions import Choice

PUBLISHED_S = 20.0
"""How long an answer waits for an accepted result to be published."""

LOOK_S = 0.05


class Decide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``decide``: the question, and one of its choices, counted from 1."""

    id: str
    choose: Annotated[int, msgspec.Meta(ge=1, le=100)]


async def decide(desk: Desk, arguments: Decide) -> dict[str, object]:
    """Answer ``decide``: what was chosen, and where the calculation stands then.

    Raises
    ------
    RequestError
        The id is none of a question, or there is no such choice.
    NotFoundError
        There is no such question.
    RefusedError
        It was answered before.
    """
    digits = arguments.id.removeprefix("d")
    if digits == arguments.id or not (digits.isascii() and digits.isdigit()) or len(digits) > 17:
        raise RequestError(
            f"{arguments.id!r} is no decision", "Ids are d1, d2, …: crystalctl ls decisions"
        )
    number = int(digits)
    asked, choice = await desk.kit.database.write(
        lambda tx: answers.answer(tx, number, arguments.choose)
    )
    if choice is Choice.ACCEPT:
        await _published(desk, number)
    now = await desk.kit.database.read(lambda c: calculations.get(c, asked.calculation))
    return {
        "decision": arguments.id,
        "calculation": f"c{asked.calculation}",
        "choice": choice,
        "state": now.state,
        "reason": now.reason,
    }


async def _published(desk: Desk, number: int) -> None:
    """Wait for the collector; what takes longer goes on by itself."""
    until_s = desk.kit.clock.boottime_s() + PUBLISHED_S
    while desk.kit.clock.boottime_s() < until_s:
        if await desk.kit.database.read(lambda c: answers.is_carried(c, number)):
            return
        await asyncio.sleep(LOOK_S)
