"""Work that nobody waits for: its turn comes when all else is still, or after a while anyway."""

from __future__ import annotations

from typing import Final

from crystald.clock import Clock

STILL_S: Final = 2.0
"""How long nothing may have moved."""

LATEST_S: Final = 60.0
"""How long such work waits at most while others always go before."""


class Leisure:
    """When it is the turn of work that nobody waits for.

    It lives in memory: after a restart the work waits anew. Between two looks nothing is looked
    at, however often its task is woken: that it was woken tells enough.

    Parameters
    ----------
    clock
        Gives the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due_since_s: float | None = None
        self._look_s = 0.0
        self._still = False
        self._hurried = False

    def hurry(self) -> None:
        """Let it be its turn whenever it is asked from now on."""
        self._hurried = True

    def early_s(self) -> float:
        """Tell how long nothing is to be looked at yet; who asks too early was woken by news."""
        left_s = self._look_s - self._clock.boottime_s()
        if left_s <= 0 or self._hurried:
            return 0.0
        self._still = False
        return left_s

    def left_s(self, *, others: bool) -> float:
        """Tell how long work that is due waits yet, 0: it is its turn.

        Parameters
        ----------
        others
            Whether somebody waits for something else at this moment.
        """
        now_s = self._clock.boottime_s()
        self._due_since_s = now_s if self._due_since_s is None else self._due_since_s
        still, self._still = self._still and not others, not others
        if self._hurried or still or now_s - self._due_since_s >= LATEST_S:
            self._due_since_s = None
            return 0.0
        self._look_s = now_s + STILL_S
        return STILL_S

    def nothing_due(self) -> None:
        """Note that there is nothing to do: what comes next waits anew."""
        self._due_since_s, self._look_s, self._still = None, 0.0, False
