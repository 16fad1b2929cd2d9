"""Whether the rings of jobs arrive: their files always come, and a ring should come with each."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice
from typing import Final

from crystald.models import RingMessage

RING_S: Final = 30.0
"""How long after its file a ring may still arrive, s; a job tries for two."""
HEARD_MAX: Final = 20_000
"""So many rings are remembered until their files come: whoever rings without end fills no memory."""
MISSED_MAX: Final = 3
"""Jobs in a row without a ring, until it is told."""
ATTENDED_S: Final = 5.0
"""How long after a look at an empty spool it is known that somebody was there to hear."""

_Key = tuple[str, str, int]


class Doorbell:
    """Counts the jobs that left their message in the spool and were never heard.

    Jobs ring only at their end, so only these messages count. One ring that arrives shows that
    the way is open. What ended while nobody was there to hear (the daemon was down, or the machine
    asleep) says nothing: only what came into a spool that was seen empty just before counts. No
    file's time is asked, for the clocks of nodes differ.
    """

    def __init__(self) -> None:
        self._awaited: dict[_Key, float] = {}
        self._heard: dict[_Key, float] = {}
        self._missed = 0
        self._empty_s = -math.inf

    def empty(self, now_s: float) -> None:
        """Note that the spool holds nothing: what is found in it next came from now on."""
        self._empty_s = now_s

    def rang(self, messages: Iterable[RingMessage], now_s: float) -> None:
        """Note rings that came over the wire."""
        for key in _ends(messages):
            self._missed = 0
            if self._awaited.pop(key, None) is None:
                self._heard[key] = now_s
        for key in list(islice(self._heard, max(0, len(self._heard) - HEARD_MAX))):
            del self._heard[key]

    def spooled(self, messages: Iterable[RingMessage], now_s: float) -> None:
        """Note messages that were found in the spool."""
        attended = now_s - self._empty_s <= ATTENDED_S
        for key in _ends(messages):
            if self._heard.pop(key, None) is None and attended:
                self._awaited.setdefault(key, now_s)

    @property
    def awaits(self) -> bool:
        """Whether a ring may still come for a message of the spool."""
        return bool(self._awaited)

    def missed(self, now_s: float) -> int:
        """Tell how many jobs in a row were not heard; what is too old to match is forgotten."""
        late = [key for key, since_s in self._awaited.items() if now_s - since_s > RING_S]
        for key in late:
            del self._awaited[key]
        self._missed += len(late)
        self._heard = {key: at_s for key, at_s in self._heard.items() if now_s - at_s <= RING_S}
        return self._missed


def _ends(messages: Iterable[RingMessage]) -> list[_Key]:
    return [(m.token, str(m.job), m.restart) for m in messages if m.event == "end"]
