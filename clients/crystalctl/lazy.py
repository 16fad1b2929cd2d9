"""Groups of commands that are tables: each command is imported only when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class TableGroup(click.Group):
    """The commands of a table.

    Parameters
    ----------
    table
        name -> help; ``from-cif`` is the object ``command`` of the module ``<package>.from_cif``.
    package
        Where the modules are.
    """

    def __init__(self, *args: Any, table: Mapping[str, str], package: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Give all names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command."""
        if cmd_name not in self.table:
            return None
        loaded = import_module(f"{self.package}.{cmd_name.replace('-', '_')}").command
        return loaded if isinstance(loaded, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))
