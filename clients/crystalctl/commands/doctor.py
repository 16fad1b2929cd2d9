"""``crystalctl doctor``: a check-up of home and machine."""

from __future__ import annotations

import subprocess
import sys

import click

from crystalctl.homes import this_home
from crystalctl.options import home_option


@click.command("doctor")
@click.option("--job", is_flag=True, help="Also send one tiny job that looks from a compute node.")
@click.option(
    "--timeout", type=click.FloatRange(1), default=300.0, help="Seconds to wait for the job."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@home_option
@click.pass_context
def command(context: click.Context, *, job: bool, timeout: float, as_json: bool) -> int:
    """Check file systems, programs, scheduler and network; exit code 1 if anything is bad.

    It works whether the daemon is up or down, and changes nothing.
    """
    home = this_home(context.find_root().obj)
    call = [sys.executable, "-m", "crystald", "--home", str(home), "doctor"]
    call += ["--job"] * job + ["--json"] * as_json + [f"--timeout={timeout}"]
    return subprocess.run(call, check=False).returncode
