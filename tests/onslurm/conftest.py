"""One real Slurm for each module, and a home on it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from slurmhomes import SlurmHome
from slurmhost import SlurmHost, missing


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmHost]:
    if absent := missing():
        pytest.skip(f"no Slurm here: {absent} not found (Debian: apt install slurm-wlm)")
    made = SlurmHost(tmp_path_factory.mktemp("slurm"))
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture
def home(host: SlurmHost, tmp_path: Path) -> Iterator[SlurmHome]:
    made = SlurmHome(tmp_path / "a home", host=host).make()
    try:
        yield made
    finally:
        made.end()
        host.run("scancel", "--full", "--me")
