"""What tasks and desk work with: the shared parts, and the troubles they show."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from crystald.clock import Clock, utc_text
from crystald.hands.base import Hands
from crystald.store.database import Database
from crystald.store.lease import Lease


@dataclass(frozen=True)
class Banner:
    """A trouble that lasts: what, what to do, and since when (UTC text)."""

    text: str
    hint: str
    since_at: str


@dataclass
class Banners:
    """The troubles that ``status`` shows, one per source."""

    clock: Clock
    _shown: dict[str, Banner] = field(default_factory=dict)

    def show(self, source: str, text: str, hint: str = "") -> None:
        """Show a trouble; its age counts from when the source was last well."""
        since_at = (
            self._shown[source].since_at if source in self._shown else utc_text(self.clock.now())
        )
        self._shown[source] = Banner(text, hint, since_at)

    def clear(self, source: str) -> None:
        """Take a trouble away."""
        self._shown.pop(source, None)

    def all(self) -> dict[str, Banner]:
        """Give what is shown now."""
        return dict(self._shown)


@dataclass(frozen=True)
class Kit:
    """The parts that are shared.

    Attributes
    ----------
    hands, leisure
        Do work off the event loop; what nobody waits for is left to `leisure`.
    workspace
        Root of the calculations' directories.
    abreast
        How many rows a task may have under way at once: while one waits for a disk or for the
        scheduler, others are read and written.
    """

    database: Database
    hands: Hands
    leisure: Hands
    lease: Lease
    clock: Clock
    banners: Banners
    workspace: Path
    abreast: int = 1
