"""A real daemon that hears its spool moves a chain on without a ring."""

from __future__ import annotations

import json
import shlex

import pytest
from homes import Home
from slurmhomes import CIFS
from waiting import wait_until

from crystald.store.lease import identity_of_this_process

pytestmark = pytest.mark.process


def test_a_spool_that_is_heard_moves_a_chain_on_without_rings(home: Home) -> None:
    rung, bell = home.path / "rung", home.path / "bell"
    rung.touch()
    bell.write_text(f"#!/bin/bash\necho >>{shlex.quote(str(rung))}\n")
    bell.chmod(0o755)
    config = home.path / "config" / "crystald.yaml"
    ring = json.dumps([f"ring=({shlex.quote(str(bell))})"])
    config.write_text(f"{config.read_text()}  environment: {ring}\n")
    home.up()
    assert home.endpoint()["hears"] == identity_of_this_process().boot_id
    said = home.ctl("submit", "--json", "--workflow", "opt_sp", str(CIFS / "MgO.cif"))
    home.ctl("wait", json.loads(said)["run_id"], "--timeout", "90")
    jobs, rings = len(home.starts()), len(rung.read_text().splitlines())
    assert jobs == 2
    assert rings < jobs  # what is not taken within a third of a second is rung
    spool = home.state / "spool"
    wait_until(lambda: not list(spool.glob("*.json")), "all is taken in")


def test_a_spool_that_is_not_to_be_heard_is_not_said_to_be(home: Home) -> None:
    config = home.path / "config" / "crystald.yaml"
    config.write_text(config.read_text().replace("wire: {", "wire: {hear_spool: false, "))
    home.up()
    assert home.endpoint()["hears"] == ""
