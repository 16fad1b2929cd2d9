"""Who runs: the script claims its attempt, and whoever comes second runs nothing."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from scripts import TOKEN, Job
from waiting import wait_until

from crystald.names import JobId
from crystald.workspace.claims import close, hand_is_gone, read_claim, read_end, revoke
from crystald.workspace.layout import OUTPUT


def test_by_hand_it_works_once_and_then_says_who_ran_it(job: Job) -> None:
    job.lay_out("echo ran >>'" + "../../ran'")
    hand = {"PATH": os.environ["PATH"]}
    command = ["/bin/bash", str(job.order.attempt / "job.sh")]
    first = subprocess.run(command, env=hand, capture_output=True, text=True, check=True)
    second = subprocess.run(command, env=hand, capture_output=True, text=True, check=True)
    assert "was run by job hand." in second.stdout
    assert not first.stdout
    claim = read_claim(job.order.attempt)
    assert claim.job is not None
    assert claim.job.cluster == "hand"
    assert (job.order.attempt / f"{claim.job.number}.0" / OUTPUT).exists()
    assert sorted(job.told()) == ["duplicate", "end", "start"]


@pytest.mark.parametrize(
    ("name", "called", "claim"),
    [
        (f"MgO_SP.{TOKEN}", "job.sh", r"hpc\.12"),
        ("renamed", "slurm_script", r"hpc\.12"),
        ("interactive", "job.sh", r"hand\.{host}-\d+-\d+"),
        (f"NaCl_SP.{'f' * 20}", "job.sh", r"hand\.{host}-\d+-\d+"),
    ],
)
def test_who_it_is_in_slurm(job: Job, name: str, called: str, claim: str) -> None:
    """In an allocation of something else it is run by hand: its id tells nothing of this script."""
    job.lay_out("echo ran")
    script = (job.order.attempt / "job.sh").rename(job.order.attempt / called)
    slurm = {"SLURM_JOB_ID": "12", "SLURM_JOB_NAME": name, "SLURM_CLUSTER_NAME": "hpc"}
    others = {"PATH": os.environ["PATH"], "HOSTNAME": "login1", "SLURM_RESTART_COUNT": "0"}
    subprocess.run(["/bin/bash", str(script)], env=slurm | others, check=True)
    host = re.sub(r"[^A-Za-z0-9_-]", "_", os.uname().nodename.partition(".")[0])
    owner = read_claim(job.order.attempt).job
    assert re.fullmatch(claim.format(host=host), str(owner))
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.job, end.host) == (owner, host)


@pytest.mark.parametrize("called", ["job.sh", "run MgO) Z 1.sh"])
def test_who_runs_it_by_hand_is_known_by_when_it_began(job: Job, called: str) -> None:
    job.lay_out("touch ../../up; until [ -e ../../gate ]; do sleep 0.02; done")
    script = (job.order.attempt / "job.sh").rename(job.root / called)
    with subprocess.Popen([script], env={"PATH": os.environ["PATH"]}) as process:
        wait_until((job.root / "up").exists, "the program runs")
        owner = read_claim(job.order.attempt).job
        assert owner is not None
        name, _, began = owner.number.rpartition("-")
        assert not hand_is_gone(owner)
        assert hand_is_gone(JobId("hand", f"{name}-{int(began) - 1}"))
        (job.root / "gate").touch()
        process.wait(60)
    assert hand_is_gone(owner)


def test_a_second_job_runs_nothing(job: Job) -> None:
    job.lay_out("echo ran")
    job.run(1)
    code, said = job.run(2)
    assert code == 0
    assert "was run by job local.1 already" in said
    assert not job.out(2).exists()
    assert sorted(job.told()) == ["duplicate", "end", "start"]


def test_a_revoked_attempt_runs_nothing(job: Job) -> None:
    job.lay_out("echo ran")
    revoke(job.order.attempt, 3)
    code, said = job.run()
    assert code == 0
    assert "withdrawn by the daemon (revoked.3)" in said
    assert not job.out().exists()


def test_a_requeued_job_takes_over_its_own_claim(job: Job) -> None:
    job.lay_out("touch ../../up; [ -e ../../gate ] || sleep 60; echo wave >fort.9")
    first = job.start(1, 0)
    wait_until((job.root / "up").exists, "the first start runs")
    first.terminate()
    first.communicate(timeout=60)
    (job.root / "gate").touch()
    assert job.run(1, 1)[0] == 0
    end = read_end(job.order.attempt)
    assert end is not None
    assert end.restart == 1
    assert (job.out(1, 1) / "fort.9").exists()


def test_what_was_brought_to_its_end_is_not_run_again_by_a_requeue(job: Job) -> None:
    job.lay_out("echo ran >>../../ran; exit 3")
    job.run(1, 0)
    code, said = job.run(1, 1)
    assert code == 0
    assert "brought to its end by an earlier start of job local.1" in said
    assert (job.root / "ran").read_text() == "ran\n"
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.restart, end.exit_code) == (0, 3)


def test_a_job_that_is_put_back_runs_nothing_once_its_attempt_was_closed(job: Job) -> None:
    job.lay_out("echo ran; kill -9 $PPID")
    job.run(1, 0)
    owner = JobId("local", "1")
    assert close(job.order.attempt, owner, 3) == 0
    code, said = job.run(1, 1)
    assert (code, job.out(1, 1).exists()) == (0, False)
    assert "was held for ended by the daemon" in said
    assert close(job.order.attempt, owner, 4) == 0
    assert job.told() == ["start"]


def test_a_start_of_a_job_runs_one_program_however_often_it_is_called(job: Job) -> None:
    """As ``srun job.sh`` with eight tasks would, or the script in a loop."""
    job.lay_out("echo ran >>../../ran; exit 3")
    together = [job.start(1) for _ in range(8)]
    said = [process.communicate(timeout=60)[0] for process in together]
    code, later = job.run(1)
    assert (job.root / "ran").read_text() == "ran\n"
    assert sorted(process.returncode for process in together) == [0] * 7 + [3]
    assert sum("nothing is run" in text for text in said) == 7
    assert (code, "nothing is run" in later) == (0, True)
    assert job.told() == ["start", "end"]


def test_among_many_copies_one_runs(job: Job) -> None:
    job.lay_out("echo ran >>../../ran")
    processes = [job.start(number) for number in range(1, 9)]
    for process in processes:
        process.communicate(timeout=60)
    assert (job.order.scratch.parent / "ran").read_text() == "ran\n"
    assert sorted(job.told()) == ["duplicate"] * 7 + ["end", "start"]
