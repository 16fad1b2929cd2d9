"""Print results: a table for people, JSON for programs, ids for shells."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from crystalctl.options import Form

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 1000
"""Columns when nobody looks: nothing is cut."""

GAP = "  "
"""Between two columns of a table."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table: key of the rows, title, and whether numbers stand flush right."""

    key: str
    title: str
    right: bool = False


def show_rows(rows: Sequence[Row], columns: Sequence[Column], form: Form) -> None:
    """Print a list."""
    if form is Form.JSON:
        click.echo(to_json(list(rows)))
    elif form is Form.QUIET:
        for row in rows:
            click.echo(str(row["id"]))
    else:
        table(rows, columns)


def say(answer: Mapping[str, Any], form: Form, sentence: str) -> None:
    """Print what was done: the answer as JSON, a sentence for people, nothing where quiet."""
    if form is Form.JSON:
        click.echo(to_json(answer))
    elif form is Form.TABLE:
        click.echo(sentence)


def to_json(value: object) -> str:
    """Write JSON, indented where a person looks at it; NaN and infinity, which JSON lacks, as null."""
    write = partial(
        json.dumps, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None, allow_nan=False
    )
    try:
        return write(value)
    except ValueError:  # of a torn or overflown number: rarely, and then all is walked through
        return write(_finite(value))


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def table(rows: Sequence[Row], columns: Sequence[Column]) -> None:
    """Print a table; nothing in a cell is taken for markup.

    Rich folds what is too wide. Where nothing is, it is not even loaded: of a thousand rows it would
    take half a second.
    """
    cells = [[cell(row.get(column.key)) for column in columns] for row in rows]
    lines = aligned([[column.title for column in columns], *cells], columns)
    if lines is None:
        fold(cells, columns)
        return
    titles, *others = lines
    click.echo("\n".join((click.style(titles, bold=True), *others)))


def aligned(cells: Sequence[Sequence[str]], columns: Sequence[Column]) -> list[str] | None:
    """Write rows of cells below each other; None where that takes more than a look at their lengths.

    Parameters
    ----------
    cells
        Of each row as many as there are columns.

    Returns
    -------
    list of str or None
        None where a line would be too wide to be shown, a cell has several lines, or there are
        characters that may not be one column wide.

    Examples
    --------
    >>> aligned([["ID", "TRY"], ["c1", "1"]], [Column("id", "ID"), Column("try", "TRY", right=True)])
    ['ID  TRY', 'c1    1']
    """
    if not all(text.isascii() and "\n" not in text for row in cells for text in row):
        return None
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) > _width():
        return None
    form = GAP.join(
        f"{{:{'>' if column.right else '<'}{width}}}"
        for column, width in zip(columns, widths, strict=True)
    )
    return [form.format(*row).rstrip() for row in cells]


def _width() -> int:
    """Give the columns there are: of the terminal, or as many as are needed where nobody looks."""
    return get_terminal_size().columns if sys.stdout.isatty() else PIPE_WIDTH


def fold(cells: Sequence[Sequence[str]], columns: Sequence[Column]) -> None:
    """Print rows of cells below each other, folded where they are too wide."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column.title, justify="right" if column.right else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*map(Text, row))
    console().print(drawn)


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Print names and values, one pair per line; pairs without a value are left out."""
    shown = [(name, cell(value)) for name, value in pairs if value not in (None, "", [], {})]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        first, *more = value.splitlines() or [""]
        click.echo(f"{name:<{width}}  {first}")
        for line in more:
            click.echo(f"{'':<{width}}  {line}")


def cell(value: object) -> str:
    """Write a value for a person.

    Examples
    --------
    >>> cell(None), cell(True), cell(-274.66430271), cell({"done": 4, "ready": 1})
    ('', 'yes', '-274.664303', '4 done, 1 ready')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, Mapping):
        told = {key: item for key, item in value.items() if item is not None}
        return ", ".join(f"{cell(item)} {key}" for key, item in told.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(item) for item in value)
    return printable(str(value))


def printable(text: str) -> str:
    r"""Write a text so that a terminal shows it and obeys nothing in it; line breaks stay.

    Examples
    --------
    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def console() -> Console:
    """Make a console that cuts nothing where its output is not looked at."""
    from rich.console import Console

    return Console(width=_width(), highlight=False, soft_wrap=False)
