"""Worker processes, seen from their daemon: work goes out and comes back through a socket each."""

from __future__ import annotations

import asyncio
import pickle
import socket
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import TypeVar

from crystald.hands.worker import LENGTH, serve

T = TypeVar("T")

BUFFER_BYTES = 2**20


class WorkerDiedError(Exception):
    """A worker ended before its work did."""


class Worker:
    """A worker process that does one piece of work at a time.

    Parameters
    ----------
    process
        It runs, or will soon.
    reader, writer
        Of the socket to it.

    Attributes
    ----------
    rests
        Whether all that it was given came back.
    """

    def __init__(
        self,
        process: ForkServerProcess,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self.rests = True

    @property
    def has_gone(self) -> bool:
        """Whether it is known to have ended."""
        return self._reader.at_eof() or self._reader.exception() is not None

    async def does(self, work: Callable[..., T], arguments: tuple[object, ...]) -> T:
        """Let it do a piece of work; it rests then.

        Raises
        ------
        WorkerDiedError
            It ended meanwhile. Whatever else the work raised is raised here.
        """
        order = pickle.dumps((work, arguments), pickle.HIGHEST_PROTOCOL)
        self.rests = False
        try:
            self._writer.write(LENGTH.pack(len(order)) + order)
            await self._writer.drain()
            (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
            answer = await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise WorkerDiedError("its process ended") from error
        self.rests = True
        well, given = pickle.loads(answer)  # noqa: S301  (our own worker's)
        if not well:
            raise given
        return given  # type: ignore[no-any-return]

    def dismiss(self) -> None:
        """Let it end: nothing comes any more."""
        self._writer.close()

    def kill(self) -> None:
        """End it, whatever it does; it hears the socket close where its starter was killed."""
        self._writer.transport.abort()
        if self._process.is_alive():
            self._process.kill()


async def start(context: ForkServerContext, niceness: int) -> Worker:
    """Start a worker; in a thread, for the first one takes as long as to load its modules.

    Raises
    ------
    OSError, EOFError
        It could not be started; the next one may be.
    """
    ours, theirs = socket.socketpair()
    process = context.Process(target=serve, args=(niceness, theirs), daemon=True)

    def begin() -> None:
        with theirs:
            process.start()

    try:
        await asyncio.to_thread(begin)
        return Worker(process, *await asyncio.open_unix_connection(sock=ours, limit=BUFFER_BYTES))
    except BaseException:
        ours.close()  # by which it ends, if it was started
        raise
