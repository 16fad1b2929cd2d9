"""What each command asks, prints and answers with its exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crystald.errors import InputError, NotFoundError, WireError

Type = Callable[..., tuple[int, str, str]]
ScriptedDaemon = Any
"""The fixture ``daemon``: answers as told, remembers what it was asked, and can be down."""

RUN = {"run_id": "r1", "states": {"done": 4}, "total": 4, "settled": True, "all_done": True}
PING = {"running": True, "pid": 17, "host": "login1", "since": "t0", "epoch": 1, "version": "1"}
CALCULATION = {
    "id": "c1",
    "run_id": "r1",
    "material": "MgO [bold]",
    "step": "OPT",
    "state": "done",
    "job_id": "local.1",
    "attempt": 1,
    "reason": "",
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crystalctl.commands.wait.LOOK_S", 0.0)
    monkeypatch.setattr("crystalctl.commands.wait.DOWN_LOOK_S", 0.0)


def page(*rows: dict[str, Any], following: int | None = None) -> dict[str, Any]:
    return {"rows": list(rows), "next": following}


def test_ls_prints_a_table_without_markup(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"ls": page(CALCULATION)}
    code, out, err = crystalctl("ls", "--run", "r1", "--state", "done")
    assert (code, err) == (0, "")
    header, row = out.splitlines()
    assert header.split()[:4] == ["ID", "RUN", "MATERIAL", "STEP"]
    assert "MgO [bold]" in row
    wanted = {"kind": "calculations", "run": "r1", "material": None, "state": "done"}
    assert daemon.asked == [("ls", {**wanted, "after": 0, "limit": 1000})]


def test_ls_reads_page_after_page(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    rows = [{**CALCULATION, "id": f"c{n}"} for n in (1, 2, 3)]
    daemon.answers = {"ls": [page(*rows[:2], following=2), page(rows[2])]}
    code, out, _ = crystalctl("ls", "--json")
    assert (code, json.loads(out)) == (0, rows)
    assert [arguments["after"] for _, arguments in daemon.asked] == [0, 2]


def test_a_table_that_goes_on_is_cut_and_says_so(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"ls": page(CALCULATION, following=1)}
    code, out, err = crystalctl("ls")
    assert (code, len(out.splitlines()), len(daemon.asked)) == (0, 2, 1)
    assert err == "crystalctl: the first 1000; --limit 0 lists all\n"


def test_a_table_of_all_is_read_page_after_page(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"ls": [page(CALCULATION, following=1), page(CALCULATION)]}
    code, out, err = crystalctl("ls", "--limit", "0")
    assert (code, len(out.splitlines()), err) == (0, 3, "")


def test_ls_stops_at_its_limit(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"ls": page(CALCULATION, following=1)}
    assert crystalctl("ls", "--limit", "1", "--quiet") == (0, "c1\n", "")


def test_json_and_quiet_exclude_each_other(crystalctl: Type) -> None:
    code, _, err = crystalctl("ls", "--json", "--quiet")
    assert code == 2
    assert "--quiet" in err


def test_looking_goes_on_when_the_daemon_is_down(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.up, daemon.answers = False, {"ls": [page(CALCULATION, following=1), page()]}
    code, out, err = crystalctl("ls", "--quiet")
    assert (code, out) == (0, "c1\n")
    assert err.count("the daemon is down (last: process 17 on login1; last change t1)") == 1


def test_what_needs_the_daemon_says_that_it_is_down(
    crystalctl: Type, daemon: ScriptedDaemon
) -> None:
    daemon.up = False
    assert crystalctl("audit")[0] == 3
    assert crystalctl("submit", "a.cif")[0] == 3


def test_status_up_and_down(crystalctl: Type, daemon: ScriptedDaemon, home: Path) -> None:
    scheduler = {"kind": "local", "cluster": "local", "answers": True, "jobs": 2}
    banner = {"source": "spool", "text": "disk full", "hint": "make room", "since": "t0"}
    queue = {"states": {"done": 3}, "live": 2, "decisions": 1}
    answer = {"daemon": PING, "scheduler": scheduler, "queue": queue, "banners": [banner]}
    daemon.answers = {"status": answer}
    code, out, _ = crystalctl("status")
    assert code == 0
    for text in ("process 17 on login1", "3 done", "local, 2 jobs", "1 wait for you", "disk full"):
        assert text in out.replace("(local)", "local"), text
    assert json.loads(crystalctl("status", "--json")[1]) == answer
    daemon.up = False
    (home / "state").mkdir()
    (home / "state" / "materials.db").touch()
    last = {"running": False, "host": "login1", "pid": 17, "last_change_at": "t1"}
    daemon.answers = {"status": {**answer, "daemon": last}}
    code, out, _ = crystalctl("status")
    assert code == 3
    assert "the daemon is down (last: process 17 on login1; last change t1)" in out
    assert crystalctl("status", "--quiet") == (3, "down\n", "")


def test_a_home_whose_daemon_never_ran(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.up = False
    code, out, _ = crystalctl("status", "--json")
    assert (code, json.loads(out)["daemon"]["running"]) == (3, False)
    assert "has not run in this home" in crystalctl("status")[1]
    assert crystalctl("down") == (0, "the daemon is down (it has not run in this home)\n", "")


def test_submit_sends_absolute_paths_and_prints_the_run(
    crystalctl: Type, daemon: ScriptedDaemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text("steps: []\n")
    answer = {"run_id": "r1", "materials": 1, "calculations": 4, "notes": ["MgO: 8 atoms"]}
    daemon.answers = {"submit": answer}
    words = ("submit", "-- odd\nname.cif", "--plan", "plan.yaml", "--set", "SP.functional=PBE=x")
    code, out, err = crystalctl(words[0], *words[2:], "--", words[1])
    assert (code, out) == (0, "run r1: 1 materials, 4 calculations\n")
    assert err == "note: MgO: 8 atoms\n"
    ((_, sent),) = daemon.asked
    assert len(sent.pop("request_id")) == 36
    assert sent == {
        "paths": [str(tmp_path / "-- odd\nname.cif")],
        "plan": "steps: []\n",
        "set": {"SP.functional": "PBE=x"},
        "workflow": None,
        "name": None,
        "dry_run": False,
        "skip_bad": False,
    }
    assert crystalctl("submit", "a.cif", "--quiet")[1] == "r1\n"
    assert json.loads(crystalctl("submit", "a.cif", "--json")[1]) == answer


def test_submit_repeats_a_lost_request_under_the_same_id(
    crystalctl: Type, daemon: ScriptedDaemon
) -> None:
    answer = {"run_id": "r1", "materials": 1, "calculations": 4}
    daemon.answers = {"submit": [WireError("no answer"), answer]}
    assert crystalctl("submit", "a.cif", "--quiet")[1] == "r1\n"
    first, second = (arguments["request_id"] for _, arguments in daemon.asked)
    assert first == second


def test_a_dry_run_shows_decks(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    dry = {"run_id": None, "materials": 1, "calculations": 4, "decks": {"MgO": "MgO\nCRYSTAL\n"}}
    daemon.answers = {"submit": dry}
    code, out, _ = crystalctl("submit", "a.cif", "--dry-run")
    assert code == 0
    assert out == "--- MgO\nMgO\nCRYSTAL\n--- nothing was submitted: 1 materials, 4 calculations\n"


@pytest.mark.parametrize("change", ["functional", "=PBE"])
def test_a_setting_without_value_is_wrong_usage(crystalctl: Type, change: str) -> None:
    code, _, err = crystalctl("submit", "a.cif", "--set", change)
    assert code == 2
    assert "KEY=VALUE" in err


def test_bad_input_is_1_with_its_reason(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"submit": InputError("a.cif: not a CIF", "Look into it.")}
    code, out, err = crystalctl("submit", "a.cif")
    assert (code, out) == (1, "")
    assert err == "crystalctl: a.cif: not a CIF\n  Look into it.\n"


def test_show_prints_facts_and_tables(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    prop = {"name": "energy", "value": -274.66, "unit": "Ha", "file": "OUTPUT", "line": 7}
    daemon.answers = {"show": {"kind": "calculation", "id": "c1", "properties": [prop]}}
    code, out, _ = crystalctl("show", "c1")
    assert code == 0
    assert "kind  calculation" in out
    assert "-274.66" in out
    assert crystalctl("show", "c1", "--quiet")[1] == "c1\n"
    daemon.answers = {"show": NotFoundError("nothing here is called 'c2'")}
    assert crystalctl("show", "c2")[0] == 1


def test_wait_until_done(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    running = {**RUN, "states": {"running": 4}, "settled": False, "all_done": False}
    daemon.answers = {"progress": [running, running, RUN]}
    code, out, _ = crystalctl("wait", "r1")
    assert code == 0
    assert out == "r1: 0 of 4 done (4 running)\nr1: 4 of 4 done (4 done)\n"


def test_wait_gives_1_when_not_all_are_done(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    stuck = {**RUN, "states": {"decision": 1, "done": 3}, "all_done": False}
    daemon.answers = {"progress": stuck}
    code, out, _ = crystalctl("wait", "r1", "--json")
    assert (code, json.loads(out)) == (1, stuck)


def test_wait_gives_up_in_time(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"progress": {**RUN, "settled": False, "all_done": False}}
    code, out, err = crystalctl("wait", "r1", "--timeout", "0", "--quiet")
    assert (code, out) == (1, "")
    assert "not through after 0 s" in err


def test_wait_goes_on_over_a_restart(
    crystalctl: Type, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = {**RUN, "settled": False, "all_done": False}

    def comes_back(_: object) -> dict[str, Any]:
        daemon.up = True
        return running

    daemon.up, daemon.answers = False, {"progress": [comes_back, RUN]}
    code, _, err = crystalctl("wait", "r1", "--quiet")
    assert code == 0
    assert "the daemon is down" in err


def test_log_prints_the_journal(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    row = {"seq": 7, "at": "t0", "run_id": "r1", "calculation_id": "c1", "event": "started"}
    row |= {"before": "queued", "after": "running", "text": ""}
    rows = [{**row, "seq": seq} for seq in range(1, 2501)]

    def answer(arguments: dict[str, Any]) -> dict[str, Any]:
        """Page as the daemon does."""
        limit = arguments["limit"]
        if (before := arguments.get("before")) is not None:
            few = [r for r in reversed(rows) if r["seq"] < before][:limit]
        else:
            few = [r for r in rows if r["seq"] > arguments["after"]][:limit]
        return {"rows": few, "next": few[-1]["seq"] if len(few) == limit else None}

    daemon.answers = {"log": answer}
    code, out, err = crystalctl("log")
    assert (code, len(out.splitlines())) == (0, 1000)
    assert out.splitlines()[0] == "t0  r1 c1  started  queued -> running"
    assert err == "crystalctl: the newest 1000 lines; --last 0 prints all\n"
    assert len(daemon.asked) == 1

    def printed(*words: str) -> list[int]:
        code, out, err = crystalctl("log", *words)
        assert (code, err) == (0, "")
        return [int(line) for line in out.splitlines()]

    assert printed("--last", "1", "--quiet") == [2500]
    assert printed("--last", "1001", "--quiet") == [*range(1500, 2501)]
    assert printed("--last", "0", "--quiet") == [*range(1, 2501)]
    assert printed("--last", "9999", "--quiet") == [*range(1, 2501)]
    assert printed("--quiet") == [*range(1, 2501)]
    assert json.loads(crystalctl("log", "--last", "1", "--json")[1])["seq"] == 2500
    assert len(crystalctl("log", "--last", "0")[1].splitlines()) == 2500


def test_log_follows_until_interrupted(
    crystalctl: Type, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"seq": 7, "at": "t0", "event": "made"}
    monkeypatch.setattr("crystalctl.commands.log.FOLLOW_S", 0.0)
    later = [page(row), WireError("restart"), page({**row, "seq": 9}), KeyboardInterrupt()]

    def answer(_: object) -> object:
        following = later.pop(0)
        if isinstance(following, BaseException):
            raise following
        return following

    daemon.answers = {"log": answer}
    assert crystalctl("log", "--follow", "--quiet") == (130, "7\n9\n", "\n")
    assert [arguments["after"] for _, arguments in daemon.asked] == [0, 7, 7, 9]


QUESTION = {
    "kind": "decision",
    "id": "d1",
    "calculation": "c3",
    "question": "the output is complete, but a person has to look",
    "evidence": {"hint": "Look at it."},
    "answered_at": None,
    "answer": None,
    "choices": [{"choice": "accept", "does": "take it"}, {"choice": "retry", "does": "again"}],
}


def test_decide_shows_a_question_and_answers_it(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    told = {"decision": "d1", "calculation": "c3", "choice": "accept", "state": "done"}
    daemon.answers = {"show": QUESTION, "decide": {**told, "reason": "a person accepted it (d1)"}}
    assert crystalctl("decide", "d1")[1].splitlines() == [
        "d1 about c3: the output is complete, but a person has to look",
        "  Look at it.",
        "  --choose 1  accept: take it",
        "  --choose 2  retry: again",
    ]
    assert crystalctl("decide", "d1", "--quiet")[1] == "d1\n"
    assert json.loads(crystalctl("decide", "d1", "--json")[1]) == QUESTION
    assert daemon.asked[-1] == ("show", {"id": "decision:d1"})
    code, out, _ = crystalctl("decide", "d1", "--choose", "1")
    assert (code, out) == (0, "d1: accept\nc3 is done (a person accepted it (d1))\n")
    assert daemon.asked[-1] == ("decide", {"id": "d1", "choose": 1})
    assert crystalctl("decide", "d1", "--choose", "1", "--quiet")[1] == "c3\n"
    assert crystalctl("decide", "d1", "--choose", "0")[0] == 2
    daemon.up = False
    assert crystalctl("decide", "d1", "--choose", "1")[0] == 3


def test_audit_is_1_when_not_clean(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    clean = {"duplicates": 0, "lost": 0, "unknown": 0, "clean": True}
    daemon.answers = {"audit": [clean, {**clean, "lost": 1, "clean": False}]}
    assert crystalctl("audit")[0] == 0
    code, out, _ = crystalctl("audit", "--json")
    assert (code, json.loads(out)["lost"]) == (1, 1)


def test_up_when_it_is_up(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"ping": PING}
    assert crystalctl("up") == (0, "already up: process 17 on login1, since t0\n", "")


def test_up_shows_why_the_daemon_ended(
    crystalctl: Type, daemon: ScriptedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.up = False
    script = "import sys; print('first'); sys.exit(4)"
    monkeypatch.setattr(
        "crystalctl.commands.up.daemon_call", lambda _: [sys.executable, "-c", script]
    )
    code, _, err = crystalctl("up")
    assert code == 4
    assert err == "first\ncrystalctl: the daemon ended at once (exit code 4)\n"


def test_up_starts_a_process_of_its_own(
    crystalctl: Type, daemon: ScriptedDaemon, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import os, sys, time; print(os.getpid(), os.getcwd(), flush=True); time.sleep(60)"
    call = [sys.executable, "-c", script]
    monkeypatch.setattr("crystalctl.commands.up.daemon_call", lambda _: call)

    def once_it_is_there(_: object) -> object:
        log = home / "state" / "logs" / "daemon.out"
        words = log.read_text().split(maxsplit=1) if log.exists() else []
        return {**PING, "pid": int(words[0])} if words else WireError("not yet")

    daemon.answers = {"ping": once_it_is_there}
    code, out, _ = crystalctl("up")
    assert code == 0
    pid, directory = (home / "state" / "logs" / "daemon.out").read_text().split(maxsplit=1)
    try:
        assert out == f"up: process {pid} on login1, since t0\n"
        assert directory.strip() == str(home)
        assert os.getsid(int(pid)) == int(pid)
    finally:
        os.kill(int(pid), 9)
        os.waitpid(int(pid), 0)


def test_down_when_it_is_down(crystalctl: Type, daemon: ScriptedDaemon, home: Path) -> None:
    daemon.up, daemon.answers = False, {"status": {"daemon": {"host": "elsewhere", "pid": 1}}}
    (home / "state").mkdir()
    (home / "state" / "materials.db").touch()
    code, out, _ = crystalctl("down")
    assert code == 0
    assert "the daemon is down" in out


def test_down_waits_until_the_daemon_is_gone(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"stop": {"pid": 17, "host": "elsewhere"}, "ping": WireError("gone")}
    assert crystalctl("down") == (0, "down: process 17 on elsewhere has ended\n", "")


def test_down_says_when_it_takes_too_long(crystalctl: Type, daemon: ScriptedDaemon) -> None:
    daemon.answers = {"stop": {"pid": 17, "host": "elsewhere"}, "ping": PING}
    code, _, err = crystalctl("down", "--timeout", "0")
    assert code == 1
    assert "has not ended after 0 s" in err


def test_home_may_stand_before_and_after_the_command(
    crystalctl: Type, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    daemon.answers = {"ls": page()}
    for words in (("--home", str(tmp_path), "ls"), ("ls", "--home", str(tmp_path))):
        code, _, err = crystalctl(*words)
        assert code == 2
        assert f"{tmp_path} is no home" in err


def test_read_says_which_file_cannot_be_read(crystalctl: Type, tmp_path: Path) -> None:
    code, _, err = crystalctl("read", str(tmp_path / "no.out"))
    assert code == 1
    assert "no.out: No such file" in err


def test_read_tells_each_file_that_it_cannot_read_and_goes_on(
    crystalctl: Type, tmp_path: Path
) -> None:
    good = tmp_path / "a.out"
    good.write_text("nothing of CRYSTAL\n")
    code, out, err = crystalctl("read", "--json", str(tmp_path), str(good), str(tmp_path / "no"))
    assert code == 1
    assert [report["file"] for report in json.loads(out)] == [str(good)]
    assert err.count("crystalctl: ") == 2
