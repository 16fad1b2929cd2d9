"""What a deck computes."""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.next.carry import CALCULATIONS
from crystald.crystal.deck.text.tree import DeckText

OTHERS: Final = ("TESTGEOM", "TESTPDIM", "TESTRUN", "STOP")
"""Words with which a deck computes nothing that a step could go on from."""


def purpose_of(deck: DeckText) -> str:
    r"""Tell what a deck of the crystal program computes.

    Returns
    -------
    str
        ``OPT``, ``FREQ``, ``SP``, or the word that asks for something else.

    Examples
    --------
    >>> from crystald.crystal.deck.text.reader import read_d12
    >>> purpose_of(read_d12("t\nMOLECULE\n1\n1\n2 0 0 0\nOPTGEOM\nENDOPT\nEND\n"))
    'OPT'
    """
    words = [e.keyword for section in deck.sections for e in section.entries]
    if other := next((word for word in words if word in OTHERS), None):
        return other
    found = [word for word in words if word in CALCULATIONS]
    if not found:
        return "SP"
    known = {"OPTGEOM": "OPT", "FREQCALC": "FREQ"}
    return next((word for word in found if word not in known), known.get(found[-1], found[-1]))
