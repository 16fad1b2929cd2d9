"""The daemon itself: is it there, how is it, and stop."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from crystald.desk.desk import Desk
from crystald.schedulers.base import Load
from crystald.store import attempts, calculations, views

LOAD_S: Final = 2.0
"""How long an answer waits for the scheduler; a sick one may take minutes."""


class Ping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``ping``: no arguments."""


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``status``: no arguments."""


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``stop``: no arguments."""


async def ping(desk: Desk, _: Ping) -> dict[str, object]:
    """Answer ``ping``: who the daemon is."""
    return {
        "running": True,
        "pid": desk.me.pid,
        "host": desk.me.host,
        "since": desk.since_at,
        "epoch": desk.kit.database.epoch,
        "version": desk.version,
    }


async def status(desk: Desk, _: Status) -> dict[str, object]:
    """Answer ``status``: one screen of health."""
    states, live, decisions = await desk.kit.database.read(
        lambda c: (calculations.state_counts(c), attempts.live_count(c), views.open_decisions(c))
    )
    load = await _load(desk)
    banners = [
        {"source": source, "text": banner.text, "hint": banner.hint, "since": banner.since_at}
        for source, banner in sorted(desk.kit.banners.all().items())
    ]
    return {
        "daemon": await ping(desk, Ping()),
        "scheduler": {
            "kind": desk.scheduler_kind,
            "cluster": desk.scheduler.cluster,
            "answers": load.jobs is not None,
            "jobs": load.jobs,
            "trouble": desk.scheduler.health().trouble,
            "calls_per_hour": dict(desk.scheduler.health().calls_per_hour),
        },
        "queue": {"states": states, "live": live, "decisions": decisions},
        "banners": banners,
    }


async def _load(desk: Desk) -> Load:
    """Count the jobs, unless the scheduler takes its time: whoever asks how we are is answered."""
    asked = asyncio.ensure_future(desk.scheduler.load())
    done, _ = await asyncio.wait({asked}, timeout=LOAD_S)
    return asked.result() if done else Load(None)


async def stop(desk: Desk, _: Stop) -> dict[str, object]:
    """Answer ``stop``: the daemon ends after this answer; jobs go on."""
    desk.stop.set()
    return {"stopping": True, "pid": desk.me.pid, "host": desk.me.host}
