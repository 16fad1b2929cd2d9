"""Names of k points along a path, as people write them under a picture."""

from __future__ import annotations

from collections.abc import Sequence

from crystald.crystal.deck.d3 import parse_band, parse_doss
from crystald.errors import CrystaldError

Tick = tuple[float, str]


def ticks_of(deck: str, distances: Sequence[float]) -> list[Tick]:
    """Put the names of a BAND deck's segments at the places where segments meet.

    Parameters
    ----------
    deck
        Text of the deck; empty or foreign text gives plain places.
    distances
        Where segments begin and end, first to last.

    Returns
    -------
    list of (distance, name)
        Where one segment ends at another point than the next begins, both names stand: ``U|K``.
    """
    names = _names(deck)
    if len(names) != len(distances) - 1:
        return [(distance, "") for distance in distances]
    ticks = [(distances[0], names[0][0])]
    for place, (_, end) in enumerate(names):
        following = names[place + 1][0] if place + 1 < len(names) else end
        joint = end if following == end else f"{end}|{following}"
        ticks.append((distances[place + 1], joint))
    return ticks


def _names(deck: str) -> list[tuple[str, str]]:
    try:
        band = parse_band(deck)
    except (CrystaldError, ValueError):
        return []
    return [(pretty(one.names[0]), pretty(one.names[1])) for one in band.segments]


def pretty(name: str) -> str:
    """Write a name for the plotting library.

    Examples
    --------
    >>> pretty("GAMMA"), pretty("H_0"), pretty("X")
    ('Γ', 'H$_{0}$', 'X')
    """
    base, bar, index = name.partition("_")
    shown = plain("Γ" if base.upper() in ("GAMMA", "G") else base)
    if index.isalnum():
        return f"{shown}$_{{{index}}}$"
    return plain(name) if bar else shown


def plain(text: str) -> str:
    """Write a text that is no formula: dollar signs begin none."""
    return text.replace("$", r"\$")


def projection_names(deck: str) -> tuple[str, ...]:
    """Give the names of the projections in DOSS.DAT, those of the deck's last DOSS.

    None for a foreign or empty text.
    """
    try:
        return tuple(projection.label for projection in parse_doss(deck).blocks[-1])
    except (CrystaldError, ValueError):
        return ()
