"""The second part of a deck: elements with their shells, or BASISSET, and keywords.

Source: CRYSTAL17 and CRYSTAL23 user's manuals, "Basis set" and "Effective core potentials".
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.text.taking import Rule, Taker, listed, none, numeric, reads, words

POTENTIALS: Final = ("HAYWLC", "HAYWSC", "BARTHE", "DURAND", "STUTLC", "STUTSC", "STUTSH")
"""Effective core potentials that the program holds: no records."""

LAST_ELEMENT: Final = 99
"""The number that closes the elements (``99 0``)."""


def element(taker: Taker) -> None:
    """Take the records of an element: an effective core potential if any, then its shells."""
    _number, shells = taker.numbers(2)
    record = taker.peek()
    if record is not None and record.keyword == "INPUT":
        taker.take()
        _potential(taker)
    elif record is not None and record.keyword in POTENTIALS:
        taker.take()
    for _ in range(int(shells)):
        _shell(taker)


def _potential(taker: Taker) -> None:
    """Take ``ZNUC M M0 M1 M2 M3 M4`` and the terms: exponent, coefficient, power of r."""
    start = taker.at
    taker.numbers(1)
    head = next(record for record in taker.lines[start : taker.at] if record.numbers)
    for _ in range(int(sum(head.numbers[1:7]))):
        taker.numbers(3)


def _shell(taker: Taker) -> None:
    """Take ``ITYB LAT NG CHE SCAL``; primitives follow only where ITYB is 0."""
    kind, angular, primitives, _charge, _scale = taker.numbers(5)
    if kind == 0:
        for _ in range(int(primitives)):
            taker.numbers(3 if angular == 1 else 2)


BASIS: Final[dict[str, Rule]] = {
    "BASISSET": words(), "CHARGED": none, "GHOSTS": listed(), "CHEMOD": numeric,
    "ATOMCONF": numeric, "NOPRINT": none, "PARAMPRT": none, "PRINTOUT": none, "SETINF": listed(2),
    "SETPRINT": listed(2), "SYMMOPS": none, "STOP": none, "TESTBS": none, "FULLDIRA": none,
    "EXTPRT": none, "NEIGHBOR": reads(1), "BSSE": numeric, "COORPRT": none,
}  # fmt: skip
"""Keyword of the basis set part -> its records."""
