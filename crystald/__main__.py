"""``crystald``: the daemon, and what must work without one.

People use ``crystalctl``, which starts these commands where it needs them.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import click

from crystald import __version__
from crystald.errors import CrystaldError, RequestError
from crystald.exits import NO, OK, USAGE, exit_code

_HOME = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="CRYSTALD_HOME",
    help="The home (default: $CRYSTALD_HOME).",
)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crystald")
@_HOME
@click.option("--once", is_flag=True, help="One pass of every task, then exit (for cron).")
@click.option(
    "--take-over", is_flag=True, help="End a daemon of this home first, here or elsewhere."
)
@click.option("--foreground", is_flag=True, help="Log readably to the terminal too.")
@click.pass_context
def cli(
    context: click.Context, home: Path | None, *, once: bool, take_over: bool, foreground: bool
) -> None:
    """Run the daemon of a home until it is told to stop."""
    context.obj = home
    if context.invoked_subcommand is None:
        from crystald.daemon import run
        from crystald.hands.leaving import leave

        code = run(_required(home), once=once, take_over=take_over, foreground=foreground)
        leave(code)
        context.exit(code)


@cli.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option("--scheduler", type=click.Choice(["local", "slurm"]), help="Who gets the jobs.")
@click.option("--crystal-command", metavar="CMD", help="How a job starts the crystal program.")
@click.option("--properties-command", metavar="CMD", help="… and the properties program.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def init(
    home: Path | None,
    directory: Path | None,
    scheduler: str | None,
    crystal_command: str | None,
    properties_command: str | None,
    *,
    as_json: bool,
) -> None:
    """Make a home in DIRECTORY, or complete the one that is there."""
    from crystald.home import Outfit, Wishes, make_home
    from crystald.shipped import shipped
    from crystald.wire.keys import make_keys

    outfit = Outfit(
        {"config": shipped("config"), "slurm_templates": shipped("slurm_templates")},
        shutil.which,
        make_keys,
    )
    wishes = Wishes(scheduler, crystal_command, properties_command)
    report = asdict(make_home(directory or _required(home), wishes, outfit))
    if as_json:
        _print_json(report | {"home": str(report["home"])})
        return
    click.echo(f"home: {report['home']}")
    for word in ("written", "updated", "kept"):
        for name in report[word]:
            click.echo(f"  {word:8}{name}")
    for note in report["notes"]:
        click.echo(f"note: {note}")
    click.echo(f"next: edit {report['home']}/config/crystald.yaml if you like, then crystalctl up")


@cli.command()
@click.argument("command")
@click.pass_obj
def query(home: Path | None, command: str) -> None:
    """Answer a looking COMMAND from the database, read-only; arguments as JSON on stdin."""
    from crystald.offline import answer_offline

    try:
        arguments = json.loads(sys.stdin.read() or "{}")
    except ValueError as error:
        raise RequestError(f"the arguments are no JSON: {error}") from error
    if not isinstance(arguments, dict):
        raise RequestError("the arguments are no JSON object")
    place = _required(home)
    result = answer_offline(place, command, arguments)
    _print_json({"result": result, "status": answer_offline(place, "status", {})})


@cli.command()
@click.option("--job", is_flag=True, help="Also send one tiny job that looks from a compute node.")
@click.option(
    "--timeout",
    type=click.FloatRange(1),
    default=300.0,
    help="Seconds to wait for the job (default: 300).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def doctor(context: click.Context, *, job: bool, timeout: float, as_json: bool) -> None:
    """Check machine, file systems, programs and scheduler; exit code 1 if anything is bad."""
    from crystald.doctor.command import run

    home = _required(context.obj)
    context.exit(OK if run(home, job=job, timeout_s=timeout, as_json=as_json) else NO)


def _required(home: Path | None) -> Path:
    if home is None:
        raise click.UsageError("no home: give --home DIR or set CRYSTALD_HOME")
    return home.absolute()


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def main() -> int:
    """Run, and turn errors into a message and an exit code."""
    try:
        code = cli.main(prog_name="crystald", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except click.Abort:
        return 130
    except CrystaldError as error:
        click.echo(f"crystald: {error}", err=True)
        return exit_code(error)
    except OSError as error:
        click.echo(f"crystald: {error}", err=True)
        return NO
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
