"""``crystalctl read``: outputs without a daemon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from textwrap import wrap
from typing import IO, Any, Final

import click

from crystalctl.options import Form, form, form_options
from crystalctl.render import Column, cell, facts, table, to_json
from crystald.errors import InputError
from crystald.exits import NO, OK

LONGEST: Final = 1 << 20
"""Most characters of a line: a row of BAND.DAT holds up to a thousand bands."""

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

BYTE_ORDER_MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""First bytes of a file -> its encoding; without one, UTF-8 with or without a mark."""

OTHER: Final = ("error_file", "scf_log", "job_log")
_FILE: Final = click.Path(path_type=Path)
PROPERTIES: Final = (
    Column("name", "PROPERTY"),
    Column("value", "VALUE"),
    Column("unit", "UNIT"),
    Column("line", "LINE", right=True),
)
NOT_CRYSTAL: Final = "not-crystal"
WIDTH: Final = 72
"""Characters of a value in one row of the table of properties: what is longer goes on below."""

ROWS_MAX: Final = 4
"""Rows of one value; --json has it whole."""

LIST_MAX: Final = 9
"""Numbers of a list that a person is shown."""


@click.command("read")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--error-file", type=_FILE, help="The run's fort.87: where some aborts leave words.")
@click.option("--scf-log", type=_FILE, help="The run's SCFOUT.LOG: the SCFs of an optimisation.")
@click.option("--job-log", type=_FILE, help="What the scheduler and the job's shell wrote.")
@click.option("--all", "everything", is_flag=True, help="Every property: value, unit and line.")
@form_options
@click.pass_context
def command(
    context: click.Context, /, files: tuple[Path, ...], *, everything: bool, **other: Path | None
) -> int:
    """Read outputs of CRYSTAL: program, version, verdict, energies, gap, geometry.

    With --json, one object for one file and a list for several; what is absent is null. A file that
    cannot be read is told, and the others are read; the exit code is then 1, as it is when no file is
    one of CRYSTAL. Other files of the run
    may explain an output that stops without saying why; they go with one output. With --all, every
    property that was printed, with its unit and the number of its line.
    """
    beside = {name: path for name in OTHER if (path := other[name]) is not None}
    if beside and len(files) > 1:
        raise click.UsageError("Give other files of a run with one output only.")
    reports = []
    for path in files:
        try:
            reports.append(read(path, everything=everything, **beside))
        except InputError as error:
            click.echo(f"crystalctl: {error}", err=True)
    if everything and form(context) is Form.TABLE:
        for report in reports:
            _print_all(report)
    elif reports:
        _print(reports, form(context), alone=len(files) == 1)
    told = [one for one in reports if one["verdict"] != NOT_CRYSTAL]
    return OK if told and len(reports) == len(files) else NO


def _print(reports: list[dict[str, Any]], chosen: Form, *, alone: bool) -> None:
    if chosen is Form.JSON:
        click.echo(to_json(reports[0] if alone else reports))
    elif chosen is Form.QUIET:
        for report in reports:
            click.echo(report["verdict"])
    elif alone:
        from crystald.crystal.files import rows_of

        facts(rows_of(_spelled(reports[0])))
    else:
        table([_spelled(report) for report in reports], COLUMNS)


def _spelled(report: dict[str, Any]) -> dict[str, Any]:
    """Write energies with all the digits that were printed."""
    return {
        key: f"{value:.14g}" if key.endswith("_ha") and value is not None else value
        for key, value in report.items()
    }


def _print_all(report: dict[str, Any]) -> None:
    if "properties" not in report:
        _print([report], Form.TABLE, alone=True)
        return
    click.echo(f"{report['file']}: {report['verdict']}")
    table([{**one, "value": _short(one["value"])} for one in report["properties"]], PROPERTIES)
    click.echo()


def _short(value: object) -> object:
    """Tell the length of a long list instead of its items (--json has them); all digits else."""
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, list) and (
        len(value) > LIST_MAX or any(isinstance(one, dict | list) for one in value)
    ):
        return f"({len(value)} rows)"
    return _folded(cell(value))


def _folded(text: str) -> str:
    """Break a long text into rows: one of them would set the width of the whole table."""
    if len(text) <= WIDTH and "\n" not in text:
        return text
    rows = wrap(text[: WIDTH * (ROWS_MAX + 1)], WIDTH, max_lines=ROWS_MAX, placeholder=" …")
    return "\n".join(rows)


def read(path: Path, *, everything: bool = False, **beside: Path) -> dict[str, Any]:
    """Read one output, or a file that the programs leave beside it.

    Parameters
    ----------
    path
        Of the output.
    everything
        Whether to add ``properties`` of an output: each with its unit and line.
    beside
        Of other files of its run: ``error_file``, ``scf_log``, ``job_log``.

    Raises
    ------
    InputError
        A file cannot be read.
    """
    from crystald.crystal.files import HEAD_LINES, describe_file, kind_of
    from crystald.crystal.output import lines_of, read_output
    from crystald.crystal.output.report import report
    from crystald.crystal.output.verdict import explain

    with _opened(path) as file:
        rest = lines_of(file.read, LONGEST)
        head = list(islice(rest, HEAD_LINES))
        if kind_of(head, str(path)) is not None:
            return describe_file(chain(head, rest), str(path)) or {}
        output = read_output(chain(head, rest))
    for name, other in beside.items():
        with _opened(other) as file:
            output.verdict = explain(output.verdict, **{name: lines_of(file.read)})
    found = dict(report(output, str(path)))
    if everything:
        from crystald.crystal.output.properties import properties

        found["properties"] = [vars(one) for one in properties(output)]
    return found


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    try:
        with path.open("rb") as file:
            encoding = BYTE_ORDER_MARKS.get(file.peek(2)[:2], "utf-8-sig")
            yield TextIOWrapper(file, encoding, errors="replace")
    except OSError as error:
        hint = "Name a file that you may read."
        if isinstance(error, IsADirectoryError):
            hint = f"Name files: crystalctl read {path}/*.out"
        raise InputError(f"{path}: {error.strerror}", hint) from error
