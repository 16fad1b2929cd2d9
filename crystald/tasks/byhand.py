"""Scripts that run by hand on another host: shown after a while, with the way to say that one ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crystald.kit import Kit
from crystald.models import Attempt
from crystald.names import Token
from crystald.states import AttemptState
from crystald.store import byhand
from crystald.store.attempts import LiveAttempt
from crystald.workspace.claims import is_here

SHOWN_AFTER_S: Final = 3600.0
"""It may well run for longer; the question then stands open, and nothing waits for it."""

SOURCE: Final = "by-hand"


class ByHand:
    """Keeps since when scripts are away, and asks a person about those that stay so."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._since_s: dict[Token, float] = {}

    async def note(self, live: Sequence[LiveAttempt]) -> None:
        """Take in all live attempts."""
        now_s = self._kit.clock.boottime_s()
        away = {item.attempt.token: item for item in live if _is_away(item.attempt)}
        self._since_s = {token: self._since_s.get(token, now_s) for token in away}
        asked = []
        for token, at_s in self._since_s.items():
            if now_s - at_s >= SHOWN_AFTER_S and (number := await self._ask(away[token].attempt)):
                asked.append((away[token], number))
        self._show(asked)

    def forget(self) -> None:
        """Forget all: nothing is live."""
        self._since_s.clear()
        self._show(())

    async def _ask(self, attempt: Attempt) -> int | None:
        return await self._kit.database.write(lambda tx: byhand.ask(tx, attempt))

    def _show(self, asked: Sequence[tuple[LiveAttempt, int]]) -> None:
        if not asked:
            self._kit.banners.clear(SOURCE)
            return
        item, number = asked[0]
        more = f" (and {len(asked) - 1} more)" if len(asked) > 1 else ""
        self._kit.banners.show(
            SOURCE,
            f"{item.material} {item.step} was run by hand on another host"
            f" ({item.attempt.job}) and has left no word{more}",
            f"Nobody here can see whether it still runs. If it has ended there: crystalctl decide d{number}",
        )


def _is_away(attempt: Attempt) -> bool:
    job = attempt.job
    running = attempt.state is AttemptState.RUNNING
    return running and job is not None and job.by_hand and not is_here(job)
