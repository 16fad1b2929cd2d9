"""Outputs cut and spoiled: nothing may be raised, no cut run called good."""

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


def real_outputs() -> Iterator[Path]:
    """Give the real outputs."""
    with (DATA / "MANIFEST.tsv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            if row["kind"] in ("out", "outp", "scflog", "joblog"):
                yield DATA / row["file"]


def ends_of(text: str) -> list[int]:
    """Give the places where the runs of an output end, as numbers of lines."""
    return [run.lines["terminated"] for run in read_runs(text.splitlines()) if run.terminated]


def check_cut(text: str, place: int, ends: list[int]) -> None:
    """Read the text up to a place."""
    lines = text[:place].splitlines(keepends=True)
    out = read_output(lines)
    json.dumps(report(out, "x"), allow_nan=False)
    good = out.verdict.kind is VerdictKind.OK and out.program is not None
    assert not good or len(lines) >= min(ends), place


def check_spoiled(raw: bytes, chance: random.Random) -> None:
    """Read it with a tenth of its bytes overwritten."""
    spoiled = bytearray(raw)
    for place in chance.sample(range(len(raw)), len(raw) // 10):
        spoiled[place] = chance.randrange(256)
    out = read_output(spoiled.decode("latin-1").splitlines(keepends=True))
    json.dumps(report(out, "x"), allow_nan=False)
