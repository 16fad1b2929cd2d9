"""What a real Slurm prints and does: the facts that readers and fakes of Slurm are built on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from leftovers import kill
from slurmhost import SlurmHost, missing
from waiting import wait_until

pytestmark = [pytest.mark.process, pytest.mark.slurm]

DENIAL = "slurm_load_jobs error: Invalid job id specified\n"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmHost]:
    if absent := missing():
        pytest.skip(f"no Slurm here: {absent} not found (Debian: apt install slurm-wlm)")
    made = SlurmHost(tmp_path_factory.mktemp("slurm"))
    try:
        yield made.start()
    finally:
        made.stop()


def submit(host: SlurmHost, *options: str, body: str = "exec sleep 300") -> str:
    script = host.root / "job.sh"
    script.write_text(f"#!/bin/bash\n{body}\n")
    said = host.run("sbatch", "--parsable", *options, str(script))
    assert (said.returncode, said.stderr) == (0, "")
    return said.stdout.strip()


def state(host: SlurmHost, number: str) -> str:
    return host.run("squeue", "-h", "-t", "all", "-j", f"{number},{number}", "-o", "%T").stdout[:-1]


def test_there_are_two_nodes(host: SlurmHost) -> None:
    said = host.run("sinfo", "-h", "-N", "-o", "%N %T").stdout.splitlines()
    assert {line.split()[0] for line in said} == {"n1", "n2"}


def test_a_job_nobody_knows(host: SlurmHost) -> None:
    for command in (("squeue", "-h", "-j", "999"), ("scontrol", "show", "job", "999")):
        said = host.run(*command)
        assert (said.returncode, said.stdout, said.stderr) == (1, "", DENIAL)
    twice = host.run("squeue", "-h", "-j", "999,998")
    assert (twice.returncode, twice.stdout, twice.stderr) == (0, "", "")
    gone = host.run("scancel", "999")
    assert (gone.returncode, gone.stderr) == (0, "")


def test_no_accounting(host: SlurmHost) -> None:
    said = host.run("sacct", "-X")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "Slurm accounting storage is disabled\n"


def test_cancel_needs_the_right_name_too(host: SlurmHost) -> None:
    job = submit(host, "--hold")
    assert host.run("scancel", "-n", "wrong", job).returncode == 0
    assert state(host, job) == "PENDING"
    assert host.run("scancel", "-n", "job.sh", job).returncode == 0
    assert state(host, job) == "CANCELLED"


def test_a_job_without_requeue_is_not_requeued(host: SlurmHost) -> None:
    job = submit(host, "--no-requeue")
    wait_until(lambda: state(host, job) == "RUNNING", "it runs")
    said = host.run("scontrol", "requeue", job)
    assert said.returncode == 1
    assert said.stderr == f"Requested operation is presently disabled for job {job}\n"
    host.run("scancel", job)


def test_the_restart_count_is_not_set_at_first(host: SlurmHost) -> None:
    seen = host.root / "seen"
    submit(host, body=f'echo "${{SLURM_RESTART_COUNT-unset}} $SLURM_CLUSTER_NAME" >{seen}')
    wait_until(lambda: seen.exists() and seen.read_text(), "it ran")
    assert seen.read_text() == "unset testhpc\n"


@pytest.mark.timeout(200)
def test_a_lost_node(host: SlurmHost) -> None:
    job = submit(host, "--no-requeue", "-w", "n1")
    wait_until(lambda: state(host, job) == "RUNNING", "it runs")
    lose(host, "n1")
    wait_until(lambda: state(host, job) == "NODE_FAIL", "its loss is seen", 90)
    shown = host.run("scontrol", "-o", "show", "job", job).stdout
    assert "JobState=NODE_FAIL Reason=NodeDown" in shown
    host.start_node("n1")


def lose(host: SlurmHost, node: str) -> None:
    """End a node's daemon, then whoever reports for its jobs, before the jobs themselves."""
    daemon = host.processes.pop(node)
    daemon.kill()
    daemon.wait()
    conf = f"SLURM_CONF={host.root}/slurm.conf".encode()
    for wanted in (b"slurmstepd", b""):
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environ = (entry / "environ").read_bytes().split(b"\0")
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            ours = conf in environ and f"SLURMD_NODENAME={node}".encode() in environ
            stepd = conf in environ and command.startswith(b"slurmstepd")
            if stepd if wanted else ours:
                kill(int(entry.name))
