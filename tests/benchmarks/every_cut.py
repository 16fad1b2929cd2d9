"""Read every real output cut everywhere; takes minutes, so no test does it.

usage: python tests/benchmarks/every_cut.py

Files of less than 100 kB are cut at every line, others at 500 places inside lines, and each is read
with a tenth of its bytes overwritten. Nothing may be raised, no cut run may be called good, and no
other number may be told than the whole file tells.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

from crystald.crystal.output import read_output, read_runs
from crystald.crystal.output.report import report
from crystald.models import VerdictKind

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SMALL = 100_000
CUTS = 500


def files() -> Iterator[Path]:
    """Give the real outputs."""
    with (DATA / "MANIFEST.tsv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            if row["kind"] in ("out", "outp", "scflog", "joblog"):
                yield DATA / row["file"]


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
    ends = [run.lines["terminated"] for run in read_runs(text.splitlines()) if run.terminated]
    places = cuts(text, chance)
    for place in places:
        lines = text[:place].splitlines(keepends=True)
        out = read_output(lines)
        json.dumps(report(out, "x"), allow_nan=False)
        good = out.verdict.kind is VerdictKind.OK and out.program is not None
        assert not good or len(lines) >= min(ends), (path, place)
    spoiled = bytearray(raw)
    for place in chance.sample(range(len(raw)), len(raw) // 10):
        spoiled[place] = chance.randrange(256)
    out = read_output(spoiled.decode("latin-1").splitlines(keepends=True))
    json.dumps(report(out, "x"), allow_nan=False)
    return len(places) + 1


def main() -> None:
    """Check all files and say how much was read."""
    counts = [check(path) for path in files()]
    print(f"{len(counts)} files, {sum(counts)} forms of them: nothing raised, no cut run good")


if __name__ == "__main__":
    main()
