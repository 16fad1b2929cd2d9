"""The housekeeper: backups on a schedule, when something has changed; leftovers are swept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import structlog

from crystald.hands.base import Hands
from crystald.kit import Kit
from crystald.store import census
from crystald.store.backup import expired
from crystald.wire.spool import sweep_spool

log = structlog.get_logger("crystald.housekeeper")

LEFTOVER_DAYS = 7
"""Age at which what was never finished is surely nobody's: longer than jobs usually may run."""

_STAMP = "%Y%m%dT%H%M%SZ"


class BackupSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When the database is backed up.

    Attributes
    ----------
    every_h
        Hours between backups while something changes.
    keep
        How many are kept.
    """

    every_h: Annotated[float, msgspec.Meta(gt=0, le=8760)] = 24.0
    keep: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 7


class Housekeeper:
    """Backs the database up and lets the oldest backups go.

    Parameters
    ----------
    directory
        Where backups lie.
    spool
        Where jobs leave their messages, and dead ones what they had half written.
    """

    def __init__(self, kit: Kit, settings: BackupSettings, directory: Path, spool: Path) -> None:
        self._kit = kit
        self._settings = settings
        self._directory = directory
        self._spool = spool
        self._saved_seq: int | None = None

    async def round(self) -> float:
        """Sweep; back up when it is time and something has changed."""
        await self._sweep()
        every_s = self._settings.every_h * 3600
        age_s = await self._kit.hands.files(_age_s, self._directory, self._kit.clock.now())
        if age_s is not None and age_s < every_s:
            return max(60.0, every_s - age_s)
        seq = await self._kit.database.read(census.last_journal_seq)
        if seq and seq != self._saved_seq:
            await self._back_up()
            self._saved_seq = seq
        return every_s

    async def _sweep(self) -> None:
        self._kit.lease.check()
        before = self._kit.clock.now() - timedelta(days=LEFTOVER_DAYS)
        gone = await self._kit.hands.files(
            sweep_spool, self._spool, int(before.timestamp() * 1_000_000_000)
        )
        if gone:
            log.info("spool.swept", files=gone)

    async def _back_up(self) -> None:
        name = f"materials-{self._kit.clock.now().strftime(_STAMP)}.db"
        self._kit.lease.check()
        await self._kit.database.back_up(self._directory / name)
        gone = await _let_go(self._kit.hands, self._directory, self._settings.keep)
        log.info("database.backed_up", file=name, removed=gone)


async def _let_go(hands: Hands, directory: Path, keep: int) -> int:
    names = await hands.files(_names, directory)
    gone = expired(names, keep)
    for name in gone:
        await hands.files((directory / name).unlink, True)  # noqa: FBT003  (missing_ok)
    return len(gone)


def _names(directory: Path) -> list[str]:
    return [path.name for path in directory.glob("materials-*.db")] if directory.is_dir() else []


def _age_s(directory: Path, now: datetime) -> float | None:
    """Tell how old the newest backup is by its name; None when there is none."""
    stamps = []
    for name in _names(directory):
        try:
            text = name.removeprefix("materials-").removesuffix(".db")
            stamps.append(datetime.strptime(text, _STAMP).replace(tzinfo=UTC))
        except ValueError:
            continue
    return max(0.0, (now - max(stamps)).total_seconds()) if stamps else None
