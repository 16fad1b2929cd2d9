"""Arguments and options that the commands for decks share."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

files_argument: Final = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path)
)
output_option: Final = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A file, or a folder."
)
set_option: Final = click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting."
)
