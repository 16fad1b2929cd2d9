"""A program that fails ends in a question for a person, with what was printed as evidence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from homes import Home

pytestmark = pytest.mark.process

Type = Callable[..., Any]

FAULTS = {
    "linear-dependence": "ERROR **** CHOLSK **** BASIS SET LINEARLY DEPENDENT",
    "sigsegv": "forrtl: severe (174): SIGSEGV, segmentation fault occurred",
    "killed": None,
}
"""fault of the stand-in -> the line it prints; None when the output just stops."""


@pytest.fixture(scope="module", params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, fault: str) -> Iterator[Home]:
    """A home whose programs all fail in one way."""
    made = Home(tmp_path_factory.mktemp("faults") / "a home").make()
    try:
        made.up(CRYSTAL_STANDIN_FAULT=fault)
        yield made
    finally:
        made.end()


def test_a_fault_ends_in_a_decision(
    home: Home, ctl: Type, inputs: Path, mgo: bytes, fault: str
) -> None:
    (inputs / "MgO.cif").write_bytes(mgo)
    assert ctl("submit", str(inputs)).code == 0
    said = ctl("wait", "r1", "--timeout", "60", "--json")
    assert said.code == 1
    answer = json.loads(said.out)
    assert (answer["settled"], answer["all_done"]) == (True, False)
    assert answer["states"] == {"decision": 1, "waiting": 3}
    (decision,) = json.loads(ctl("ls", "decisions", "--json").out)
    shown = json.loads(ctl("show", "c1", "--json").out)
    assert shown["state"] == "decision"
    assert [one["id"] for one in shown["decisions"]] == [decision["id"]]
    printed = FAULTS[fault]
    evidence = json.dumps(decision["evidence"])
    assert decision["question"]
    assert len(home.starts()) == 1
    if printed is not None:
        assert printed in evidence
        assert printed in shown["attempts"][-1]["fault_line"]
    for identifier in ("c1", decision["id"]):
        text = ctl("show", identifier)
        assert text.code == 0
        assert printed is None or printed in text.out
    assert ctl("audit").code == 0
    assert "1 wait for you" in ctl("status").out
    answered(ctl, decision["id"])


def answered(ctl: Type, decision: str) -> None:
    """Give up what failed: what needs it is skipped, and nothing is answered twice."""
    assert "--choose 2  give-up: close it as failed" in ctl("decide", decision).out
    wrong = ctl("decide", decision, "--choose", "3")
    assert (wrong.code, "1 (retry), 2 (give-up)" in wrong.err) == (2, True)
    said = json.loads(ctl("decide", decision, "--choose", "2", "--json").out)
    assert (said["calculation"], said["choice"], said["state"]) == ("c1", "give-up", "failed")
    assert json.loads(ctl("ls", "decisions", "--json").out) == []
    assert "answered: give-up" in ctl("decide", decision).out
    assert ctl("decide", decision, "--choose", "1").code == 4
    assert ctl("decide", "d99", "--choose", "1").code == 1
    assert ctl("decide", "c1", "--choose", "1").code == 2
    assert json.loads(ctl("wait", "r1", "--timeout", "60", "--json").out)["settled"]
