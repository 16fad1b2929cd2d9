"""``doctor`` on real homes: daemon down and up, jobs on the local scheduler and on a real Slurm."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from homes import Home
from slurmhomes import SlurmHome
from slurmhost import SlurmHost, missing
from waiting import wait_until

pytestmark = pytest.mark.process

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def report(home: Home, *words: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(home.ctl("doctor", "--json", *words, code=code))
    return found


def said(found: dict[str, Any], grade: str) -> str:
    return "\n".join(f"{x['topic']}: {x['text']}" for x in found["lines"] if x["grade"] == grade)


def tree(home: Home) -> dict[str, bytes]:
    """Every file of a home, but those of SQLite's readers."""
    found = (path for path in home.path.rglob("*") if path.is_file())
    return {
        str(p): p.read_bytes() for p in found if not p.name.endswith(("-shm", "-wal", "-journal"))
    }


def test_with_the_daemon_down_nothing_is_changed(made: Home) -> None:
    before = tree(made)
    found = report(made)
    assert found["ok"]
    assert said(found, "bad") == ""
    assert "has not run in this home yet" in said(found, "ok")
    assert tree(made) == before


def test_with_the_daemon_up_it_is_found(made: Home) -> None:
    try:
        daemon = made.up()
        found = report(made, "--job")
    finally:
        made.end()
    assert f"runs: process {daemon.pid}" in said(found, "ok")
    assert "the daemon is reached at" in said(found, "ok")
    assert "the claim link works" in said(found, "ok")
    assert re.search(r"the doorbell is rung by Python [\d.]+, (libzmq|pyzmq) \d", said(found, "ok"))
    assert said(found, "bad") == ""
    assert made.rows("SELECT count(*) FROM attempts") == [(0,)]


def test_a_daemon_that_died_is_told(made: Home) -> None:
    first = made.up()
    first.kill()
    first.communicate()
    assert "has not given the home back" in said(report(made), "warn")


def test_what_is_wrong_is_bad_with_a_cure(made: Home) -> None:
    (made.path / "slurm_templates" / "job.sh.j2").write_text("{{ nothing }}\n")
    (made.path / "config" / "workflows.yaml").write_text("workflows: [\n")
    (made.path / "config").chmod(0o777)
    (made.state / "keys" / "ring.key").chmod(0o644)
    found = report(made, code=1)
    bad = said(found, "bad")
    for topic in ("templates", "workflows", "home", "keys"):
        assert f"{topic}: " in bad
    assert all(line["cure"] for line in found["lines"] if line["grade"] != "ok")
    (made.path / "config" / "crystald.yaml").write_text("schedular: {}\n")
    assert "schedular" in said(report(made, code=1), "bad")


def test_people_get_lines(made: Home, crystald: Run) -> None:
    done = crystald(made.path, "doctor")
    assert done.returncode == 0
    assert done.stdout.startswith("ok    python: ")


def test_environment_lines_that_end_the_shell_are_found_by_a_job(made: Home) -> None:
    text = (made.path / "config" / "crystald.yaml").read_text()
    (made.path / "config" / "crystald.yaml").write_text(f"{text}  environment: ['exit 3']\n")
    assert "the environment lines end the shell" in said(report(made, "--job", code=1), "bad")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmHost]:
    if absent := missing():
        pytest.skip(f"no Slurm here: {absent} not found (Debian: apt install slurm-wlm)")
    started = SlurmHost(tmp_path_factory.mktemp("slurm"))
    try:
        yield started.start()
    finally:
        started.stop()


@pytest.fixture
def on_slurm(host: SlurmHost, tmp_path: Path) -> Iterator[SlurmHome]:
    made = SlurmHome(tmp_path / "a home", host=host).make()
    try:
        yield made
    finally:
        made.end()
        host.run("scancel", "--full", "--me")


@pytest.mark.slurm
def test_a_job_on_slurm_looks_from_a_node(on_slurm: SlurmHome) -> None:
    daemon = on_slurm.up()
    found = report(on_slurm, "--job", "--timeout", "120")
    good = said(found, "ok")
    assert said(found, "bad") == ""
    assert "cluster testhpc" in good
    assert "the job ran on n" in good
    assert "the signal USR1 works" in good
    assert "the daemon is reached at" in good
    assert daemon.poll() is None
    assert not list((on_slurm.state / "doctor").iterdir())


@pytest.mark.slurm
def test_a_job_that_does_not_start_is_cancelled(on_slurm: SlurmHome) -> None:
    on_slurm.configure(directives=["--begin=now+1hour"])
    found = report(on_slurm, "--job", "--timeout", "8", code=1)
    assert "was cancelled" in said(found, "bad")
    assert on_slurm.host is not None

    def ended() -> bool:
        mine = [job for job in on_slurm.host.jobs() if job[1].startswith("crystald-doctor")]  # type: ignore[union-attr]
        return {job[2] for job in mine} <= {"CANCELLED", "COMPLETED"}

    wait_until(ended, "the job is cancelled", 20)


@pytest.mark.slurm
def test_a_job_that_slurm_refuses_is_told(on_slurm: SlurmHome) -> None:
    on_slurm.configure(partition="nowhere")
    assert "did not take it" in said(report(on_slurm, "--job", code=1), "bad")
