"""How values are written for people."""

from __future__ import annotations

import doctest

import pytest

import crystalctl.commands.log
import crystalctl.commands.wait
import crystalctl.demo
import crystalctl.render
import crystalctl.session

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
