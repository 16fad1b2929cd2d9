"""Real outputs of all versions and endings say what a person reads in them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crystald.crystal.output import Output, read_output
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.report import report

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ROWS = (Path(__file__).parent / "facts.txt").read_text(encoding="utf-8").splitlines()
CELL = ("a", "b", "c", "alpha", "beta", "gamma")
FIRST_POINT = "first_point_"
"""What begins the keys of states of an optimisation's first point."""
OF_BLOCKS = ("atomic_charges", "atomic_spins", "summed_spin")
SAYS = {
    "scf_converged": {False: "TOO MANY CYCLES", True: "CONVERGENCE ON"},
    "opt_converged": {False: "FAILED", True: "CONVERGED"},
    "spin_polarised": {False: "RESTRICTED CLOSED SHELL", True: "UNRESTRICTED OPEN SHELL"},
    "conducting": {False: "INSULATING STATE", True: "POSSIBLY CONDUCTING STATE"},
}
"""What a line says where the fact is no number of it."""


def table() -> dict[str, list[tuple[str, Any, int | None]]]:
    facts: dict[str, list[tuple[str, Any, int | None]]] = {}
    for row in ROWS:
        if row.startswith("= "):
            rows = facts.setdefault(row[2:], [])
        elif found := re.fullmatch(
            r"(\w+) (null|true|false|\".*?\"|\[.*\]|[-0-9.]+)(?: (\d+))?", row
        ):
            rows.append((found[1], json.loads(found[2]), int(found[3]) if found[3] else None))
        else:
            assert not row or row.startswith("#"), row
    return facts


FACTS = table()


@cache
def path_of(end: str) -> Path | None:
    manifest = DATA / "MANIFEST.tsv"
    if not manifest.is_file():
        return None
    names = [line.split("\t")[0] for line in manifest.read_text(encoding="utf-8").splitlines()]
    (name,) = [name for name in names if name.endswith(end)]
    return DATA / name


@cache
def lines_of(end: str) -> list[str]:
    path = path_of(end)
    if path is None:
        pytest.skip("no ../shared/data here")
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


@cache
def output_of(end: str) -> Output:
    return read_output(lines_of(end))


def told(end: str, key: str) -> Any:
    output = output_of(end)
    described: dict[str, Any] = report(output, end)
    if key.startswith(FIRST_POINT):
        return described["states_first_point"][key.removeprefix(FIRST_POINT)]
    if key == "version":
        return str(described[key]).split()[0]
    if key == "group":
        return described["space_group_symbol"]
    if key in ("cell", "volume"):
        cell = described["cell"]
        named = cell and ([cell[name] for name in CELL] if key == "cell" else cell["volume"])
        return named or None
    if key in OF_BLOCKS:
        found = output.facts.get(key)
        return found and (list(found.value) if isinstance(found.value, tuple) else found.value)
    return described[key]


@pytest.mark.parametrize("end", FACTS)
def test_the_reader_says_what_a_person_reads(end: str) -> None:
    for key, value, _ in FACTS[end]:
        assert told(end, key) == (
            pytest.approx(value, rel=1e-12) if _is_number(value) else value
        ), key


def _is_number(value: object) -> bool:
    return isinstance(value, float | int | list) and not isinstance(value, bool)


@pytest.mark.parametrize("end", FACTS)
def test_the_table_itself_agrees_with_the_file(end: str) -> None:
    """Every value stands on the line that is named, so that no slip of the pen is believed."""
    lines = lines_of(end)
    for key, value, number in FACTS[end]:
        if number is None:
            continue
        line = lines[number - 1]
        printed = floats(line)
        if (plain := key.removeprefix(FIRST_POINT)) in SAYS:
            assert SAYS[plain][value] in line, key
        elif isinstance(value, str):
            assert value.replace(" ", "").lower() in line.replace(" ", "").lower(), key
        elif isinstance(value, list):
            assert set(map(float, value)) <= set(printed), key
        elif key == "n_bands":
            assert printed[1] - printed[0] + 1 == value
        else:
            assert float(value) in printed, key


def test_the_table_covers_all_versions_and_endings() -> None:
    values: dict[str, set[Any]] = {}
    for rows in FACTS.values():
        for key, value, _ in rows:
            values.setdefault(key, set()).add(str(value))
    assert len(FACTS) >= 45
    assert values["version"] == {"06", "09", "14", "17", "22", "23"}
    assert values["dimensionality"] == {"0", "1", "2", "3"}
    for key in ("conducting", "scf_converged", "opt_converged", "spin_polarised"):
        assert {"True", "False"} <= values[key]
