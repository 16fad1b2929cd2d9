"""``crystalctl deck``: decks without a daemon."""

from __future__ import annotations

from typing import Final

import click

from crystalctl.lazy import TableGroup

SUBCOMMANDS: Final[dict[str, str]] = {
    "from-cif": "Make decks out of CIFs and other structure files.",
    "from-output": "Make the next deck (OPT, SP, FREQ) out of an output and its deck.",
    "to-cif": "Make CIF files out of decks and outputs.",
    "lint": "Say what is wrong with decks, before it costs a week.",
    "properties": "Make the deck of bands, densities, transport or potential out of an output.",
}
"""name -> help; the command itself is ``command`` in the module of that name, ``-`` as ``_``."""


@click.group("deck", cls=TableGroup, table=SUBCOMMANDS, package=__name__)
def command() -> None:
    """Make, check and convert decks without a daemon."""
