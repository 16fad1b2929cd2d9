"""The command as jobs start it: files, witness, time, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.process
BASE = {key: value for key, value in os.environ.items() if not key.startswith("CRYSTAL")}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "crystal_standin", *arguments]


def start(where: Path, *arguments: str, stdin: str = "", **environment: str):
    return subprocess.run(
        command(*arguments),
        cwd=where,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env=BASE | environment,
        check=False,
    )


def test_the_deck_comes_from_input_or_standard_input(tmp_path, deck) -> None:
    first = start(tmp_path, "crystal", stdin=deck())
    assert "SCF ENDED - CONVERGENCE" in first.stdout
    (tmp_path / "INPUT").write_text("NEWK\n4 4\n1 0\nEND\n")
    second = start(tmp_path, "properties", stdin="not this")
    assert second.returncode == 0
    assert " ENDPROP" in second.stdout


def test_each_start_leaves_one_line_in_the_witness(tmp_path, deck) -> None:
    witness = tmp_path / "witness"
    begin = time.time()
    start(tmp_path, "crystal", "--witness", str(witness), stdin=deck(), CRYSTALD_TOKEN="abc")
    start(tmp_path, "crystal", stdin="", CRYSTALD_WITNESS=str(witness))
    rows = [line.split("\t") for line in witness.read_text().splitlines()]
    assert [row[0] for row in rows] == ["abc", "-"]
    for row in rows:
        assert row[1] == str(tmp_path)
        assert int(row[2]) > 0
        assert begin <= float(row[3]) <= time.time()


def test_truncation_cuts_text_and_what_comes_after(tmp_path, deck) -> None:
    (tmp_path / "INPUT").write_text(deck())
    whole = start(tmp_path, "crystal").stdout
    assert (tmp_path / "fort.9").stat().st_size > 0
    half = start(tmp_path, "crystal", "--truncate", "0.5").stdout
    assert len(half.encode()) == pytest.approx(len(whole.encode()) / 2, abs=2)
    assert (tmp_path / "fort.9").read_bytes() == b"" or (tmp_path / "fort.9").stat().st_size > 0
    assert len(start(tmp_path, "crystal", "--truncate-bytes", "1000").stdout.encode()) == 1000


def test_kills_itself(tmp_path, deck) -> None:
    (tmp_path / "INPUT").write_text(deck())
    assert start(tmp_path, "crystal", "--fault", "killed").returncode == -signal.SIGKILL
    late = start(tmp_path, "crystal", "--seconds", "20", "--kill-after", "1")
    assert late.returncode == -signal.SIGKILL
    assert "EEEEEEEEEE STARTING" in late.stdout
    named = start(tmp_path, "crystal", CRYSTAL_STANDIN_FAULT="terminated")
    assert named.returncode == -signal.SIGTERM


def test_output_grows_while_time_passes_and_sigterm_ends_it(tmp_path, deck) -> None:
    (tmp_path / "INPUT").write_text(deck())
    output = tmp_path / "OUTPUT"
    with output.open("w") as stream:
        child = subprocess.Popen(
            command("crystal"),
            cwd=tmp_path,
            stdout=stream,
            env=BASE | {"CRYSTAL_STANDIN_SECONDS": "120"},
        )
    try:
        deadline = time.monotonic() + 30
        while output.stat().st_size < 3000 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert output.stat().st_size >= 3000
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=10) == -signal.SIGTERM
    finally:
        child.kill()
        child.wait()
    assert "EEEEEEEEEE TERMINATION" not in output.read_text()


def test_wrong_usage_is_told(tmp_path) -> None:
    assert start(tmp_path).returncode == 2
    unknown = start(tmp_path, "crystal", "--fault", "nonsense")
    assert unknown.returncode == 2
    assert "--list-faults" in unknown.stderr
    assert start(tmp_path, "--list-faults").stdout.startswith("too-many-cycles ")
    assert "STAND-IN" in start(tmp_path, "--version").stdout
