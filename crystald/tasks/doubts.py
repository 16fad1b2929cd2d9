"""Attempts of which a scheduler that answers does not say what became of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from crystald.kit import Banners
from crystald.models import Observation
from crystald.names import Token

SHOWN_AFTER_S: Final = 300.0
"""A job that has just left the queue is in doubt until it was denied twice: that is as it should."""

SOURCE: Final = "unknown"


class Doubts:
    """Keeps since when attempts are in doubt, and shows those that stay so."""

    def __init__(self, banners: Banners) -> None:
        self._banners = banners
        self._since_s: dict[Token, float] = {}

    def note(self, seen: Mapping[Token, Observation], now_s: float) -> None:
        """Take in what a sweep saw of all live attempts."""
        doubtful = {token for token, observation in seen.items() if not observation.answered}
        self._since_s = {token: self._since_s.get(token, now_s) for token in doubtful}
        self._show([t for t, at_s in self._since_s.items() if now_s - at_s >= SHOWN_AFTER_S])

    def forget(self) -> None:
        """Forget all: nothing is live."""
        self._since_s.clear()
        self._show(())

    def _show(self, lasting: Collection[Token]) -> None:
        if not lasting:
            self._banners.clear(SOURCE)
            return
        count = len(lasting)
        jobs = "of 1 job it is" if count == 1 else f"of {count} jobs it is"
        self._banners.show(
            SOURCE,
            f"{jobs} not known what became of {'it' if count == 1 else 'them'}",
            "Nothing is concluded; the scheduler is asked again and again.",
        )
