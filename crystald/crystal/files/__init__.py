"""Files that the programs leave beside their output: what each is, and its key facts; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, islice

from crystald.crystal.files.table import KINDS, FileKind
from crystald.crystal.output import Output
from crystald.crystal.output.report import report
from crystald.errors import ParseError
from crystald.models import VerdictKind

__all__ = ["describe_file", "kind_of", "rows_of"]

HEAD_LINES = 12
"""How many lines tell what a file is."""


def kind_of(head: list[str], name: str = "") -> FileKind | None:
    """Tell what a file is by its first lines, None for none of the table.

    Parameters
    ----------
    head
        The first lines.
    name
        The file's name, which alone tells some.
    """
    rows = [line.rstrip("\r\n") for line in head]
    return next((kind for kind in KINDS if kind.fits(rows, name)), None)


def describe_file(lines: Iterable[str], file: str) -> dict[str, object] | None:
    """Describe a file of the table as ``crystalctl read --json`` does; None for another one.

    The object has the keys of an output, null where the file does not tell them, and beside them
    ``what`` (in words) and ``data`` (facts of this kind). A file that breaks its rules has the
    verdict ``fault``, the class ``torn-data`` and the reason with its line as ``fault_line``.
    """
    source = iter(lines)
    head = list(islice(source, HEAD_LINES))
    kind = kind_of(head, file)
    if kind is None:
        return None
    unknown = {
        name: None if value is False else value for name, value in report(Output(), file).items()
    }
    found = unknown | {"kind": kind.name, "what": kind.what, "data": None}
    try:
        described = kind.describe(line.rstrip("\r\n") for line in chain(head, source))
    except ParseError as error:
        fault = {"fault": "torn-data", "fault_line": error.message}
        return found | {"verdict": str(VerdictKind.FAULT)} | fault
    return found | {"verdict": str(VerdictKind.OK), "data": described.data} | described.known


def rows_of(described: Mapping[str, object]) -> list[tuple[str, object]]:
    """Give the facts as rows for people: those of ``data`` by themselves, ``edges: gap_ev``."""
    rows: list[tuple[str, object]] = []
    for name, value in described.items():
        if name == "data" and isinstance(value, dict):
            rows += _nested("", value)
        else:
            rows.append((name, value))
    return rows


def _nested(before: str, data: Mapping[str, object]) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for name, value in data.items():
        path = f"{before}: {name}" if before else name
        rows += _nested(path, value) if isinstance(value, dict) else [(path, value)]
    return rows
