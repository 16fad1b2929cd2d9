"""What is made is written where it belongs, and told: the same for all commands that make files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from crystalctl.options import Form
from crystalctl.render import printable, to_json
from crystald.exits import NO, OK

Row = dict[str, Any]


def is_folder(path: Path) -> bool:
    """Tell whether a name means a folder: one that is there, or a name without a suffix."""
    return path.is_dir() or not (path.suffix or path.exists())


def targets_of(
    names: Sequence[str], output: Path | None, ending: str, what: str = "decks"
) -> Sequence[Path | None]:
    """Say where each file is written: to `output`, or under its name in that folder.

    Parameters
    ----------
    names
        Of what the files are of; the second of one name gets ``_2``.
    output
        As given; None where everything is printed.
    ending
        Of the names in a folder: ``_OPT.d12``.
    what
        The files, in words.

    Raises
    ------
    click.UsageError
        There are several, and no folder for them.
    """
    if output is None and len(names) > 1:
        raise click.UsageError(f"several {what} need a folder: give -o FOLDER")
    if output is None or not (len(names) > 1 or is_folder(output)):
        return [output] * len(names)
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        again = f"_{seen[name]}" if seen[name] > 1 else ""
        found.append(output / f"{name}{again}{ending}")
    return found


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


def tell(rows: Sequence[Row], chosen: Form, key: str = "deck") -> int:
    """Tell what became of the files: errors and notes beside what was made.

    Parameters
    ----------
    key
        Of a row, for where its file was written; without one its ``text`` is printed.

    Returns
    -------
    The exit code: whether all were made.
    """
    if chosen is Form.JSON:
        click.echo(to_json(rows))
    else:
        for row in rows:
            _tell_of(row, chosen, key)
    return NO if any(row["error"] for row in rows) else OK


def _tell_of(row: Row, chosen: Form, key: str) -> None:
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
