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
        return [(pretty(one.names[0]), pretty(one.names[1])) for one in band.segments]


def pretty(name: str) -> str:
    """Write a name for the plotting library.

    Examples
    --------
    >>> pretty("GAMMA"), pretty("H_0"), pretty("X")
    ('Γ', 'H$_{0}$', 'X')
    """
    base, bar, index = name.partition("_")
    base = "Γ" if base.upper() in ("GAMMA", "G") else base
    return f"{base}$_{{{index}}}$" if bar else base


def projection_names(deck: str) -> tuple[str, ...]:
    """Give the names of a DOSS deck's projections; none for a foreign or empty text."""
    try:
        return tuple(projection.label for projection in parse_doss(deck).projections)
    except (CrystaldError, ValueError):
        return ()
