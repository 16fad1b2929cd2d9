"""The desk: what the answers to clients are made of."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from crystald.kit import Kit
from crystald.schedulers.base import Scheduler
from crystald.store.lease import Identity
from crystald.workflows.builds import Builds


@dataclass(frozen=True)
class Desk:
    """What commands may use.

    Attributes
    ----------
    kit
        Database, workers, banners, clock.
    scheduler
        To be asked how full it is, and by the audit.
    scheduler_kind
        ``local``.
    spool
        Where jobs leave messages.
    templates
        The file ``workflows.yaml``.
    me
        Host and process of the daemon.
    since_at
        When it took the lease (UTC text).
    version
        Of crystald.
    stop
        Set to end the daemon.
    builds
        Builds of the programs that steps may ask for.
    """

    kit: Kit
    scheduler: Scheduler
    scheduler_kind: str
    spool: Path
    templates: Path
    me: Identity
    since_at: str
    version: str
    stop: asyncio.Event
    builds: Builds
