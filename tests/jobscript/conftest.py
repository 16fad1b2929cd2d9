"""An attempt with its script in a directory with a hostile name."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts import HOSTILE, TOKEN, Job

from crystald.models import LeftFile, Resources
from crystald.workspace.script import ScriptOrder


@pytest.fixture
def job(tmp_path: Path) -> Job:
    root = tmp_path / HOSTILE.replace("/", "")
    for name in ("spool", "scratch", "attempts"):
        (root / name).mkdir(parents=True)
    order = ScriptOrder(
        material="MgO",
        step="SP",
        program="crystal",
        program_argv=(),
        token=TOKEN,
        name=f"MgO_SP.{TOKEN}",
        attempt=root / "attempts" / "01",
        spool=root / "spool",
        scratch=root / "scratch",
        deck="MgO_sp.d12",
        takes=(),
        leaves=(LeftFile("fort.9", "f9", needed=True), LeftFile("fort.25", "f25")),
        resources=Resources(),
        ring_argv=(),
        endpoint=root / "endpoint.json",
        ring_key=root / "ring.key",
    )
    return Job(root, order)
