"""Tiny Slurm commands that answer well, and attempts to hand over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from slurm_prints import CONFIG, Bin
from slurmworld import World

from crystald.clock import Clock, SystemClock
from crystald.models import Resources
from crystald.names import Token
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.schedulers.slurm.settings import SlurmSettings

SCONTROL = f"""case "$*" in
  "show config") cat <<'X'
{CONFIG}X
  ;;
  *partition*) echo "PartitionName=main Default=YES MaxTime=UNLIMITED State=UP" ;;
  *reservation*) echo "No reservations in the system" ;;
  *) echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1 ;;
esac"""


@pytest.fixture
def commands(tmp_path: Path) -> Bin:
    made = Bin(tmp_path / "bin")
    made.prints("squeue", b"")
    made.prints("sacct", "", 1, "sacct: error: Slurm accounting storage is disabled\n")
    made.prints("scancel", "")
    made.command("scontrol", SCONTROL)
    made.command("sbatch", "echo 4711")
    return made


@pytest.fixture
def make_order(tmp_path: Path) -> Callable[..., SubmitOrder]:
    """Make an attempt's directory with a script in it, and the order for it."""

    def made(number: int = 1, name: str = "MgO_SP") -> SubmitOrder:
        token = Token(f"{number:020x}")
        directory = tmp_path / f"attempt {number}"
        directory.mkdir()
        script = directory / "job.sh"
        script.write_text("#!/bin/bash\n")
        return SubmitOrder(token, f"{name}.{token}", directory, script, Resources())

    return made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "submissions"


@pytest.fixture
def opened(commands: Bin, state: Path) -> Callable[..., SlurmScheduler]:
    def make(clock: Clock | None = None, **settings: object) -> SlurmScheduler:
        return SlurmScheduler(
            SlurmSettings(**settings),  # type: ignore[arg-type]
            state,
            clock or SystemClock(),
            environ=commands.environ,
        )

    return make


@pytest.fixture
def make_world(tmp_path: Path) -> Callable[..., World]:
    return partial(World.made, tmp_path)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
