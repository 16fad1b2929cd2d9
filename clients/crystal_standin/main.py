"""Command line of the stand-in: ``crystal-standin crystal|properties [options]``.

The deck is the file INPUT of the current directory where there is one, else standard input.
Environment: CRYSTALD_WITNESS and CRYSTALD_TOKEN for the witness of starts, CRYSTAL_STANDIN_FAULT
and CRYSTAL_STANDIN_SECONDS for what ``--fault`` and ``--seconds`` say.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from crystal_standin import VERSION, faults, playback

FAULT_VARIABLE = "CRYSTAL_STANDIN_FAULT"
SECONDS_VARIABLE = "CRYSTAL_STANDIN_SECONDS"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="crystal-standin",
        description="A stand-in for the CRYSTAL programs; its numbers mean nothing.",
    )
    made.add_argument("program", nargs="?", choices=("crystal", "properties"))
    made.add_argument("--witness", metavar="FILE", help="append one line at each start")
    made.add_argument("--fault", metavar="NAME", help="fail in this way (see --list-faults)")
    made.add_argument("--seconds", type=float, metavar="S", help="take so long, writing slowly")
    made.add_argument("--truncate", type=float, metavar="F", help="stop at this part (0..1)")
    made.add_argument("--truncate-bytes", type=int, metavar="N", help="stop after N bytes")
    made.add_argument("--kill-after", type=float, metavar="S", help="SIGKILL itself after S s")
    made.add_argument("--list-faults", action="store_true", help="print the faults and exit")
    made.add_argument("--version", action="version", version=f"STAND-IN {VERSION}")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stand-in in the current directory.

    Returns
    -------
    int
        Exit status, as honest (and as misleading) as the real program's.
    """
    options = parser().parse_args(arguments)
    if options.list_faults:
        sys.stdout.write(faults.listing())
        return 0
    if options.program is None:
        parser().error("which program: crystal or properties?")
    name = options.fault or os.environ.get(FAULT_VARIABLE, "")
    if name and name not in faults.FAULTS:
        parser().error(f"no fault {name!r}; --list-faults prints them")
    start = dt.datetime.now().astimezone()
    _witness(options.witness, os.environ, start)
    here = Path.cwd()
    return playback.perform(_order(options, name, os.environ), here, start)


def _order(
    options: argparse.Namespace, fault: str, environment: Mapping[str, str]
) -> playback.Order:
    seconds = options.seconds
    if seconds is None:
        seconds = float(environment.get(SECONDS_VARIABLE) or 0.0)
    return playback.Order(
        program=options.program,
        fault=fault,
        seconds=seconds,
        truncate=options.truncate,
        truncate_bytes=options.truncate_bytes,
        kill_after_s=options.kill_after,
    )


def _witness(given: str | None, environment: Mapping[str, str], start: dt.datetime) -> None:
    """Append one line for this start, in one write, so that starts can be counted."""
    path = given or environment.get("CRYSTALD_WITNESS")
    if not path:
        return
    token = environment.get("CRYSTALD_TOKEN") or "-"
    line = f"{token}\t{Path.cwd()}\t{os.getpid()}\t{start.timestamp():.6f}\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        os.write(handle, line.encode(errors="surrogateescape"))
    finally:
        os.close(handle)
