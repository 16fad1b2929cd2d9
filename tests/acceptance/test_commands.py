"""Every command against a real daemon and real jobs: what it prints, and its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from homes import Home
from waiting import wait_until

from crystald.names import material_from_safe

pytestmark = pytest.mark.process

Type = Callable[..., Any]

HOSTILE = ("3,4^2T1-CA", "a b'c", "$(touch owned)", "-rf", "Кварц")
KINDS = ("runs", "materials", "calculations", "jobs", "decisions")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, mgo: bytes) -> Path:
    """CIFs with hostile names."""
    made = tmp_path_factory.mktemp("inputs") / "$(touch owned) and more"
    made.mkdir()
    for name in HOSTILE:
        (made / f"{name}.cif").write_bytes(mgo)
    return made


@pytest.fixture(scope="module")
def run(home: Home, folder: Path) -> dict[str, Any]:
    """A run of the whole workflow, waited for: the answer to its submission."""
    answer: dict[str, Any] = json.loads(home.ctl("submit", "--json", "--name", "all", str(folder)))
    home.ctl("wait", answer["run_id"], "--timeout", "60")
    return answer


@pytest.fixture
def paused(home: Home, ctl: Type, inputs: Path, mgo: bytes) -> str:
    """A run that does not begin before the file PAUSE is taken away."""
    (home.state / "PAUSE").touch()
    (inputs / "MgO.cif").write_bytes(mgo)
    return str(ctl("submit", "--quiet", "--workflow", "basic_opt", str(inputs)).out.strip())


def listed(ctl: Type, kind: str, *options: str) -> list[dict[str, Any]]:
    said = ctl("ls", kind, "--json", *options)
    assert said.code == 0, said
    rows: list[dict[str, Any]] = json.loads(said.out)
    return rows


def test_submit_answers_what_scripts_rely_on(run: dict[str, Any]) -> None:
    assert run["run_id"] == "r1"
    assert (run["materials"], run["calculations"]) == (len(HOSTILE), 4 * len(HOSTILE))
    assert run["skipped"] == {}


@pytest.mark.usefixtures("run")
def test_hostile_names_run_to_their_end(home: Home, ctl: Type, folder: Path) -> None:
    rows = listed(ctl, "calculations", "--run", "r1")
    assert {(row["material"], row["step"]) for row in rows} == {
        (name, step) for name in HOSTILE for step in ("OPT", "SP", "BAND", "DOSS")
    }
    assert {row["state"] for row in rows} == {"done"}
    for row in rows:
        name = Path(row["directory"]).name.removeprefix("mat_")
        assert material_from_safe(name) == row["material"]
        for file in json.loads(ctl("show", "--json", row["id"]).out)["files"]:
            assert (home.path / "workspace" / file["path"]).stat().st_size == file["bytes"]
    assert set(Counter(home.starts()).values()) == {1}
    assert len(home.starts()) == len(rows)
    for place in (home.path.parent, folder.parent, Path.cwd()):
        assert not [path for path in place.glob("**/owned") if path.name == "owned"]


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("kind", KINDS)
def test_ls_prints_tables_json_and_ids(ctl: Type, kind: str) -> None:
    rows = listed(ctl, kind)
    ids = [str(row["id"]) for row in rows]
    assert bool(ids) == (kind != "decisions")
    assert ctl("ls", kind, "--quiet").out.splitlines() == ids
    header, *lines = ctl("ls", kind).out.rstrip().splitlines()
    assert header.isupper()
    assert len(lines) == len(ids)
    assert len(listed(ctl, kind, "--limit", "2")) == min(2, len(ids))


@pytest.mark.usefixtures("run")
def test_ls_narrows_calculations(ctl: Type) -> None:
    first = listed(ctl, "calculations")[0]
    keys = {"id", "run_id", "material", "step", "state", "job_id", "attempt"}
    assert keys <= first.keys()
    assert len(listed(ctl, "calculations", "--material", "-rf", "--run", "r1")) == 4
    assert listed(ctl, "calculations", "--run", "r999") == []
    for words in (["calculations", "--state", "finished"], ["jobs", "--run", "r1"], ["things"]):
        said = ctl("ls", *words)
        assert (said.code, said.out) == (2, "")
        assert "Traceback" not in said.err


@pytest.mark.usefixtures("run")
def test_show_each_kind(ctl: Type) -> None:
    job = listed(ctl, "jobs")[0]["id"]
    for kind, name in (("run", "r1"), ("calculation", "c1"), ("job", job), ("material", "a b'c")):
        said = ctl("show", "--json", name)
        shown = json.loads(said.out)
        assert (said.code, shown["kind"], shown["id"]) == (0, kind, name)
        assert ctl("show", "--quiet", f"{kind}:{name}").out == f"{name}\n"
        assert ctl("show", name).out.startswith("kind")
    calculation = json.loads(ctl("show", "--json", "c1").out)
    values = {row["name"]: row for row in calculation["properties"]}
    assert calculation["standin"] is True
    assert values["energy"]["unit"] == "Ha"
    assert values["energy"]["line"] > 0
    for unknown in ("nix", "c999", "r0", "d1", "c99999999999999999999", "", "job:x", "\udcff"):
        said = ctl("show", "--", unknown)
        assert said.code == (2 if unknown == "\udcff" else 1), said
        assert said.out == ""


@pytest.mark.usefixtures("run")
def test_log_tells_every_change_in_order(ctl: Type) -> None:
    lines = [json.loads(line) for line in ctl("log", "--json", "c1").out.splitlines()]
    numbers = [line["seq"] for line in lines]
    assert numbers == sorted(set(numbers))
    assert {line["calculation_id"] for line in lines} == {"c1"}
    assert (lines[0]["event"], lines[-1]["after"]) == ("created", "done")
    whole = [json.loads(line) for line in ctl("log", "r1", "--json").out.splitlines()]
    assert len(whole) > len(lines)
    assert ctl("log", "r1", "--last", "1", "--quiet").out == f"{whole[-1]['seq']}\n"
    assert ctl("log", "nix").code == 1


@pytest.mark.usefixtures("run")
def test_audit_is_clean_until_something_is_not(home: Home, ctl: Type) -> None:
    said = ctl("audit", "--json")
    found = json.loads(said.out)
    assert said.code == 0
    assert found["clean"] is True
    assert (found["duplicates"], found["lost"], found["unknown"]) == (0, 0, 0)
    calculation = json.loads(ctl("show", "--json", "c1").out)
    foreign = home.path / "workspace" / calculation["attempts"][0]["directory"] / "999.0"
    foreign.mkdir()
    try:
        assert ctl("audit", "--quiet") == (1, "not clean\n", "")
    finally:
        foreign.rmdir()


def test_status_is_one_screen(ctl: Type) -> None:
    said = ctl("status", "--json")
    status = json.loads(said.out)
    assert said.code == 0
    assert {"daemon", "scheduler", "queue", "banners"} <= status.keys()
    assert {"running", "pid", "host", "since", "epoch", "version"} <= status["daemon"].keys()
    assert ctl("status", "--quiet") == (0, "up\n", "")


@pytest.mark.usefixtures("run")
def test_read_needs_no_daemon(home: Home, ctl: Type, tmp_path: Path) -> None:
    files = json.loads(ctl("show", "--json", "c1").out)["files"]
    path = next(home.path / "workspace" / f["path"] for f in files if f["suffix"] == "out")
    report = json.loads(ctl("read", "--json", str(path)).out)
    assert (report["program"], report["kind"], report["verdict"]) == ("standin", "OPT", "ok")
    assert report["fault"] is None
    odd = tmp_path / "not\udcff an output"
    odd.write_bytes(b"\x00\xff" * 100)
    both = ctl("read", "--json", str(path), str(odd))
    assert (both.code, json.loads(both.out)[1]["verdict"]) == (0, "not-crystal")
    assert ctl("read", str(path), str(odd)).code == 0
    for wrong in (tmp_path, tmp_path / "missing"):
        said = ctl("read", str(wrong))
        assert (said.code, said.out) == (1, "")


def test_wait_gives_up_in_time(home: Home, ctl: Type, paused: str) -> None:
    said = ctl("wait", paused, "--timeout", "0.2")
    assert said.code == 1
    assert "not through" in said.err
    answer = json.loads(ctl("wait", paused, "--timeout", "0", "--json").out)
    assert (answer["settled"], answer["all_done"]) == (False, False)
    assert ctl("wait", "r999").code == 1
    assert ctl("wait", paused, "--timeout", "-1").code == 2
    (home.state / "PAUSE").unlink()
    assert ctl("wait", paused, "--timeout", "30").code == 0


def test_wait_outlives_the_daemon(home: Home, paused: str) -> None:
    words = ["--home", str(home.path), "wait", paused, "--timeout", "60"]
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "crystalctl.main", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        assert waiting.stdout is not None
        assert waiting.stderr is not None
        assert "0 of 1 done" in waiting.stdout.readline()
        home.daemons[-1].kill()
        home.daemons[-1].wait()
        assert "the daemon is down" in waiting.stderr.readline()
        home.ctl("up")
        (home.state / "PAUSE").unlink()
        out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, (out, err)
    assert out.splitlines()[-1] == f"{paused}: 1 of 1 done (1 done)"
    home.ctl("down")
    home.up()


def looks(ctl: Type) -> dict[str, Any]:
    """Ask everything that can be answered without a daemon."""
    verbs = [["ls", kind] for kind in KINDS]
    verbs += [["show", "c1"], ["show", "-rf"], ["log", "c2", "--last", "3"], ["wait", "r1"]]
    answers = {}
    for verb in verbs:
        said = ctl(verb[0], "--json", "--", *verb[1:]) if "--last" not in verb else ctl(*verb)
        assert said.code == 0, said
        answers[" ".join(verb)] = said
    return answers


@pytest.mark.usefixtures("run")
def test_looking_without_a_daemon_gives_the_same(
    home: Home, ctl: Type, inputs: Path, mgo: bytes
) -> None:
    up = looks(ctl)
    (inputs / "MgO.cif").write_bytes(mgo)
    home.daemons[-1].kill()
    home.daemons[-1].wait()
    wait_until(lambda: ctl("status", "--quiet") == (3, "down\n", ""), "it is down")
    try:
        for verb, said in looks(ctl).items():
            assert said.out == up[verb].out, verb
            assert "the daemon is down (last: process" in said.err, verb
        status = json.loads(ctl("status", "--json").out)
        assert status["daemon"]["running"] is False
        assert ctl("show", "nix").code == 1
        assert ctl("ls", "jobs", "--run", "r1").code == 2
        for words in (["submit", str(inputs)], ["audit"]):
            said = ctl(*words)
            assert (said.code, said.out) == (3, "")
            assert "crystalctl up" in said.err
        assert ctl("down").code == 0
    finally:
        home.up()


def test_wrong_usage_is_2(ctl: Type) -> None:
    for words in (["sbmit"], ["ls", "--nope"], ["show"], ["wait"], ["read"], ["ls", "a", "b"]):
        said = ctl(*words)
        assert (said.code, said.out) == (2, ""), said
        assert "Traceback" not in said.err


def test_what_is_refused_is_4(home: Home, ctl: Type, tmp_path: Path) -> None:
    said = ctl("demo", str(home.path))
    assert said.code == 4
    assert "other programs" in said.err
    file = tmp_path / "file"
    file.touch()
    assert ctl("init", str(file)).code == 4
    assert file.read_bytes() == b""


def test_no_home_is_2(ctl: Type, tmp_path: Path) -> None:
    said = ctl("ls", "--home", str(tmp_path))
    assert (said.code, said.out) == (2, "")
    assert "crystalctl init" in said.err


@pytest.mark.parametrize("name", ["a\x1b[31mb\nc", "", "x" * 201, "\u202eevil"])
def test_a_name_of_a_run_that_cannot_be(ctl: Type, inputs: Path, mgo: bytes, name: str) -> None:
    (inputs / "MgO.cif").write_bytes(mgo)
    said = ctl("submit", "--name", name, str(inputs))
    assert said.code == 1
    assert "name" in said.err
    assert said.err.replace("\n", "").isprintable()


def test_hold_and_release(home: Home, ctl: Type, paused: str) -> None:
    held = ctl("hold", paused, "--json")
    assert (held.code, json.loads(held.out)) == (0, {"held": 1})
    (home.state / "PAUSE").unlink()
    assert ctl("wait", paused, "--timeout", "20").code == 1  # only a person can move it
    assert ctl("release", "nobody").code == 1
    released = ctl("release", paused)
    assert (released.code, released.out) == (0, "released: 1 calculations\n")
    assert ctl("wait", paused, "--timeout", "60").code == 0
    assert ctl("hold").code == 2
