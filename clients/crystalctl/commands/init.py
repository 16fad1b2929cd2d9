"""``crystalctl init``: make a home."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from crystalctl.homes import FALLBACK
from crystalctl.options import home_option


@click.command("init")
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option("--scheduler", type=click.Choice(["local", "slurm"]), help="Who gets the jobs.")
@click.option("--crystal-command", metavar="CMD", help="How a job starts the crystal program.")
@click.option("--properties-command", metavar="CMD", help="How a job starts properties.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@home_option
@click.pass_context
def command(
    context: click.Context,
    directory: Path | None,
    scheduler: str | None,
    crystal_command: str | None,
    properties_command: str | None,
    *,
    as_json: bool,
) -> int:
    """Make a home in DIRECTORY (default: ~/.crystald), or complete the one that is there.

    {ranks} in a command becomes the number of MPI processes. What you have edited is kept.
    """
    home = directory or context.find_root().obj or Path.home() / FALLBACK
    wishes = {
        "--scheduler": scheduler,
        "--crystal-command": crystal_command,
        "--properties-command": properties_command,
    }
    arguments = [f"{name}={value}" for name, value in wishes.items() if value is not None]
    if as_json:
        arguments.append("--json")
    call = [sys.executable, "-m", "crystald", "init", *arguments, "--", str(home.absolute())]
    return subprocess.run(call, check=False).returncode
