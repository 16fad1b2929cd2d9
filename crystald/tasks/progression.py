"""Progression: what follows a calculation that came to an end."""

from __future__ import annotations

from functools import partial

import structlog

from crystald.store import calculations
from crystald.store.database import Database
from crystald.tasks.loop import REST_S

BATCH = 100

log = structlog.get_logger("crystald.progression")


class Progression:
    """Makes dependents ready, or skips them, one ended calculation per transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def round(self) -> float:
        """Progress a batch of ended calculations."""
        ended = await self._database.read(lambda c: calculations.to_progress(c, BATCH))
        for calculation in ended:
            told = await self._database.write(partial(calculations.progress, of=calculation.id))
            log.info(
                "calculation.progressed", id=calculation.id, ready=told.ready, skipped=told.skipped
            )
        return 0.0 if len(ended) == BATCH else REST_S
