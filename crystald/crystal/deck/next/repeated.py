"""The deck that an output repeats at its top, as the program's scripts print it."""

from __future__ import annotations

import re
from typing import Final

from crystald.crystal.deck.text.reader import read_d12

_SYSTEM: Final = re.compile(
    r"^(CRYSTAL|SLAB|POLYMER|HELIX|MOLECULE|EXTERNAL)[ \t]*\r?$", re.MULTILINE
)
_BANNER: Final = ("MAIN AUTHORS", "EEEEEEEEEE STARTING")
TOP: Final = 400_000
"""Characters of an output in which it may stand."""


def repeated_deck(output: str) -> str | None:
    """Find the deck at the top of an output.

    Returns
    -------
    str or None
        From its title to its last END; None where none stands there whole.
    """
    top = output[:TOP]
    for mark in _BANNER:
        top = top.partition(mark)[0]
    found = _SYSTEM.search(top)
    if found is None or found.start() == 0:
        return None
    deck = read_d12(top[top.rfind("\n", 0, found.start() - 1) + 1 :])
    if deck.scf.end is None or not deck.basis.entries:
        return None
    text = deck.print()
    return text[: len(text) - sum(len(record.raw) for record in deck.trailing)]
