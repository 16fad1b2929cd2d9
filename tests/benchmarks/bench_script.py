"""Processor time of a job's script and of the daemon for it, with a ring and without (``make bench``)."""

from __future__ import annotations

import json
import resource
import secrets
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from homes import Home
from scripts import Job, order_of
from waiting import wait_until

from crystald.models import LeftFile
from crystald.names import Token
from crystald.wire.ring_command import ring_command

TIMES = 60
WAYS = {"rings": "deaf.json", "is heard": "endpoint.json"}
"""way -> file of the endpoint, in the state directory of one daemon that hears its spool"""


def job_of(home: Home, place: Path, endpoint: str) -> Job:
    """Lay out a job that leaves one small file."""
    token = Token(secrets.token_hex(10))
    order = replace(
        order_of(place),
        token=token,
        name=f"MgO_SP.{token}",
        spool=home.state / "spool",
        leaves=(LeftFile("fort.9", "f9", needed=True),),
        ring_argv=ring_command(),
        endpoint=home.state / endpoint,
        ring_key=home.state / "keys" / "ring.key",
    )
    job = Job(place, order)
    job.lay_out("echo wave >fort.9")
    return job


def of_children_ms() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (used.ru_utime + used.ru_stime)


def of_process_ms(pid: int) -> float:
    """All its threads (proc(5): the first number of ``schedstat``, ns)."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


@pytest.mark.timeout(600)
def test_the_script_of_a_job(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", lease_s=30).make()
    try:
        daemon = home.up()
        spool = home.state / "spool"
        deaf = json.dumps(home.endpoint() | {"hears": ""})
        (home.state / "deaf.json").write_text(deaf)
        used: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
        for number in range(TIMES):
            for way, endpoint in WAYS.items():
                job = job_of(home, tmp_path / f"{number} {way}", endpoint)
                before = of_children_ms(), of_process_ms(daemon.pid)
                assert job.run(number)[0] == 0
                wait_until(lambda: not list(spool.glob("*.json")), "it is taken in")
                used[way].append(
                    (of_children_ms() - before[0], of_process_ms(daemon.pid) - before[1])
                )
    finally:
        home.end()
    print(f"\n{'processor time, ms':<20} {'script':>8} {'daemon':>8}   (medians)")
    for way, rows in used.items():
        script, served = map(median, zip(*rows, strict=True))
        print(f"{'a job that ' + way:<20} {script:>8.1f} {served:>8.1f}")
