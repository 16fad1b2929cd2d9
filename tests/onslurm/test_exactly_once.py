"""On a real Slurm: every program starts once, whatever sbatch, squeue and the controller do."""

from __future__ import annotations

import json
import os
import random
import shlex
import subprocess
import time
from pathlib import Path

import pytest
from slurmhomes import CIFS, SBATCH, SQUEUE, WITH, SlurmHome, copies
from slurmhost import SlurmHost
from waiting import wait_until

pytestmark = [pytest.mark.process, pytest.mark.slurm]


@pytest.mark.accounting
@pytest.mark.timeout(300)
def test_the_demo_on_slurm(home: SlurmHome) -> None:
    home.up()
    run = home.submit(CIFS)
    home.wait(run, 200)
    assert len(home.check(run)) == 9
    assert len(home.starts()) == 36
    status = json.loads(home.ctl("status", "--json"))
    assert status["scheduler"]["cluster"] == "testhpc"
    assert sum(status["scheduler"]["calls_per_hour"].values()) < 36 * 3


@pytest.mark.accounting(WITH)
@pytest.mark.drill
@pytest.mark.timeout(700)
def test_twenty_kills_at_random_moments_change_nothing(home: SlurmHome, tmp_path: Path) -> None:
    """One of the kills comes exactly between sbatch's return and the record of its answer."""
    chance = random.Random(20261124)
    mode = home.misbehaving("sbatch", SBATCH)
    home.configure(sbatch=str(home.path / "sbatch.sh"))
    daemon = home.up()
    run = home.submit(copies(tmp_path / "in", 50))
    wait_until(lambda: len(home.starts()) > 5, "programs start", 60)
    mode.write_text("kills")
    assert daemon.wait(timeout=60) == -9
    daemon = home.up()
    for _ in range(20):
        before = home.rows("SELECT max(seq) FROM journal")[0][0]
        rows = before + chance.randrange(60)
        wait_until(
            lambda rows=rows: (
                home.rows("SELECT max(seq) FROM journal")[0][0] >= rows
                or not home.rows("SELECT 1 FROM calculations WHERE state <> 'done'")
            ),
            "something happens",
            60,
        )
        daemon.kill()
        daemon.wait()
        daemon = home.up()
    home.wait(run, 500)
    disturbed = home.check(run)
    assert len(disturbed) == 50
    assert len(home.starts()) == 200
    run = home.submit(CIFS / "MgO.cif")
    home.wait(run, 100)
    (undisturbed,) = home.check(run).values()
    assert len(undisturbed) > 100, "states, properties, files and structures of four steps"
    assert {m: rows for m, rows in disturbed.items() if rows != undisturbed} == {}
    calls = json.loads(home.ctl("status", "--json"))["scheduler"]["calls_per_hour"]
    print(f"calls of the last daemon: {calls}")


@pytest.mark.accounting
@pytest.mark.timeout(200)
def test_killed_between_sbatchs_return_and_its_record(home: SlurmHome) -> None:
    mode = home.misbehaving("sbatch", SBATCH)
    home.configure(sbatch=str(home.path / "sbatch.sh"))
    daemon = home.up()
    mode.write_text("kills")
    run = home.submit(CIFS / "MgO.cif")
    assert daemon.wait(timeout=60) == -9
    home.up()
    home.wait(run, 120)
    home.check(run)
    assert home.rows("SELECT max(number) FROM attempts") == [(1,)]


@pytest.mark.timeout(200)
@pytest.mark.parametrize("fault", ["exit-1", "garbage", "warning", "hangs"])
def test_an_sbatch_that_accepts_and_misbehaves(home: SlurmHome, fault: str) -> None:
    mode = home.misbehaving("sbatch", SBATCH)
    home.configure(sbatch=str(home.path / "sbatch.sh"), patience_s=3, sbatch_s=15)
    mode.write_text(fault)
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=("--workflow", "basic_opt"))
    home.wait(run, 120)
    home.check(run)
    assert home.rows("SELECT max(number) FROM attempts") == [(1,)]


@pytest.mark.accounting
@pytest.mark.timeout(200)
def test_an_sbatch_that_reaches_nobody(home: SlurmHome) -> None:
    mode = home.misbehaving("sbatch", SBATCH)
    home.configure(sbatch=str(home.path / "sbatch.sh"))
    mode.write_text("never")
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=("--workflow", "basic_opt"))
    wait_until(lambda: home.rows("SELECT 1 FROM attempts"), "an attempt", 60)
    mode.unlink()
    home.wait(run, 150)
    home.check(run)
    assert len(home.starts()) == 1


@pytest.mark.timeout(200)
def test_a_script_that_a_person_submits_while_there_is_no_daemon_is_adopted(
    home: SlurmHome, host: SlurmHost
) -> None:
    mode = home.misbehaving("sbatch", SBATCH)
    home.configure(sbatch=str(home.path / "sbatch.sh"), quiet_s=60)
    mode.write_text("never")
    daemon = home.up()
    run = home.submit(CIFS / "MgO.cif", options=("--workflow", "opt_sp"))
    scripts = "workspace/workflow_outputs/*/*/*/attempts/01/job.sh"
    wait_until(lambda: list(home.path.glob(scripts)), "there is a script", 60)
    daemon.kill()
    daemon.wait()
    (script,) = home.path.glob(scripts)
    number = host.run("sbatch", "--parsable", str(script)).stdout.strip()
    wait_until(lambda: number in completed(host), "it has run", 60)
    mode.unlink()
    home.up()
    home.wait(run, 120)
    home.check(run)
    assert home.rows("SELECT max(number) FROM attempts") == [(1,)]
    assert home.rows("SELECT job FROM attempts WHERE id = 1") == [(f"testhpc.{number}",)]


@pytest.mark.timeout(200)
def test_a_late_sbatch_finds_its_token_revoked(home: SlurmHome) -> None:
    """It went on where nobody could see it, and its job comes when the next one has run."""
    mode = home.misbehaving("sbatch", SBATCH)
    home.configure(sbatch=str(home.path / "sbatch.sh"))
    mode.write_text("late")
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=("--workflow", "basic_opt"))
    home.wait(run, 120)
    wait_until(lambda: duplicates(home), "the late job ends at its claim", 60)
    assert home.rows("SELECT state FROM attempts ORDER BY number") == [("revoked",), ("judged",)]
    home.check(run)
    assert len(home.starts()) == 1


def duplicates(home: SlurmHome) -> int:
    """Tell how many jobs found their claim taken."""
    return home.rows("SELECT count(*) FROM journal WHERE event = 'duplicate'")[0][0]


def completed(host: SlurmHost) -> set[str]:
    """Give the numbers of the jobs that came to their end."""
    return {number for number, _, state in host.jobs() if state == "COMPLETED"}


def looks(home: SlurmHome) -> int:
    """Tell how often the queue was looked at."""
    status = json.loads(home.ctl("status", "--json"))
    return status["scheduler"]["calls_per_hour"]["squeue"]


@pytest.mark.accounting
@pytest.mark.timeout(200)
def test_copies_of_a_job_run_nothing_and_are_no_witness(home: SlurmHome, host: SlurmHost) -> None:
    gate = home.path / "gate"
    home.configure(f"until [ -e '{gate}' ]; do sleep 0.2; done")
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=("--workflow", "basic_opt"))
    wait_until(lambda: home.rows("SELECT 1 FROM attempts WHERE state = 'running'"), "it runs", 60)
    script = next(home.path.glob("workspace/workflow_outputs/*/*/*/attempts/01/job.sh"))
    copies = {host.run("sbatch", "--parsable", str(script)).stdout.strip() for _ in range(3)}
    by_hand = subprocess.run(
        ["/bin/bash", str(script)],
        env=home.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nothing is run" in by_hand.stdout
    wait_until(lambda: duplicates(home) == 4, "every copy has said so", 60)
    wait_until(lambda: copies <= completed(host), "the copies are over", 60)
    seen = looks(home)
    wait_until(lambda: looks(home) >= seen + 2, "the queue is looked at", 60)
    assert home.rows("SELECT state FROM attempts") == [("running",)]
    gate.touch()
    home.wait(run, 120)
    home.check(run)
    assert len(home.starts()) == 1


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", sorted(SQUEUE))
def test_a_sick_squeue_changes_no_state(home: SlurmHome, fault: str) -> None:
    mode = home.misbehaving("squeue", SQUEUE)
    gate = home.state / "gate"
    gate.touch()
    works = f"while [ -e {shlex.quote(str(gate))} ]; do sleep 0.2; done"
    home.configure("ring=()", works, answer_s=1, **through(home))
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=("--workflow", "opt_sp"))
    wait_until(lambda: home.rows("SELECT 1 FROM attempts WHERE state = 'running'"), "it runs", 60)
    mode.write_text(fault)
    wait_until(lambda: "lurm" in home.banners(), "a banner", 60)
    before, asked = home.rows(STATES), squeues(home)
    wait_until(lambda: squeues(home) > asked, "it is asked again", 120)
    assert home.rows(STATES) == before
    gate.unlink()
    mode.unlink()
    home.wait(run, 240)
    home.check(run)
    assert len(home.starts()) == 2


STATES = "SELECT id, state FROM attempts UNION ALL SELECT -id, state FROM calculations"


def through(home: SlurmHome) -> dict[str, object]:
    """Settings by which squeue is the one that may misbehave."""
    return {"squeue": str(home.path / "squeue.sh")}


def squeues(home: SlurmHome) -> int:
    """How often squeue was called."""
    calls = json.loads(home.ctl("status", "--json"))["scheduler"]["calls_per_hour"]
    return int(calls.get("squeue.sh", 0))


@pytest.mark.accounting
@pytest.mark.timeout(300)
def test_the_controller_goes_and_comes(home: SlurmHome, host: SlurmHost) -> None:
    home.configure("sleep 2")
    home.up()
    run = home.submit(CIFS / "MgO.cif", CIFS / "Si-diamond.cif", options=("--workflow", "opt_sp"))
    wait_until(lambda: home.rows("SELECT 1 FROM attempts WHERE state = 'running'"), "it runs", 60)
    host.stop_controller()
    wait_until(lambda: "lurm" in home.banners(), "a banner", 90)
    host.start_controller()
    home.wait(run, 240)
    home.check(run)


@pytest.mark.timeout(200)
def test_rings_that_do_not_arrive_are_told(home: SlurmHome) -> None:
    """A firewall: the spool does the work, and status says so."""
    home.configure("ring=()")
    home.up()
    run = home.submit(CIFS / "MgO.cif", CIFS / "Si-diamond.cif", options=("--workflow", "opt_sp"))
    home.wait(run, 150)
    home.check(run)
    wait_until(lambda: "rings do not arrive" in home.banners(), "a banner", 90)


@pytest.mark.timeout(200)
def test_without_any_ring_it_ends_the_same(home: SlurmHome) -> None:
    home.configure("ring=()", "spool=/nonexistent")
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=("--workflow", "opt_sp"))
    home.wait(run, 150)
    home.check(run)


NAMES = (
    "3,4^2T1-CA",
    "a b'c",
    "$(touch owned)",
    "`id`",
    "-rf",
    "x%j.%A",
    "Кварц",
    "a+b.c",
    'q"uote',
)


@pytest.mark.accounting
@pytest.mark.timeout(300)
def test_names_of_all_kinds(home: SlurmHome, tmp_path: Path) -> None:
    folder = tmp_path / "in puts"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.cif").write_bytes((CIFS / "MgO.cif").read_bytes())
    (folder / "two\nlines.cif").write_bytes((CIFS / "MgO.cif").read_bytes())
    home.up()
    run = home.submit(folder, options=("--workflow", "opt_sp", "--skip-bad"))
    home.wait(run, 200)
    assert home.check(run).keys() == set(NAMES)
    assert not [*home.path.rglob("owned"), *tmp_path.rglob("owned"), *Path.cwd().glob("owned")]


GATES = """case $deck in
  *_opt.d12) program=(bash -c '"$@"; code=$?; : <"$0"; exit $code' {first} "${{program[@]}}") ;;
  *) program=(bash -c ': <"$0"; exec "$@"' {second} "${{program[@]}}") ;;
esac"""
"""Programs of the first step end, and those of the second begin, when a pipe is opened."""


@pytest.mark.timeout(800)
def test_a_hundred_jobs_end_in_the_same_second(home: SlurmHome, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    os.mkfifo(first)
    os.mkfifo(second)
    # the nodes are other machines: what runs on them takes no time from the daemon
    nice = "renice -n 15 $$ >/dev/null"
    home.configure(nice, " ".join(GATES.format(first=first, second=second).split("\n")))
    home.up()
    run = home.submit(copies(tmp_path / "in", 100), options=("--workflow", "opt_sp"))
    outputs = "workspace/workflow_outputs/*/step_001_OPT/*/attempts/*/*/OUTPUT"

    def at_their_end() -> int:
        return sum(b"TERMINATION" in p.read_bytes()[-4000:] for p in home.path.glob(outputs))

    def trouble() -> list[tuple[object, ...]]:
        return home.rows("SELECT id, state, reason FROM calculations WHERE state = 'decision'")

    wait_until(lambda: at_their_end() == 100 or trouble(), "programs come to their end", 500)
    assert not trouble()
    gates = [os.open(first, os.O_RDWR)]
    began_s = time.monotonic()
    handed_over = (
        "SELECT count(*) FROM attempts a JOIN calculations c ON c.id = a.calculation_id"
        " WHERE c.step = 'SP' AND a.job IS NOT NULL"
    )
    wait_until(lambda: home.rows(handed_over) == [(100,)], "all successors are submitted", 120)
    print(f"all successors submitted after {time.monotonic() - began_s:.1f} s")
    gates.append(os.open(second, os.O_RDWR))
    try:
        home.wait(run, 200)
    finally:
        for gate in gates:
            os.close(gate)
    home.check(run)
    assert len(home.starts()) == 200
