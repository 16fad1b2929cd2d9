"""Blocks of real outputs say what a person reads in them: value, unit and line."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crystald.crystal.output import read_output
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.properties import Listed, properties

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
TEXT = (Path(__file__).parent / "block_facts.txt").read_text(encoding="utf-8")
ROW = re.compile(r"([a-z_]\w*)((?:\.\w+)*) (.*) (\.|\d+)$")


def sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in TEXT.splitlines():
        if line.startswith("= "):
            rows = found.setdefault(line[2:], [])
        elif line and not line.startswith("#"):
            rows.append(line)
    return found


def reach(value: Any, path: str) -> Any:
    for key in path.split(".")[1:]:
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def same(value: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return value.keys() == expected.keys() and all(same(value[k], expected[k]) for k in value)
    if isinstance(expected, list):
        return len(value) == len(expected) and all(map(same, value, expected))
    if isinstance(expected, float):
        return value == pytest.approx(expected, rel=1e-12)
    return bool(value == expected)


@cache
def listed(file: str) -> tuple[dict[str, Listed], list[str]]:
    lines = (DATA / file).read_text(encoding="utf-8", errors="replace").splitlines()
    return {one.name: one for one in properties(read_output(lines))}, lines


@pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data here")
@pytest.mark.parametrize(
    ("file", "row"),
    [(file, row) for file, rows in sections().items() for row in rows],
    ids=lambda text: text[-50:],
)
def test_a_fact_read_by_eye(file: str, row: str) -> None:
    matched = ROW.match(row)
    assert matched, row
    name, path, rest, place = matched.groups()
    expected, end = json.JSONDecoder().raw_decode(rest)
    found, lines = listed(file)
    one = found.get(name)
    if expected is None and not path:
        assert one is None
        return
    assert one is not None
    assert same(reach(one.value, path), expected), reach(one.value, path)
    assert one.unit == rest[end:].strip().replace("-", "", 1 if rest.endswith(" -") else 0)
    if place != ".":
        assert one.line == int(place)
    if isinstance(one.value, float) and one.line and not path:
        printed = floats(" ".join(lines[one.line - 1 : one.line + 40]))
        assert any(value == pytest.approx(one.value, rel=1e-12) for value in printed) or not printed
