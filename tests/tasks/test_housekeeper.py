"""The housekeeper: sound backups when something has changed, few of them, and no leftovers."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from lab import Daemon, Lab

from crystald.tasks.housekeeper import LEFTOVER_DAYS, BackupSettings, Housekeeper

HOUR_S = 3600.0


def keep(lab: Lab, daemon: Daemon, kept: int = 2) -> Housekeeper:
    settings = BackupSettings(every_h=1, keep=kept)
    return Housekeeper(daemon.kit, settings, lab.root / "backup", lab.spool)


def backups(lab: Lab) -> list[Path]:
    return sorted((lab.root / "backup").glob("materials-*.db"))


async def later(lab: Lab, daemon: Daemon, seconds: float) -> None:
    lab.clock.boot_s += seconds
    await daemon.kit.lease.renew()


async def test_backups_come_when_something_has_changed_and_old_ones_go(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    housekeeper = keep(lab, daemon)
    assert await housekeeper.round() == HOUR_S
    assert not backups(lab)
    for count in (1, 2, 2, 2):
        await lab.submit(daemon, f"M{lab.journal()}")
        await housekeeper.round()
        assert len(backups(lab)) == count
        await later(lab, daemon, 61 * 60)
    await housekeeper.round()
    newest = backups(lab)[-1]
    await later(lab, daemon, 61 * 60)
    await housekeeper.round()
    assert backups(lab)[-1] == newest
    with sqlite3.connect(newest) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM runs").fetchone() == (4,)
    copy.close()
    await daemon.leave()


async def test_a_backup_is_not_made_before_its_time(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    housekeeper = keep(lab, daemon)
    await lab.submit(daemon, "MgO")
    await housekeeper.round()
    await lab.submit(daemon, "NaCl")
    await later(lab, daemon, 600)
    assert 3000 <= await housekeeper.round() + 60 <= HOUR_S
    assert len(backups(lab)) == 1
    await daemon.leave()


async def test_leftovers_go_after_a_week_and_nothing_else_does(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    now = lab.clock.now().timestamp()
    old, fresh, message = (lab.spool / name for name in (".a.json.tmp", ".b.json.tmp", "c.json"))
    for path, days in ((old, LEFTOVER_DAYS + 1), (fresh, 1), (message, 99)):
        path.write_text("{")
        os.utime(path, (now - days * 86_400,) * 2)
    await keep(lab, daemon).round()
    assert (old.exists(), fresh.exists(), message.exists()) == (False, True, True)
    await daemon.leave()
