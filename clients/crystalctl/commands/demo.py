"""``crystalctl demo``: the whole thing on this machine."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo")
@click.argument("directory", default="crystald-demo", type=click.Path(path_type=Path))
@click.option("--timeout", type=click.FloatRange(0), default=600.0, help="Seconds to wait.")
def command(directory: Path, timeout: float) -> None:
    """Run crystals of all lattices from CIF to band structure with a stand-in for CRYSTAL.

    Makes a home in DIRECTORY (default: ./crystald-demo), starts its daemon, submits, waits, shows
    the results, counts duplicates and losses, and stops the daemon. Nothing there is CRYSTAL's:
    the stand-in only behaves like it.
    """
    from crystalctl.demo import run_demo

    click.echo(run_demo(directory, timeout))
