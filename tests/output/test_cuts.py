"""Real outputs cut at a few places, other ones in each file; tests/benchmarks/every_cut.py takes all."""

from __future__ import annotations

import random

import pytest
from output.cutting import DATA, check_cut, check_spoiled, ends_of, real_outputs

CUTS = 12
SPOILED_MAX = 60_000
LARGEST = 400_000
"""Bytes: larger files are left to the benchmark."""

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real outputs are not here")


def small_files() -> list[str]:
    """Give the smaller files, a fixed sample of them."""
    if not DATA.is_dir():
        return []
    paths = sorted(path for path in real_outputs() if path.stat().st_size < LARGEST)
    return [str(path.relative_to(DATA)) for path in random.Random(4).sample(paths, 24)]


@pytest.mark.parametrize("name", small_files())
def test_no_cut_run_is_good_and_nothing_is_raised(name: str) -> None:
    raw, chance = (DATA / name).read_bytes(), random.Random(name)
    text = raw.decode("utf-8", "replace")
    ends, last = ends_of(text), text.rstrip().rfind("\n") + 1
    anywhere = chance.sample(range(len(text)), min(CUTS, len(text)))
    for place in (*anywhere, last, max(0, last - 1)):
        check_cut(text, place, ends)
    check_spoiled(raw[:SPOILED_MAX], chance)
