"""Fifty materials with the stand-in on a real Slurm, beside the same scripts submitted up front.

The stand-in computes: each program takes the better part of a second. Each of the two nodes has as
many processors as this machine, so that programs share them with the daemon two to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from os import cpu_count
from pathlib import Path

import pytest
import ways
from bringing import bring
from replay import standing_in
from slurmhost import SlurmHost, missing

MANY = 50


@pytest.fixture
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmHost]:
    if absent := missing():
        pytest.skip(f"no Slurm here: {absent} not found (Debian: apt install slurm-wlm)")
    made = SlurmHost(tmp_path_factory.mktemp("slurm"), cpus=cpu_count() or 1)
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.mark.timeout(1800)
def test_fifty_materials(host: SlurmHost, tmp_path: Path) -> None:
    home = standing_in(host, tmp_path / "many")
    row = bring(home, tmp_path / "in", MANY)
    up_front = ways.rendered_up_front(host, home, tmp_path / "again", MANY)
    print("\n| way | makespan | job's end → child submitted | duplicates | lost |")
    print("|---|---|---|---|---|")
    print("\n".join(row.line(up_front) for row in (up_front, row)))
