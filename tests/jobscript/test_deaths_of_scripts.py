"""A job script that dies, or whose programs fail, at every place: what is there is whole and true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from scripts import Job
from shims import Shims

from crystald.models import LeftFile
from crystald.store.lease import identity_of_this_process
from crystald.wire.endpoint import Address, write_endpoint
from crystald.workspace.claims import read_end
from crystald.workspace.layout import OUTPUT

FILES = {"fort.9": "0" * 5000, "fort.98": "0" * 6000}
PROGRAM = (
    "echo done; printf %05000d 0 >fort.9; printf %06000d 0 >fort.98; echo ran >>../../ran;"
    " [ ! -e ../../wanted ] || truncate -s 65M large"
)
DIES = """
case $0 in */job.sh) ;; *) return ;; esac
passed=0
set -T
trap '[ "$BASHPID" != "$$" ] || [ "$((passed += 1))" != {number} ] || kill -9 "$$"' DEBUG
"""
"""Kills the script before one of its commands, counted as they come."""


@pytest.fixture
def shims(job: Job, tmp_path: Path) -> Shims:
    made = Shims.install(tmp_path / "shims")
    job.variables["PATH"] = made.path
    return made


@pytest.fixture
def lives(job: Job, fast_path: Path) -> Iterator[Job]:
    """Give a new attempt for each life."""

    def life() -> Iterator[Job]:
        for number in count(1):
            root = fast_path / f"life {number}"
            for name in ("spool", "scratch", "attempts"):
                (root / name).mkdir(parents=True)
            wave = root / "parent.f9"
            wave.write_text("12345")
            order = replace(
                job.order,
                attempt=root / "attempts" / "01",
                spool=root / "spool",
                scratch=root / "scratch",
                ring_argv=("true",),
                leaves=tuple(LeftFile(name, "") for name in ("fort.9", "large", "fort.98")),
            )
            born = Job(root, order, job.variables)
            born.lay_out(PROGRAM, takes=((wave, "fort.20", 5),))
            yield born

    return life()


def whole(place: Path) -> set[str]:
    """Give which files are in a directory; each must be whole."""
    found = {name for name in FILES if (place / name).exists()}
    assert {name: (place / name).read_text() for name in found} == {n: FILES[n] for n in found}
    return found


def check(job: Job) -> None:
    """What is there under its own name is whole; nothing is lost; no word is untrue."""
    end = read_end(job.order.attempt)
    assert (job.order.attempt / "end.json").exists() == (end is not None), "torn"
    saved = whole(job.out())
    if end is not None and end.complete:
        assert saved == set(FILES)
        assert (job.out() / OUTPUT).read_text() == "done\n"
    elif (job.root / "ran").exists():
        assert set().union(saved, *map(whole, job.scratch_left())) == set(FILES)
    for file in job.order.spool.glob("[!.]*.end.json"):
        assert end is not None
        assert json.loads(file.read_text())["complete"] == end.complete


def come_again(job: Job) -> None:
    """Let the scheduler put the job back: it comes to its end, unless it has."""
    before = read_end(job.order.attempt)
    assert job.run(1, 1)[0] == 0
    end = read_end(job.order.attempt)
    assert end is not None
    assert end.complete
    if before is not None and before.complete:
        assert end == before
    else:
        assert whole(job.out(1, 1)) == set(FILES)
        assert job.told()[-1] == "end"


def test_death_before_any_command(lives: Iterator[Job], job: Job, tmp_path: Path) -> None:
    """The longest way: a daemon is expected to take the message, none does, and it is rung."""
    address = Address("n1", ("127.0.0.1",), 21_700, "k" * 40)
    boot = identity_of_this_process().boot_id
    write_endpoint(job.root, address, epoch=1, pid=1, since="now", hears=boot)
    (tmp_path / "sleep").symlink_to("/bin/true")
    job.variables["PATH"] = f"{tmp_path}:{job.environment(1)['PATH']}"
    kills = tmp_path / "kills"
    code = passed = 0
    while code != 0 or not passed:
        job, passed = next(lives), passed + 1
        kills.write_text(DIES.format(number=passed))
        job.variables["BASH_ENV"] = str(kills)
        code = job.run()[0]
        check(job)
        if passed % 8 == 0:
            del job.variables["BASH_ENV"]
            come_again(job)
    assert passed > 150


def test_death_in_the_middle_of_a_program(lives: Iterator[Job], shims: Shims) -> None:
    code = number = 0
    while code != 0 or not number:
        job, number = next(lives), number + 1
        shims.wish(f"torn {number}")
        code = job.run()[0]
        check(job)
        shims.wish("none")
        come_again(job)
    assert number > 15


def test_a_program_that_fails(lives: Iterator[Job], shims: Shims) -> None:
    """Once it has run, it comes to its end: what fails is done again, or scratch stays."""
    number, met = 0, True
    while met:
        job, number = next(lives), number + 1
        (job.root / "wanted").touch()  # three groups of files instead of one
        shims.wish(f"fail {number}")
        code = job.run()[0]
        check(job)
        met = len(shims.calls()) >= number
        end = read_end(job.order.attempt)
        ran = (job.root / "ran").exists()
        assert ran == (end is not None and end.complete)
        assert ran == (code == 0)
    assert number > 15
