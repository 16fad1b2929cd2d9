"""On a real Slurm with accounting: what it refuses for a quota's sake goes out later, and is no failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from slurmhomes import CIFS, WITH, SlurmHome, copies
from slurmhost import SlurmHost
from waiting import wait_until

pytestmark = [
    pytest.mark.process,
    pytest.mark.slurm,
    pytest.mark.accounting(WITH),
    pytest.mark.timeout(250),
]

WAITS = "SELECT reason FROM calculations WHERE state = 'ready' AND reason LIKE '%{name}%'"


def goes_out_later(home: SlurmHome, run: str) -> None:
    """All is done with one attempt each and no failure counted."""
    home.wait(run, 200)
    home.check(run)
    judged = "SELECT count(*) FROM attempts WHERE state = 'judged'"
    assert home.rows(judged) == home.rows("SELECT count(*) FROM calculations")


def test_the_limit_of_an_association(home: SlurmHome, host: SlurmHost, tmp_path: Path) -> None:
    assert host.accounting is not None
    limit = ("modify", "user", host.accounting.user, "set")
    assert host.accounting.manage(*limit, "MaxSubmitJobs=2") == 0
    try:
        home.configure("sleep 3")
        home.up()
        run = home.submit(copies(tmp_path / "in", 4), options=("--workflow", "basic_opt"))
        told = WAITS.format(name="AssocMaxSubmitJobLimit")
        wait_until(lambda: home.rows(told), "the limit is told", 60)
    finally:
        assert host.accounting.manage(*limit, "MaxSubmitJobs=-1") == 0
    goes_out_later(home, run)


def test_the_limit_of_a_quality_of_service(home: SlurmHome, host: SlurmHost) -> None:
    assert host.accounting is not None
    manage = host.accounting.manage
    assert manage("add", "qos", "small") == 0
    assert manage("modify", "qos", "small", "set", "MaxSubmitJobsPerUser=1") == 0
    assert manage("modify", "user", host.accounting.user, "set", "qos=+small") == 0
    home.configure("sleep 2", qos="small")
    home.up()
    run = home.submit(
        CIFS / "MgO.cif", CIFS / "Si-diamond.cif", options=("--workflow", "basic_opt")
    )
    told = WAITS.format(name="QOSMaxSubmitJobPerUserLimit")
    wait_until(lambda: home.rows(told), "the limit is told", 60)
    goes_out_later(home, run)
