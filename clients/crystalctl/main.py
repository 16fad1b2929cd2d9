"""The entry point: a table of commands, each loaded only when it is used."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Final

import click

from crystalctl.lazy import TableGroup
from crystald import __version__
from crystald.errors import CrystaldError
from crystald.exits import NO, USAGE, exit_code

COMMANDS: Final[dict[str, str]] = {
    "init": "Make a home: settings, keys and directories.",
    "up": "Start the daemon.",
    "down": "Stop the daemon; jobs go on.",
    "status": "Show daemon, scheduler, queue and troubles on one screen.",
    "submit": "Submit structures to a workflow; prints the run.",
    "ls": "List runs, materials, calculations, jobs or decisions.",
    "show": "Show one run, material, calculation, job or decision.",
    "wait": "Wait until a run is through.",
    "log": "Print the journal of everything, a run or a calculation.",
    "hold": "Keep runs, materials or calculations from being submitted.",
    "release": "Release what is held.",
    "decide": "Answer a question that waits for a person.",
    "audit": "Compare database, files and scheduler; 1 if not clean.",
    "read": "Read CRYSTAL outputs without a daemon.",
    "deck": "Make, check and convert decks without a daemon.",
    "doctor": "Check file systems, programs, scheduler and network.",
    "service": "Run the daemon as a systemd user service, or from cron.",
    "demo": "Run the whole thing on this machine with a stand-in.",
}
"""name -> help; the command itself is ``command`` in ``crystalctl/commands/<name>.py``."""

INTERRUPTED: Final = 130


@click.group(
    cls=TableGroup,
    table=COMMANDS,
    package="crystalctl.commands",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 no or failed, 2 wrong usage, 3 daemon not reachable, 4 refused.",
)
@click.version_option(__version__, prog_name="crystalctl")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The home; default: $CRYSTALD_HOME, the nearest one above, ~/.crystald.",
)
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """Run chains of CRYSTAL calculations, each exactly once."""
    context.obj = home


def main(arguments: list[str] | None = None) -> int:
    """Run a command line; errors become a message and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # names of files need not be text
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(arguments, prog_name="crystalctl", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return USAGE
    except CrystaldError as error:
        click.echo(f"crystalctl: {error}", err=True)
        return exit_code(error)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return NO
    except OSError as error:
        click.echo(f"crystalctl: {error}", err=True)
        return NO
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
