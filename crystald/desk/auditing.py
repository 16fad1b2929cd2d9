"""Audit: what the database, the attempts' directories and the scheduler say, held side by side."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crystald.errors import RefusedError
from crystald.kit import Kit
from crystald.names import JobId, Token
from crystald.schedulers.base import Scheduler
from crystald.store import attempts
from crystald.store.census import AttemptRow, attempts_page, good_before
from crystald.workspace.claims import starts_among
from crystald.workspace.layout import END

PAGE = 500


class Audit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``audit``: no arguments."""


@dataclass(frozen=True)
class Traces:
    """What an attempt left on disk.

    Attributes
    ----------
    starts
        Output directories, one per start of a job that held the claim (None: unreadable).
    ended
        Whether the end record is there.
    """

    starts: int | None
    ended: bool


def traces(directory: Path) -> Traces:
    """Read what an attempt left on disk."""
    try:
        with os.scandir(directory) as found:
            entries = list(found)
        starts = len(starts_among(entries))
    except FileNotFoundError:
        return Traces(0, ended=False)
    except OSError:
        return Traces(None, ended=False)
    return Traces(starts, any(entry.name == END for entry in entries))


def look_at(workspace: Path, rows: Sequence[AttemptRow]) -> list[Traces]:
    """Read the traces of several attempts."""
    return [traces(workspace / row.directory) for row in rows]


def too_many_starts(row: AttemptRow, found: Traces) -> int:
    """Tell how many starts of an attempt are more than there should be.

    A revoked or rejected attempt never starts; any other starts once, and once more for each
    time the scheduler put its job back.
    """
    allowed = 0 if row.state in ("revoked", "rejected") else 1 + row.restart
    return max(0, (found.starts or 0) - allowed)


async def audit(kit: Kit, scheduler: Scheduler, spool: Path) -> dict[str, object]:
    """Compare everything; see :func:`summary` for the result.

    Raises
    ------
    RefusedError
        The scheduler does not answer, so nothing can be compared.
    """
    duplicates, unreadable, total, after = 0, 0, 0, 0
    while page := await kit.database.read(lambda c, after=after: attempts_page(c, after, PAGE)):  # type: ignore[misc]
        for row, found in zip(
            page, await kit.hands.files(look_at, kit.workspace, page), strict=True
        ):
            duplicates += too_many_starts(row, found)
            unreadable += found.starts is None
        upto = page[-1].id
        duplicates += await kit.database.read(
            lambda c, after=after, upto=upto: good_before(c, after, upto)  # type: ignore[misc]
        )
        total, after = total + len(page), upto
    lost, unknown = await _compare_with_scheduler(kit, scheduler)
    waiting = await kit.hands.files(_count, spool)
    return summary(
        Counter(duplicates=duplicates, lost=lost, unknown=unknown + unreadable), total, waiting
    )


def summary(counts: Counter[str], attempts_seen: int, spooled: int) -> dict[str, object]:
    """Make the answer: ``duplicates``, ``lost``, ``unknown``, ``clean``, and what was looked at."""
    found = {key: counts[key] for key in ("duplicates", "lost", "unknown")}
    return {
        **found,
        "clean": not any(found.values()),
        "attempts": attempts_seen,
        "spooled": spooled,
    }


async def _compare_with_scheduler(kit: Kit, scheduler: Scheduler) -> tuple[int, int]:
    """Count live attempts with jobs that nobody recorded (lost), and unknown ones."""
    lost, unknown, after = 0, 0, 0
    while page := await kit.database.read(lambda c, after=after: attempts.live(c, after, PAGE)):  # type: ignore[misc]
        known: dict[Token, JobId | None] = {i.attempt.token: i.attempt.job for i in page}
        seen = await scheduler.observe(known)
        if trouble := scheduler.health().trouble:
            raise RefusedError(trouble, "Ask again when the scheduler answers.")
        for token, job in known.items():
            ids = {sighting.job for sighting in seen[token].jobs}
            unknown += not seen[token].answered or (job is not None and job not in ids)
            lost += job is None and bool(ids) and not await _moved_on(kit, token)
        after = page[-1].attempt.id
    return lost, unknown


def _count(directory: Path) -> int:
    return sum(1 for path in directory.glob("[!.]*.json")) if directory.is_dir() else 0


async def _moved_on(kit: Kit, token: Token) -> bool:
    """Tell whether an attempt without a recorded job was only on its way when it was listed."""
    now = await kit.database.read(lambda c: attempts.live_by_token(c, token))
    return now is None or now.attempt.job is not None
