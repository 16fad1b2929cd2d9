"""What was said of each job that is missed, and when: by this daemon, and by those before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from crystald.names import JobId, Token
from crystald.schedulers.slurm.denials import Denials

TWICE_S = 60.0
"""Least time between two denials, and between two questions to accounting about one job."""

LIVES_S = 600.0
"""Time between questions about a job that the controller denies and accounting calls alive."""

FORGET_S = 86_400.0
NEVER_S = float("-inf")


@dataclass
class Doubt:
    """What was said of a job that is missed, and when (boottime, s).

    Attributes
    ----------
    job, denied_s
        The job that was denied, and when for the first time; None for a job that was not.
    asked_s, accounted_s
        When the controller, and accounting, were asked last.
    lives
        Whether accounting, when it answered last, called the job alive.
    """

    job: JobId | None = None
    denied_s: float | None = None
    asked_s: float = NEVER_S
    accounted_s: float = NEVER_S
    lives: bool = False

    @property
    def rest_s(self) -> float:
        """Least time between questions about it, from the first denial on."""
        return LIVES_S if self.lives else TWICE_S

    @property
    def last_s(self) -> float:
        """When anybody was asked about it last."""
        return max(self.asked_s, self.accounted_s)

    def deny(self, job: JobId, now_s: float) -> float:
        """Note that the job is denied now; tell for how long it has been."""
        if self.denied_s is None or self.job != job:
            self.job, self.denied_s = job, now_s
        return now_s - self.denied_s

    def show(self) -> None:
        """Note that the job is there: what was denied before does not count."""
        self.job = self.denied_s = None


class Doubts:
    """The doubts about all missed jobs; first denials outlive the daemon.

    Parameters
    ----------
    denials
        Where they are kept.
    now_s
        Tells the time (boottime, s).
    """

    def __init__(self, denials: Denials, now_s: Callable[[], float]) -> None:
        self._denials = denials
        self._now_s = now_s
        self._doubts: dict[Token, Doubt] = {}
        self._kept: dict[Token, tuple[JobId, float]] | None = None

    def of(self, token: Token) -> Doubt:
        """Give the doubt about a job, a new one where there was none."""
        return self._doubts.setdefault(token, Doubt())

    def asked_s(self, token: Token) -> float:
        """Tell when the controller was asked about a job last."""
        return self._doubts[token].asked_s if token in self._doubts else NEVER_S

    def askable(self, token: Token) -> bool:
        """Tell whether the controller can tell more: not soon after a first denial."""
        doubt = self._doubts.get(token)
        if doubt is None or doubt.denied_s is None:
            return True
        last_s = doubt.asked_s if doubt.lives else doubt.denied_s
        return self._now_s() - last_s >= doubt.rest_s

    def due(self, tokens: Iterable[Token]) -> list[Token]:
        """List those that accounting was not asked about just now."""
        now_s = self._now_s()
        doubts = {token: self.of(token) for token in tokens}
        return [t for t, doubt in doubts.items() if now_s - doubt.accounted_s >= doubt.rest_s]

    async def note(self, seen: Iterable[Token], missed: Collection[Token]) -> None:
        """Drop doubts about jobs that were seen, and old ones about jobs that nobody asks about."""
        await self._recall()
        for token in seen:
            self._doubts.pop(token, None)
        late_s = self._now_s() - FORGET_S
        old = [token for token, doubt in self._doubts.items() if doubt.last_s < late_s]
        for token in old:
            if token not in missed:
                del self._doubts[token]
        await self.keep()

    async def _recall(self) -> None:
        """Learn, once, what earlier daemons heard."""
        if self._kept is None:
            self._kept = await asyncio.to_thread(self._denials.read, self._now_s())
            for token, (job, at_s) in self._kept.items():
                self._doubts[token] = Doubt(job, denied_s=at_s, asked_s=at_s)

    async def keep(self) -> None:
        """Write down what later daemons need to know, where it has changed."""
        denied = {
            token: (doubt.job, doubt.denied_s)
            for token, doubt in self._doubts.items()
            if doubt.job is not None and doubt.denied_s is not None
        }
        if denied != self._kept and await asyncio.to_thread(self._denials.write, denied):
            self._kept = denied
