"""On a real Slurm: a drained partition and a maintenance are told in plain words, and waited for."""

from __future__ import annotations

import json

import pytest
from slurmhomes import CIFS, SlurmHome
from slurmhost import SlurmHost
from waiting import wait_until

pytestmark = [pytest.mark.process, pytest.mark.slurm, pytest.mark.timeout(250)]

OPT = ("--workflow", "basic_opt")


def examined(home: SlurmHome) -> str:
    """What the doctor says of Slurm."""
    said = json.loads(home.ctl("doctor", "--json", code=None))
    return "\n".join(line["text"] for line in said["lines"] if line["topic"] == "slurm")


def test_a_drained_partition(home: SlurmHome, host: SlurmHost) -> None:
    partition = ("scontrol", "update", "partitionname=scrap")
    home.configure(partition="scrap")
    home.up()
    assert host.run(*partition, "state=DRAIN").returncode == 0
    try:
        assert "the partition scrap takes no new jobs" in examined(home)
        run = home.submit(CIFS / "MgO.cif", options=OPT)
        told = "SELECT reason FROM calculations WHERE state = 'ready' AND reason LIKE '%artition%'"
        wait_until(lambda: home.rows(told), "the closed partition is told", 60)
    finally:
        assert host.run(*partition, "state=UP").returncode == 0
    home.wait(run, 200)
    home.check(run)
    assert "the partition scrap is up" in examined(home)


def test_maintenance(home: SlurmHome, host: SlurmHost) -> None:
    home.up()
    words = "reservationname=upkeep starttime=now duration=60 users=root flags=maint,ignore_jobs"
    made = host.run("scontrol", "create", "reservation", *words.split(), "nodes=ALL")
    assert made.returncode == 0, made.stderr
    try:
        assert "maintenance from " in examined(home)
        run = home.submit(CIFS / "MgO.cif", options=OPT)
        reason = "SELECT reason FROM calculations WHERE reason LIKE '%maintenance%'"
        wait_until(lambda: home.rows(reason), "the maintenance is told", 90)
    finally:
        assert host.run("scontrol", "delete", "reservationname=upkeep").returncode == 0
    home.wait(run, 150)
    home.check(run)
