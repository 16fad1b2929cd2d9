"""How values are written for people."""

from __future__ import annotations

import doctest
import re
import sys

import pytest

import crystalctl.commands.log
import crystalctl.commands.wait
import crystalctl.demo
import crystalctl.render
import crystalctl.session
from crystalctl.render import Column, fold, table

MODULES = (
    crystalctl.render,
    crystalctl.session,
    crystalctl.commands.log,
    crystalctl.commands.wait,
    crystalctl.demo,
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_the_documentation(module: object) -> None:
    found = doctest.testmod(module, raise_on_error=True)  # type: ignore[arg-type]
    assert found.attempted


def test_facts_leave_out_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    crystalctl.render.facts([("energy", -1.5), ("gap", None), ("plan", "a: 1\nb: 2"), ("x", [])])
    assert capsys.readouterr().out == "energy  -1.5\nplan    a: 1\n        b: 2\n"


def test_json_keeps_letters() -> None:
    assert crystalctl.render.to_json({"Å": None}) == '{"Å": null}'
    odd = {"x": float("inf"), "y": (float("nan"), 1.5)}
    assert crystalctl.render.to_json(odd) == '{"x": null, "y": [null, 1.5]}'


PAIR = (Column("id", "ID"), Column("try", "TRY", right=True), Column("reason", "REASON"))


def test_a_table_that_needs_no_folding_is_as_rich_would_draw_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [
        {"id": "c1", "try": 12, "reason": "[red]waits[/red] for c2, c3"},
        {"id": "c100", "try": 1, "reason": None},
    ]
    table(rows, PAIR)
    plain = capsys.readouterr().out
    fold([["c1", "12", "[red]waits[/red] for c2, c3"], ["c100", "1", ""]], PAIR)
    drawn = capsys.readouterr().out
    assert plain == "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("two\nlines", ["ID  TRY  REASON", "c1    1  two", "         lines"]),
        ("Å ∞", ["ID  TRY  REASON", "c1    1  Å ∞"]),
    ],
)
def test_several_lines_and_foreign_letters_stand_in_their_column(
    reason: str, expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    table([{"id": "c1", "try": 1, "reason": reason}], PAIR)
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == expected


def test_on_a_narrow_terminal_nothing_is_lost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "13")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    table([{"id": "c1", "try": 1, "reason": "two lines"}], PAIR)
    printed = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert max(map(len, printed.splitlines())) <= 13
    assert "".join(printed.split()) == "REASIDTRYONc11twolines"
