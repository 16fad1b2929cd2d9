"""On a real Slurm: each way in which a job can end comes to the right state, with its evidence."""

from __future__ import annotations

import json

import pytest
from slurmhomes import CIFS, WITH, SlurmHome
from slurmhost import SlurmHost
from waiting import wait_until

pytestmark = [pytest.mark.process, pytest.mark.slurm]

OPT = ("--workflow", "basic_opt")
SLOW = "sleep 60"


def job_of(home: SlurmHome, state: str) -> str:
    """Wait for a job in a state of its attempt; give its number."""
    found = f"SELECT job FROM attempts WHERE state = '{state}' AND job IS NOT NULL"
    rows = wait_until(lambda: home.rows(found), f"an attempt is {state}", 60)
    return str(rows[0][0]).rpartition(".")[2]  # type: ignore[index]


def start_now(host: SlurmHost, number: str) -> None:
    """Spare a job that was put back the two minutes which Slurm lets it wait."""
    shown = ("squeue", "-h", "-j", number, "-o", "%T %r")
    wait_until(lambda: "PENDING" in host.run(*shown).stdout, "it is put back", 60)
    soon = (
        "StartTime=now+3"  # in the same second, the credential of its first start is still revoked
    )
    assert host.run("scontrol", "update", f"jobid={number}", soon).returncode == 0


def settled(home: SlurmHome, run: str) -> tuple[str, str]:
    """Wait until only a person can move a run of one calculation; give its state and reason."""
    home.ctl("wait", run, "--timeout", "120", code=None, timeout_s=150)
    (row,) = home.rows("SELECT state, reason FROM calculations")
    shown = " ".join(home.ctl("show", "c1").split())
    assert row[0] in shown
    assert row[1] in shown, "what a person sees has the words"
    return row


@pytest.mark.accounting
@pytest.mark.timeout(200)
def test_a_running_job_that_a_person_cancels(home: SlurmHome, host: SlurmHost) -> None:
    home.configure(SLOW)
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=OPT)
    host.run("scancel", job_of(home, "running"))
    state, reason = settled(home, run)
    assert (state, reason) == ("cancelled", "its job was cancelled")
    shown = json.loads(home.ctl("show", "--json", "c1"))
    assert shown["attempts"][0]["witness"]


@pytest.mark.accounting
@pytest.mark.timeout(200)
def test_a_pending_job_that_a_person_cancels(home: SlurmHome, host: SlurmHost) -> None:
    home.configure(directives=["--begin=now+1hour"])
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=OPT)
    number = job_of(home, "accepted")
    waits = "SELECT reason FROM calculations WHERE reason LIKE '%job %:%'"
    wait_until(lambda: home.rows(waits), "it is told why the job waits", 60)
    host.run("scancel", number)
    state, _ = settled(home, run)
    assert state == "cancelled"
    assert home.starts() == []


@pytest.mark.accounting
@pytest.mark.timeout(200)
def test_a_lost_node(home: SlurmHome, host: SlurmHost) -> None:
    home.configure(SLOW, directives=["--nodelist=n2"])
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=OPT)
    job_of(home, "running")
    host.fail_node("n2")
    try:
        state, reason = settled(home, run)
        assert state == "decision"
        assert "node-failure" in reason
        assert "NODE_FAIL" in reason
        assert len(home.starts()) <= 1
    finally:
        host.start_node("n2")


@pytest.mark.accounting
@pytest.mark.timeout(300)
def test_a_job_that_is_put_back_starts_again_and_counts_once(
    home: SlurmHome, host: SlurmHost
) -> None:
    home.configure("[ ${SLURM_RESTART_COUNT:-0} -gt 0 ] || sleep 100", directives=["--requeue"])
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=OPT)
    number = job_of(home, "running")
    asked = host.run("scontrol", "requeue", number)
    assert asked.returncode == 0, asked.stderr
    start_now(host, number)
    home.wait(run, 240)
    home.check(run)
    assert home.rows("SELECT restart, job FROM attempts") == [(1, f"testhpc.{number}")]


@pytest.mark.timeout(300)
def test_the_time_limit_comes_with_its_warning(home: SlurmHome) -> None:
    """Slurm's shortest limit is a minute; the job is told before, and saves what there is."""
    works_on = '"$@" --truncate 0.97; sleep 600'
    home.configure(f"program=(bash -c '{works_on}' x \"${{program[@]}}\")")
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=(*OPT, "--set", "time_limit_s=60"))
    job_of(home, "running")
    state, reason = settled(home, run)
    assert state == "decision"
    (end,) = home.path.glob("workspace/workflow_outputs/*/*/*/attempts/01/end.json")
    record = json.loads(end.read_text())
    assert (record["why"], record["complete"]) == ("USR1", False)
    assert "time-limit" in reason
    saved = {path.name for path in end.parent.glob("*.0/*") if path.stat().st_size}
    assert {"OUTPUT", "OPTINFO.DAT"} <= saved
    scratch = home.path / "scratch"  # it goes while the doorbell rings
    wait_until(lambda: not list(scratch.iterdir()), "the scratch directory is gone", 30)


@pytest.mark.accounting
@pytest.mark.timeout(200)
def test_held_jobs_leave_the_queue_and_come_back(home: SlurmHome, host: SlurmHost) -> None:
    home.configure(directives=["--begin=now+1hour"])
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=OPT)
    number = job_of(home, "accepted")
    home.ctl("hold", run)
    wait_until(lambda: [number, "CANCELLED"] in [[j[0], j[2]] for j in host.jobs()], "gone", 60)
    assert home.rows("SELECT state, held FROM calculations") == [("ready", 1)]
    home.configure()
    home.ctl("down")
    home.up()
    home.ctl("release", run)
    home.wait(run, 120)
    home.check(run)


@pytest.mark.accounting(WITH)
@pytest.mark.timeout(200)
def test_out_of_memory(home: SlurmHome) -> None:
    hungry = "import time; held = b'1' * 400_000_000; time.sleep(100)"
    home.configure(f'program=(python3 -c "{hungry}")')
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=OPT)
    state, reason = settled(home, run)
    assert state == "decision"
    assert "memory" in reason


@pytest.mark.accounting
@pytest.mark.timeout(300)
def test_a_preempted_job_that_is_put_back(home: SlurmHome, host: SlurmHost) -> None:
    first_waits = "[ ${SLURM_RESTART_COUNT:-0} -gt 0 ] || sleep 100"
    home.configure(first_waits, directives=["--requeue", "--exclusive", "--nodelist=n2"])
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=OPT)
    number = job_of(home, "running")
    preempt(host)
    start_now(host, number)
    home.wait(run, 240)
    home.check(run)
    assert home.rows("SELECT restart, job FROM attempts") == [(1, f"testhpc.{number}")]


@pytest.mark.timeout(200)
def test_a_preempted_job_that_is_not(home: SlurmHome, host: SlurmHost) -> None:
    home.configure(SLOW, directives=["--exclusive", "--nodelist=n2", "--partition=scrap"])
    home.up()
    run = home.submit(CIFS / "MgO.cif", options=OPT)
    job_of(home, "running")
    preempt(host)
    state, reason = settled(home, run)
    assert state == "decision"
    assert "preempted" in reason


def preempt(host: SlurmHost) -> None:
    """Let somebody with more rights want the second node for a second."""
    urgent = ("--partition=urgent", "--exclusive", "--nodelist=n2", "--wrap=sleep 1")
    said = host.run("sbatch", "--parsable", *urgent)
    assert said.returncode == 0, said.stderr
    shown = ("squeue", "-h", "-t", "all", "-j", said.stdout.strip(), "-o", "%T")
    wait_until(lambda: host.run(*shown).stdout.strip() == "COMPLETED", "it had its second", 60)
