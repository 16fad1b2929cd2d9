"""What every task works with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crystald.clock import Clock
from crystald.store.database import Database
from crystald.store.lease import Lease
from crystald.tasks.hands import Hands
from crystald.tasks.loop import Banners


@dataclass(frozen=True)
class Kit:
    """The parts that tasks share.

    Attributes
    ----------
    workspace
        Root of the calculations' directories.
    """

    database: Database
    hands: Hands
    lease: Lease
    clock: Clock
    banners: Banners
    workspace: Path
