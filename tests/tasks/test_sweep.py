"""A sweep holds everything that lives against one answer, however many pages it is read in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from lab import Lab

from crystald.models import Observation
from crystald.names import JobId, Token
from crystald.schedulers.simulated import SimulatedScheduler
from crystald.tasks import reconciler


async def test_the_scheduler_is_asked_once_for_all_pages(
    fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "PAGE", 2)
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", "NaCl", "LiF", "KCl", "CaO")
    await daemon.round()
    asked: list[int] = []
    observe = SimulatedScheduler.observe

    async def counted(
        self: SimulatedScheduler, tokens: Mapping[Token, JobId | None]
    ) -> dict[Token, Observation]:
        asked.append(len(tokens))
        return await observe(self, tokens)

    monkeypatch.setattr(SimulatedScheduler, "observe", counted)
    lab.cluster.start_pending()
    daemon.assembly.reconciler.hurry()
    await daemon.assembly.reconciler.round()
    assert asked == [5]
    assert list(lab.picture().values()).count("running") == 5
    await daemon.leave()
