"""The daemon itself: is it there, how is it, and stop."""

from __future__ import annotations

import msgspec

from crystald.desk.desk import Desk
from crystald.store import attempts, calculations, views


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
    load = await desk.scheduler.load()
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


async def stop(desk: Desk, _: Stop) -> dict[str, object]:
    """Answer ``stop``: the daemon ends after this answer; jobs go on."""
    desk.stop.set()
    return {"stopping": True, "pid": desk.me.pid, "host": desk.me.host}
