"""Each block on an excerpt of our own: read whole, cut at every line, with noise between rows."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import Any

import pytest
from output.excerpts import EXCERPTS

from crystald.crystal.output import lines_of, read_output
from crystald.crystal.output.blocks import BLOCKS
from crystald.crystal.output.facts import plain

NOISE = "[node7:12345] mca_base_component_repository_open: some text 1.0 2.0 3.0"
GROWING = {
    *("scf_history", "scf_runs", "optimisation_points", "timings", "information", "thermodynamics"),
    *("path_lines", "dos_projections", "dispersion", "integrated_density", "map_ranges"),
}
"""Told line by line: less of them stands in a shorter text."""
NAMES = sorted(EXCERPTS)


def facts_of(lines: Iterable[str]) -> dict[str, Any]:
    return {name: plain(fact.value) for name, fact in read_output(lines).facts.items()}


def reach(facts: dict[str, Any], path: str) -> Any:
    name, *keys = path.split(".")
    value: Any = facts[name]
    for key in keys:
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def test_every_block_has_its_excerpt() -> None:
    assert {block.name for block in BLOCKS} == set(EXCERPTS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("keep_ends", [True, False])
def test_a_block_is_read_with_and_without_line_ends(name: str, keep_ends: bool) -> None:
    text, expected = EXCERPTS[name]
    facts = facts_of(text.splitlines(keepends=keep_ends))
    for path, value in expected.items():
        found = reach(facts, path)
        assert found == (pytest.approx(value) if isinstance(value, float) else value), path


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_block_tells_what_was_whole_and_nothing_else(name: str) -> None:
    lines = EXCERPTS[name][0].splitlines()
    seen: dict[str, list[Any]] = {}
    for cut in range(len(lines) + 1):
        for fact, value in facts_of(lines[:cut]).items():
            values = seen.setdefault(fact, [])
            if value not in values:
                values.append(value)
    final = facts_of(lines)
    for fact, values in seen.items():
        if fact not in GROWING and len(values) > 1:
            # a value that another one replaced was whole, too: both stand in the text
            assert values[-1] == final[fact]
            assert not any(isinstance(value, list) for value in values), fact


@pytest.mark.parametrize("name", NAMES)
def test_a_last_line_cut_in_its_middle_tells_no_other_number(name: str) -> None:
    text = " EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0\n\n" + EXCERPTS[name][0]
    lines = text.splitlines()
    told = [facts_of(lines[:cut]) for cut in range(len(lines) + 1)]
    for end in range(0, len(text), 3):
        start = StringIO(text[:end])
        some = start if end % 2 else lines_of(start.read)
        for fact, value in facts_of(some).items():
            assert any(value == facts.get(fact) for facts in told), (fact, value)


@pytest.mark.parametrize("name", NAMES)
def test_noise_between_any_two_lines_changes_nothing(name: str) -> None:
    lines = EXCERPTS[name][0].splitlines()
    expected = _without_lines(facts_of(lines))
    for place in range(len(lines) + 1):
        noisy = [*lines[:place], NOISE, *lines[place:]]
        assert _without_lines(facts_of(noisy)) == expected, place


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lines(item) for key, item in value.items() if key != "line"}
    return [_without_lines(item) for item in value] if isinstance(value, list) else value
