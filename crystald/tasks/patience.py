"""Rows that fail for a reason that may pass: put off, later and later, while the others go on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from crystald.clock import Clock
from crystald.errors import ConfigError, CrystaldError, WorkspaceError
from crystald.kit import Banners
from crystald.tasks.loop import REST_S, in_lanes

FIRST_S: Final = 2.0
LAST_S: Final = 3600.0

log = structlog.get_logger("crystald.patience")


@dataclass(frozen=True)
class _Delay:
    failures: int
    due_s: float
    error: CrystaldError


class Patience:
    """Which rows of a task wait because they failed lately.

    It lives in memory: after a restart every row is looked at again at once.

    Parameters
    ----------
    clock
        Gives the time.
    banners
        Where the first of the troubles is shown.
    source
        Name of the banner.
    """

    def __init__(self, clock: Clock, banners: Banners, source: str) -> None:
        self._clock = clock
        self._banners = banners
        self._source = source
        self._delays: dict[int, _Delay] = {}

    def failures(self, row: int) -> int:
        """Tell how often in a row a row has failed."""
        return self._delays[row].failures if row in self._delays else 0

    def put_off(self, row: int, error: CrystaldError) -> None:
        """Put a row off, for twice as long as the last time."""
        failures = self.failures(row)
        pause_s = min(FIRST_S * 2**failures, LAST_S)
        due_s = self._clock.boottime_s() + pause_s
        self._delays[row] = _Delay(failures + 1, due_s, error)
        log.warning("row.put_off", task=self._source, row=row, error=error.message, again_s=pause_s)
        self._show()

    def passed(self, row: int) -> None:
        """Forget that a row has failed."""
        if self._delays.pop(row, None):
            self._show()

    def waiting(self) -> tuple[int, ...]:
        """Give the rows that are not to be looked at yet."""
        now_s = self._clock.boottime_s()
        return tuple(row for row, delay in self._delays.items() if delay.due_s > now_s)

    def rest(self) -> float:
        """Tell how long a task without other rows may sleep; forget rows that went elsewhere.

        To be asked when no row is due: one that was due and is not there any more was moved by
        somebody else.
        """
        now_s = self._clock.boottime_s()
        self._delays = {row: delay for row, delay in self._delays.items() if delay.due_s > now_s}
        self._show()
        return min((delay.due_s - now_s for delay in self._delays.values()), default=REST_S)

    async def each(
        self, rows: Iterable[int], work: Callable[[int], Awaitable[bool]], *, abreast: int = 1
    ) -> None:
        """Work on every row; one that fails for its own reason is put off, and the others go on.

        An error that is not a row's own ends all: no further row is begun, those under way come
        to their end, and the first such error is raised.

        Parameters
        ----------
        rows
            Ids of rows that are due.
        work
            Tells whether the row is through (its failures are forgotten).
        abreast
            How many rows may be under way at once.
        """
        await in_lanes(rows, lambda row: self.one(row, work), abreast)

    async def one(self, row: int, work: Callable[[int], Awaitable[bool]]) -> None:
        """Work on one row as :meth:`each` does."""
        try:
            if await work(row):
                self.passed(row)
        except (WorkspaceError, ConfigError) as error:
            self.put_off(row, error)

    def _show(self) -> None:
        if not self._delays:
            self._banners.clear(self._source)
            return
        first = next(iter(self._delays.values())).error
        more = len(self._delays) - 1
        text = first.message + (f" (and {more} more)" if more else "")
        self._banners.show(self._source, text, first.hint)
