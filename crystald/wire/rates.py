"""Rates: how much one peer may send, so that a flood from one is not paid for by all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

BURST: Final = 16_384
"""Messages that a peer may send at once."""

PER_SECOND: Final = 1_000
"""Messages per second that it may send for ever."""

PEERS_MAX: Final = 4_096
"""Peers that are remembered; beyond, those that sent nothing for long are forgotten."""


class Rates:
    """A leaky bucket for each peer: every message fills it, time empties it.

    Parameters
    ----------
    now_s
        A clock that never goes back.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._full_until_s: dict[bytes, float] = {}

    def allows(self, peer: bytes) -> bool:
        """Count a message of a peer; False when it sends too many.

        A bucket is kept as the moment at which it will be empty again.
        """
        now_s = self._now_s()
        if len(self._full_until_s) >= PEERS_MAX:
            self._forget(now_s)
        until_s = max(now_s, self._full_until_s.get(peer, now_s)) + 1 / PER_SECOND
        if until_s - now_s > BURST / PER_SECOND:
            return False
        self._full_until_s[peer] = until_s
        return True

    def _forget(self, now_s: float) -> None:
        """Forget the peers whose buckets are empty; all, when none is."""
        busy = {peer: until_s for peer, until_s in self._full_until_s.items() if until_s > now_s}
        self._full_until_s = busy if len(busy) < PEERS_MAX else {}
