"""Requests: each worked on by itself, a bounded number at a time, every error as a coded reply."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from crystald.errors import CrystaldError, RefusedError, WireError
from crystald.wire.frames import ANSWER
from crystald.wire.messages import Problem, Reply, Request, decode_request, encode, request_id
from crystald.wire.ringing import Send

Answer = Callable[[str, dict[str, Any]], Awaitable[object]]
"""Carries a command with its arguments out; gives the result."""

log = structlog.get_logger("crystald.wire")


class Answering:
    """Works on requests.

    Parameters
    ----------
    most
        Requests that are worked on at the same time.
    """

    def __init__(self, answer: Answer, send: Send, most: int) -> None:
        self._answer = answer
        self._send = send
        self._most = most
        self._working: set[asyncio.Task[None]] = set()

    async def take(self, peer: bytes, payload: bytes) -> None:
        """Begin to work on a request, or say why not."""
        try:
            request = decode_request(payload)
        except WireError as error:
            await self._send(peer, ANSWER, encode(_problem(request_id(payload), error)))
            return
        if len(self._working) >= self._most:
            busy = RefusedError("too many requests are being worked on", "Ask again in a moment.")
            await self._send(peer, ANSWER, encode(_problem(request.id, busy)))
            return
        task = asyncio.create_task(self._work(peer, request), name=f"answer {request.command}")
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def finished(self) -> None:
        """Wait until every request is answered."""
        while self._working:
            await asyncio.wait(self._working)

    async def abandon(self) -> None:
        """Cancel what is being worked on."""
        working = tuple(self._working)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    async def _work(self, peer: bytes, request: Request) -> None:
        await self._send(peer, ANSWER, await self._reply(request))

    async def _reply(self, request: Request) -> bytes:
        try:
            result = await self._answer(request.command, request.arguments)
            return encode(Reply(request.id, ok=True, result=result))
        except CrystaldError as error:
            return encode(_problem(request.id, error))
        except (Exception, RecursionError):  # one request must not end the daemon
            log.exception("request.failed", command=request.command)
            return encode(_internal(request.id))


def _problem(number: str, error: CrystaldError) -> Reply:
    return Reply(number, ok=False, error=Problem(error.code, error.message, error.hint))


def _internal(number: str) -> Reply:
    hint = "The daemon's log holds the details; please report it."
    return Reply(number, ok=False, error=Problem("internal", "the daemon made a mistake", hint))
