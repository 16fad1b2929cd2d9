"""Read every real output cut everywhere; takes minutes: tests/output/test_cuts.py takes a sample.

usage: python tests/benchmarks/every_cut.py

Files of less than 100 kB are cut at every line, others at 500 places inside lines, and each is read
with a tenth of its bytes overwritten. Nothing may be raised, and no cut run may be called good.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from output.cutting import check_cut, check_spoiled, ends_of, real_outputs

SMALL = 100_000
CUTS = 500


def cuts(text: str, chance: random.Random) -> list[int]:
    """Choose the places where a file is cut."""
    if len(text) < SMALL:
        ends = [0]
        for line in text.splitlines(keepends=True):
            ends.append(ends[-1] + len(line))
        return ends
    return sorted(chance.sample(range(len(text)), CUTS))


def check(path: Path) -> int:
    """Read one file in all its forms; give how many there were."""
    raw = path.read_bytes()
    text, chance = raw.decode("utf-8", "replace"), random.Random(path.name)
    ends, places = ends_of(text), cuts(text, chance)
    for place in places:
        check_cut(text, place, ends)
    check_spoiled(raw, chance)
    return len(places) + 1


def main() -> None:
    """Check all files and say how much was read."""
    counts = [check(path) for path in real_outputs()]
    print(f"{len(counts)} files, {sum(counts)} forms of them: nothing raised, no cut run good")


if __name__ == "__main__":
    main()
