"""When a job rings: not where the daemon takes its message at once, and always where nobody did."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from scripts import Job

from crystald.store.lease import identity_of_this_process
from crystald.wire.endpoint import Address, write_endpoint

HERE = identity_of_this_process().boot_id
ELSEWHERE = "ab4af10d-0000-4e5f-aba0-45913b8d228d"
PROGRAM = """#!/bin/bash
echo "${{0##*/}} $*" >>{said}
{does}
"""


class Street:
    """A job with a doorbell, and a `sleep` during which somebody may come to the spool."""

    def __init__(self, job: Job, place: Path) -> None:
        place.mkdir()
        self.job = job
        self._place = place
        self._said = place / "said"
        job.variables["PATH"] = f"{place}:{job.environment(1)['PATH']}"
        self.program("bell", "")

    def program(self, name: str, does: str) -> Path:
        path = self._place / name
        path.write_text(PROGRAM.format(said=shlex.quote(str(self._said)), does=does))
        path.chmod(0o755)
        return path

    def hears(self, boot: str) -> None:
        """Let the daemon say on which boot it hears."""
        address = Address("n1", ("127.0.0.1",), 21_700, "k" * 40)
        write_endpoint(self.job.root, address, epoch=1, pid=1, since="now", hears=boot)

    def taken(self, event: str) -> None:
        """Let a daemon come while the job sleeps."""
        spool = shlex.quote(str(self.job.order.spool))
        self.program("sleep", f"rm {spool}/*.{event}.json")

    def nobody_comes(self) -> None:
        """Let time fly."""
        self.program("sleep", "")

    def run(self, number: int = 1) -> list[str]:
        """Give the programs that were called, the first time and then."""
        self._said.write_text("")
        assert self.job.run(number)[0] == 0
        return self._said.read_text().splitlines()

    def lay_out(self) -> None:
        """Write the script."""
        self.job.lay_out("true", ring_argv=(str(self._place / "bell"),))


@pytest.fixture
def street(job: Job, tmp_path: Path) -> Street:
    made = Street(job, tmp_path / "programs")
    made.nobody_comes()
    made.lay_out()
    return made


def rings(called: list[str]) -> list[str]:
    return [line for line in called if line.startswith("bell ")]


@pytest.mark.parametrize("boot", ["", ELSEWHERE])
def test_it_rings_once_and_at_once_where_nobody_hears(street: Street, boot: str) -> None:
    street.hears(boot)
    called = street.run()
    assert len(called) == 1
    assert "--event end --exit 0 --complete" in rings(called)[0]


def test_an_endpoint_of_before_rings(street: Street) -> None:
    street.job.order.endpoint.write_text("{}")
    assert len(rings(street.run())) == 1


def test_what_the_daemon_has_taken_is_not_rung(street: Street) -> None:
    street.hears(HERE)
    street.taken("end")
    called = street.run()
    assert [line.split()[0] for line in called] == ["sleep"]
    assert street.job.told() == ["start"]
    assert street.job.scratch_left() == []


def test_what_nobody_takes_is_rung_after_a_third_of_a_second(street: Street) -> None:
    street.hears(HERE)
    *slept, rung = street.run()
    assert "--event end --exit 0 --complete" in rung
    assert sum(float(line.removeprefix("sleep ")) for line in slept) == pytest.approx(0.3)
    assert street.job.told() == ["start", "end"]
    assert street.job.scratch_left() == []


def test_a_sleep_that_knows_no_fractions_is_no_hindrance(street: Street) -> None:
    street.hears(HERE)
    street.program("sleep", "exit 1")
    assert [line.split()[0] for line in street.run()] == ["sleep", "bell"]


def test_a_message_that_could_not_be_left_is_rung(street: Street) -> None:
    """It is not in the spool, and yet nobody took it."""
    street.hears(HERE)
    street.job.order.spool.rmdir()
    assert len(rings(street.run())) == 1


@pytest.mark.parametrize("comes", [True, False])
def test_a_job_that_lost_its_claim_rings_likewise(street: Street, comes: bool) -> None:
    street.hears(HERE)
    (street.job.order.attempt / "claim").symlink_to("hpc.7")
    if comes:
        street.taken("duplicate")
    assert bool(rings(street.run(2))) == (not comes)
    assert street.job.told() == ([] if comes else ["duplicate"])
