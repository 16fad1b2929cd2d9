"""Writes the table of docs/properties.md: ``python tests/output/properties_page.py``."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from crystald.crystal.output.properties import documented

PAGE = Path(__file__).resolve().parents[2] / "docs" / "properties.md"
MARK = "<!-- the tables below are written from the code: tests/output/properties_page.py -->\n"


def tables() -> str:
    """Write one table for each block."""
    parts = []
    for block, rows in groupby(documented(), key=lambda pair: pair[0]):
        lines = [f"| `{one.name}` | {one.unit} | {one.meaning} |" for _, one in rows]
        parts.append(
            "\n".join([f"## {block}", "", "| property | unit | |", "|---|---|---|", *lines])
        )
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n{tables()}", encoding="utf-8")
