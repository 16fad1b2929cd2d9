"""Slow start: how many materials may begin before it is known whether their jobs last."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

LASTS_S: Final = 2.0
"""A job that has not ended after so long lasts; one that comes back sooner needs the daemon again."""

IDLE_S: Final = 60.0
"""After so long without a submission nothing is known of the jobs that come next."""

SOON_S: Final = 0.1
"""Shortest time between looks for which nothing but time is a reason."""


class Pace:
    """How many calculations may be on their way: few at first, and twice as many whenever they last.

    Jobs that end at once, well or badly, come back while the daemon still hands out others, and
    each of them waits for all of those. So only a few young ones are out together. One that lasts
    leaves its place, and opens another; one that does not closes all that were opened.

    Parameters
    ----------
    first
        How many may be on their way at first; 0 for any number, always.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        self._open = first
        self._begun_s: dict[int, float] = {}
        self._last_s = 0.0

    def begun(self, calculation: int, now_s: float) -> None:
        """Note that the scheduler has taken a job of a calculation."""
        if self._first:
            self._begun_s[calculation] = self._last_s = now_s

    @property
    def young(self) -> tuple[int, ...]:
        """The calculations whose jobs were not known to last, nor to have ended, at the last look."""
        return tuple(self._begun_s)

    def look(self, ended: Collection[int], now_s: float) -> None:
        """Learn which of the young ones have ended."""
        for calculation in ended:
            if self._begun_s.pop(calculation, None) is not None:
                self._open = self._first
        for calculation, begun_s in list(self._begun_s.items()):
            if now_s - begun_s >= LASTS_S:
                del self._begun_s[calculation]
                self._open += 1
        if not self._begun_s and now_s - self._last_s >= IDLE_S:
            self._open = self._first

    def beginners(self, returning: int, most: int) -> int:
        """Tell how many may begin.

        Parameters
        ----------
        returning
            How many go on, or have come back and are not judged. Where those are all, one may
            begin: what has come back may be hard to read.
        most
            How many may begin in any case.
        """
        if not self._first:
            return most
        left = self._open - len(self._begun_s) - returning
        return min(most, max(left, 0 if self._begun_s else 1))

    def rest_s(self, now_s: float, longest_s: float) -> float:
        """Tell how long nothing changes by itself: until the next one is known to last."""
        due_s = min(self._begun_s.values(), default=now_s + longest_s) + LASTS_S
        return min(longest_s, max(SOON_S, due_s - now_s))
