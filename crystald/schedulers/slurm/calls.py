"""How often each of Slurm's commands was called during the last hour."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

MINUTES = 60


@dataclass
class Calls:
    """Calls, counted by minute; memory does not grow with them."""

    total: Counter[str] = field(default_factory=Counter)
    _minutes: deque[tuple[int, Counter[str]]] = field(default_factory=deque)

    def note(self, command: str, now_s: float) -> None:
        """Count a call at a time (boottime, s)."""
        minute = int(now_s // 60)
        if not self._minutes or self._minutes[-1][0] != minute:
            self._minutes.append((minute, Counter()))
        self._minutes[-1][1][command] += 1
        self.total[command] += 1
        self._drop(minute)

    def last_hour(self, now_s: float) -> dict[str, int]:
        """Give the calls of each command during the last hour."""
        self._drop(int(now_s // 60))
        counted: Counter[str] = Counter()
        for _, calls in self._minutes:
            counted.update(calls)
        return dict(sorted(counted.items()))

    def _drop(self, minute: int) -> None:
        while self._minutes and self._minutes[0][0] <= minute - MINUTES:
            self._minutes.popleft()
