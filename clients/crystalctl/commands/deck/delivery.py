"""What is made is written where it belongs, and told: the same for all commands that make files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from crystalctl.options import Form
from crystalctl.render import printable, to_json

Row = dict[str, Any]


def deliver(key: str, texts: Mapping[Path, str], *, force: bool) -> Row:
    """Write files that belong together: all of them, or none where one is there and differs.

    Parameters
    ----------
    key
        Of the row, for where the first file was written.
    texts
        By file; bytes that are no text are kept as they are.
    force
        Whether files that are there already are replaced.

    Returns
    -------
    What the row has to tell: `key`, or ``error``.
    """
    contents = {path: text.encode("utf-8", "surrogateescape") for path, text in texts.items()}
    first = next(iter(contents))
    try:
        first.parent.mkdir(parents=True, exist_ok=True)
        for path, content in contents.items():
            if not force and path.exists() and path.read_bytes() != content:
                return {"error": f"{path} is there and differs\n  Replace it with --force."}
        for path, content in contents.items():
            path.write_bytes(content)
    except (OSError, ValueError) as error:
        return {"error": f"{first} cannot be written: {error}"}
    return {key: str(first)}


def tell(rows: Sequence[Row], chosen: Form, key: str = "deck") -> None:
    """Tell what became of the files: errors and notes beside what was made.

    Parameters
    ----------
    key
        Of a row, for where its file was written; without one its ``text`` is printed.
    """
    if chosen is Form.JSON:
        click.echo(to_json(rows))
        return
    for row in rows:
        for note in row.get("notes", ()):
            click.echo(printable(f"{row['file']}: {note}"), err=True)
        if row["error"]:
            click.echo(printable(f"crystalctl: {row['error']}"), err=True)
        elif row[key]:
            click.echo(row[key])
        elif chosen is not Form.QUIET:
            click.echo(printable_deck(row["text"]), nl=False)


def printable_deck(text: str) -> str:
    """Give a deck as it may be printed: bytes that are no text become question marks."""
    return text.encode("utf-8", "replace").decode()
