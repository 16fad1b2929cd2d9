"""``crystalctl read``: outputs without a daemon."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from crystalctl.options import Form, form, form_options
from crystalctl.render import Column, facts, table, to_json
from crystald.errors import InputError
from crystald.exits import NO, OK

COLUMNS: Final = (
    Column("file", "FILE"),
    Column("program", "PROGRAM"),
    Column("kind", "KIND"),
    Column("verdict", "VERDICT"),
    Column("fault", "FAULT"),
    Column("energy_ha", "ENERGY (Ha)", right=True),
    Column("band_gap_ev", "GAP (eV)", right=True),
    Column("space_group_symbol", "GROUP"),
)


@click.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@form_options
@click.pass_context
def command(context: click.Context, files: tuple[Path, ...]) -> int:
    """Read outputs of CRYSTAL: program, version, verdict, energies, gap, geometry.

    With --json, one object for one file and a list for several; what is absent is null. A file that
    cannot be read is told, and the others are read; the exit code is then 1.
    """
    reports = []
    for path in files:
        try:
            reports.append(read(path))
        except InputError as error:
            click.echo(f"crystalctl: {error}", err=True)
    if reports:
        _print(reports, form(context), alone=len(files) == 1)
    return OK if len(reports) == len(files) else NO


def _print(reports: list[dict[str, Any]], chosen: Form, *, alone: bool) -> None:
    if chosen is Form.JSON:
        click.echo(to_json(reports[0] if alone else reports))
    elif chosen is Form.QUIET:
        for report in reports:
            click.echo(report["verdict"])
    elif alone:
        from crystald.crystal.files import rows_of

        facts(rows_of(reports[0]))
    else:
        table(reports, COLUMNS)


def read(path: Path) -> dict[str, Any]:
    """Read one output, or a file that the programs leave beside it.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    from crystald.crystal.files import describe_file
    from crystald.crystal.output import read_output
    from crystald.crystal.output.report import report

    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            if (other := describe_file(lines, str(path))) is not None:
                return other
        with path.open(encoding="utf-8", errors="replace") as lines:
            return dict(report(read_output(lines), str(path)))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", "Name a file that you may read.") from error
