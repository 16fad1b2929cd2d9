"""Dependents are told of an end with it; only what could not be told then is looked for."""

from __future__ import annotations

from pathlib import Path

from lab import OPT_SP, Lab

from crystald.states import Event
from crystald.store import calculations
from crystald.store.calculations import UNTOLD
from crystald.tasks.assembly import WAKES


async def test_what_was_told_with_its_end_wakes_nobody(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    changes: list[frozenset[str]] = []
    daemon.kit.database.listen(changes.append)
    await lab.submit(daemon, "MgO", "NaCl", steps=OPT_SP)
    await lab.work(daemon)
    assert set(lab.picture().values()) == {"done"}
    assert sum("done" in change for change in changes) == 4
    assert not any(UNTOLD in change for change in changes)
    await daemon.leave()


async def test_an_end_that_nobody_was_told_of_wakes_who_tells(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    changes: list[frozenset[str]] = []
    daemon.kit.database.listen(changes.append)
    for event in (Event.CANCELLED, Event.RETRIED):
        await daemon.kit.database.write(lambda tx, e=event: calculations.move(tx, 1, e))
    assert [UNTOLD in change for change in changes] == [True, False]
    await daemon.kit.database.write(lambda tx: calculations.move(tx, 1, Event.CANCELLED))
    for _ in range(2):  # the skipped one ends in the first
        await daemon.round()
    assert set(lab.picture().values()) == {"cancelled", "skipped"}
    assert await daemon.kit.database.read(lambda c: calculations.to_progress(c, 9)) == []
    assert WAKES[UNTOLD] == ("progression",)
    await daemon.leave()
