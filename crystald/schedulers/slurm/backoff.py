"""How long Slurm is left in peace after each answer: longer the slower it is, or the sicker."""

from __future__ import annotations

from dataclasses import dataclass

SHARE = 10.0
"""Rest after an answer, in units of the time that it took: at most a tenth of Slurm's time is ours."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong, for a banner: in words, since when, and when it is tried again (boottime, s)."""

    text: str
    since_s: float
    again_s: float


@dataclass
class Backoff:
    """One back-off for one server (the controller, or the accounting database).

    Attributes
    ----------
    first_s
        Rest after the first failure; doubled with each further one.
    most_s
        Longest rest.
    """

    first_s: float = 15.0
    most_s: float = 600.0
    trouble: Trouble | None = None
    _failures: int = 0
    _again_s: float = float("-inf")
    _rested_s: float = float("-inf")

    def may(self, now_s: float) -> bool:
        """Tell whether the server may be asked: it did not fail just now."""
        return now_s >= self._again_s

    def may_begin(self, now_s: float) -> bool:
        """Tell whether a new round of questions may begin: it also had its rest."""
        return self.may(now_s) and now_s >= self._rested_s

    def answered(self, now_s: float, took_s: float) -> None:
        """Note a good answer and how long it took; quick ones ask for no rest."""
        self._failures = 0
        rest_s = min(SHARE * took_s, self.most_s)
        since_s = self.trouble.since_s if self.trouble else now_s
        if rest_s > self.first_s:
            self._rested_s = now_s + rest_s
            self.trouble = Trouble(f"it answers slowly ({took_s:.0f} s)", since_s, self._rested_s)
        elif now_s >= self._rested_s:
            self.trouble = None

    def failed(self, now_s: float, why: str) -> None:
        """Note a failure: an error, no answer in time, or one that makes no sense."""
        self._failures += 1
        doubled_s = self.first_s * 2.0 ** min(self._failures - 1, 20)
        self._again_s = now_s + min(doubled_s, self.most_s)
        since_s = self.trouble.since_s if self.trouble else now_s
        times = f", {self._failures} times in a row" if self._failures > 1 else ""
        self.trouble = Trouble(f"{why}{times}", since_s, self._again_s)
