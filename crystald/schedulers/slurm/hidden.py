"""Jobs that live and that squeue does not show: a sign that squeue is not to be trusted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from crystald.models import Life, Sighting
from crystald.names import Token
from crystald.schedulers.slurm.backoff import Trouble

STALE_S = 900.0
"""How long it is told after it was last seen: nobody looks when nothing is live."""


@dataclass
class Hidden:
    """Remembers which jobs were hidden when they were last asked about (times: boottime, s)."""

    _tokens: set[Token] = field(default_factory=set)
    _since_s: float = 0.0
    _noted_s: float = 0.0

    def note(
        self, asked: Collection[Token], judged: Mapping[Token, Sighting], now_s: float
    ) -> None:
        """Note what became of jobs that were asked about.

        Parameters
        ----------
        asked
            All tokens of the look.
        judged
            Those that the queue did not show, and what the controller said of them.
        """
        if not self._tokens:
            self._since_s = now_s
        self._noted_s = now_s
        self._tokens -= set(asked)
        self._tokens |= {t for t, sighting in judged.items() if sighting.life is Life.ALIVE}

    def trouble(self, now_s: float) -> Trouble | None:
        """Tell it for a banner."""
        if not self._tokens or now_s - self._noted_s > STALE_S:
            return None
        text = f"squeue does not show jobs that the controller has ({len(self._tokens)})"
        return Trouble(text, self._since_s, now_s)
