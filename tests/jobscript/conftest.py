"""An attempt with its script in a directory with a hostile name."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts import HOSTILE, Job, order_of


@pytest.fixture
def job(tmp_path: Path) -> Job:
    root = tmp_path / HOSTILE.replace("/", "")
    return Job(root, order_of(root))
