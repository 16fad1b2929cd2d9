"""Bad input to a real daemon: told clearly, exit code 1 or 2, and nothing is half-created."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from homes import Home

from crystald.wire.client import Client

pytestmark = pytest.mark.process

Type = Callable[..., Any]

TABLES = ("runs", "materials", "structures", "calculations", "needs", "attempts", "journal")


def census(home: Home) -> tuple[dict[str, int], list[str]]:
    """Count the rows of every table, and list what lies in the workspace."""
    counts = {name: home.rows(f"SELECT count(*) FROM {name}")[0][0] for name in TABLES}
    return counts, sorted(str(path) for path in (home.path / "workspace").rglob("*"))


@pytest.fixture(scope="module", autouse=True)
def _nothing_runs(home: Home) -> None:
    """Let what is accepted here wait."""
    (home.state / "PAUSE").touch()


@pytest.fixture
def unchanged(home: Home) -> Iterator[None]:
    """Check that a test leaves neither row nor directory behind."""
    before = census(home)
    yield
    assert census(home) == before


def check_refusal(said: Any, *words: str, codes: tuple[int, ...] = (1, 2)) -> None:
    assert said.code in codes, said
    assert said.out == ""
    assert "Traceback" not in said.err
    assert "made a mistake" not in said.err
    for word in words:
        assert word in said.err, said.err


CELL = b"_cell_length_a 4.2112"
EDITS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no CIF": (lambda _: b"Dear reader,\nthis is a letter.\n", "CIF"),
    "empty": (lambda _: b"", "empty"),
    "binary": (lambda _: bytes(range(256)) * 40, "CIF"),
    "zeros": (lambda _: b"\0" * 5000, "CIF"),
    "partial occupancy": (lambda cif: cif.replace(b"O O 0.5 0.5 0.5 1", b"O O 0.5 0.5 0.5 0.5"), "occup"),
    "no cell": (lambda cif: cif.replace(CELL, b""), "_cell_length_a"),
    "cell unknown": (lambda cif: cif.replace(CELL, b"_cell_length_a ?"), "_cell_length_a"),
    "cell of nothing": (lambda cif: cif.replace(CELL, b"_cell_length_a 0"), "_cell_length_a"),
    "no atoms": (lambda cif: cif[: cif.rindex(b"loop_")], "atom"),
    "cut off": (lambda cif: cif[: cif.rindex(b"0.5 0.5")], "CIF"),
    "no basis": (lambda cif: cif.replace(b"Mg Mg", b"Fr Fr"), "Fr"),
    "no element": (lambda cif: cif.replace(b"Mg Mg", b"Xx Xx"), "Xx"),
}  # fmt: skip
"""name -> how a good CIF becomes a bad one, and what the message must name."""


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", EDITS)
def test_a_bad_file(ctl: Type, inputs: Path, mgo: bytes, name: str) -> None:
    edit, word = EDITS[name]
    path = inputs / "bad one.cif"
    path.write_bytes(edit(mgo))
    check_refusal(ctl("submit", str(path)), word, str(path), codes=(1,))


@pytest.mark.usefixtures("unchanged")
def test_one_bad_file_keeps_the_good_ones_back(ctl: Type, inputs: Path, mgo: bytes) -> None:
    (inputs / "good.cif").write_bytes(mgo)
    (inputs / "bad.cif").write_bytes(b"")
    check_refusal(ctl("submit", str(inputs)), "1 of 2 inputs", "bad.cif", "--skip-bad", codes=(1,))


def test_the_good_ones_go_when_asked(ctl: Type, inputs: Path, mgo: bytes) -> None:
    (inputs / "good one.cif").write_bytes(mgo)
    (inputs / "bad.cif").write_bytes(b"")
    (inputs / "bad.cif").rename(inputs / os.fsdecode(b"bad\xff\x1b[31m.cif"))
    said = ctl("submit", str(inputs), "--skip-bad", "--json")
    assert said.code == 0, said
    answer = json.loads(said.out)
    assert (answer["materials"], answer["calculations"]) == (1, 4)
    ((path, reason),) = answer["skipped"].items()
    assert path.isprintable()
    assert reason.replace("\n", "").isprintable()


@pytest.mark.usefixtures("unchanged")
def test_paths_that_lead_to_no_input(ctl: Type, inputs: Path, mgo: bytes) -> None:
    check_refusal(ctl("submit", str(inputs)), "structure file lies in this folder", codes=(1,))
    check_refusal(ctl("submit", str(inputs / "x.cif")), "no such file", codes=(1,))
    check_refusal(ctl("submit", str(inputs / ("x" * 300 + ".cif"))), "too long", codes=(1,))
    check_refusal(ctl("submit", "/dev/null"), "neither a file nor a folder", codes=(1,))
    os.mkfifo(inputs / "pipe.cif")
    check_refusal(ctl("submit", str(inputs / "pipe.cif")), "neither a file", codes=(1,))
    (inputs / "MgO.poscar").write_bytes(mgo)
    check_refusal(ctl("submit", str(inputs / "MgO.poscar")), "cannot be read as", codes=(1,))
    check_refusal(ctl("submit"), "PATHS", codes=(2,))


@pytest.mark.usefixtures("unchanged")
def test_two_files_of_one_name(ctl: Type, inputs: Path, mgo: bytes) -> None:
    pairs = [("a/x.cif", "b/x.cif"), ("a/x.cif", "a/x.CIF"), ("é.cif", "e\u0301.cif"), ("y.cif", "y .cif")]  # fmt: skip
    for pair in pairs:
        paths = [inputs / name for name in pair]
        for path in paths:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(mgo)
        check_refusal(ctl("submit", *map(str, paths)), "both be the material", codes=(1,))
    twice = [str(inputs / "y.cif")] * 2
    check_refusal(ctl("submit", *twice), "given twice", codes=(1,))


def test_a_name_never_changes_its_meaning(ctl: Type, home: Home, inputs: Path, mgo: bytes) -> None:
    (inputs / "one.cif").write_bytes(mgo)
    assert ctl("submit", str(inputs)).code == 0
    before = census(home)
    (inputs / "one.cif").write_bytes(mgo.replace(b"Mg Mg", b"Ca Ca"))
    check_refusal(ctl("submit", str(inputs)), "already stands for MgO", codes=(1,))
    assert census(home) == before


BAD_NAMES = ["a\nb", "tab\there", "\x1b[31mred", "..", "   ", "x" * 130, "\u202eevil", b"\xff\xfe"]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_name_that_cannot_be(ctl: Type, inputs: Path, mgo: bytes, name: str | bytes) -> None:
    bad = inputs / f"{os.fsdecode(name)}.cif"
    bad.write_bytes(mgo)
    by_folder = ctl("submit", str(inputs))
    check_refusal(by_folder, "name", codes=(1,))
    by_name = ctl("submit", str(bad))
    check_refusal(by_name)
    for said in (by_folder, by_name):
        assert said.err.replace("\n", "").isprintable()


GOOD_NAMES = ["3,4^2T1-CA", "a b'c", 'say "x"', "$(touch owned)", "-rf", "--home", "Кварц", "%2F..", "a;b&c|d", "*?[x]"]  # fmt: skip


def test_names_that_are_odd_and_good(
    ctl: Type, inputs: Path, mgo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in GOOD_NAMES:
        (inputs / f"{name}.cif").write_bytes(mgo)
    (inputs / "below").mkdir()
    monkeypatch.chdir(inputs / "below")
    words = [f"../{name}.cif" for name in GOOD_NAMES]
    said = ctl("submit", "--workflow", "basic_opt", "--json", *words)
    assert said.code == 0, said
    assert json.loads(said.out)["materials"] == len(GOOD_NAMES)
    monkeypatch.chdir(inputs)
    assert ctl("submit", "--workflow", "basic_opt", "--", "-rf.cif").code == 0
    for name in GOOD_NAMES:
        shown = json.loads(ctl("show", "--json", "--", f"material:{name}").out)
        assert (shown["kind"], shown["id"]) == ("material", name)


WRONG_REQUESTS = {
    "workflow": (("--workflow", "full_electronics"), "full_electronic"),
    "step": (("--workflow", "OPT,SPP"), "SPP"),
    "order": (("--workflow", "BAND,SP"), "BAND"),
    "key": (("--set", "functionl=PBE"), "functional"),
    "step key": (("--set", "OPT2.functional=PBE"), "OPT2"),
    "key of step": (("--set", "BAND.functional=PBE"), "functional"),
    "value": (("--set", "functional=PBB"), "PBE"),
    "wrong type": (("--set", "toldeg=often"), "toldeg"),
    "unreadable": (("--set", "tolinteg=[1,"), "tolinteg"),
    "no value": (("--set", "functional"), "KEY=VALUE"),
    "ranks": (("--set", "ranks=0"), "ranks"),
    "option": (("--workflw", "x"), "--workflw"),
    "two forms": (("--json", "--quiet"), "--json"),
}
"""name -> options of a submission of a good CIF, and what the message must name."""


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", WRONG_REQUESTS)
def test_a_wrong_request(ctl: Type, inputs: Path, mgo: bytes, name: str) -> None:
    options, word = WRONG_REQUESTS[name]
    (inputs / "MgO.cif").write_bytes(mgo)
    check_refusal(ctl("submit", *options, str(inputs)), word)


WRONG_PLANS: dict[str, tuple[bytes, str]] = {
    "not YAML": (b"workflow: [\n", "line"),
    "no plan": (b"42\n", "plan"),
    "empty": (b"", "plan"),
    "binary": (b"\xff\xfe\x00\x01", "UTF-8"),
    "unknown key": (b"workflow: x\nsteps:\n- {step: OPT, setings: {}}\n", "setings"),
    "wrong type": (b"workflow: x\nsteps: OPT\n", "steps"),
    "no steps": (b"workflow: x\nsteps: []\n", "no steps"),
    "unknown step": (b"workflow: x\nsteps:\n- {step: OPTI}\n", "OPTI"),
    "unknown setting": (b"workflow: x\nsteps:\n- {step: OPT, settings: {a: 1}}\n", "OPT"),
    "unmet need": (b"workflow: x\nsteps:\n- {step: BAND}\n", "BAND"),
    "cyclic alias": (b"workflow: x\nsteps: &a\n- *a\n", "steps"),
    "tag": (b"workflow: !!python/object/apply:os.system ['touch owned']\nsteps: []\n", "plan"),
}
"""name -> text of a plan, and what the message must name."""


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", WRONG_PLANS)
def test_a_wrong_plan(ctl: Type, inputs: Path, mgo: bytes, name: str) -> None:
    text, word = WRONG_PLANS[name]
    (inputs / "MgO.cif").write_bytes(mgo)
    plan = inputs / "plan.yaml"
    plan.write_bytes(text)
    check_refusal(ctl("submit", "--plan", str(plan), str(inputs)), word)


@pytest.mark.usefixtures("unchanged")
def test_a_plan_and_a_workflow(ctl: Type, inputs: Path, mgo: bytes) -> None:
    (inputs / "MgO.cif").write_bytes(mgo)
    plan = inputs / "plan.yaml"
    plan.write_text("workflow: x\nsteps:\n- {step: OPT}\n")
    both = ("--plan", str(plan), "--workflow", "basic_opt")
    check_refusal(ctl("submit", *both, str(inputs)), "a plan and a workflow")
    check_refusal(ctl("submit", "--plan", str(inputs / "no"), str(inputs)), "no", codes=(2,))


@pytest.mark.usefixtures("unchanged")
def test_a_dry_run_makes_decks_and_nothing_else(ctl: Type, inputs: Path, mgo: bytes) -> None:
    (inputs / "MgO.cif").write_bytes(mgo)
    said = ctl("submit", "--dry-run", "--json", str(inputs))
    answer = json.loads(said.out)
    assert (said.code, answer["run_id"], answer["calculations"]) == (0, None, 4)
    assert "OPTGEOM" in answer["decks"]["MgO"]


def test_a_request_asked_twice_makes_one_run(home: Home, inputs: Path, mgo: bytes) -> None:
    (inputs / "MgO.cif").write_bytes(mgo)
    request = {"paths": [str(inputs)], "request_id": "once-and-again"}
    with Client(home.state) as client:
        first = client.ask("submit", request)
        between = census(home)
        again = client.ask("submit", request)
    assert first["run_id"] == again["run_id"]
    assert first["calculations"] == again["calculations"] == 4
    assert census(home) == between


@pytest.mark.usefixtures("unchanged")
def test_the_daemon_has_made_no_mistake(home: Home) -> None:
    logs = "".join(path.read_text() for path in (home.state / "logs").glob("*.log"))
    assert "daemon.ready" in logs
    assert "request.failed" not in logs
