"""What the program echoes of a deck, against the deck: the path of a band structure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from crystald.crystal.deck.d3 import Segment, parse_band
from crystald.errors import DeckError

_LINE: Final = re.compile(r" LINE *\d+ \((.{5})(.{5})(.{5}):(.{5})(.{5})(.{5})\) IN TERMS OF PRIM")

PRINTED: Final = 6e-3
"""The program prints two decimals."""

Ends = tuple[float, ...]


def echoed_path(lines: Iterable[str]) -> list[Ends]:
    """Read `` LINE  1 ( 0.50 0.50-0.50: 0.00 0.50 0.00) IN TERMS OF PRIMITIVE LATTICE VECTORS``.

    Returns
    -------
    list of six floats
        Start and end of each line, on the primitive reciprocal vectors; lines that noise has
        spoiled are left out.
    """
    found = []
    for line in lines:
        if match := _LINE.match(line):
            try:
                found.append(tuple(float(word) for word in match.groups()))
            except ValueError:
                continue
    return found


def judge_path(deck: str, lines: Iterable[str]) -> tuple[str, ...]:
    """Compare the lines that the program went along with those of the deck.

    Parameters
    ----------
    deck
        Of the step; nothing is said of one that is not ours.
    lines
        Of the output.
    """
    try:
        planned = parse_band(deck)
    except DeckError:
        return ()
    echoed, segments = echoed_path(lines), planned.segments
    if len(echoed) != len(segments):
        return (f"suspect: the path has {len(segments)} lines, the program echoes {len(echoed)}",)
    return tuple(
        f"suspect: line {number} of the path ({'-'.join(one.names)}) was run elsewhere: "
        f"{' '.join(f'{x:g}' for x in ends)}"
        for number, (one, ends) in enumerate(zip(segments, echoed, strict=True), 1)
        if not _same(one, planned.iss, ends)
    )


def _same(segment: Segment, iss: int, ends: Ends) -> bool:
    planned = [number / iss for number in (*segment.start, *segment.end)]
    return all(abs(one - two) < PRINTED for one, two in zip(planned, ends, strict=True))
