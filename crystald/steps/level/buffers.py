"""Buffers of the bipolar expansion: taken only from the program's own warnings.

``WARNING **** EXCBUF **** EXCH. BIPO BUFFER TOO SMALL - TO AVOID I/O SET EXCHSIZE =    916110``.
They are words per rank (110000000 is 0.88 GB each), so there is no value that is good everywhere.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from crystald.crystal.deck.blocks.scf import Scf
from crystald.steps.base import DeckRequest
from crystald.steps.level.settings import LevelSettings

_WARNING: Final = re.compile(r"WARNING \*{4}.*SET (BIPOSIZE|EXCHSIZE)\s*=\s*(\d+)")


def asked_buffers(output: str) -> dict[str, int]:
    """Find the sizes that an output asks for, the largest of each kind.

    Examples
    --------
    >>> asked_buffers(" WARNING **** GENPOG **** ... TO AVOID I/O SET BIPOSIZE =     7766600")
    {'biposize': 7766600}
    """
    found: dict[str, int] = {}
    for keyword, words in _WARNING.findall(output):
        name = keyword.lower()
        found[name] = max(int(words), found.get(name, 0))
    return found


def with_buffers(scf: Scf, settings: LevelSettings, request: DeckRequest) -> Scf:
    """Take the sizes that the parent's output asks for where the settings leave them open."""
    if "geometry" not in request.parents:
        return scf
    asked = asked_buffers(request.parents["geometry"].output)
    if settings.biposize in ("auto", "inherit") and "biposize" in asked:
        scf = replace(scf, biposize=asked["biposize"])
    if settings.exchsize in ("auto", "inherit") and "exchsize" in asked:
        scf = replace(scf, exchsize=asked["exchsize"])
    return scf
