"""A scheduler that says "later": one submission at a time, later and later, until one is accepted."""

from __future__ import annotations

from typing import Final

from crystald.clock import Clock

FIRST_S: Final = 60.0
LAST_S: Final = 960.0


class Deferral:
    """When to try again after a quota was met; every try costs an attempt.

    A job of ours that ends may have made room, so that the next try need not wait. It lives in
    memory: after a restart one submission is tried at once.

    Parameters
    ----------
    clock
        Gives the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._times = 0
        self._due_s = 0.0
        self._fewest: int | None = None

    @property
    def waits(self) -> bool:
        """Whether nothing is to be submitted at this moment."""
        return self._due_s > self._clock.boottime_s()

    def left_s(self, live: int) -> float:
        """Tell how long to wait; `live`: how many attempts may have a job now."""
        if self._fewest is not None and live < self._fewest:
            self._due_s = 0.0
        self._fewest = live
        return max(0.0, self._due_s - self._clock.boottime_s())

    def limit(self, free: int) -> int:
        """Limit how many are submitted: one, as long as the last try was put off."""
        return min(free, 1) if self._times else free

    def put_off(self) -> None:
        """Note that the scheduler said "later"; those that were under way count once."""
        self._fewest = None  # the attempt that was put off still counts at this moment
        if self.waits:
            return
        self._due_s = self._clock.boottime_s() + min(FIRST_S * 2**self._times, LAST_S)
        self._times += 1

    def passed(self) -> None:
        """Note that a job was accepted."""
        self._times, self._due_s = 0, 0.0
